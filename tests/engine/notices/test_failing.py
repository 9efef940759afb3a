"""A service that fails is somebody's task: served again, left with a reason, or published where the law lets a court do it."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from engine import clock
from engine.access.models import Participant
from engine.cases import facts
from engine.cases.models import Case
from engine.db import db, transaction
from engine.documents import shelf
from engine.documents.models import Document, Signature
from engine.errors import Forbidden
from engine.notices import failing, lying, paper, public_notice, serving
from engine.notices.models import Serving
from engine.operations import serving_papers
from engine.operations.operation import Rejected
from engine.workflow.models import Incident, Message

pytestmark = pytest.mark.db


@pytest.fixture
def serve(mediated, parties):
    """Let a paper be served on the applicant, who confirmed no address and has no telephone: under the court's seal, or not."""
    def serve(kind="fee_notice", court=True) -> int:
        with transaction():
            person = db.session.get(Participant, parties["applicant"].id)
            person.phone = person.email = ""
            document = shelf.put(mediated.case_id, kind, "交纳诉讼费用通知书", b"%PDF-1.7 paper", "filing")
            if court:
                db.session.add(Signature(document_id=document.id, field="court", body_id=mediated.world.court.id, kind="court",
                                         signer="法院", hash_shown=document.sha256))
                db.session.flush()
            return serving.begin(mediated.case, person, document).id
    return serve


def note(mediated, key, act, by="clerk", **more):
    with transaction():
        return paper.note(mediated.world.actor(by), key, act, clock.today(), remark="查无此人", **more)


def the(key) -> Serving:
    return db.session.get(Serving, key, populate_existing=True)


def told() -> list[dict]:
    return [row.payload for row in db.session.scalars(select(Message).where(Message.name == failing.FAILED).order_by(Message.id))]


@pytest.mark.parametrize("act", ["returned", "lost", "not_found"])
def test_what_fails_is_told_once_with_the_ways_that_are_left(mediated, serve, act):
    key = serve()
    note(mediated, key, act)

    (said,) = told()
    assert the(key).status == "failed" and facts.of(mediated.case_id)["unserved"] == [key]
    assert (said["serving"], said["served_by"], said["why"]) == (key, "court", "查无此人")
    assert [way["id"] for way in said["ways"]] == ["again", "publish", "stop"]


@pytest.mark.parametrize(("kind", "court", "ways"), [
    ("docket_ruling", True, ["again", "publish"]),  # a ruling has to be served
    ("mediation_letter", True, ["again", "stop"]),  # CPL-Interp 133
    ("payment_order", True, ["again", "stop"]),  # CPL-Interp 427, 430
    ("agreement", False, ["again", "stop"])])  # no court, no public notice
def test_the_law_says_which_ways_are_left_for_a_paper(mediated, serve, kind, court, ways):
    note(mediated, serve(kind, court), "returned", "clerk" if court else "coordinator")

    assert [way["id"] for way in told()[0]["ways"]] == ways and bool(told()[0]["obstacle"]) == ("publish" not in ways)


def test_no_public_notice_in_the_simplified_procedure(mediated, serve):
    """CPL-Interp 140."""
    with transaction():
        db.session.get(Case, mediated.case_id).procedure = "simplified"
    note(mediated, serve(), "returned")

    assert told()[0]["converts"] is True


def test_a_court_posts_its_own_papers_and_the_organisation_its_own(mediated, serve):
    of_court, of_organisation = serve(), serve("agreement", court=False)
    for who, seen, other in (("clerk", of_court, of_organisation), ("coordinator", of_organisation, of_court)):
        with transaction(write=False):
            assert [row.id for row in paper.waiting(mediated.world.actor(who))] == [seen]
        with pytest.raises(Forbidden):
            note(mediated, other, "returned", who)


@pytest.mark.parametrize(("kind", "court", "may"), [("fee_notice", True, True), ("mediation_letter", True, False),
                                                    ("agreement", False, False)])
