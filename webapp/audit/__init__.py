"""The audit, for auditors: who did what, when, why, and whether it is sealed."""

from webapp.audit.routes import blueprint

__all__ = ["blueprint"]
