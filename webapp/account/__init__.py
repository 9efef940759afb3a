"""One's own account."""

from webapp.account import passkeys
from webapp.account.routes import blueprint

__all__ = ["blueprint", "passkeys"]
