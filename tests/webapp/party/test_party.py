"""A party comes by the link in a message: sees their case, answers, signs with a code, and nobody else does."""

import html
from dataclasses import replace
from datetime import timedelta

import pytest
from lxml.html import document_fromstring
from sqlalchemy import func, select

from engine import clock, config
from engine.access.models import OneTimeCode, Participant, PartyLink
from engine.db import db, transaction
from engine.documents import stamping
from engine.documents.models import Document
from engine.errors import Invalid, problem
from engine.inbox.lists import queries
from engine.mediation.models import Consent
from engine.notices import codes, links
from engine.workflow import runtime
from engine.workflow.models import Incident, UserTask
from tests.time_stamping import Tsa


@pytest.fixture
def walk(refer):
    """A case whose applicant has been asked to sign."""
    walk = refer()
    walk.to_mediation()
    walk.to_result("agreement_full")
    walk.to_signing()
    return walk


def link_of(walk, side="applicant") -> str:
    """A link for the first party of a side, as a message would carry it."""
    with transaction():
        person = db.session.scalar(select(Participant).where(Participant.case_id == walk.case_id, Participant.side == side))
        links.issue(person, f"test-{side}")
        return links.token(f"test-{side}")


def task_of(walk, side="applicant") -> UserTask:
    return db.session.scalar(select(UserTask).join(Participant, Participant.id == UserTask.participant_id).where(
        UserTask.case_id == walk.case_id, UserTask.status == "open", Participant.side == side))


def frozen(walk) -> str:
    return db.session.scalar(select(Document.frozen_sha256).where(Document.case_id == walk.case_id, Document.kind == "agreement"))


def known_code(token: str, walk, code="123456") -> str:
    """Put a code of our choice in place of the one that went to the telephone."""
    with transaction():
        link, _person = links.find(token)
        codes.ask(link, "sign", bound_to=frozen(walk))
        row = db.session.scalar(select(OneTimeCode).where(OneTimeCode.link_id == link.id).order_by(OneTimeCode.id.desc()))
        row.code_hash = codes._hash(row.id, code)
    return code


def test_the_link_shows_the_case_in_chinese_without_an_account(stranger, walk):
    page = stranger.text(f"/p/{link_of(walk)}")
    assert walk.case.number in page and "您需要知道" in page and "签署调解协议" in page


@pytest.mark.parametrize("mode, told", [
    ("video", "以视频方式"), ("on_site", "现场调解，地点：一号室"), ("telephone", "电话调解")])
def test_a_planned_session_is_told_with_the_way_to_its_page(stranger, refer, mode, told):
    walk = refer()
    walk.to_mediation()
    walk.do("plan_session", planned_at="2030-01-15T14:30", mode=mode, place="一号室")
    page = document_fromstring(stranger.text(f"/p/{link_of(walk)}"))
    assert told in page.text_content()
    door = next(address for *_at, address, _place in page.iterlinks() if "/room/" in address)
    inside = stranger.get(stranger.get(door).headers["Location"])
    assert inside.status_code == 200


def test_a_session_at_separate_times_invites_until_its_days_are_over(stranger, refer):
    walk = refer()
    walk.to_mediation()
    walk.do("plan_session", planned_at=(clock.now() + timedelta(days=4)).isoformat(), mode="separate", days_open=2)
    walk.do("agree_short_notice", agrees_short_notice="yes")
    walk.do("agree_short_notice", agrees_short_notice="yes")
    assert "您可以自选时间进入" in stranger.text(f"/p/{link_of(walk)}")
    walk.pass_time(days=7)
    assert "您可以自选时间进入" not in stranger.text(f"/p/{link_of(walk)}")


def test_the_agreement_is_shown_with_amounts_in_capitals(stranger, walk):
    page = stranger.text(f"/p/{link_of(walk)}/tasks/{task_of(walk).id}")
    assert "¥8,000.00" in page and "捌仟元整" in page and frozen(walk) in page


def test_a_party_signs_with_the_code_sent_to_their_telephone(stranger, walk):
    token, task = link_of(walk), task_of(walk)
    code = known_code(token, walk)
    answer = stranger.post(f"/p/{token}/tasks/{task.id}", answer="sign", hash_shown=frozen(walk), code=code)
    assert answer.status_code == 303
    document = db.session.scalar(select(Document).where(Document.kind == "agreement"))
    assert [(row.signer, row.method) for row in document.signatures] == [("王小明", "sms_code")]


@pytest.fixture
def tsa(tmp_path, app, monkeypatch):
    before, made = config.current(), Tsa(tmp_path / "tsa")
    monkeypatch.setattr(stamping, "PAUSES", ())
    config.use(replace(before, **made.settings))
    yield made
    config.use(before)
    made.stop()


