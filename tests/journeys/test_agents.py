"""An agent without special authority speaks for a party, and binds it by nothing (CPL 62)."""

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from engine import clock
from engine.access.actor import Actor
from engine.access.models import Participant, PartyLink
from engine.cases import powers, transfer
from engine.cases.models import PowerOfAttorney
from engine.db import db, transaction
from engine.errors import Invalid, NotFound
from engine.forms.form import Form
from engine.inbox import authority, tasks
from engine.inbox.asking import acts, agents
from engine.inbox.lists import queries
from engine.notices.models import ServiceAddress
from engine.workflow.models import UserTask
from tests import personas
from tests.journeys.walking import leg


@pytest.fixture
def represented(refer):
    """A case whose applicant is reached through an agent only; `authority` is what the power of attorney gives."""
    def represented(authority: str):
        applicant, respondent = personas.referral()["parties"]
        agent = {"name": "周律师", "id_type": "other", "id_number": "L1", "phone": "16600007777", "authority": authority}
        applicant = applicant | {"phone": "", "agents": [agent], "consents": {}}
        walk = refer(parties=[applicant, respondent])
        begun(walk)
        assert walk.link(agent_row(walk).represents_id) is None, "the link in the agent's message is the agent's own"
        return walk
    return represented


@leg
def begun(walk) -> None:
    walk.do("accept_referral", decision="accept")
    walk.do("assign_mediator", mediator=str(walk.world.mediator.id))
    walk.do("disclose_conflicts", conflict="none")


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


POWER = {"name": "周律师", "id_type": "other", "id_number": "L1", "phone": "16600007777",
         "kind": "lawyer", "licence": "13101202410000001",
         "firm": "上海某某律师事务所（2026）函字第1号", "matter": "本案调解", "scope": "special", "matters": ["settle"],
         "valid_from": "2024-01-01", "signed": True}


def register(walk, **changes) -> PowerOfAttorney:
    with transaction():
        agent = agent_row(walk)
        made = agents.appoint(walk.world.actor("mediator"), agent.represents_id, POWER | changes)
    return made


@pytest.mark.db
def test_a_power_registered_in_the_course_of_the_case_counts_for_exactly_what_it_names(represented):
    walk = represented("general")
    register(walk)
    assert authority.may_bind(agent(walk), "settle") and not authority.may_bind(agent(walk), "waive")
    with transaction(), pytest.raises(authority.MatterNotGiven):
        acts.tell(agent(walk), walk.case, "withdrawal", {"reason": "不再主张"})
    register(walk, matters=["settle", "waive"])
    assert [row.ended_reason for row in powers.of_agent(agent_row(walk))] == ["replaced", ""], "one power holds at a time"
    with transaction():
        acts.tell(agent(walk), walk.case, "withdrawal", {"reason": "当事人不再主张"})
    walk.work()
    assert walk.case.outcome == "O07"


@pytest.mark.db
def test_a_case_that_moves_takes_exactly_the_powers_along(represented):
    walk = represented("special")
    register(walk, matters=["waive"])
    register(walk, matters=["settle"])
    with transaction():
        moved = transfer.move(walk.case, "HDBX", "由地区性组织办理")
        there = next(person for person in moved.participants if person.role == "agent")
        assert [row.ended_reason for row in powers.of_agent(there)] == ["replaced", ""]
        assert (powers.may(there, "settle"), powers.may(there, "waive")) == (True, False)


@pytest.mark.db
def test_after_its_last_day_a_power_gives_nothing_not_even_speech(represented):
    walk = represented("special")
    today = clock.today()
    register(walk, valid_until=(today + timedelta(days=1)).isoformat())
    clock.move(timedelta(days=2))
    with transaction(), pytest.raises(authority.NoPowerInForce):
        acts.tell(agent(walk), walk.case, "recusal", {"recusal_ground": "interest", "recusal_reason": "利害关系"})
    assert powers.matters(agent_row(walk)) is None


