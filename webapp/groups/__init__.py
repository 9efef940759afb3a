"""Groups of cases with common issues: the coordinator's dashboard."""

from webapp.groups.routes import blueprint

__all__ = ["blueprint"]
