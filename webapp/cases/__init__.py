"""A case: its facts, what it waits for, where it stands in the diagram, its documents and its history."""

from webapp.cases import agents, appointment, beside, claims, looking, revealing, talking  # noqa: F401
from webapp.cases.routes import blueprint


def init_app(app) -> None:
    """Open the pages of cases, those on which agents are appointed, that of a party's data in full,
    those of replies to claims, the talk of staff, the parts that open beside a task, and what is new."""
    for part in (blueprint, agents.blueprint, revealing.blueprint, claims.blueprint, talking.blueprint, beside.blueprint,
                 looking.blueprint):
        app.register_blueprint(part, url_prefix="/cases")
