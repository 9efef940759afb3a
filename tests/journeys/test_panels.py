"""Several mediators under a chair: each discloses, sits, sees the case, signs; whoever leaves sees nothing any more."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine import clock
from engine.access.models import Body
from engine.access.permissions import Permission
from engine.access.policy import may
from engine.db import db, transaction
from engine.documents import acknowledgements
from engine.documents.models import Document, Signature
from engine.inbox.asking import acts
from engine.inbox.workspace import desk, schedule
from engine.mediation import agreement, minutes, panel, sessions
from engine.mediation.models import MediatorProfile
from engine.notices.models import Notice
from engine.workflow import starts, versions

pytestmark = pytest.mark.db


def tell(walk, who: str, act: str, **more) -> None:
    with transaction():
        starts.renew(versions.latest("co_mediation"))
        acts.tell(walk.world.actor(who), walk.case, act, {f"{act}_reason": "涉及多份保单", **more})
    walk.work()


def sees(walk, who="other_mediator") -> bool:
    return may(walk.world.actor(who), Permission.CASE_READ, walk.case)


@pytest.fixture
def joined(refer):
    """The chair mediates, and another mediator sits beside them."""
    walk = refer()
    walk.to_mediation()
    tell(walk, "coordinator", "co_wanted")
    walk.do("choose_co", picking="assign", co=str(walk.world.other_mediator.id))
    assert panel.members(walk.case_id) == [], "nobody sits before they have disclosed"
    walk.do("disclose_as_co", conflict="none")
    return walk


def test_who_is_only_asked_to_join_sees_the_case_and_no_session_of_it(refer):
    walk = refer()
    walk.to_mediation()
    tell(walk, "coordinator", "co_wanted")
    walk.do("choose_co", picking="assign", co=str(walk.world.other_mediator.id))
    with transaction():
        sessions.plan(walk.case, clock.now() + timedelta(days=2), "video")
    asked, chair = walk.world.actor("other_mediator"), walk.world.actor("mediator")
    with transaction(write=False):
        assert sees(walk) and not desk.sees_mediation(asked, walk.case) and schedule.of(asked, clock.today()) == []
        assert desk.sees_mediation(chair, walk.case) and len(schedule.of(chair, clock.today())) == 1


def test_all_mediators_are_named_and_sign_and_only_the_chair_leads(joined):
    beside, chair = joined.world.actor("other_mediator"), joined.world.actor("mediator")
    told = db.session.scalars(select(Notice.template).where(Notice.case_id == joined.case_id)).all()
    assert told.count("co_mediator_joined") == 2
    leads = [Permission.CASE_STEER, Permission.SESSION_HOLD, Permission.AGREEMENT_DRAFT]
    assert sees(joined) and [may(beside, each, joined.case) for each in leads] == [False, False, False]
    assert [may(chair, each, joined.case) for each in leads] == [True, True, True]
    assert not may(joined.world.actor("outsider"), Permission.CASE_READ, joined.case)
    joined.to_result("agreement_full")
    seats = sessions.of_case(joined.case_id)[-1].attendances
    assert "王调解" in [seat.participant.name for seat in seats], "they come to its sessions"
    joined.to_signing()
    assert "调解员：李调解（首席调解员）、王调解" in joined.printed("agreement")
    assert "co_left" not in acts.offered(joined.world.actor("coordinator"), joined.case), "the text names them"
    for _party in range(2):
        joined.do("sign_agreement", answer="sign")
    assert joined.open() == ["sign_as_mediator", "sign_as_mediator"]
    for _mediator in range(2):
        joined.do("sign_as_mediator", confirmed=True)
    joined.do("seal_agreement", checked=True)
    made = agreement.in_effect(joined.case_id)
    signed = db.session.execute(select(Signature.field, Signature.signer).where(
        Signature.document_id == made.document_id, Signature.kind == "mediator")).all()
    assert sorted(map(tuple, signed)) == [("mediator", "李调解"), ("mediator_2", "王调解")]
    assert db.session.get(Document, made.document_id).audience == "filing"


def test_a_party_objects_to_one_of_them_who_then_sees_nothing_any_more(joined):
    handler = joined.world.actor("handler")
    assert "co_recusal" in acts.offered(handler, joined.case)
    tell(joined, "handler", "co_recusal", co_recusal_co=str(joined.world.other_mediator.id))
    joined.do("decide_co_recusal", co_recusal="granted", decision_reason="认识对方经办人")
    assert not sees(joined) and panel.members(joined.case_id) == []
    assert joined.case.mediator_id == joined.world.mediator.id, "the chair is not concerned"
    assert "co_recusal" not in acts.offered(handler, joined.case)


def test_who_once_worked_for_a_party_is_not_even_offered_and_never_seated(refer):
    walk = refer()
    walk.to_mediation()
    with transaction():
        bank = db.session.get(Body, next(person.body_id for person in walk.case.participants if person.body_id)).code
        db.session.get(MediatorProfile, walk.world.other_mediator.id).former_employers = [bank]
    tell(walk, "coordinator", "co_wanted")
    assert walk._open("choose_co")[0].data["candidates"] == []
    with pytest.raises(panel.mediators.ConflictOfInterest), transaction():
        panel.join(walk.case, walk.world.other_mediator.id)
    walk.do("choose_co", picking="none")
    assert panel.names(walk.case) == "李调解", "one alone is no chair"


def test_all_mediators_sign_the_record_of_facts_and_nobody_comes_or_goes_meanwhile(joined):
    joined.to_result("too_far_apart")
    joined.nobody_objects()
    for _party in range(2):
        joined.do("consent_facts", agrees="yes")
    joined.do("list_facts", facts_found="listed", facts_items=[{"text": "合同已签订", "source": "合同", "claim": "返还"}])
    assert "co_left" not in acts.offered(joined.world.actor("coordinator"), joined.case), "the text names them"
    for _party in range(2):
        joined.do("sign_facts", answer="sign")
    assert joined.open() == ["sign_facts_as_mediator", "sign_facts_as_mediator"]
    for _mediator in range(2):
        joined.do("sign_facts_as_mediator", confirmed=True)
    joined.do("seal_facts", checked=True)
    paper = db.session.scalar(select(Document).where(Document.case_id == joined.case_id, Document.kind == "undisputed_facts"))
    signed = [(one.field, one.signer) for one in paper.signatures if one.kind == "mediator"]
    assert sorted(signed) == [("mediator", "李调解"), ("mediator_2", "王调解")] and paper.audience == "filing"


def test_a_mediator_beside_the_chair_confirms_the_minutes_and_they_say_so(joined):
    joined.do("plan_session", planned_at="2030-01-02T10:00", mode="video")
    session = sessions.of_case(joined.case_id)[-1]
    chair, beside = joined.world.actor("mediator"), joined.world.actor("other_mediator")
    with transaction():
        sessions.open(chair, session.id)
        minutes.write(chair, session.id, "双方陈述意见。")
        minutes.freeze(chair, session.id)
        minutes.answer(beside, session.id, True)
    said = {row["name"]: row["word"] for row in acknowledgements.of_minutes(joined.case, session)}
    assert said["李调解"] == "主持会议并制作本笔录" and said["王调解"].endswith("在线核对，确认无误")
