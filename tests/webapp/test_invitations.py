"""An institution answers several invitations to mediation at once: chosen, looked at, given in each, each for itself."""

import re

import pytest
from sqlalchemy import select

from engine.access.models import Role
from engine.audit.models import AuditEntry
from engine.cases import parties
from engine.db import db, transaction
from engine.inbox import tasks
from engine.inbox.asking import batch_answering
from engine.mediation.models import Consent
from engine.workflow import messages
from engine.workflow.models import UserTask
from tests import factories

NATURAL = [{"side": side, "kind": "natural", "name": name, "phone": phone, "id_type": "other", "id_number": f"X{phone}"}
           for side, name, phone in (("applicant", "王小明", "16600001234"), ("respondent", "张经理", "16600001236"))]


@pytest.fixture
def invited(refer, world):
    """Cases in which the bank is asked whether it takes part, with the task that asks it."""
    def invited(times: int) -> tuple[list[str], list[int]]:
        walks = [refer(external_ref=f"R-{place}") for place in range(1, times + 1)]
        for walk in walks:
            walk.do("accept_referral", decision="accept")
            walk.do("assign_mediator", mediator=str(world.mediator.id))
            walk.do("disclose_conflicts", conflict="none")
            walk.work()
        asked = [next(one.id for one in walk._open("answer_invitation") if one.body_id == world.bank.id) for walk in walks]
        return [walk.case.number for walk in walks], asked
    return invited


def consents(task_ids) -> dict:
    """What is on record of each invitation's party: subject → given, and why not."""
    db.session.rollback()
    people = {db.session.get(UserTask, task_id).participant_id: task_id for task_id in task_ids}
    rows = db.session.scalars(select(Consent).where(Consent.participant_id.in_(people), Consent.channel == "staff"))
    found = {}
    for row in rows:
        found.setdefault(people[row.participant_id], {})[row.subject] = (row.is_given, row.reason_code, row.reason)
    return found


@pytest.mark.db
def test_several_invitations_are_answered_at_once_each_for_its_own_party(browser, invited, world):
    numbers, (first, second, third, fourth) = invited(4)
    with transaction():
        colleague = factories.user("经办乙", Role.INSTITUTION_HANDLER, world.bank)
        tasks.assign(world.actor("handler"), fourth, colleague.id)
    handler = browser("handler")

    page = handler.post("/portfolio/invitations/look", number=numbers).text
    assert "这是调解邀请" in page and "所选 4 件邀请中可以答复 3 件" in page and "经办乙" in page
    assert handler.post("/portfolio/invitations/look", number=numbers, step="look").status_code == 422, "an answer is needed"
    looked = handler.post("/portfolio/invitations/look", number=numbers, step="look", answer="yes", e_service="true").text
    assert f'name="answer-{first}"' in looked and f'name="answer-{fourth}"' not in looked and consents([first, second]) == {}

    told = {f"answer-{first}": "yes", f"e_service-{first}": "true", f"answer-{second}": "judgment",
            f"reason-{second}": "请法院判", f"answer-{third}": "nonsense", f"answer-{fourth}": "yes"}
    done = handler.post("/portfolio/invitations", number=numbers, chosen=[first, second, third, fourth], **told).text
    assert "共 4 件，已答复 2 件" in done and "希望由法院裁判" in done and done.count("未答复：") == 2

    assert consents([first, second, third, fourth]) == {
        first: {"mediation": (True, "", ""), "e_service": (True, "", "")},
        second: {"mediation": (False, "judgment", "请法院判")}}
    again = handler.post("/portfolio/invitations", number=numbers, chosen=first, **told).text
    assert "已答复 0 件" in again and "未答复：" in again, "what is answered stays, and says so"
    assert handler.post("/portfolio/invitations", number=numbers).status_code == 422, "nothing was ticked"
    with transaction(write=False):
        noted = db.session.scalars(select(AuditEntry.action).where(AuditEntry.action.startswith("portfolio.")))
        assert set(noted) == {"portfolio.answer"}, "looking is no change"


@pytest.mark.db
def test_nobody_answers_for_another_institution_or_something_that_is_no_invitation(browser, invited, world):
    numbers, [asked] = invited(1)
    told = {f"answer-{asked}": "yes"}
    for role in ("mediator", "clerk", "coordinator"):
        assert browser(role).post("/portfolio/invitations", number=numbers, chosen=asked, **told).status_code == 403, role
    with transaction():
        other = factories.case(institution_id=world.bank.id)
        factories.participant(other, side="respondent", name=world.bank.name, body_id=world.bank.id, kind="legal")
    page = browser("handler").post("/portfolio/invitations/look", number=[*numbers, other.number]).text
    assert "所选 2 件邀请中可以答复 1 件" in page and "没有等待贵机构答复的调解邀请" in page
    elsewhere = browser("handler").post("/portfolio/invitations", number=other.number, chosen=[asked, 999], **told).text
    assert "已答复 0 件" in elsewhere and consents([asked]) == {}


