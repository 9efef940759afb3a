"""Mediators who come back: one person asks, another one decides."""

from webapp.reinstating.routes import blueprint

__all__ = ["blueprint"]
