"""A mediator goes while the agreement is being signed: what was signed falls with its text, or stands because it binds."""

from types import SimpleNamespace

import pytest
from sqlalchemy import select

from engine.db import db, transaction
from engine.deadlines.models import Deadline
from engine.documents.models import Signature
from engine.inbox import drafting, tasks
from engine.inbox.asking import acts
from engine.mediation import agreement, mediators
from engine.notices.models import Notice

pytestmark = pytest.mark.db


def tell(walk, who: str, act: str, reason: str = "因病住院", **more) -> None:
    with transaction():
        acts.tell(walk.world.actor(who), walk.case, act, {f"{act}_reason": reason, **more})
    walk.work()


@pytest.fixture
def signing(refer):
    """The text is frozen, and everybody is asked to sign."""
    walk = refer()
    walk.to_mediation()
    walk.to_result("agreement_full")
    walk.to_signing()
    return walk


def replaced(walk) -> None:
    walk.do("assign_mediator", mediator=str(walk.world.other_mediator.id))
    walk.do("disclose_conflicts", conflict="none")


def test_before_all_have_signed_the_text_is_void_and_is_made_and_signed_anew_under_the_new_mediator(signing):
    signing.do("sign_agreement", answer="sign")
    tell(signing, "mediator", "step_down", step_down_ground="illness")
    with pytest.raises(agreement.NotFrozen):
        signing.do("sign_agreement", answer="sign")
    assert "unable" not in acts.offered(signing.world.actor("coordinator"), signing.case), "it is being settled already"
    replaced(signing)
    assert signing.open() == ["draft_agreement"]
    assert [made.status for made in agreement.versions(signing.case_id)] == ["void"]
    told = db.session.scalars(select(Notice.template).where(Notice.case_id == signing.case_id)).all()
    assert told.count("signatures_void") == 2 and "mediator_changed" in told, told
    task = signing._open("draft_agreement")[0]
    assert drafting.before(task, tasks.form_of(task))["terms"][0]["amount"] == "8000.00", "nobody writes it all again"
    signing.to_signing()
    signing.to_effect()
    assert [made.status for made in agreement.versions(signing.case_id)] == ["void", "effective"]
    assert "调解员：王调解" in signing.printed("agreement")


def test_a_text_whose_signing_a_suspicion_stopped_is_void_and_drafted_again(signing):
    signing.do("sign_agreement", answer="sign")
    tell(signing, "coordinator", "suspicion", "双方陈述逐字相同")
    assert agreement.open_for_signing(signing.case_id) is None
    signing.do("decide_suspension", suspension="resume", decided_with="organisation", decision_reason="债权真实")
    assert signing.open() == ["draft_agreement"] and not agreement.is_fixed(signing.case_id)
    signing.to_signing()
    assert agreement.is_fixed(signing.case_id)
    signing.to_effect()
    assert [made.status for made in agreement.versions(signing.case_id)] == ["void", "effective"]


def test_once_the_agreement_binds_the_text_stands_and_whoever_takes_over_signs_it(signing):
    for _party in range(2):
        signing.do("sign_agreement", answer="sign")
    assert "recusal" not in acts.offered(signing.world.actor("handler"), signing.case), "too late to undo what binds"
    tell(signing, "coordinator", "unable", unable_ground="illness")
    replaced(signing)
    signing.do("sign_as_mediator", confirmed=True)
    signing.do("seal_agreement", checked=True)
    made = agreement.in_effect(signing.case_id)
    by = select(Signature).where(Signature.document_id == made.document_id, Signature.kind == "mediator")
    assert (made.number, db.session.scalar(by).signer) == (1, "王调解（接任李调解）")


def test_a_recusal_that_is_refused_leaves_text_and_signatures_and_gives_the_time_back(signing):
    signing.do("sign_agreement", answer="sign")
    term = select(Deadline).where(Deadline.case_id == signing.case_id, Deadline.term == "TSIGN", Deadline.ended_at.is_(None))
    before = SimpleNamespace(due_at=db.session.scalar(term.order_by(Deadline.id.desc()).limit(1)).due_at)
    tell(signing, "handler", "recusal", "认识对方", recusal_ground="relation")
    with pytest.raises(mediators.SigningRests):
        signing.do("sign_agreement", answer="sign")
    signing.pass_time(days=3)
    signing.do("decide_recusal", recusal="refused", decision_reason="没有影响公正的关系")
    db.session.expire_all()
    assert (db.session.scalar(term.order_by(Deadline.id.desc()).limit(1)).due_at - before.due_at).days in (2, 3)
    assert signing.open() == ["sign_agreement"] and agreement.open_for_signing(signing.case_id).number == 1
    signing.do("sign_agreement", answer="sign")