def test_a_signature_bears_a_time_stamp_and_the_public_page_says_so(stranger, walk, tsa):
    token, task = link_of(walk), task_of(walk)
    code = known_code(token, walk)
    answer = stranger.post(f"/p/{token}/tasks/{task.id}", answer="sign", hash_shown=frozen(walk), code=code)
    assert answer.status_code == 303

    document = db.session.scalar(select(Document).where(Document.kind == "agreement"))
    assert document.level == "B-T" and document.signatures[0].stamped_at is not None
    told = stranger.post("/verify", code=document.check_code).text
    assert "PAdES B-T" in told and "诉调演示时间戳服务" in told


def test_nothing_is_signed_while_the_time_stamping_authority_is_away(stranger, walk, tsa):
    token, task = link_of(walk), task_of(walk)
    code = known_code(token, walk)
    tsa.will("down")

    answer = stranger.post(f"/p/{token}/tasks/{task.id}", answer="sign", hash_shown=frozen(walk), code=code)

    assert answer.status_code == 503 and "本次没有签署" in answer.text
    assert db.session.scalar(select(Incident.kind).where(Incident.resolved_at.is_(None))) == "no_time_stamp"
    assert db.session.get(UserTask, task.id, populate_existing=True).is_open
    tsa.will("good")
    answer = stranger.post(f"/p/{token}/tasks/{task.id}", answer="sign", hash_shown=frozen(walk), code=code)
    assert answer.status_code == 303, "the same code is still good"


def test_the_enter_key_in_the_code_field_sends_the_answer_not_a_request_for_a_code(stranger, walk):
    page = document_fromstring(stranger.text(f"/p/{link_of(walk)}/tasks/{task_of(walk).id}"))
    form = next(form for form in page.forms if form.get("data-task"))
    buttons = [button for button in page.iter("button") if button.get("form", form.get("id")) == form.get("id")]
    assert buttons[0].text == "提交"  # what the enter key presses
    asking = page.get_element_by_id(page.xpath("//button[text()='发送验证码']")[0].get("form"))
    assert asking.action.endswith("/code") and asking.fields["csrf_token"]


@pytest.mark.parametrize("gateway, told", [("", "验证码未能发送"), ("http://127.0.0.1:9/", "验证码已发送")])
def test_asking_for_a_code_says_whether_it_left(stranger, walk, settings, monkeypatch, gateway, told):
    config.use(replace(settings, sms_url=gateway))
    monkeypatch.setattr(codes.send, "send_code", lambda *_values: None)
    token, task = link_of(walk), task_of(walk)
    stranger.post(f"/p/{token}/tasks/{task.id}/code")
    assert told in stranger.text(f"/p/{token}/tasks/{task.id}")


def test_a_telephone_gets_six_codes_an_hour_however_many_links_there_are(stranger, walk):
    first, task = link_of(walk), task_of(walk)
    with transaction():
        links.issue(db.session.get(Participant, task.participant_id), "another")
    answers = [stranger.post(f"/p/{token}/tasks/{task.id}/code") for token in (first, links.token("another")) * 4]
    assert [answer.status_code for answer in answers] == [303] * 6 + [409] * 2


def test_a_code_for_what_is_answered_already_is_not_there(stranger, walk):
    token, task = link_of(walk), task_of(walk)
    stranger.post(f"/p/{token}/tasks/{task.id}", answer="refuse", reason="金额不对")
    assert stranger.post(f"/p/{token}/tasks/{task.id}/code").status_code == 404


def test_what_is_refused_late_leaves_nothing_behind(stranger, refer, monkeypatch):
    walk = refer()
    walk.do("accept_referral", decision="accept")
    walk.do("assign_mediator", mediator=str(walk.world.mediator.id))
    walk.do("disclose_conflicts", conflict="none")
    with transaction():
        db.session.scalar(select(Participant).where(Participant.side == "respondent")).body_id = None
    before = db.session.scalar(select(func.count(Consent.id)))

    def refuse(*_values, **_named):
        raise Invalid(problems=[problem("/agrees", "late", "This cannot be accepted.")])
    monkeypatch.setattr(runtime, "complete_user_task", refuse)
    task = task_of(walk, "respondent")
    answer = stranger.post(f"/p/{link_of(walk, 'respondent')}/tasks/{task.id}", agrees="yes", e_service="yes")
    assert answer.status_code == 422 and db.session.scalar(select(func.count(Consent.id))) == before


def test_a_wrong_code_signs_nothing_and_is_counted(stranger, walk):
    token, task = link_of(walk), task_of(walk)
    known_code(token, walk)
    answer = stranger.post(f"/p/{token}/tasks/{task.id}", answer="sign", hash_shown=frozen(walk), code="000000")
    assert answer.status_code == 422 and "验证码不正确" in html.unescape(answer.text)
    assert db.session.scalar(select(OneTimeCode.tries).order_by(OneTimeCode.id.desc())) == 1
    assert task_of(walk).is_open


