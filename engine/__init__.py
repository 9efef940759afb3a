"""Everything that is true without a browser or a queue."""

from engine import config, crash, storage, tables  # noqa: F401
from engine.cases import facts_changed, surroundings
from engine.config import Settings
from engine.db import db
from engine.encryption import keys
from engine.workflow import surroundings as workflow_surroundings


def init_app(app, settings: Settings) -> None:
    """Connect database, queue, storage and the nouns to an application (any Flask app: the web's, the workers')."""
    config.use(settings)
    crash.arm(settings.crash_at)
    settings.data.mkdir(parents=True, exist_ok=True)
    keys.ring()  # a start without them, or with what are none, ends here
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database
    app.extensions["sutiao"] = settings
    db.init_app(app)
    facts_changed.watch()
    workflow_surroundings.use(surroundings.of_cases())
