"""Files of many rows: few rows come at once, more are made by a worker and lie ready for some days."""

from webapp.exports.routes import blueprint

__all__ = ["blueprint"]
