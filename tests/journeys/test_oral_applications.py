"""Both sides take their agreement to a competent court and apply in words, also in a case that no court ever had (CPL 205(2))."""

from threading import Event, Thread

import pytest
from sqlalchemy import func, select

from engine.access.actor import Actor
from engine.access.models import Role
from engine.access.policy import sees
from engine.courts import competence, confirmation
from engine.courts.models import CourtProfile
from engine.db import db, transaction
from engine.documents.models import Document
from engine.errors import Forbidden, Invalid
from engine.inbox.asking import oral_applications
from engine.inbox.asking.acts import NotPossibleNow
from engine.mediation import agreement
from engine.mediation.models import Consent
from engine.workflow.models import Instance, InstanceStatus, Message
from tests import factories
from tests.journeys.walking import VERIFIED

pytestmark = pytest.mark.db
SAID = {"oral_application_said": "双方共同申请确认，称系自愿达成。", "oral_application_together": True}


@pytest.fixture
def signing(apply):
    """An organisation's own case whose agreement lies for signing; the courts around work in our inbox."""
    walk = apply()
    with transaction():
        for court in (walk.world.court, walk.world.other_court):
            db.session.get(CourtProfile, court.id).decides_here = True
    walk.do("review_application", decision="accept")
    walk.to_mediation_once_accepted()
    walk.to_result("agreement_full")
    walk.to_signing()
    return walk


@pytest.fixture
def agreed(signing):
    """Its agreement has taken effect."""
    signing.to_effect()
    return signing


def told(walk) -> dict:
    made = agreement.in_effect(walk.case_id)
    return SAID | {"agreement_code": db.session.get(Document, made.document_id).check_code}


def apply_at(walk, who: str, answers: dict) -> None:
    with transaction():
        oral_applications.record(walk.world.actor(who), answers)
    walk.work()


def test_a_competent_court_writes_down_what_both_say_of_a_case_it_never_had(agreed):
    clerk = agreed.world.actor("clerk")
    assert agreed.case.court is None and not sees(clerk, agreed.case)

    apply_at(agreed, "clerk", told(agreed))

    assert "review_application_court" in agreed.open() and "join_application" not in agreed.open()
    assert sees(clerk, agreed.case) and "称系自愿达成" in agreed.printed("oral_application")
    agreed.do("review_application_court", by="clerk", decision="accepted", both_present=True)
    agreed.do("verify_together", by="judge", **VERIFIED)
    with pytest.raises(Invalid) as refused:
        apply_at(agreed, "clerk", told(agreed))
    assert refused.value.problems[0]["code"] == "closed", "one application at a time"


def test_nobody_learns_anything_by_a_code_that_is_none_or_at_a_court_that_is_not_competent(agreed):
    minutes = db.session.scalar(select(Document.check_code).where(Document.kind == "session_minutes"))
    for code in ("AAAA-AAAA", minutes):
        with pytest.raises(Invalid) as refused:
            apply_at(agreed, "clerk", SAID | {"agreement_code": code})
        assert refused.value.problems[0]["code"] == "unknown"
    with pytest.raises(Forbidden):
        apply_at(agreed, "coordinator", told(agreed))
    with pytest.raises(Invalid):
        apply_at(agreed, "clerk", told(agreed) | {"oral_application_together": False})
    assert not sees(agreed.world.actor("clerk"), agreed.case) and "join_application" in agreed.open()


def test_a_second_application_is_addressed_to_the_court_that_the_parties_name_then(signing):
    """CPL-Interp 352, 355(2): the first court has no jurisdiction."""
    world, agreed = signing.world, signing
    with transaction():
        agreed.case.participants[0].domicile = world.other_court.region
    agreed.to_effect()
    first, second = world.court, world.other_court
    for court in (first, second):
        element = "join_application" if court is first else "apply_again"
        for _one in range(2):
            agreed.do(element, joins="yes", truthful=True, court=court.code)
        assert agreed.printed("confirmation_application").count(court.name) > 0
        assert confirmation.of_case(agreed.case_id).court_id == court.id
        if court is first:
            agreed.do("review_application_court", by="clerk", decision="not_accepted", court_ground="no_jurisdiction",
                      court_reason="不属于本院管辖")
            agreed.pass_time(minutes=1)
    assert first.name not in agreed.printed("confirmation_application")


def told_orally() -> int:
    """How many statements of parties that they apply are on record as said at a court."""
    return db.session.scalar(select(func.count()).where(Consent.subject == "confirmation", Consent.is_given))


def test_of_two_courts_at_once_the_first_writes_it_down_and_the_other_is_told_so(app, agreed):
    """The other clerk asks while the first application is being kept: nothing of it is recorded, now or later."""
    with transaction():
        agreed.case.participants[0].domicile = agreed.world.other_court.region
        other = Actor.of_user(factories.user("书记员乙", Role.CLERK, agreed.world.other_court))
        assert {agreed.world.court.id, agreed.world.other_court.id} <= {
            each.id for each in competence.competent_courts(agreed.case)}
    answers, asks, refused = told(agreed), Event(), []

    def second():
        with app.app_context(), pytest.raises(Invalid) as raised, transaction():
            asks.set()
            oral_applications.record(other, answers)
        refused.append(raised.value.problems[0]["code"])

    with transaction():
        oral_applications.record(agreed.world.actor("clerk"), answers)
        late = Thread(target=second)
        late.start()
        if db.engine.dialect.name == "postgresql":
            asks.wait(5)
        late.join(0.3)
    late.join(20)
    agreed.work()

    assert refused == ["closed"] and told_orally() == 2, "each party said it once"
    assert list(db.session.scalars(select(Message.result).where(Message.name == oral_applications.MESSAGE))) == ["delivered"]
    assert agreed.open().count("review_application_court") == 1 and sees(agreed.world.actor("clerk"), agreed.case)


def test_what_the_process_cannot_take_now_is_not_written_down(agreed):
    with transaction():
        for instance in db.session.scalars(select(Instance).where(Instance.case_id == agreed.case_id)):
            instance.status = InstanceStatus.SUSPENDED
    with pytest.raises(NotPossibleNow):
        apply_at(agreed, "clerk", told(agreed))
    assert told_orally() == 0
