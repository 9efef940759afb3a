"""The fifteen days to object to a confirming ruling: a clock for each party from its own receipt, its reminder, its end; evidence
with a party's objection; and a court's own system that registers one on paper and decides it."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from engine import clock, storage
from engine.access.actor import Actor
from engine.cases import messages
from engine.courts import objections, receipts
from engine.courts.models import ConfirmationApplication, CourtApplication, CourtProfile, RulingObjection
from engine.db import db, transaction
from engine.deadlines import due_at
from engine.deadlines.models import Deadline
from engine.documents.models import Document
from engine.errors import Forbidden
from engine.inbox.asking import ruling_objections, wishes
from engine.inbox.workspace import desk
from engine.notices import serving
from engine.notices.models import Notice
from engine.oversight import clocks
from engine.workflow import starts, versions
from engine.workflow.models import Instance, OperationCall, Version
from tests.journeys.test_after_a_rejection import applied
from tests.journeys.walking import VERIFIED, leg
from tests.trodden import way
from workers import conditions

pytestmark = pytest.mark.db


@pytest.fixture
def confirmed(refer):
    """A confirmed agreement whose ruling is being served."""
    walk = refer()
    with way.step("objections"), transaction():
        for key in ("ruling_objection", "objection_windows", "reminder"):
            starts.renew(versions.latest(key))
    applied(walk)
    decided(walk)
    return walk


@leg
def decided(walk) -> None:
    walk.do("verify_together", **VERIFIED)
    walk.do("decide_confirmation", decision="confirmed")


def parties(walk) -> list:
    return [person for person in walk.case.participants if person.role == "party"]


def receives(walk, person) -> None:
    with transaction():
        serving.read(serving.newest(person.id, "ruling"), person.name)
    conditions.look()
    walk.work()


def windows(walk) -> dict:
    db.session.expire_all()
    mine = select(Deadline).where(Deadline.case_id == walk.case_id, Deadline.term == "T18")
    rows = db.session.scalars(mine.order_by(Deadline.id))
    return {row.participant_id: row for row in rows}


def count_open(walk, person) -> int:
    """How many of a party's terms for objecting run."""
    return db.session.query(Deadline).filter_by(
        case_id=walk.case_id, term="T18", participant_id=person.id, status="running").count()


def objects(walk, person, reason="协议内容与事实不符", files=()) -> None:
    with transaction():
        actor = Actor.of_party(walk.link(person.id), person)
        wishes.tell(actor, walk.case, "ruling_objection", {"reason": reason}, list(files))
    walk.work()


def is_told_in_vain(walk, person) -> None:
    """The platform served this ruling: a second day of receipt would be a second end of the term."""
    told = {"name": person.name, "received_on": clock.today().isoformat()}
    with pytest.raises(messages.MessageRefused), transaction():
        messages.hear(walk.world.actor("court_system"), walk.case, "ruling_received", told, "told")


def test_each_partys_fifteen_days_run_from_its_own_receipt_and_only_it_is_reminded(confirmed):
    walk, (first, second) = confirmed, parties(confirmed)
    is_told_in_vain(walk, first)
    assert windows(walk) == {}
    receives(walk, first)
    clock.move(timedelta(days=5))
    receives(walk, second)
    found = windows(walk)
    assert found[second.id].due_at - found[first.id].due_at >= timedelta(days=4) and found[first.id].status == "running"
    is_told_in_vain(walk, first)
    assert [found[one.id].due_at for one in (first, second)] == [objections.ends_for(one) for one in (first, second)]
    shown = desk.clocks_of(walk.case, [], first)
    assert found[first.id] in shown and found[second.id] not in shown

    clock.move(timedelta(days=8))
    with transaction():
        assert clocks.remind(found[first.id].id)
    walk.work()
    reminded = select(Notice.participant_id).where(Notice.template == "ruling_objection_term")
    assert list(db.session.scalars(reminded)) == [first.id]

    walk.pass_time(days=14)
    assert {row.status for row in windows(walk).values()} == {"missed"}
    assert not db.session.scalars(select(Instance.id).join(Version, Version.id == Instance.version_id).where(
        Version.process_key == "objection_windows", Instance.status == "running")).all()


