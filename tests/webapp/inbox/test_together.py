"""Several tasks of one kind are completed with one set of answers, where their form is made for it."""

import pytest
from sqlalchemy import select

from engine.cases import intake
from engine.db import db, transaction
from engine.errors import NotFound
from engine.forms.form import Form, FormRefused
from engine.inbox import tasks, together
from engine.workflow.models import UserTask
from tests import personas
from tests.journeys.walking import Walk

pytestmark = pytest.mark.db


@pytest.fixture
def three(world, shipped):
    """Three referrals to be accepted, by number; the last is a colleague's."""
    for n in (1, 2, 3):
        with transaction():
            changes = {"external_ref": f"R-{n}", "court_number": f"（2024）沪0115诉前调{n}号"}
            case = intake.accept(world.actor("court_system"), personas.referral(**changes))
        Walk(world, case).work()
    with transaction():
        found = list(db.session.scalars(select(UserTask.id).where(UserTask.element == "accept_referral").order_by(UserTask.id)))
        tasks.claim(world.actor("other_coordinator"), found[-1])
    return found


def states(ids) -> list[str]:
    with transaction(write=False):
        return [str(db.session.get(UserTask, each, populate_existing=True).status) for each in ids]


def test_what_was_chosen_is_looked_at_answered_once_and_completed(browser, three):
    desk = browser("coordinator")
    looked = desk.post("/inbox/tasks/many/preview", verb="complete", task=three, view="available").text
    assert "一并办结" in looked and looked.count('name="task"') == 2 and "不能撤回" in looked and "协调员乙" in looked
    assert states(three) == ["open"] * 3

    refused = desk.post("/inbox/tasks/many/complete", task=three, decision="refuse", view="available")
    assert refused.status_code == 422 and "具体说明" in refused.text and states(three) == ["open"] * 3

    done = desk.post("/inbox/tasks/many/complete", task=three, decision="accept", view="available")
    assert done.status_code == 303 and states(three) == ["done", "done", "open"]
    assert "many/undo" not in desk.get("/inbox/?view=team").text  # it is final


def test_other_kinds_and_strangers_are_left_alone(browser, world, three):
    with transaction(), pytest.raises(NotFound):
        together.complete(world.actor("admin"), three, {"decision": "accept"})
    assert browser("mediator").post("/inbox/tasks/many/complete", task=three, decision="accept").status_code == 404
    with transaction():
        db.session.get(UserTask, three[1]).element = "another_kind"
    mixed = browser("coordinator").post("/inbox/tasks/many/complete", task=three[:2], decision="accept")
    assert mixed.status_code == 409 and states(three) == ["open"] * 3


@pytest.mark.parametrize("asked", [
    {"key": "day", "type": "date", "label": "日期"}, {"key": "who", "type": "select", "label": "人", "options_from": "people"}])
def test_a_form_for_many_asks_nothing_of_one_case(asked):
    form = {"id": "x", "together": True, "components": [asked]}

    with pytest.raises(FormRefused):
        Form.from_row(form)
    assert not Form.from_row(form | {"together": False}).together
    with pytest.raises(FormRefused):
        Form.from_row(form | {"together": "yes"})
