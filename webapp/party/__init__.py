"""A party's own case, by the link in a message: no account, one column, works without JavaScript."""

from webapp.party.routes import blueprint

__all__ = ["blueprint"]
