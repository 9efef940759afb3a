"""The institution's desk in the browser: list, export without people's names, one reply to several cases in three steps."""

import csv
import io
from decimal import Decimal

import pytest
from sqlalchemy import select

from engine.access.models import Role
from engine.audit.models import AuditEntry
from engine.db import db, transaction
from engine.mediation.models import ClaimReply
from engine.workflow.models import UserTask
from tests import factories


@pytest.fixture
def numbers(world):
    """Two cases of the bank and one of the insurer."""
    with transaction():
        return [made(world, body, f"甲某人{place}") for place, body in enumerate((world.bank, world.bank, world.insurer))]


def made(world, body, name) -> str:
    claims = [{"type": "refund", "text": "退还手续费", "amount": "800.00"}]
    case = factories.case(title=f"{name}与{body.name}", institution_id=body.id, mediator_id=world.mediator.id,
                          amount=Decimal("800.00"), claims=claims)
    factories.participant(case, name=name)
    factories.participant(case, side="respondent", name=body.name, body_id=body.id, kind="legal")
    return case.number


def test_the_portfolio_lists_counts_and_exports_people_masked(browser, numbers):
    handler = browser("handler")
    page = handler.text("/portfolio/?sort=due&least=100")
    assert numbers[0] in page and numbers[1] in page and numbers[2] not in page
    assert "¥1,600.00" in page
    assert numbers[0] not in handler.text("/portfolio/?least=1万") and "没有符合这些条件" in handler.text("/portfolio/?least=1万")
    export = handler.post("/exports/portfolio.csv").get_data(as_text=True)
    rows = list(csv.reader(io.StringIO(export.removeprefix("\ufeff"))))
    assert [row[0] for row in rows[1:]] == numbers[1::-1] and "甲某人" not in export and "甲***" in export
    for role in ("mediator", "clerk", "coordinator"):
        assert browser(role).get("/portfolio/").status_code == 403, role
        assert browser(role).post("/exports/portfolio.csv").status_code == 403, role


def test_several_cases_are_replied_to_in_three_steps(browser, numbers):
    handler, said = browser("handler"), {"stance": "checking", "text": "正在调取流水", "for_whom": "both"}
    assert "不因批量答复而视为同意" in handler.post("/portfolio/reply/look", number=numbers[:2]).text
    wrong = handler.post("/portfolio/reply/look", number=numbers, step="look", text="x")
    assert wrong.status_code == 422 and numbers[2] not in wrong.text
    looked = handler.post("/portfolio/reply/look", number=numbers, step="look", **said).text
    assert looked.count("正在调取流水") >= 2 and db.session.query(ClaimReply).count() == 0
    told = handler.post("/portfolio/reply", number=numbers, chosen=[numbers[0], numbers[2]],
                        **{f"words-{numbers[0]}": "本案另行核实"}, **said).text
    assert "共 1 件，已答复 1 件" in told
    db.session.rollback()
    assert [row.text for row in db.session.query(ClaimReply)] == ["本案另行核实"]
    assert handler.post("/portfolio/reply").status_code == handler.post("/portfolio/reply/look").status_code == 422
    with transaction(write=False):
        noted = db.session.scalars(select(AuditEntry.action).where(AuditEntry.action.startswith("portfolio.re")))
        assert set(noted) == {"portfolio.reply"}, "looking is no change"



@pytest.mark.db
def test_the_portfolio_is_read_in_groups_and_its_open_tasks_go_to_a_colleague(browser, refer, world):
    with transaction():
        colleague = factories.user("经办乙", Role.INSTITUTION_HANDLER, world.bank)
    walk = refer()
    walk.do("accept_referral", decision="accept")
    walk.do("assign_mediator", mediator=str(world.mediator.id))
    walk.do("disclose_conflicts", conflict="none")
    handler, case = browser("handler"), walk.case
    page = handler.text("/portfolio/?by=organisation")
    assert f"organisation={case.organisation_id}" in page and 'class="group-row"' in page and "京华银行业保险业" in page
    assert case.number in handler.text(f"/portfolio/?organisation={case.organisation_id}&by=cause")
    assert case.number not in handler.text("/portfolio/?organisation=999") + handler.text("/portfolio/?cause=别的")
    task = next(one for one in walk._open("answer_invitation") if one.body_id == world.bank.id)

    assert handler.post("/portfolio/assign", number=case.number, user=colleague.id).headers["Location"] == "/portfolio/"

    page = handler.text("/portfolio/")
    assert "经办乙" in page and "撤销" in page
    db.session.expire_all()
    assert db.session.get(UserTask, task.id).assignee_id == colleague.id
    handler.post("/inbox/tasks/many/undo")
    db.session.expire_all()
    assert db.session.get(UserTask, task.id).assignee_id is None
    assert browser("mediator").post("/portfolio/assign", number=case.number, user=colleague.id).status_code == 403
    assert handler.post("/portfolio/assign", number="ST0", user=colleague.id).status_code == 422
