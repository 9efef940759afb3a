"""A party's own case, by the link in a message: no account, one column, works without JavaScript."""

from webapp.party import afterwards, agents, answering, claims, drafts  # noqa: F401 - `answering` adds its views to the first blueprint
from webapp.party.routes import blueprint


def init_app(app) -> None:
    """Open all parts of it under one address."""
    for part in (blueprint, afterwards.blueprint, agents.blueprint, claims.blueprint, drafts.blueprint):
        app.register_blueprint(part, url_prefix="/p")
