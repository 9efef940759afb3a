"""The minutes behind the wall, opened by two persons of the court for a day."""

from webapp.wall.routes import blueprint

__all__ = ["blueprint"]