def test_an_objection_with_evidence_ends_its_own_term_and_one_that_is_upheld_ends_all(confirmed):
    walk, (first, second) = confirmed, parties(confirmed)
    receives(walk, first)
    receives(walk, second)
    file = {"sha256": storage.put(b"%PDF-1.4 x"), "name": "转账记录.pdf", "media_type": "application/pdf", "size": 10}
    objects(walk, first, files=[file])
    assert windows(walk)[first.id].status == "met" and windows(walk)[second.id].status == "running"
    evidence = db.session.scalar(select(Document).where(Document.kind == "objection_evidence"))
    assert (evidence.title, evidence.audience, evidence.case_id) == ("转账记录", "court", walk.case_id)

    walk.do("receive_objection", timeliness="counted")
    walk.do("decide_objection", objection_result="objection_upheld", court_reason="协议内容不明确")
    assert walk.case.confirmation == "set_aside" and windows(walk)[second.id].status in ("met", "cancelled")


def test_a_courts_own_system_registers_an_objection_on_paper_and_decides_it(confirmed):
    walk, (first, _second) = confirmed, parties(confirmed)
    receives(walk, first)
    with transaction():
        db.session.get(CourtProfile, walk.world.court.id).decides_here = False
    ruling = db.session.scalar(select(ConfirmationApplication.number))
    told = {"ruling_number": ruling, "capacity": "party", "name": first.name, "received_on": clock.today().isoformat(),
            "reason": "协议内容与事实不符"}
    court = walk.world.actor("court_system")
    with transaction():
        row = ruling_objections.register(court, told, [])
    walk.work()
    db.session.expire_all()
    row = db.session.get(RulingObjection, row.id)
    assert row.channel == "api" and row.counted_in_time and row.term == "T18" and windows(walk)[first.id].status == "met"
    assert "receive_objection" not in walk.open(), "its own system decides"

    said = {"objection": row.id, "result": "objection_changed", "number": "（2026）沪0115民特监9号", "reason": "第二项不予确认"}
    with transaction(), pytest.raises(Forbidden):
        messages.hear(court, walk.case, "ruling_objection_decided", {**said, "objection": row.id + 5}, "o-0")
    with transaction():
        messages.hear(court, walk.case, "ruling_objection_decided", said, "o-1")
    walk.work()
    db.session.expire_all()
    assert db.session.get(RulingObjection, row.id).status == "changed" and walk.case.confirmation == "confirmed"
    assert db.session.scalar(select(CourtApplication.number).where(CourtApplication.kind == "objection")) == said["number"]
    told_to_court = select(OperationCall.status).where(OperationCall.element == "tell_court_objection")
    assert db.session.scalar(told_to_court) == "done"


def test_a_party_whose_court_takes_none_here_is_told_to_go_there(confirmed):
    walk, (first, _second) = confirmed, parties(confirmed)
    with transaction():
        db.session.get(CourtProfile, walk.world.court.id).decides_here = False
    objects(walk, first)
    assert "objection_elsewhere" in set(db.session.scalars(select(Notice.template).where(Notice.participant_id == first.id)))


def applied_for(refer):
    """Both parties have asked a court with a system of its own to confirm."""
    walk = refer(decides_here=False)
    with transaction():
        starts.renew(versions.latest("objection_windows"))
    walk.to_mediation()
    walk.to_result("agreement_full")
    walk.to_signing()
    walk.to_effect()
    for _party in range(2):
        walk.do("join_application", joins="yes", truthful=True)
    return walk


