"""Objections to a confirming ruling: of people outside the case, on paper, in time or not."""

import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from engine import clock
from engine.courts import objections
from engine.courts.models import ConfirmationApplication, CourtProfile, RulingObjection
from engine.db import db, transaction
from engine.deadlines import due_at
from engine.deadlines.reckoning import last_day
from engine.documents.models import Document
from engine.notices import serving
from engine.workflow import starts, versions
from tests.trodden import way
from tests.webapp.party.test_after_agreement import PNG, VERIFIED, agreed  # noqa: F401
from tests.webapp.party.test_party import link_of

OUTSIDER = {"kind": "natural", "name": "周文静", "id_type": "passport", "id_number": "E12345678", "phone": "13800138000",
            "address": "上海市浦东新区示例路8号", "interest": "协议约定转让的车辆为我与对方共有",
            "reason": "未经共有人同意处分共有财产", "truthful": "true"}
CHANGING = r"\w{4}-\w{4}-\w{4}|value=\"[^\"]+\"|\d+号"


@pytest.fixture
def confirmed(agreed):  # noqa: F811
    """The court has confirmed the agreement."""
    with way.step("ruling_objection"), transaction():
        starts.renew(versions.latest("ruling_objection"))
    agreed.to_a_ruling()
    return agreed


def number(walk) -> str:
    db.session.expire_all()
    return db.session.scalar(select(ConfirmationApplication.number).where(ConfirmationApplication.case_id == walk.case_id))


def hand_in(browser, ruling: str, **changes):
    told = {**OUTSIDER, "ruling_number": ruling, "knew_on": clock.today().isoformat(), **changes}
    return browser.post("/objections/", files=(io.BytesIO(PNG), "登记证.png"), **told)


def latest() -> RulingObjection:
    db.session.expire_all()
    return db.session.scalar(select(RulingObjection).order_by(RulingObjection.id.desc()).limit(1))


def code_in(answer) -> str:
    return re.search(r'id="receipt-code">([^<]+)<', answer.text)[1]


def test_an_outsider_gets_the_same_answer_whether_there_is_such_a_ruling_or_not(confirmed, stranger):
    real, unreal = number(confirmed), re.sub(r"\d+号", "98765号", number(confirmed))

    answers = [hand_in(stranger, ruling) for ruling in (real, unreal)]

    told = [re.sub(r"\d\d:\d\d", "…", re.sub(CHANGING, "…", one.text)) for one in answers]  # a minute may pass between them
    assert [one.status_code for one in answers] == [200, 200] and told[0] == told[1]
    assert confirmed.case.number not in answers[0].text and confirmed.case.title not in answers[0].text
    assert latest().case_id is None


def test_what_is_wrong_with_an_objection_is_said_beside_its_fields_and_keeps_nothing(confirmed, stranger):
    answer = hand_in(stranger, "（2026）沪0115诉前调确", id_number="?", phone="x")

    assert answer.status_code == 422 and latest() is None
    elsewhere = hand_in(stranger, "（2026）京0102诉前调确1号")
    assert elsewhere.status_code == 422 and "不通过本平台受理异议" in elsewhere.text


def test_a_clerk_opens_it_and_the_court_takes_the_ruling_back(confirmed, stranger, browser):
    receipt = code_in(hand_in(stranger, number(confirmed), agrees="true"))
    row, clerk = latest(), browser("clerk")
    assert OUTSIDER["name"] in clerk.text(f"/objections/received/{row.id}")
    assert clerk.get(f"/objections/received/{row.id}/files/0").data == PNG

    assert clerk.post(f"/objections/received/{row.id}/open").status_code == 303
    confirmed.work()
    row = latest()
    assert (row.status, row.term, row.in_time) == ("opened", "T18b", True) and row.due_at == due_at("T18b", clock.now())
    evidence = db.session.scalar(select(Document).where(Document.kind == "objection_evidence"))
    assert (evidence.audience, evidence.case_id) == ("court", confirmed.case_id)

    confirmed.do("receive_objection", timeliness="counted")
    confirmed.do("decide_objection", objection_result="objection_upheld", court_reason="处分了共有财产")
    assert confirmed.case.confirmation == "set_aside" and latest().status == "upheld"
    assert "serve_outsider" not in confirmed.open()

    page = stranger.post("/objections/receipt", code=receipt.replace("-", " ").lower())
    assert 'data-status="upheld"' in page.text
    ruling = stranger.post("/objections/receipt/ruling", code=receipt)
    assert ruling.data.startswith(b"%PDF") and latest().read_at is not None
    told = db.session.get(Document, latest().document_id).told
    assert told["objector"]["name"] == OUTSIDER["name"]


