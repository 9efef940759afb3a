"""One's own account."""

from webapp.account.routes import blueprint

__all__ = ["blueprint"]
