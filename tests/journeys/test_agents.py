"""An agent without special authority speaks for a party, and binds it by nothing (CPL 62)."""

import pytest
from sqlalchemy import select

from engine.access.actor import Actor
from engine.access.models import Participant
from engine.db import db, transaction
from engine.inbox import acts, authority, queries, tasks
from engine.workflow.models import UserTask
from tests import personas


@pytest.fixture
def represented(refer):
    """A case whose applicant is reached through an agent only; `authority` is what the power of attorney gives."""
    def represented(authority: str):
        applicant, respondent = personas.referral()["parties"]
        agent = {"name": "周律师", "id_type": "other", "id_number": "L1", "phone": "16600007777", "authority": authority}
        applicant = applicant | {"phone": "", "agents": [agent], "consents": {}}
        walk = refer(parties=[applicant, respondent])
        walk.do("accept_referral", decision="accept")
        walk.do("assign_mediator", mediator=str(walk.world.mediator.id))
        walk.do("disclose_conflicts", conflict="none")
        assert walk.link(agent_row(walk).represents_id) is None, "the link in the agent's message is the agent's own"
        return walk
    return represented


def agent_row(walk) -> Participant:
    return db.session.scalar(select(Participant).where(Participant.case_id == walk.case_id, Participant.name == "周律师"))


def agent(walk) -> Actor:
    person = agent_row(walk)
    return Actor.of_party(walk.link(person.id), person)


def answers(walk, element: str, **given) -> None:
    with transaction():
        task = next(task for task in queries.of_case(agent(walk), walk.case_id) if task.element == element)
        tasks.complete(agent(walk), task.id, given)
    walk.work()


def test_general_authority_speaks_but_does_not_sign_waive_or_withdraw(represented):
    walk = represented("general")
    answers(walk, "answer_invitation", agrees="yes", e_service=True)
    walk.do("answer_invitation", agrees="yes", e_service=True)
    assert "recusal" in acts.offered(agent(walk), walk.case) and "withdrawal" not in acts.offered(agent(walk), walk.case)
    with transaction(), pytest.raises(authority.NeedsSpecialAuthority):
        acts.tell(agent(walk), walk.case, "withdrawal", {"reason": "不再主张"})
    walk.to_result("agreement_full")
    with transaction():  # the check before signing wants somebody who may sign: the party itself can be reached after all
        db.session.scalar(select(Participant).where(Participant.name == "王小明")).phone = "16600001234"
    walk.to_signing()
    with pytest.raises(authority.NeedsSpecialAuthority):
        answers(walk, "sign_agreement", answer="sign")
    assert db.session.scalars(select(UserTask).where(UserTask.element == "sign_agreement", UserTask.status == "open")).all()
    answers(walk, "sign_agreement", answer="refuse", reason="当事人不同意")
    walk.work()
    assert walk.case.outcome == "O13", "a refusal may always be said"


def test_special_authority_withdraws_for_the_party(represented):
    walk = represented("special")
    with transaction():
        acts.tell(agent(walk), walk.case, "withdrawal", {"reason": "当事人不再主张"})
    walk.work()
    assert walk.case.outcome == "O07"
