"""Keep where a party is served from the other side: its side reads it, and those who serve it."""

from alembic import op

revision = '0074'
down_revision = '0073'

SIDE = """(SELECT participant.side FROM service_address JOIN participant ON participant.id = service_address.participant_id
    WHERE service_address.document_id = document.id)"""


def upgrade():
    op.execute(f"UPDATE document SET audience = 'service:' || {SIDE} "
               f"WHERE kind = 'service_address' AND audience = 'filing' AND {SIDE} IS NOT NULL")


def downgrade():
    op.execute("UPDATE document SET audience = 'filing' WHERE kind = 'service_address' AND audience LIKE 'service:%'")