def test_where_the_court_serves_its_ruling_itself_the_fifteen_days_run_from_the_day_it_tells(refer):
    walk = applied_for(refer)
    court, first = walk.world.actor("court_system"), parties(walk)[0]

    def says(message, key, **payload):
        with transaction():
            messages.hear(court, walk.case, message, payload, key)

    received = {"name": first.name, "received_on": clock.today().isoformat()}
    with pytest.raises(messages.MessageRefused):
        says("ruling_received", "r-0", **received)
    clock.move(timedelta(days=3))
    ruled_on = clock.today() - timedelta(days=2)
    ruled = {"decision": "confirmed", "number": "（2026）沪0115诉前调确9号", "ruled_on": ruled_on.isoformat()}
    for wrong_day in (ruled_on - timedelta(days=5), clock.today() + timedelta(days=1)):
        with pytest.raises(messages.MessageRefused):
            says("confirmation_ruled", "r-1", **{**ruled, "ruled_on": wrong_day.isoformat()})
    says("confirmation_ruled", "r-1", **ruled)
    for wrong_day in (ruled_on - timedelta(days=1), clock.today() + timedelta(days=1)):
        with pytest.raises(messages.MessageRefused):
            says("ruling_received", "r-2", **{**received, "received_on": wrong_day.isoformat()})
    received["received_on"] = ruled_on.isoformat()  # before we heard of the ruling
    says("ruling_received", "r-3", **received)  # at once after the ruling, which our worker has not entered yet
    walk.work()

    application = db.session.scalar(select(ConfirmationApplication))
    assert application.decided_at.astimezone(clock.SHANGHAI).date() == ruled_on
    running = windows(walk)[first.id]
    assert set(windows(walk)) == {first.id} and running.status == "running"
    day = date.fromisoformat(received["received_on"])
    assert running.due_at == objections.ends_for(first) == due_at("T18", objections.received(day))
    until = running.due_at
    says("ruling_received", "r-4", **{**received, "received_on": clock.today().isoformat()})  # the court corrects itself
    walk.work()
    corrected = windows(walk)[first.id]
    assert corrected.due_at == objections.ends_for(first) == due_at("T18", objections.received(clock.today()))
    assert corrected.due_at > until and corrected.status == "running" and count_open(walk, first) == 1
    only_one_of_that_name_still_there(walk, says, received)


def test_where_the_court_never_tells_its_ruling_or_the_day_the_office_finds_out_and_notes_it(refer):
    walk = applied_for(refer)
    applied_on = clock.today()
    walk.pass_time(days=31)
    ruled_on = clock.today() - timedelta(days=2)
    found = {"found_decision": "confirmed", "found_number": "（2026）沪0115诉前调确9号", "found_reason": "当事人提交裁定书"}
    with pytest.raises(receipts.ReceiptRefused):
        walk.do("ask_court", **found, found_on=(applied_on - timedelta(days=1)).isoformat())
    walk.do("ask_court", **found, found_on=ruled_on.isoformat())
    assert walk.case.confirmation == "confirmed" and "ask_court" not in walk.open()
    walk.pass_time(days=21)
    assert walk.open().count("prove_receipt") == 2 and windows(walk) == {}
    walk.do("prove_receipt", receipt="waiting")
    assert walk.open().count("prove_receipt") == 1

    proven = {"receipt": "received", "proof": "法院送达回证"}
    with pytest.raises(receipts.ReceiptRefused):
        walk.do("prove_receipt", **proven, received_on=(ruled_on - timedelta(days=1)).isoformat())
    walk.do("prove_receipt", **proven, received_on=ruled_on.isoformat())
    second = parties(walk)[1]
    assert set(windows(walk)) == {second.id} and objections.begun_for(second) == objections.received(ruled_on)
    assert windows(walk)[second.id].due_at == objections.ends_for(second)
    walk.pass_time(days=21)
    assert walk.open().count("prove_receipt") == 1, "the other is asked for again"
    with transaction():
        messages.hear(walk.world.actor("court_system"), walk.case, "ruling_received",
                      {"name": parties(walk)[0].name, "received_on": clock.today().isoformat()}, "r-2")
    walk.work()
    assert "prove_receipt" not in walk.open() and set(windows(walk)) == {one.id for one in parties(walk)}


def only_one_of_that_name_still_there(walk, says, received) -> None:
    """A receipt is noted of the party that is meant, or of nobody."""
    first, second = parties(walk)

    def refusal(key, **changes) -> str:
        with pytest.raises(messages.MessageRefused) as refused:
            says("ruling_received", key, **{**received, **changes})
        return refused.value.problems[0]["code"]

    with transaction():
        db.session.merge(second).name = first.name
    assert refusal("r-5") == "ambiguous" and refusal("r-5", name="无此人") == "unknown"
    says("ruling_received", "r-6", **received, side=second.side)
    assert set(db.session.scalar(select(ConfirmationApplication)).receipts) == {str(first.id), str(second.id)}
    with transaction():
        db.session.merge(second).is_current = False
    assert refusal("r-7", side=second.side) == "unknown"
    says("ruling_received", "r-6", **received, side=second.side)  # the same again is no news
