"""The front door: where to sign in, where one's day begins, and whether all parts are up."""

from webapp.home.routes import blueprint

__all__ = ["blueprint"]
