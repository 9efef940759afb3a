"""An institution's desk over all its cases: list, counts, export, one reply to several, one answer to several invitations."""

from webapp.portfolio import invitations  # noqa: F401  its routes
from webapp.portfolio.routes import blueprint

__all__ = ["blueprint"]
