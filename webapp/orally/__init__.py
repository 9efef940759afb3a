"""Oral applications for confirmation: what both sides say at the court, written down by its clerk."""

from webapp.orally.routes import blueprint

__all__ = ["blueprint"]
