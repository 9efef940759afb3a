"""The case page: facts, what it waits for, the diagram and its list, documents, history, acts."""

import pytest
from lxml.html import document_fromstring
from sqlalchemy import select

from engine.cases import outcomes, transfer
from engine.db import db, transaction
from engine.deadlines.models import Deadline
from engine.documents import shelf
from engine.documents.models import Document
from engine.inbox.workspace import desk
from engine.mediation.models import MediationSession
from engine.workflow import trace
from engine.workflow.models import UserTask
from tests.webapp.conftest import plain


@pytest.fixture
def walk(refer):
    walk = refer()
    walk.to_mediation()
    return walk


def test_the_wait_card_says_who_what_since_when_and_under_which_rule(browser, refer):
    walk = refer()
    walk.work()

    page = browser("coordinator").text(f"/cases/{walk.case.number}")

    assert "正在等 京华银行业保险业纠纷调解中心（调解组织管理员）领取：决定是否接受委派" in page
    assert "最晚" in page and "第十二条" in page and "24:00" in page


def test_the_page_shows_position_steps_and_history(browser, walk):
    page = browser("mediator").text(f"/cases/{walk.case.number}")

    assert 'data-island="trace"' in page and "以列表显示" in page and 'class="step-here"' in page
    assert "完成：决定是否接受委派" in page and "协调员甲" in page


def test_the_page_speaks_english_too(browser, walk):
    mediator = browser("mediator")

    page = mediator.text(f"/cases/{walk.case.number}?lang=en")

    assert "What the case waits for" in page and "Terms" in page and '<html lang="en">' in page
    assert "Tasks" in mediator.text("/inbox/")


def test_who_is_not_related_gets_the_answer_for_a_missing_case(browser, walk):
    outsider = browser("outsider")

    foreign, missing = outsider.get(f"/cases/{walk.case.number}"), outsider.get("/cases/ST2026010100000099")

    assert foreign.status_code == missing.status_code == 404
    assert plain(foreign.text).replace(walk.case.number, "") == plain(missing.text).replace("ST2026010100000099", "")


@pytest.mark.parametrize("who", ["designer", "approver", "admin", "regulator", "outsider", "other_mediator"])
def test_no_case_content_for_those_without_a_case(browser, walk, who):
    person = browser(who)

    assert person.get(f"/cases/{walk.case.number}").status_code == 404
    assert "王小明" not in person.get("/cases/").text


def test_the_court_sees_the_file_but_nothing_of_the_mediation(browser, walk):
    mediator, clerk = browser("mediator"), browser("clerk")
    mediator.post(f"/cases/{walk.case.number}/notes", text="申请人底线八千", audience="side:applicant")
    mediator.post(f"/cases/{walk.case.number}/notes", text="补正材料已收", audience="filing")

    page = clerk.text(f"/cases/{walk.case.number}")

    assert "补正材料已收" in page and "底线" not in page and "调解会议</h2>" not in page and "通知</h2>" not in page
    assert "底线" in mediator.text(f"/cases/{walk.case.number}")
    assert "底线" not in browser("coordinator").text(f"/cases/{walk.case.number}")


@pytest.mark.parametrize("mode, label", [("video", "进入调解室"), ("on_site", "笔录"), ("telephone", "笔录")])
def test_every_kind_of_session_has_a_room_for_its_minutes(browser, walk, mode, label):
    walk.do("plan_session", planned_at="2030-01-15T14:30", mode=mode, place="调解中心一号室")
    room = db.session.scalar(select(MediationSession.room))
    mediator = browser("mediator")
    page = mediator.text(f"/cases/{walk.case.number}")

    assert f"/room/{room}" in page and label in page.split(f"/room/{room}", 1)[1][:200]
    assert mediator.get(f"/room/{room}").status_code == 200
    assert f"/room/{room}" not in browser("coordinator").text(f"/cases/{walk.case.number}")


