"""A court's system asks on behalf of one of its people: it may what both may, and the audit names both."""

import pytest
from sqlalchemy import select

from engine import clock
from engine.access.models import RoleGrant
from engine.audit.models import AuditEntry
from engine.cases.models import Case
from engine.db import db, transaction
from engine.workflow.models import TraceEntry
from tests import personas

pytestmark = pytest.mark.db


@pytest.fixture
def number(court):
    return court.refer("R-1")


def of(login: str) -> dict:
    return {"headers": {"On-Behalf-Of": login}}


def test_a_system_sees_for_somebody_what_both_see(court, other_court, number):
    assert court.get(f"/cases/{number}", **of("clerk")).status_code == 200
    assert court.get(f"/cases/{number}", **of("judge")).status_code == 404  # the mediation is not the judge's
    assert number in court.get("/cases", **of("clerk")).text and number not in court.get("/cases", **of("judge")).text
    assert other_court.get(f"/cases/{number}", **of("clerk")).status_code == 403


@pytest.mark.parametrize("login", ["nobody", "handler", "admin", "", "x" * 300, "clerk'--"])
def test_only_people_of_its_own_body_can_be_named_and_all_others_look_the_same(court, number, login):
    answer = court.get(f"/cases/{number}", **of(login))

    assert (answer.status_code, answer.json["code"]) == (403, "nobody-of-yours")


def test_a_role_that_has_ended_ends_it_at_once(court, world, number):
    with transaction():
        grant = db.session.scalar(select(RoleGrant).where(RoleGrant.user_id == world.clerk.id))
        grant.valid_until = clock.today().replace(year=2020)

    assert court.get(f"/cases/{number}", **of("clerk")).status_code == 403
    assert court.get(f"/cases/{number}").status_code == 200


def test_what_is_done_for_somebody_needs_both_rights_and_names_both(court, world, number):
    said = {"message_id": "00000000-0000-4000-8000-000000000001", "name": "withdrawal", "payload": {"reason": "当事人撤回"}}
    refused = court.post(f"/cases/{number}/messages", json=said, **of("president"))
    done = court.post(f"/cases/{number}/messages", json=said, **of("clerk"))

    assert refused.status_code == 404 and done.status_code < 300, done.text
    with transaction(write=False):
        case_id = db.session.scalar(select(Case.id).where(Case.number == number))
        noted = db.session.scalar(select(AuditEntry).where(
            AuditEntry.case_id == case_id, AuditEntry.action.like("api_messages%")))
        assert (noted.actor_kind, noted.actor_id, noted.detail["on_behalf_of"]) == ("client", court.client.id, world.clerk.id)
        assert f"{world.court.name}（{world.clerk.name}）" in db.session.scalars(
            select(TraceEntry.actor).where(TraceEntry.case_id == case_id)).all()


def test_the_answer_to_one_is_not_given_again_to_another(court):
    asked = [court.post("/referrals", key="for-the-clerk", json=personas.referral("R-2"), **to)
             for to in (of("clerk"), of("clerk"), {})]

    assert [answer.status_code for answer in asked] == [201, 201, 422]