@pytest.mark.db
def test_an_invitation_to_join_as_a_third_party_is_answered_in_its_own_words_and_not_by_this(browser, refer, world):
    walk = refer(parties=NATURAL)
    walk.to_mediation()
    with transaction():
        named = {"name": world.bank.name, "kind": "legal", "body": world.bank.code, "phone": "16600005678", "reason": "系贷款人"}
        messages.receive(walk.case_id, "third_party_named", named, "court", "third-1", by="court")
    walk.work()
    [joining] = walk._open("answer_joining")
    assert joining.body_id == world.bank.id
    page = browser("handler").post("/portfolio/invitations/look", number=walk.case.number).text
    assert "所选 1 件邀请中可以答复 0 件" in page and "没有等待贵机构答复的调解邀请" in page
    assert f"/inbox/tasks/{joining.id}" in page, "but it is named, and answered alone"

    told = {f"answer-{joining.id}": "yes", f"e_service-{joining.id}": "true"}
    done = browser("handler").post("/portfolio/invitations", number=walk.case.number, chosen=joining.id, **told).text
    assert "已答复 0 件" in done and consents([joining.id]) == {} and walk.open().count("answer_joining") == 1
    assert [person.name for person in parties.current(walk.case, "third")] == []


def boxes(page: str, name: str) -> dict[str, bool]:
    """The tick boxes of a page by their value (or name), and whether they are ticked."""
    found = re.findall(rf'<input class="form-check-input" type="checkbox"[^>]* name="({name}[^"]*)" value="(\w+)"([^>]*)>', page)
    return {value if field == name else field: "checked" in rest for field, value, rest in found}


def chosen_in(page: str, task_id: int) -> str:
    """The answer that is selected for one invitation."""
    select_ = page[page.index(f'name="answer-{task_id}"'):]
    return re.search(r'value="(\w+)" selected', select_[:select_.index("</select>")])[1]


@pytest.fixture
def written(invited) -> tuple[dict, list[int]]:
    """A page on which two invitations are answered otherwise than everywhere, and what it sends but for the ticks."""
    numbers, (first, second) = invited(2)
    return {"number": numbers, "answer": "yes", "e_service": "true", "offered": [first, second],
            f"answer-{first}": "judgment", f"reason-{first}": "请法院判", f"e_service-{first}": "true",
            f"answer-{second}": "yes", f"reason-{second}": ""}, [first, second]


def test_who_ticks_nothing_is_told_so_beside_the_boxes_and_keeps_what_was_typed(browser, written):
    sent, [first, second] = written
    answer = browser("handler").post("/portfolio/invitations", **sent)
    assert answer.status_code == 422 and "请勾选要答复的邀请" in answer.text
    assert boxes(answer.text, "chosen") == {str(first): False, str(second): False}
    assert (chosen_in(answer.text, first), chosen_in(answer.text, second)) == ("judgment", "yes")
    assert ">请法院判</textarea>" in answer.text
    assert boxes(answer.text, "e_service-") == {f"e_service-{first}": True, f"e_service-{second}": False}
    assert 'name="answer" value="yes"' in answer.text, "nor is what is answered everywhere lost"


def test_each_refusal_of_the_whole_is_told_in_its_own_words(browser, written, monkeypatch):
    sent, [first, second] = written
    monkeypatch.setattr(batch_answering.many, "MOST", 1)
    answer = browser("handler").post("/portfolio/invitations", **sent, chosen=[first, second])
    assert answer.status_code == 422 and "请选择 1 至 1 项任务" in answer.text and "请勾选要答复的邀请" not in answer.text
    assert boxes(answer.text, "chosen") == {str(first): True, str(second): True} and consents([first, second]) == {}
    nonsense = browser("handler").post("/portfolio/invitations", **{**sent, "answer": "nonsense"})
    assert nonsense.status_code == 422 and 'id="f-answer"' in nonsense.text and f'name="answer-{first}"' in nonsense.text


def test_what_was_written_for_one_case_stays_when_what_is_answered_everywhere_changes(browser, written):
    sent, [first, second] = written
    handler = browser("handler")
    page = handler.post("/portfolio/invitations/look", **sent, chosen=first, step="edit").text
    kept = {name: value for name, value in re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)">', page)
            if name == "left" or name.split("-")[-1].isdigit()}
    assert kept == {f"answer-{first}": "judgment", f"reason-{first}": "请法院判", f"e_service-{second}": "", "left": str(second)}
    changed = {"number": sent["number"], "answer": "settled", "reason": "已付"}
    again = handler.post("/portfolio/invitations/look", **changed, **kept, step="look").text
    assert (chosen_in(again, first), chosen_in(again, second)) == ("judgment", "settled")
    assert ">请法院判</textarea>" in again and ">已付</textarea>" in again
    assert boxes(again, "chosen") == {str(first): True, str(second): False}


@pytest.mark.db
def test_a_task_of_somebody_else_looks_like_one_that_is_not_there(browser, invited, refer, world):
    numbers, [_asked] = invited(1)
    elsewhere = refer(external_ref="R-9")
    elsewhere.work()
    foreign = elsewhere._open("accept_referral")[0].id

    def told(task_id: int) -> str:
        said = {f"answer-{task_id}": "nonsense"}
        answer = browser("handler").post("/portfolio/invitations", number=numbers, chosen=task_id, **said)
        assert answer.status_code == 200 and f"/inbox/tasks/{task_id}" not in answer.text
        return answer.text[answer.text.index("<tbody>"):answer.text.index("</tbody>")]

    assert "未答复：" in told(foreign) and told(foreign) == told(foreign + 9999)
