"""Say by which regime a case comes: docketed cases, courts that keep to one regime, published mediation terms."""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'


def upgrade():
    with op.batch_alter_table('case', schema=None) as batch_op:
        batch_op.add_column(sa.Column('docketed_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('procedure', sa.String(length=16), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('court_judge', sa.String(length=100), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('during_trial', sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table('court_profile', schema=None) as batch_op:
        batch_op.add_column(sa.Column('regime_setting', sa.String(length=1), nullable=False, server_default=''))
    op.execute("UPDATE court_profile SET regime_setting = 'A' WHERE keeps_regime_a")
    with op.batch_alter_table('court_profile', schema=None) as batch_op:
        batch_op.drop_column('keeps_regime_a')
    with op.batch_alter_table('organisation_profile', schema=None) as batch_op:
        batch_op.add_column(sa.Column('mediation_days', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('mediation_rules', sa.String(length=200), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('mediation_since', sa.Date(), nullable=True))


def downgrade():
    with op.batch_alter_table('organisation_profile', schema=None) as batch_op:
        for name in ('mediation_since', 'mediation_rules', 'mediation_days'):
            batch_op.drop_column(name)
    with op.batch_alter_table('court_profile', schema=None) as batch_op:
        batch_op.add_column(sa.Column('keeps_regime_a', sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE court_profile SET keeps_regime_a = (regime_setting = 'A')")
    with op.batch_alter_table('court_profile', schema=None) as batch_op:
        batch_op.drop_column('regime_setting')
    with op.batch_alter_table('case', schema=None) as batch_op:
        for name in ('during_trial', 'court_judge', 'procedure', 'docketed_on'):
            batch_op.drop_column(name)
