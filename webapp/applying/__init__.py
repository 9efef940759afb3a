"""Apply for mediation without an account: a public page."""

from webapp.applying.routes import blueprint

__all__ = ["blueprint"]
