"""Service of documents, for staff: paper to post or hand over, what has not arrived, and the daily account."""

from webapp.serving.routes import blueprint

__all__ = ["blueprint"]
