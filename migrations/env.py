"""How Alembic reaches the database: over the connection that `sutiao db` hands it."""

from alembic import context

from engine.db import Moment, db
from engine.encryption.columns import Encrypted


def by_its_name(kind, item, autogen_context):
    """Write our own column type into a migration under its name."""
    if kind == "type" and isinstance(item, Moment):
        autogen_context.imports.add("from engine.db import Moment")
        return "Moment()"
    if kind == "type" and isinstance(item, Encrypted):
        return "sa.LargeBinary()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=db.metadata,
    render_as_batch=True,  # SQLite changes a table by writing it anew
    render_item=by_its_name,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
