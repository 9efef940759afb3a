"""Papers that staff make at the desk, and English reading copies of papers."""

from webapp.papers.routes import blueprint

__all__ = ["blueprint"]
