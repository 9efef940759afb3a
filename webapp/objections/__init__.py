"""Objections to a confirming ruling: the public page for people outside the case, and the court's pages."""

from webapp.objections.routes import blueprint

__all__ = ["blueprint"]
