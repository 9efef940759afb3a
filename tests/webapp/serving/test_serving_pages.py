"""Service on the pages: the party confirms its address and its receipt, staff note what became of paper."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine import clock
from engine.access.models import Participant
from engine.db import db, transaction
from engine.documents.models import Document
from engine.notices import links, reconcile, serving
from engine.notices.models import Notice, ServiceAddress, Serving

pytestmark = pytest.mark.db

TYPED = {"phone": "16600001234", "postcode": "200120", "address": "上海市浦东新区世纪大道1号201室", "agrees": "yes",
         "channels": "platform", "kinds": "notices", "warned": "true"}


@pytest.fixture
def walk(refer):
    walk = refer()
    walk.do("accept_referral", decision="accept")
    return walk


def applicant(walk) -> Participant:
    return db.session.scalar(select(Participant).where(Participant.case_id == walk.case_id, Participant.side == "applicant"))


def link_of(walk) -> str:
    with transaction():
        links.issue(applicant(walk), "test")
    return links.token("test")


def serve(walk) -> int:
    with transaction():
        document = db.session.scalar(select(Document).where(Document.case_id == walk.case_id, Document.kind == "rights_notice"))
        if document is None:
            document = db.session.scalar(select(Document).where(Document.case_id == walk.case_id, Document.audience == "filing"))
            document.kind = "rights_notice"
        return serving.begin(walk.case, applicant(walk), document).id


def test_a_party_confirms_where_it_is_served_and_has_the_paper(stranger, walk):
    token = link_of(walk)
    assert "确认我的送达地址" in stranger.text(f"/p/{token}")
    refused = stranger.post(f"/p/{token}/address", **TYPED | {"postcode": "2001"})
    assert refused.status_code == 422 and 'id="f-postcode"' in refused.text

    assert stranger.post(f"/p/{token}/address", **TYPED).status_code == 303

    held = db.session.scalar(select(ServiceAddress))
    answer = stranger.get(f"/p/{token}/address/{held.id}.pdf")
    assert answer.data.startswith(b"%PDF") and stranger.get(f"/p/{token}/address/{held.id}.pdf").data == answer.data


def test_a_party_confirms_that_it_has_received_a_document(stranger, walk):
    token = link_of(walk)
    stranger.post(f"/p/{token}/address", **TYPED)
    key = serve(walk)
    assert "我已收到" in stranger.text(f"/p/{token}")

    assert stranger.post(f"/p/{token}/served/{key}").status_code == 303

    assert db.session.get(Serving, key).read_at is not None and "我已收到" not in stranger.text(f"/p/{token}")
    assert stranger.post(f"/p/{token}/served/{key + 1}").status_code == 404


def test_staff_post_paper_and_the_record_says_so(browser, walk, stranger):
    stranger.post(f"/p/{link_of(walk)}/address", **TYPED | {"agrees": "no"})
    key, coordinator = serve(walk), browser("coordinator")
    assert "200120 上海市浦东新区世纪大道1号201室" in coordinator.text("/serving/")
    wrong = coordinator.post(f"/serving/{key}/note", act="posted", day="")
    assert wrong.status_code == 422 and "请填写邮件编号" in wrong.text

    today = clock.today().isoformat()
    assert coordinator.post(f"/serving/{key}/note", act="posted", day=today, tracking="EX12345").status_code == 303
    assert coordinator.post(f"/serving/{key}/note", act="returned", day=today, remark="拒收").status_code == 303

    assert db.session.get(Serving, key).basis == "returned"
    assert coordinator.get(f"/serving/{key}/record.pdf").data.startswith(b"%PDF")
    assert "送达回证" in coordinator.text(f"/cases/{walk.case.number}")


def test_others_neither_see_nor_note_it(browser, walk):
    key = serve(walk)
    for who in ("outsider", "designer"):
        stranger = browser(who)
        assert stranger.get(f"/serving/{key}/record.pdf").status_code in (403, 404)
        assert stranger.post(f"/serving/{key}/note", act="posted", day="2026-01-01", tracking="1").status_code in (403, 404)
        assert stranger.get(f"/serving/addresses/of/{applicant(walk).id}").status_code in (403, 404)


def test_the_other_side_learns_nothing_of_where_a_party_is_served(stranger, browser, walk):
    stranger.post(f"/p/{link_of(walk)}/address", **TYPED | {"agrees": "no"})
    row = db.session.scalar(select(ServiceAddress))
    paper, form = f"/serving/addresses/{row.id}.pdf", f"/serving/addresses/of/{row.participant_id}"
    assert browser("coordinator").get(paper).status_code == browser("clerk").get(paper).status_code == 200
    handler, kept = browser("handler"), db.session.get(ServiceAddress, row.id, populate_existing=True).document_id
    for address in (paper, form, f"/serving/domiciles/of/{row.participant_id}", f"/cases/{walk.case.number}/documents/{kept}"):
        assert handler.get(address).status_code == 404, address
    assert paper not in handler.text(f"/cases/{walk.case.number}")
    assert "世纪大道" not in browser("coordinator").text(form) and TYPED["phone"] not in browser("coordinator").text(form)


def test_staff_settle_a_message_that_nobody_opened_with_a_reason(browser, walk):
    with transaction():
        missed = Notice(case_id=walk.case_id, participant_id=applicant(walk).id, channel="email", template="accepted",
                        address="wang@example.com", subject="受理", text="已受理", status="sent", sent_at=clock.now())
        db.session.add(missed)
        db.session.flush()
        key = missed.id
    clock.move(timedelta(days=1))
    with transaction():
        reconcile.reconcile()
    desk, where = browser("coordinator"), f"/serving/gaps/{key}/settle"
    assert where in desk.text("/serving/")
    refused = desk.post(where, how=" ")
    assert refused.status_code == 422 and "请说明以何种方式告知了本人" in refused.text
    for who in ("outsider", "designer", "judge"):
        assert browser(who).post(where, how="电话告知").status_code in (403, 404)

    assert desk.post(where, how="电话告知").status_code == 303
    assert where not in desk.text("/serving/") and desk.post(where, how="再次").status_code == 409


def test_a_document_that_is_opened_has_been_read(stranger, browser, walk):
    """Neither a browser that fetches ahead nor somebody it is not served on reads it for the party."""
    token = link_of(walk)
    stranger.post(f"/p/{token}/address", **TYPED | {"agrees": "no"})
    key = serve(walk)
    paper = db.session.get(Serving, key).document_id
    for look in (lambda: stranger.http.get(f"/p/{token}/documents/{paper}", headers={"Sec-Purpose": "prefetch"}),
                 lambda: browser("handler").get(f"/cases/{walk.case.number}/documents/{paper}")):
        assert look().status_code == 200 and db.session.get(Serving, key, populate_existing=True).read_at is None

    assert stranger.get(f"/p/{token}/documents/{paper}").status_code == 200

    row = db.session.get(Serving, key, populate_existing=True)
    assert (row.status, row.basis) == ("served", "read")
    assert [(one.rung, one.status) for one in row.attempts] == [("paper", "failed"), ("platform", "arrived")]


def test_staff_of_an_institution_read_what_is_served_on_it(browser, walk):
    with transaction():
        bank = db.session.scalar(select(Participant).where(
            Participant.case_id == walk.case_id, Participant.side == "respondent"))
        document = db.session.scalar(select(Document).where(Document.case_id == walk.case_id, Document.audience == "filing"))
        key = serving.begin(walk.case, bank, document).id

    assert browser("handler").get(f"/cases/{walk.case.number}/documents/{document.id}").status_code == 200

    assert db.session.get(Serving, key, populate_existing=True).read_at is not None