def test_one_who_knew_for_more_than_six_months_comes_too_late_and_reads_why(confirmed, stranger, browser):
    knew = clock.today()
    clock.move(timedelta(days=190))
    receipt = code_in(hand_in(stranger, number(confirmed), knew_on=knew.isoformat()))
    browser("clerk").post(f"/objections/received/{latest().id}/open")
    confirmed.work()
    row = latest()
    assert (row.term, row.counted_in_time) == ("T18b", False) and row.due_at == due_at("T18b", row.starts_at) < clock.now()

    confirmed.do("receive_objection", timeliness="counted")

    assert latest().status == "late" and confirmed.case.confirmation == "confirmed" and "decide_objection" not in confirmed.open()
    page = stranger.post("/objections/receipt", code=receipt).text
    assert 'data-status="late"' in page and row.explanation["zh"] in page


def test_one_who_did_not_agree_to_electronic_service_is_served_on_paper(confirmed, stranger, browser):
    hand_in(stranger, number(confirmed))
    browser("clerk").post(f"/objections/received/{latest().id}/open")
    confirmed.work()
    confirmed.do("receive_objection", timeliness="counted")
    confirmed.do("decide_objection", objection_result="objection_rejected", court_reason="与本案无利害关系")

    confirmed.do("serve_outsider", outsider_served_on=clock.today().isoformat(), outsider_served_by="post")

    assert latest().read_at is not None and confirmed.case.confirmation == "confirmed"


def test_one_who_cannot_be_found_is_served_thirty_days_after_a_public_notice(confirmed, stranger, browser):
    hand_in(stranger, number(confirmed))
    browser("clerk").post(f"/objections/received/{latest().id}/open")
    confirmed.work()
    confirmed.do("receive_objection", timeliness="counted")
    confirmed.do("decide_objection", objection_result="objection_rejected", court_reason="与本案无利害关系")
    published = clock.today()

    confirmed.do("serve_outsider", outsider_served_by="public", ground="unknown", publication_reason="查无此人", gist="驳回异议")
    confirmed.do("publish_outsider_notice", publication="published", places="本院公告栏", published_on=published.isoformat())

    notice = db.session.scalar(select(Document).where(Document.kind == "public_notice"))
    assert (notice.told["addressee"], latest().read_at) == (OUTSIDER["name"], None)
    until = due_at("TPUBLIC", objections.received(published))
    confirmed.pass_time(seconds=(until - clock.now()).total_seconds() + 1)
    assert latest().read_at.astimezone(clock.SHANGHAI).date() == last_day(until)
    assert "await_collection" not in confirmed.open()


@pytest.mark.parametrize("publishing", [False, True])
def test_one_who_fetches_the_ruling_with_the_receipt_need_not_be_served_any_more(confirmed, stranger, browser, publishing):
    receipt = code_in(hand_in(stranger, number(confirmed)))
    browser("clerk").post(f"/objections/received/{latest().id}/open")
    confirmed.work()
    confirmed.do("receive_objection", timeliness="counted")
    confirmed.do("decide_objection", objection_result="objection_rejected", court_reason="与本案无利害关系")
    if publishing:
        confirmed.do("serve_outsider", outsider_served_by="public", ground="unknown", publication_reason="查无此人", gist="驳回")

    assert stranger.post("/objections/receipt/ruling", code=receipt).data.startswith(b"%PDF")
    confirmed.work()
    at = latest().read_at
    assert at is not None and not {"serve_outsider", "publish_outsider_notice"} & set(confirmed.open())
    clock.move(timedelta(days=1))
    assert stranger.post("/objections/receipt/ruling", code=receipt).status_code == 200 and latest().read_at == at


