"""For operators: find an instance, understand it, have a stuck call tried again, help a process by hand, move it to another
version. No case content."""

from webapp.tracing import repairs, stores, upgrades
from webapp.tracing.routes import blueprint

__all__ = ["blueprint", "repairs", "stores", "upgrades"]
