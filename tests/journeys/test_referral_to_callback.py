"""A referral's whole way: from the court's system through mediation to the confirming ruling."""

from sqlalchemy import select

from engine import storage
from engine.cases.models import Closing
from engine.db import db
from engine.documents import verify
from engine.documents.models import Document
from engine.workflow.models import Instance
from tests import personas

ACCOUNT = "6222020000001234567"


def readable(*marks: str) -> list[str]:
    """The columns of the database in which one of these stands as it is."""
    found = []
    for table in db.metadata.sorted_tables:
        for row in db.session.connection().exec_driver_sql(f'SELECT * FROM "{table.name}"').mappings():
            found += [f"{table.name}.{name}" for name, value in row.items() for mark in marks
                      if (mark.encode() in value if isinstance(value, bytes) else mark in str(value))]
    return found


def test_a_referral_runs_to_a_confirming_ruling_and_the_case_is_closed(refer):
    consumer, bank = personas.referral()["parties"]
    walk = refer(parties=[consumer | {"address": "上海市幸福路1号", "email": "wang@example.com"}, bank],
                 statement=f"卡号{ACCOUNT}", details={"account": ACCOUNT})
    walk.to_mediation()
    walk.to_result("agreement_full")
    walk.to_signing(account=ACCOUNT)
    walk.to_effect()
    walk.to_a_ruling()
    walk.to_the_end()

    assert readable(consumer["id_number"], consumer["phone"], bank["phone"], "幸福路", "wang@example", ACCOUNT) == []
    case = walk.case
    assert (case.stage, case.outcome, case.confirmation, case.is_closed) == ("closed", "O01", "confirmed", True)
    assert db.session.scalar(select(Instance.status)) == "completed"
    assert db.session.scalar(select(Closing.outcome)) == "O01"


def test_the_agreement_carries_every_signature_and_each_is_valid(refer):
    walk = refer()
    walk.to_mediation()
    walk.to_result("agreement_full")
    walk.to_signing()
    walk.to_effect()
    document = db.session.scalar(select(Document).where(Document.kind == "agreement"))
    told = verify.verify(storage.get(document.sha256))
    assert told.ok and len(told.signatures) == 4
    assert [row.kind for row in document.signatures] == ["party", "party", "mediator", "organisation"]


def test_the_papers_of_the_way_lie_on_the_shelf(refer):
    walk = refer()
    walk.to_mediation()
    walk.to_result("agreement_full")
    kinds = set(db.session.scalars(select(Document.kind).where(Document.case_id == walk.case_id)))
    assert {"referral_receipt", "rights_notice", "mediation_notice", "session_minutes"} <= kinds
