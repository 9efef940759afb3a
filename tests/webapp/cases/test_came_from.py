"""A case that came from a colleague says so: from whom, when, and why as far as the reader may know."""

import pytest

from engine.access.actor import Actor
from engine.access.models import Role, User
from engine.db import db, transaction
from engine.inbox.asking import acts
from engine.inbox.sharing import handing_out, handling
from tests import factories
from tests.webapp.conftest import Browser

pytestmark = pytest.mark.db


def test_a_mediator_who_takes_over_reads_from_whom_and_the_office_also_why(browser, refer):
    walk = refer()
    walk.to_mediation()
    assert "接办自" not in browser("mediator").text(f"/cases/{walk.case.number}")
    with transaction():
        reasons = {"step_down_reason": "因病住院", "step_down_ground": "illness"}
        acts.tell(walk.world.actor("mediator"), walk.case, "step_down", reasons)
    walk.work()
    assert "接办自" not in browser("coordinator").text(f"/cases/{walk.case.number}"), "nobody has it yet"
    walk.do("assign_mediator", mediator=str(walk.world.other_mediator.id))
    walk.do("disclose_conflicts", conflict="none")
    mine = browser("other_mediator").text(f"/cases/{walk.case.number}")
    assert "您接办自李调解" in mine
    office = browser("coordinator").text(f"/cases/{walk.case.number}")
    assert "王调解接办自李调解" in office and "原因：" in office and "因病住院" in office


def test_a_handler_reads_who_gave_the_case_and_who_had_it(site, browser, world):
    with transaction():
        case = factories.case(institution_id=world.bank.id)
        factories.participant(case, name="王小明")
        factories.participant(case, side="respondent", name=world.bank.name, body_id=world.bank.id, kind="legal")
        factories.nobody_handles(case)
        leader = factories.user("授权管理员", Role.INSTITUTION_ADMIN, world.bank, login="leader").id
        colleague = factories.user("经办乙", Role.INSTITUTION_HANDLER, world.bank, login="colleague")
        number = case.number
    with transaction():
        handling.take(world.actor("handler"), number)
    assert "移交给您" not in browser("handler").text(f"/cases/{number}")
    with transaction():
        handing_out.hand_over(Actor.of_user(db.session.get(User, leader)), world.handler.id, colleague.id)
    assert "由授权管理员移交给您，此前由银行经办办理" in Browser(site).sign_in(colleague).text(f"/cases/{number}")