def test_the_history_tells_who_came_and_went_but_not_to_the_court(browser, walk):
    walk.do("plan_session", planned_at="2030-01-15T14:30", mode="on_site", place="一号室")
    person = walk.case.participants[0]
    with transaction():
        trace.write(None, "session_opened", "李调解", case_id=walk.case_id)
        for event in ("admitted", "left", "returned", "refused"):
            trace.write(None, f"participant_{event}", "李调解", case_id=walk.case_id, participant=person.id)
    page = browser("mediator").text(f"/cases/{walk.case.number}")

    for sentence in ("准予进入调解会议", "离开调解会议", "返回调解会议", "未准予进入调解会议"):
        assert f"{sentence}：{person.name}" in page
    assert "调解会议" in page and "进入调解会议" not in browser("clerk").text(f"/cases/{walk.case.number}")


def test_a_document_is_handed_out_to_its_audience_only(browser, walk):
    document = db.session.scalar(select(Document).where(Document.case_id == walk.case_id, Document.audience == "filing"))
    address = f"/cases/{walk.case.number}/documents/{document.id}"

    answer = browser("mediator").get(address)

    assert answer.data.startswith(b"%PDF") and answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "frame-ancestors 'none'", "or telephones show an empty page"
    assert browser("outsider").get(address).status_code == 404
    assert browser("clerk").get(f"/cases/{walk.case.number}/documents/{document.id + 999}").status_code == 404


def test_a_file_that_is_no_pdf_is_handed_out_to_keep_never_to_run(browser, walk):
    with transaction():
        found = shelf.put(walk.case_id, "evidence", "合同", b"<script>alert(1)</script>", "filing", media_type="text/html",
                          filename="a\r\nb.html")
    headers = browser("mediator").get(f"/cases/{walk.case.number}/documents/{found.id}").headers

    assert headers["Content-Disposition"].startswith("attachment") and headers["Content-Security-Policy"] == "sandbox"


def test_the_diagram_is_the_cases_own(browser, walk):
    mediator = browser("mediator")
    page = mediator.text(f"/cases/{walk.case.number}")
    address = page.split('"xmlUrl": "', 1)[1].split('"', 1)[0]

    assert mediator.get(address).mimetype == "application/xml"
    assert browser("outsider").get(address).status_code == 404


def test_the_mediator_asks_for_more_time(browser, walk):
    mediator = browser("mediator")

    answer = mediator.post(f"/cases/{walk.case.number}/acts/extension", days="10", reason="双方仍在协商")
    walk.work()

    assert answer.status_code == 303 and "consent_extension" in walk.open()


def test_who_is_asked_for_more_time_reads_how_much_why_and_for_whom(browser, walk):
    """Consent is to exactly this (Online-Mediation Rules, Art. 24; Online-Litigation Rules, Art. 4)."""
    browser("mediator").post(f"/cases/{walk.case.number}/acts/extension", days="10", reason="双方仍在协商")
    walk.work()
    task = db.session.scalar(select(UserTask).where(
        UserTask.case_id == walk.case_id, UserTask.element == "consent_extension", UserTask.participant_id.is_not(None)
    ).order_by(UserTask.id.desc()))
    page = browser("handler").text(f"/inbox/tasks/{task.id}")
    assert "<strong class=\"pre\">10</strong>" in page and "双方仍在协商" in page

    while "consent_extension" in walk.open():
        walk.do("consent_extension", agrees="yes")
    record = db.session.scalar(select(Deadline).where(Deadline.case_id == walk.case_id, Deadline.term == "T06")).extensions[0]
    assert record["asked_by"] == walk.case.mediator.name and len(record["consents"]) == 2
    assert walk.case.mediator.name in browser("mediator").text(f"/cases/{walk.case.number}")


def test_acts_are_checked_like_any_form(browser, walk):
    mediator = browser("mediator")

    assert mediator.post(f"/cases/{walk.case.number}/acts/extension", days="900", reason="").status_code == 422
    assert mediator.post(f"/cases/{walk.case.number}/acts/nonsense").status_code == 409
    assert browser("coordinator").post(f"/cases/{walk.case.number}/acts/extension", days="5", reason="x").status_code == 403


def test_a_refused_act_comes_back_with_what_was_typed_and_everything_that_was_wrong(browser, walk):
    page = browser("mediator").post(f"/cases/{walk.case.number}/acts/extension", days="900", reason=" ").text
    words = document_fromstring(page)

    assert words.get_element_by_id("days").value == "900" and words.xpath("//details[@open]//input[@id='days']")
    assert "法律没有规定上限" in words.get_element_by_id("extension-rule").text, "who asks reads the rule"
    assert words.xpath("//*[@id='d-days']") and words.xpath("//*[@id='d-extension-reason']")
    assert not words.xpath("//*[@id='d-withdrawal-reason']")


