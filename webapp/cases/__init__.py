"""A case: its facts, what it waits for, where it stands in the diagram, its documents and its history."""

from webapp.cases import agents
from webapp.cases.routes import blueprint


def init_app(app) -> None:
    """Open the pages of cases, and those on which agents are appointed."""
    for part in (blueprint, agents.blueprint):
        app.register_blueprint(part, url_prefix="/cases")