@pytest.mark.db
def test_a_replaced_or_dismissed_agent_comes_in_no_more_and_agents_appoint_nobody(represented):
    walk = represented("special")
    was, seen = agent(walk), agent_row(walk)
    with transaction(), pytest.raises(NotFound):
        agents.appoint(was, seen.represents_id, POWER)
    register(walk, name="吴律师", id_number="L2", replaces=str(seen.id))
    with transaction(write=False):
        assert not db.session.get(Participant, seen.id).is_current and db.session.get(PartyLink, was.link_id).revoked_at
    new = db.session.scalar(select(Participant).where(Participant.name == "吴律师"))
    with transaction(), pytest.raises(agents.PowerUnusable):
        agents.dismiss(walk.world.actor("mediator"), new.id, " ")
    with transaction():
        agents.dismiss(walk.world.actor("mediator"), new.id, "当事人解除委托")
    assert powers.agents_of(db.session.get(Participant, seen.represents_id)) == []


@pytest.mark.db
@pytest.mark.parametrize(("changes", "field"), [
    ({"matters": []}, "matters"), ({"licence": ""}, "licence"), ({"valid_until": "2024-02-01"}, "valid_until"),
    ({"signed": False}, "signed"), ({"id_type": "resident_id", "id_number": "1"}, "id_number"), ({"phone": "abc"}, "phone"),
    ({"name": "王小明", "id_type": "other", "id_number": personas.referral()["parties"][0]["id_number"]}, "name"),
    ({"kind": "relative", "kinship": ""}, "kinship"), ({"replaces": "999"}, "replaces")])
def test_a_power_that_proves_nothing_is_refused_and_changes_nothing(represented, changes, field):
    walk = represented("general")
    with pytest.raises(Invalid) as refused:
        register(walk, **changes)
    assert field in str(refused.value.problems) and not powers.of_agent(agent_row(walk))


@pytest.mark.db
def test_a_third_agent_must_replace_one_and_the_other_side_appoints_nobody_here(represented):
    walk = represented("general")
    register(walk, name="吴律师", id_number="L2")
    with pytest.raises(agents.PowerUnusable):
        register(walk, name="郑律师", id_number="L3")
    party = db.session.get(Participant, agent_row(walk).represents_id)
    with transaction(), pytest.raises(NotFound):
        agents.appoint(walk.world.actor("handler"), party.id, POWER)


def form_of(process: str, name: str) -> Form:
    return Form.read((Path("bpmn") / process / "forms" / f"{name}.json").read_text(encoding="utf-8"), name)


@pytest.mark.parametrize(("process", "form", "answers", "matters"), [
    ("undisputed_facts", "sign_facts", {"answer": "sign"}, ["admit"]),
    ("undisputed_facts", "sign_facts", {"answer": "refuse"}, []),
    ("signing", "sign_agreement", {"answer": "sign"}, ["settle"]),
    ("docket_ending", "apply_withdrawal", {"applies": "yes"}, ["waive"]),
    ("notarised_deed", "accept_deed", {"accepts": "yes"}, ["settle"]), ("notarised_deed", "accept_deed", {"accepts": "no"}, []),
    ("group_case", "answer_group_offer", {"accepts": "yes"}, ["settle"]),
    ("advance_payment", "agree_advance", {"agrees_advance": "yes"}, ["settle"]),
    ("docket_ending", "sign_for_letter", {"answer": "received"}, ["receive"])])
def test_the_form_says_which_answers_bind_the_party(process, form, answers, matters):
    assert authority._binding_in(form_of(process, form), answers) == matters


def test_an_agent_signs_for_a_mediation_letter_only_with_authority_to_settle_or_as_named_receiver(represented):
    walk = represented("general")
    person, form = agent_row(walk), form_of("docket_ending", "sign_for_letter")
    task = SimpleNamespace(participant_id=person.represents_id, case_id=walk.case_id)
    for said in ("received", "go_back"):
        with pytest.raises(authority.NeedsSpecialAuthority):
            authority.check_answers(agent(walk), task, form, {"answer": said})
    with transaction():
        db.session.add(ServiceAddress(
            case_id=walk.case_id, participant_id=person.represents_id, receiver=person.name, phone="16600007777",
            postcode="200000", address="上海市示例路1号", channel="link", recorded_by=person.name, agrees=False))

    authority.check_answers(agent(walk), task, form, {"answer": "received"})
    with pytest.raises(authority.NeedsSpecialAuthority):
        authority.check_answers(agent(walk), task, form, {"answer": "go_back"})
