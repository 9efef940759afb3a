"""Doors for machines that report back: the SMS gateway's delivery receipts."""

from webapp.hooks.routes import blueprint

__all__ = ["blueprint"]