def test_a_refused_note_keeps_its_text(browser, walk):
    answer = browser("mediator").post(f"/cases/{walk.case.number}/notes", text="底线<b>八千", audience="court")

    assert answer.status_code == 422 and document_fromstring(answer.text).get_element_by_id("note-text").value == "底线<b>八千"
    assert document_fromstring(answer.text).get_element_by_id("d-audience").text_content().strip()


def test_a_withdrawal_heard_by_the_mediator_ends_the_mediation(browser, walk):
    browser("mediator").post(f"/cases/{walk.case.number}/acts/withdrawal", reason="申请人来电撤回")
    walk.work()

    assert walk.case.outcome == "O07"


def test_a_mediator_who_was_only_asked_reads_the_file_and_does_nothing_else(browser, refer):
    walk = refer()
    walk.do("accept_referral", decision="accept")
    walk.do("assign_mediator", mediator=str(walk.world.mediator.id))
    mediator = browser("mediator")

    assert mediator.post(f"/cases/{walk.case.number}/acts/withdrawal", reason="申请人来电撤回").status_code == 403
    assert mediator.post(f"/cases/{walk.case.number}/acts/extension", days="10", reason="等一等").status_code == 403
    assert mediator.post(f"/cases/{walk.case.number}/notes", text="x", audience="mediator").status_code == 403
    assert "acts/" not in mediator.text(f"/cases/{walk.case.number}") and walk.open() == ["disclose_conflicts"]
    walk.do("disclose_conflicts", conflict="none")
    assert mediator.post(f"/cases/{walk.case.number}/notes", text="x", audience="mediator").status_code == 303


def test_search_finds_by_number_and_party_among_ones_own(browser, walk):
    assert walk.case.number in browser("coordinator").text("/cases/?q=王小明")
    assert walk.case.number not in browser("coordinator").text("/cases/?q=李四")
    assert walk.case.number not in browser("outsider").text("/cases/?q=王小明")
    assert browser("coordinator").get("/cases/?q=%25&stage=<b>&page=-1").status_code == 200


def test_a_long_list_goes_on_with_what_was_asked_for(browser, refer, monkeypatch):
    monkeypatch.setattr(desk, "PAGE", 1)
    refer(external_ref="R-1"), refer(external_ref="R-2", court_number="（2024）沪0115诉前调124号")
    coordinator = browser("clerk")
    first, second = (coordinator.text(f"/cases/?q=王小明&stage=received&page={page}") for page in (1, 2))

    assert 'stage=received&page=2' in first or 'page=2&q=' in first and 'stage=received' in first
    assert "第2页" in second.replace(" ", "") and "下一页" not in second
    assert first.count('class="row-title"') == second.count('class="row-title"') == 1


def test_why_a_message_did_not_leave_is_told_in_the_readers_language(browser, walk):
    mediator = browser("mediator")

    assert "未设置短信网关" in mediator.text(f"/cases/{walk.case.number}")
    assert "no SMS gateway is set" in mediator.text(f"/cases/{walk.case.number}?lang=en")


def test_numbers_are_masked(browser, walk):
    page = browser("mediator").text(f"/cases/{walk.case.number}")

    assert "11010519491231002X" not in page and "16600001234" not in page and "166****1234" in page


def test_a_case_that_goes_on_elsewhere_names_the_other_and_what_went_to_the_court(browser, walk):
    with transaction():
        other = transfer.move(walk.case, "HDBX", "由地区性组织办理")
        outcomes.conclude(walk.case, "O20", "移送", "协调员甲")
        outcomes.hand_over(walk.case, [{"name": "受理通知书", "form": "e_original", "pages": "2"}])
        number, own = other.number, walk.case.number

    page = browser("coordinator").text(f"/cases/{own}")

    assert "已移送其他调解组织，在该案继续" in page and number in page and f"/cases/{number}" not in page
    assert "已移交法院的材料：1份" in page and "受理通知书 · 电子原件 · 2页" in page
