"""A bare Flask app for workers: database and settings, no routes."""

from flask import Flask

import engine
from engine.config import Settings


def create_app(settings: Settings | None = None) -> Flask:
    """The application whose context a worker's threads run in."""
    app = Flask("workers")
    engine.init_app(app, settings or Settings.from_env())
    return app
