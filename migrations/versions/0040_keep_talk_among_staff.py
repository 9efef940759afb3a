"""Keep talk among staff: comments, who is named in them, who has read them, and notes of calls."""

import sqlalchemy as sa
from alembic import op
from engine.db import Moment

revision = '0040'
down_revision = '0039'


def upgrade():
    op.create_table('comment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('author', sa.String(length=100), nullable=False),
    sa.Column('text', sa.LargeBinary(), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.Column('taken_back_at', Moment(), nullable=True),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('audience', sa.String(length=24), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['user.id'], name=op.f('fk_comment_author_id')),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_comment_case_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_comment'))
    )
    with op.batch_alter_table('comment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_comment_author_id'), ['author_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_comment_case_id'), ['case_id'], unique=False)
    op.create_table('mention',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('comment_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('seen_at', Moment(), nullable=True),
    sa.ForeignKeyConstraint(['comment_id'], ['comment.id'], name=op.f('fk_mention_comment_id')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_mention_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mention')),
    sa.UniqueConstraint('comment_id', 'user_id', name=op.f('uq_mention_comment_id_user_id'))
    )
    with op.batch_alter_table('mention', schema=None) as batch_op:
        batch_op.create_index('ix_mention_user_id_seen_at', ['user_id', 'seen_at'], unique=False)
    op.create_table('reading',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('comment_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['comment_id'], ['comment.id'], name=op.f('fk_reading_comment_id')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_reading_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reading')),
    sa.UniqueConstraint('comment_id', 'user_id', name=op.f('uq_reading_comment_id_user_id'))
    )
    with op.batch_alter_table('reading', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reading_user_id'), ['user_id'], unique=False)
    op.create_table('call_note',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('participant_id', sa.Integer(), nullable=False),
    sa.Column('direction', sa.String(length=8), nullable=False),
    sa.Column('number', sa.String(length=32), nullable=False),
    sa.Column('called_at', Moment(), nullable=False),
    sa.Column('outcome', sa.String(length=16), nullable=False),
    sa.Column('text', sa.LargeBinary(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('author', sa.String(length=100), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('audience', sa.String(length=24), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['user.id'], name=op.f('fk_call_note_author_id')),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_call_note_case_id')),
    sa.ForeignKeyConstraint(['participant_id'], ['participant.id'], name=op.f('fk_call_note_participant_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_call_note'))
    )
    with op.batch_alter_table('call_note', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_call_note_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_call_note_participant_id'), ['participant_id'], unique=False)


def downgrade():
    for table in ('call_note', 'reading', 'mention', 'comment'):
        op.drop_table(table)