def test_one_that_names_no_ruling_is_declined_with_a_reason_on_its_receipt(confirmed, stranger, browser):
    receipt = code_in(hand_in(stranger, "（2026）沪0115诉前调确98765号"))
    clerk, row = browser("clerk"), latest()
    assert clerk.post(f"/objections/received/{row.id}/open").status_code == 422
    assert clerk.post(f"/objections/received/{row.id}/decline").status_code == 422

    clerk.post(f"/objections/received/{row.id}/decline", court_reason="本院没有作出该案号的确认裁定")

    assert "没有作出该案号" in stranger.post("/objections/receipt", code=receipt).text
    assert clerk.post(f"/objections/received/{row.id}/open").status_code == 409


def test_six_months_run_from_when_they_knew_and_a_clerk_overrules_only_with_a_reason(confirmed, stranger, browser):
    known = clock.today()
    clock.move(timedelta(days=200))
    hand_in(stranger, number(confirmed), knew_on=known.isoformat())
    clerk = browser("clerk")
    clerk.post(f"/objections/received/{latest().id}/open")
    confirmed.work()
    row = latest()
    assert row.counted_in_time is False and "满6个月之日" in row.explanation["zh"]

    with pytest.raises(Exception, match="."):
        confirmed.do("receive_objection", timeliness="overruled")
    db.session.rollback()
    confirmed.do("receive_objection", timeliness="overruled", overruled_reason="应当知道之日应为收到执行通知之日")

    row = latest()
    assert (row.in_time, row.counted_in_time, bool(row.overruled_by)) == (True, False, True)
    assert "decide_objection" in confirmed.open()


def test_a_paper_of_a_party_counts_from_its_receipt_of_the_ruling_and_by_the_postmark(confirmed, browser):
    party = next(one for one in confirmed.case.participants if one.side == "applicant" and one.role == "party")
    with transaction():
        serving.newest(party.id, "ruling").served_at = clock.now() - timedelta(days=20)
        db.session.scalar(select(ConfirmationApplication)).decided_at = clock.now() - timedelta(days=21)
    today = clock.today()
    paper = {"ruling_number": number(confirmed), "capacity": "party", "name": party.name, "reason": "数额有误",
             "received_on": today.isoformat(), "posted_on": (today - timedelta(days=10)).isoformat()}

    answer = browser("clerk").post("/objections/paper", **paper)
    confirmed.work()

    row = latest()
    assert answer.status_code == 303 and row.due_at < clock.now()
    assert (row.term, row.in_time, row.channel) == ("T18", True, "paper") and "交邮" in row.explanation["zh"]
    assert browser("clerk").post("/objections/paper", **paper | {"name": "无此人"}).status_code == 422


def test_a_late_objection_is_told_and_not_heard(confirmed, stranger, browser):
    party = next(one for one in confirmed.case.participants if one.side == "applicant" and one.role == "party")
    stranger.post(f"/p/{link_of(confirmed)}/wishes/ruling_objection", reason="数额有误")
    with transaction():
        serving.newest(party.id, "ruling").served_at = clock.now() - timedelta(days=40)
    confirmed.work()

    confirmed.do("receive_objection", timeliness="counted")

    assert latest().status == "late" and confirmed.case.confirmation == "confirmed"


def test_several_objections_of_one_case_go_their_own_ways(confirmed, stranger, browser):
    for name in ("周文静", "吴志远"):
        hand_in(stranger, number(confirmed), name=name)
        browser("clerk").post(f"/objections/received/{latest().id}/open")
    confirmed.work()
    for result in ("objection_rejected", "objection_upheld"):
        confirmed.do("receive_objection", timeliness="counted")
        confirmed.do("decide_objection", objection_result=result, court_reason="经审查")

    rows = objections.of_case(confirmed.case_id)
    assert [row.status for row in rows] == ["rejected", "upheld"]
    assert len({row.application_id for row in rows}) == 2


def test_other_courts_and_other_people_see_nothing_of_it(confirmed, stranger, browser):
    hand_in(stranger, number(confirmed))
    row = latest()
    for who in ("mediator", "coordinator", "handler", "judge"):
        assert browser(who).get(f"/objections/received/{row.id}").status_code in (403, 404)
    with transaction():
        other = db.session.scalar(select(CourtProfile).where(CourtProfile.body_id != row.court_id))
        if other is not None:
            db.session.get(RulingObjection, row.id).court_id = other.body_id
    if other is not None:
        assert browser("clerk").get(f"/objections/received/{row.id}").status_code == 404
    assert stranger.post("/objections/receipt", code="2222-2222-2222").status_code == 404
