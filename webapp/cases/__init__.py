"""A case: its facts, what it waits for, where it stands in the diagram, its documents and its history."""

from webapp.cases import agents, revealing
from webapp.cases.routes import blueprint


def init_app(app) -> None:
    """Open the pages of cases, those on which agents are appointed, and that of a party's data in full."""
    for part in (blueprint, agents.blueprint, revealing.blueprint):
        app.register_blueprint(part, url_prefix="/cases")
