"""A case: its facts, what it waits for, where it stands in the diagram, its documents and its history."""

from webapp.cases.routes import blueprint

__all__ = ["blueprint"]
