"""Who is away and who stands in."""

from webapp.roster.routes import blueprint

__all__ = ["blueprint"]
