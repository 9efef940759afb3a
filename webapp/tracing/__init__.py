"""For operators: find an instance, understand it, have a stuck call tried again. Ids and codes, no case content."""

from webapp.tracing.routes import blueprint

__all__ = ["blueprint"]
