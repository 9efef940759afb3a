"""Numbers about cases: a chart, the same numbers as a table, and as CSV."""

from webapp.statistics.routes import blueprint

__all__ = ["blueprint"]