def test_another_hash_than_the_frozen_one_signs_nothing(stranger, walk):
    token, task = link_of(walk), task_of(walk)
    code = known_code(token, walk)
    answer = stranger.post(f"/p/{token}/tasks/{task.id}", answer="sign", hash_shown="0" * 64, code=code)
    assert answer.status_code == 409 and task_of(walk).is_open


def test_the_other_sides_task_and_a_made_up_link_are_not_there(stranger, walk):
    token, theirs = link_of(walk), task_of(walk, "respondent")
    assert stranger.get(f"/p/{token}/tasks/{theirs.id}").status_code == 404
    assert stranger.get("/p/AAAAAAAAAAAAAAAAAAAAAA").status_code == 404


def test_a_link_that_was_withdrawn_is_over(stranger, walk):
    token = link_of(walk)
    with transaction():
        link, _person = links.find(token)
        db.session.get(PartyLink, link.id).expires_at = walk.case.received_at
    assert "链接已失效" in stranger.text(f"/p/{token}", status=404)


def test_a_fault_is_logged_without_the_token_of_the_link(stranger, walk, monkeypatch, caplog):
    def fail(_actor):
        raise ZeroDivisionError
    token = link_of(walk)
    monkeypatch.setattr(queries, "mine", fail)
    assert stranger.get(f"/p/{token}").status_code == 500
    assert "/p/<token>" in caplog.text and token not in caplog.text


def test_papers_of_the_other_side_alone_are_not_handed_out(stranger, walk):
    token = link_of(walk)
    with transaction():
        found = db.session.scalar(select(Document).where(Document.case_id == walk.case_id, Document.kind == "rights_notice"))
        found.audience = "side:respondent"
        key = found.id
    assert stranger.get(f"/p/{token}/documents/{key}").status_code == 404
    assert stranger.get(f"/p/{token}/documents/999999").status_code == 404


def test_a_refusal_with_its_reason_is_on_record(stranger, refer):
    walk = refer()
    walk.do("accept_referral", decision="accept")
    walk.do("assign_mediator", mediator=str(walk.world.mediator.id))
    walk.do("disclose_conflicts", conflict="none")
    with transaction():
        db.session.scalar(select(Participant).where(Participant.side == "respondent")).body_id = None
    token = link_of(walk, "respondent")
    task = task_of(walk, "respondent")
    assert stranger.post(f"/p/{token}/tasks/{task.id}", agrees="maybe").status_code == 422
    assert stranger.post(f"/p/{token}/tasks/{task.id}", agrees="no", reason="不同意调解").status_code == 422  # a bank says why
    sent = {"agrees": "no", "reason": "不同意调解", "reason_code": "decided"}
    assert stranger.post(f"/p/{token}/tasks/{task.id}", **sent).status_code == 303
    row = db.session.scalar(select(Consent).where(Consent.subject == "mediation").order_by(Consent.id.desc()))
    assert (row.is_given, row.reason, row.reason_code, row.channel) == (False, "不同意调解", "decided", "link")


def test_the_mediation_can_be_ended_by_a_party_who_is_sure(stranger, refer):
    walk = refer()
    walk.to_mediation()
    token = link_of(walk)
    page = document_fromstring(stranger.post(f"/p/{token}/withdraw", reason="不再需要").text)
    assert "plan_session" in walk.open() and page.get_element_by_id("reason").value == "不再需要"
    assert page.xpath("//details[@open]//*[@id='d-sure']") and not page.xpath("//*[@id='d-reason']")
    assert stranger.post(f"/p/{token}/withdraw").status_code == 422
    stranger.post(f"/p/{token}/withdraw", reason="不再需要", sure="yes")
    walk.work()
    assert walk.case.outcome == "O07"


def test_a_partys_draft_is_kept_and_found_again_by_the_link_alone(stranger, walk):
    task, token = task_of(walk), link_of(walk)
    address = f"/p/{token}/tasks/{task.id}"
    assert stranger.post(f"{address}/draft", draft="0", remark="想再看看第三条", answer="refuse").json["revision"] == 1
    assert "恢复今天" in stranger.text(address) and 'value="refuse" checked' in stranger.text(f"{address}?draft=1")
    other = task_of(walk, "respondent")
    assert stranger.post(f"/p/{token}/tasks/{other.id}/draft", answer="refuse").status_code == 404
    assert stranger.post(address, answer="refuse", draft="1", save="1").headers["Location"].endswith("?draft=1")


def test_a_party_that_answers_twice_reads_when_it_answered_and_what_differs(stranger, walk):
    token, task = link_of(walk), task_of(walk)
    address = f"/p/{token}/tasks/{task.id}"
    form = {"answer": "sign", "code": known_code(token, walk), "hash_shown": frozen(walk)}
    assert stranger.post(address, **form).status_code == 303
    again = stranger.post(address, answer="sign")
    assert again.status_code == 303 and "没有重复办理" in stranger.text(again.headers["Location"])
    changed = stranger.post(address, answer="refuse", refusal_reason="金额不对")
    assert changed.status_code == 409 and "您填写的" in changed.text and "王小明" in changed.text
