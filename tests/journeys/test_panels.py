"""Several mediators under a chair: each discloses, sits, sees the case, signs; whoever leaves sees nothing any more."""

import pytest
from sqlalchemy import select

from engine.access.models import Body
from engine.access.permissions import Permission
from engine.access.policy import may
from engine.db import db, transaction
from engine.documents.models import Document, Signature
from engine.inbox.asking import acts
from engine.mediation import agreement, panel, sessions
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