def test_only_a_court_leaves_a_refused_paper_there_and_never_a_mediation_letter(mediated, serve, kind, court, may):
    """CPL 89; CPL-Interp 133."""
    key, by = serve(kind, court), "clerk" if court else "coordinator"
    if not may:
        with pytest.raises(paper.NoteUnusable):
            note(mediated, key, "left", by)
        return
    note(mediated, key, "left", by)
    assert (the(key).status, the(key).basis) == ("served", "left")


def test_a_published_paper_is_served_on_the_thirtieth_day_after_the_notice(mediated, serve):
    """CPL 95: thirty days from the day after the last place; the record of service gives reason and course."""
    key = serve()
    note(mediated, key, "not_found")
    made = mediated.call("courts.make_public_notice", serving=key, ground="unknown", gist="请于公告期满次日起七日内交费。")
    mediated.call("notices.publish", serving=key, published_on="2024-11-04", places="本院公告栏", reason="登记住址查无此人")
    assert (the(key).status, the(key).rung, the(key).served_at) == ("open", "public_notice", None)

    mediated.call("notices.deem_served", serving=key)

    assert the(key).served_at.astimezone(clock.SHANGHAI).date() == date(2024, 12, 4) and the(key).basis == "published"
    with transaction(write=False):
        record = serving_papers.order_record(the(key))["facts"]
        notice = db.session.get(Document, made["document_id"])
    assert (notice.kind, notice.told["ground"]) == ("public_notice", "受送达人下落不明")
    assert record["organisation"]["name"] == mediated.world.court.name and record["items"][-1]["remark"] == "登记住址查无此人"


def test_who_reads_it_before_the_notice_runs_out_has_it_from_then(mediated, serve):
    key = serve()
    note(mediated, key, "not_found")
    mediated.call("notices.publish", serving=key, published_on="2024-11-04", places="公告栏", reason="下落不明")
    with transaction():
        serving.opened(the(key).document_id, the(key).participant_id, "party")
    read = the(key).served_at
    clock.move(timedelta(days=40))

    mediated.call("notices.deem_served", serving=key)

    assert (the(key).served_at, the(key).basis) == (read, "read") and isinstance(read, datetime)


def test_what_cannot_be_published_is_not(mediated, serve):
    key = serve("mediation_letter")
    note(mediated, key, "returned")
    for name, more in (("courts.make_public_notice", {"ground": "unknown", "gist": "调解书"}),
                       ("notices.publish", {"published_on": "2024-11-04", "places": "公告栏", "reason": "下落不明"})):
        with pytest.raises(Rejected, match="not_published"):
            mediated.call(name, serving=key, **more)
    assert the(key).status == "failed"


def test_a_paper_is_served_again_or_left_with_a_reason(mediated, serve):
    first, second = serve(), serve()
    for key in (first, second):
        note(mediated, key, "returned")

    mediated.call("notices.serve_again", serving=first)
    mediated.call("notices.stop_serving", serving=second, reason="原告已交费")

    assert (the(first).status, the(first).rung) == ("open", "paper")
    assert (the(second).status, the(second).attempts[-1].remark) == ("ended", "查无此人；原告已交费")
    assert facts.of(mediated.case_id)["unserved"] == []
    assert public_notice.is_kept_up("docket_ruling") and not public_notice.is_kept_up("fee_notice")


def test_paper_that_nobody_posts_is_an_incident_of_whoever_has_to_until_it_is_posted(mediated, serve):
    """What begins with its arrival would wait for ever."""
    key, court = serve(), mediated.world.court
    def lies() -> list[str]:
        with transaction():
            lying.look()
        is_told = (Incident.kind == lying.KIND, Incident.resolved_at.is_(None))
        return list(db.session.scalars(select(Incident.detail).where(*is_told)))

    assert lies() == []
    clock.move(lying.POSTED_WITHIN + timedelta(hours=1))
    assert lies() == lies() == [f"{court.name} (1): {mediated.case.number}"]
    note(mediated, key, "posted", tracking="EX1")
    assert lies() == []
    clock.move(lying.HEARD_WITHIN + timedelta(days=1))  # the day of posting is told, not the hour
    assert len(lies()) == 1
    note(mediated, key, "returned")
    assert lies() == []
