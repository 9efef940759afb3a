"""The bench of the operations with an agreement in effect."""

import pytest

from engine import clock
from engine.db import db, transaction
from engine.mediation.models import Agreement
from tests.engine.operations.conftest import bench, mediated, parties, rogue  # noqa: F401
from tests.trodden import way

TERM = {"kind": "payment", "debtor": "京华银行股份有限公司", "creditor": "王小明", "amount": "8000.00", "due_on": "2030-03-31"}


@pytest.fixture
def settled(mediated):  # noqa: F811
    """The parties have agreed, and it binds them (signing itself is tested elsewhere)."""
    def agreed() -> int:
        made = mediated.call("mediation.freeze_agreement", terms=[TERM])
        with transaction():
            agreement = db.session.get(Agreement, made["agreement_id"])
            agreement.status, agreement.audience, agreement.effective_at = "effective", "filing", clock.now()
        return mediated.calls

    mediated.calls = way.leg(agreed, "settled")
    return mediated
