"""For operators: find an instance, understand it, have a stuck call tried again, help a process by hand. No case content."""

from webapp.tracing import repairs
from webapp.tracing.routes import blueprint

__all__ = ["blueprint", "repairs"]
