"""Staff write applications down: for a person who comes or calls, or for their own institution."""

from webapp.recording.routes import blueprint

__all__ = ["blueprint"]
