"""An institution's standing authority: limits by sum, the ladder of approvers, what was asked."""

from webapp.limits.routes import blueprint

__all__ = ["blueprint"]
