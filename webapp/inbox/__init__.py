"""The staff's desk: what is mine, what I could take, what my team has."""

from webapp.inbox.routes import blueprint

__all__ = ["blueprint"]
