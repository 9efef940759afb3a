"""Accounts, roles, bodies, workers."""

from webapp.admin.routes import blueprint

__all__ = ["blueprint"]
