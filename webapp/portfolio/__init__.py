"""An institution's desk over all its cases: list, counts, export, one reply to several."""

from webapp.portfolio.routes import blueprint

__all__ = ["blueprint"]
