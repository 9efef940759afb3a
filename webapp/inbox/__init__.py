"""The staff's desk: what is mine, what I could take, what my team has."""

from webapp.inbox import batches, drafts, keeping, lending, live, many, words
from webapp.inbox.routes import blueprint


def init_app(app) -> None:
    """Open the lists and tasks, their drafts, and what is done with several at once."""
    app.jinja_env.globals |= {
        "loan_told": words.loan_told, "priority_told": words.priority, "priority_words": words.priorities,
        "verb_words": words.verbs,
    }
    for part in (blueprint, many.blueprint, drafts.blueprint, live.blueprint, keeping.blueprint, lending.blueprint,
                 batches.blueprint):
        app.register_blueprint(part, url_prefix="/inbox")
