"""The designer's pages: processes, versions, drafts; diagram, tables, forms, names, scenarios; publishing by a second person."""

from webapp.designer import data, drafts, files, imports, processes, reviews, rules  # noqa: F401  the routes
from webapp.designer.door import blueprint

__all__ = ["blueprint"]
