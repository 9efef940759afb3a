"""Service climbs a ladder until the document has arrived: what counts as arrival, what takes the next rung, what comes back."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine import clock
from engine.access.actor import Actor
from engine.access.models import Participant
from engine.db import db, transaction
from engine.documents import shelf
from engine.errors import Forbidden, Invalid, NotFound
from engine.mediation import consent
from engine.notices import addresses, links, mail, paper, proof, reconcile, serving, sms
from engine.notices.models import Notice, Serving, ServingDay
from engine.operations import papers, serving_papers
from engine.workflow.models import Incident
from workers import serving as worker

ADDRESS = {"phone": "16600001234", "postcode": "200120", "address": "上海市浦东新区世纪大道1号201室", "email": "wang@example.com",
           "agrees": "yes", "channels": ["platform", "sms", "email"], "kinds": ["agreement", "notices"], "warned": True}


@pytest.fixture
def paper_of(mediated):
    with transaction():
        return shelf.put(mediated.case_id, "agreement", "调解协议书", b"%PDF-1.7 agreement", "filing").id


@pytest.fixture
def carriers(with_settings, monkeypatch):
    """A gateway and a mail server that say what the test tells them."""
    left, says = [], {"sms": None, "mail": None}
    with_settings(sms_url="http://127.0.0.1:9/", smtp_url="smtp://127.0.0.1:9")

    def carry(name):
        def send(key, to, *rest):
            left.append((name, to))
            if says[name] is not None:
                raise says[name]
            return f"{name}-id"
        return send
    monkeypatch.setattr(sms, "send", carry("sms"))
    monkeypatch.setattr(mail, "send", carry("mail"))
    return left, says


def party(person) -> Actor:
    return Actor.of_party(links.issue(person, f"test-{person.id}"), person)


def confirm(parties, **changes):
    with transaction():
        person = db.session.get(Participant, parties["applicant"].id)
        return addresses.confirm(party(person), person.id, ADDRESS | changes).id


def begin(mediated, parties, document) -> int:
    with transaction():
        person = db.session.get(Participant, parties["applicant"].id)
        return serving.begin(mediated.case, person, db.session.get(shelf.Document, document)).id


def the(key) -> Serving:
    return db.session.get(Serving, key, populate_existing=True)


def told(key):
    row = the(key)
    return row.status, row.basis, [(one.rung, one.status) for one in row.attempts]


def test_a_confirmed_page_of_the_case_is_reached_at_once(mediated, parties, paper_of, carriers):
    """在线诉讼规则 31(1)."""
    confirm(parties)

    assert told(begin(mediated, parties, paper_of)) == ("served", "arrived", [("platform", "arrived")])
    assert carriers[0] == []


def test_consent_is_asked_per_kind_of_document(mediated, parties, paper_of, carriers):
    confirm(parties, kinds=["rulings"])

    assert told(begin(mediated, parties, paper_of)) == ("open", "", [("paper", "waiting")])


def test_who_refuses_electronic_service_gets_paper(mediated, parties, paper_of, carriers):
    confirm(parties, agrees="no")

    assert told(begin(mediated, parties, paper_of)) == ("open", "", [("paper", "waiting")])
    assert consent.latest(mediated.case_id, "e_service")[parties["applicant"].id].is_given is False


def test_a_short_message_arrives_with_the_carriers_receipt_when_the_address_was_confirmed(mediated, parties, paper_of, carriers):
    confirm(parties, channels=["sms"])
    key = begin(mediated, parties, paper_of)
    worker.carry()
    assert (told(key)[2], carriers[0]) == ([("sms", "sent")], [("sms", "16600001234")])

    with transaction():
        proof.receipt(f"service-{the(key).attempts[0].id}", "delivered")

    assert told(key) == ("served", "receipt", [("sms", "arrived")])


def test_without_a_confirmed_address_only_reading_counts(mediated, parties, paper_of, carriers):
    """在线诉讼规则 31(2)."""
    key = begin(mediated, parties, paper_of)
    worker.carry()
    with transaction():
        proof.receipt(f"service-{the(key).attempts[0].id}", "delivered")
    assert told(key) == ("open", "", [("sms", "sent")])

    with transaction():
        proof.opened(db.session.get(Notice, the(key).attempts[0].notice_id).link_id)

    assert told(key)[:2] == ("served", "read") and the(key).read_at is not None


@pytest.mark.parametrize(("trouble", "rungs"), [
    ({"sms": sms.GatewayRefused("no")}, ["sms", "email"]), ({"sms": sms.GatewayAway("no")}, ["sms", "email"]),
    ({"sms": sms.GatewayRefused("no"), "mail": mail.MailUnknown("?")}, ["sms", "email", "paper"]),
])
def test_a_rung_that_fails_takes_the_next_at_once(mediated, parties, paper_of, carriers, trouble, rungs):
    confirm(parties, channels=["sms", "email"])
    carriers[1].update(trouble)
    key = begin(mediated, parties, paper_of)

    worker.carry()
    worker.carry()

    assert [one.rung for one in the(key).attempts] == rungs and {one.status for one in the(key).attempts[:-1]} == {"failed"}


def test_a_rung_that_brings_no_arrival_in_time_takes_the_next(mediated, parties, paper_of, carriers):
    confirm(parties, channels=["sms"])
    key = begin(mediated, parties, paper_of)
    worker.carry()
    worker.carry()
    assert told(key)[2] == [("sms", "sent")]

    clock.move(timedelta(hours=25))
    worker.carry()

    assert told(key) == ("open", "", [("sms", "failed"), ("paper", "waiting")])


def test_a_message_that_a_worker_died_with_is_not_sent_twice(mediated, parties, paper_of, carriers):
    confirm(parties, channels=["email"])
    key = begin(mediated, parties, paper_of)
    with transaction():
        serving.step(the(key))
    clock.move(timedelta(minutes=5))

    worker.carry()

    assert carriers[0] == [] and told(key)[2] == [("email", "failed"), ("paper", "waiting")]


def on_paper(mediated, parties, document, confirmed=True) -> int:
    if confirmed:
        confirm(parties, agrees="no")
    else:
        with transaction():
            db.session.get(Participant, parties["applicant"].id).phone = ""
    return begin(mediated, parties, document)


def note(mediated, key, act, day, **more):
    with transaction():
        return paper.note(mediated.world.actor("coordinator"), key, act, day, **more)


@pytest.mark.parametrize(("confirmed", "kind", "status"), [
    (True, "agreement", "served"), (False, "agreement", "failed"), (True, "mediation_letter", "failed")])
def test_what_comes_back_is_served_on_the_day_of_its_return(mediated, parties, paper_of, carriers, confirmed, kind, status):
    """法院专递规定 11; a mediation letter must be signed for (CPL-Interp 133)."""
    key = on_paper(mediated, parties, paper_of, confirmed)
    with transaction():
        db.session.get(shelf.Document, paper_of).kind = kind
    today = clock.today()
    note(mediated, key, "posted", today - timedelta(days=3), tracking="EX1")

    note(mediated, key, "returned", today - timedelta(days=1), remark="查无此人")

    row = the(key)
    assert row.status == status
    if status == "served":
        assert (row.served_at.astimezone(clock.SHANGHAI).date(), row.basis) == (today - timedelta(days=1), "returned")


def test_what_was_signed_for_is_served_and_noted_once(mediated, parties, paper_of, carriers):
    key = on_paper(mediated, parties, paper_of)
    with transaction(write=False):
        assert [row.id for row in paper.waiting(mediated.world.actor("coordinator"))] == [key]
    note(mediated, key, "signed_for", clock.today())

    assert told(key) == ("served", "signed_for", [("paper", "arrived")])
    with pytest.raises(paper.NotOnPaper):
        note(mediated, key, "signed_for", clock.today())


@pytest.mark.parametrize(("act", "days", "more"), [
    ("eaten", 0, {}), ("signed_for", 1, {}), ("posted", 0, {}), ("returned", 0, {}), ("signed_for", -9, {})])
def test_a_note_that_cannot_be_is_refused(mediated, parties, paper_of, carriers, act, days, more):
    key = on_paper(mediated, parties, paper_of)
    note(mediated, key, "posted", clock.today() - timedelta(days=2), tracking="EX1")

    with pytest.raises(paper.NoteUnusable):
        note(mediated, key, act, clock.today() + timedelta(days=days), **more)


def test_another_address_begins_the_ladder_again(mediated, parties, paper_of, carriers):
    key = on_paper(mediated, parties, paper_of, confirmed=False)
    note(mediated, key, "returned", clock.today(), remark="查无此人")
    confirm(parties)
    with transaction():
        paper.again(mediated.world.actor("coordinator"), key)

    assert told(key)[:2] == ("served", "arrived")


@pytest.mark.parametrize("changes", [
    {"postcode": "20012"}, {"phone": "call me"}, {"address": "楼上"}, {"email": "wang"}, {"agrees": ""}, {"warned": False},
    {"channels": []}, {"email": "", "channels": ["email"]}, {"postcode": ""}])
def test_an_address_is_whole_or_refused(mediated, parties, changes):
    """法院专递规定 4; CPL-Interp 136."""
    with pytest.raises(Invalid):
        confirm(parties, **changes)


def test_nobody_confirms_an_address_for_somebody_else(mediated, parties):
    with transaction(), pytest.raises((NotFound, Forbidden)):
        addresses.confirm(party(db.session.get(Participant, parties["applicant"].id)), parties["respondent"].id, ADDRESS)
    with transaction(), pytest.raises((NotFound, Forbidden)):
        addresses.confirm(mediated.world.actor("handler"), parties["applicant"].id, ADDRESS)


def test_the_papers_of_service_are_printed_and_kept(mediated, parties, paper_of, carriers):
    held, key = confirm(parties, is_secret=True), begin(mediated, parties, paper_of)
    with transaction(write=False):
        confirmation = db.session.get(addresses.ServiceAddress, held)
        orders = [serving_papers.order_address(confirmation), serving_papers.order_record(the(key))]
    made = [papers.make(order) for order in orders]
    with transaction():
        kept = [serving_papers.keep_address(db.session.get(addresses.ServiceAddress, held), made[0], orders[0]),
                serving_papers.keep_record(the(key), made[1], orders[1])]

    assert [(one.title, one.audience) for one in kept] == [("送达地址确认书", "side:applicant"), ("送达回证", "filing")]
    assert orders[1]["facts"]["served"]["basis"] and kept[1].signatures[0].kind == "organisation"


def test_a_confirmed_address_has_its_paper_in_the_file_without_anybody_asking(mediated, parties, carriers):
    held = confirm(parties)

    assert (worker.print_addresses(), worker.print_addresses()) == (1, 0)

    row = db.session.get(addresses.ServiceAddress, held, populate_existing=True)
    assert shelf.find(mediated.case_id, "service_address").id == row.document_id


def test_each_day_says_what_was_sent_and_what_arrived_and_a_gap_that_stays_is_told_of(mediated, parties, carriers):
    def incidents():
        return db.session.scalars(select(Incident.subject).where(
            Incident.kind == "not_delivered", Incident.resolved_at.is_(None))).all()
    sent = mediated.prepare("notices.send", template="accepted", to="parties")
    mediated.record("notices.send", mediated.run("notices.send", sent), sent)
    day = clock.today()
    with transaction():
        proof.receipt(f"{sent.key}-{parties['applicant'].id}", "delivered")
    clock.move(timedelta(days=1))
    worker.account()
    row = db.session.scalar(select(ServingDay).where(ServingDay.day == day))
    assert (row.sent, row.delivered, len(row.gaps), incidents()) == (2, 1, 1, [])

    clock.move(timedelta(days=1))
    worker.account()
    assert incidents() == [f"service {day.isoformat()}"]

    later = mediated.prepare("notices.send", template="accepted", to="respondent", link=True)
    with transaction():
        proof.opened(db.session.scalar(select(Notice.link_id).where(Notice.call_key.startswith(f"{later.key}-"))))
        reconcile.reconcile()
    assert db.session.get(ServingDay, row.id, populate_existing=True).delivered == 1, "who opens another message has not had this"

    with transaction():
        proof.receipt(f"{sent.key}-{parties['respondent'].id}", "delivered")
        reconcile.reconcile()
    assert (row.sent, db.session.get(ServingDay, row.id, populate_existing=True).delivered, incidents()) == (2, 2, [])


def test_what_nobody_opened_stays_a_gap_until_somebody_settles_it_with_a_reason(mediated, parties, carriers):
    sent = mediated.prepare("notices.send", template="accepted", to="respondent")
    mediated.record("notices.send", mediated.run("notices.send", sent), sent)
    day, coordinator = clock.today(), mediated.world.actor("coordinator")
    for _turn in range(2):
        clock.move(timedelta(days=5))
        worker.account()
    missed = db.session.scalar(select(Notice))
    assert reconcile.told_of() == [day] and paper.gaps(coordinator) == [missed]
    assert paper.gaps(mediated.world.actor("outsider")) == paper.gaps(mediated.world.actor("clerk")) == []

    for who, how, refusal in (("outsider", "电话告知", NotFound), ("clerk", "电话告知", NotFound),
                              ("coordinator", "  ", Invalid)):
        with pytest.raises(refusal), transaction():
            paper.settle_gap(mediated.world.actor(who), missed.id, how)
    with transaction():
        paper.settle_gap(coordinator, missed.id, "电话告知，对方确认知悉")
    with pytest.raises(reconcile.NotAGap), transaction():
        paper.settle_gap(coordinator, missed.id, "再次")

    row = db.session.scalar(select(ServingDay).where(ServingDay.day == day).execution_options(populate_existing=True))
    assert (row.sent, row.delivered, row.settled, row.gaps, reconcile.told_of()) == (1, 0, 1, [], [])
    worker.account()
    assert paper.gaps(coordinator) == []


def test_the_message_of_the_process_is_the_rung_of_the_short_message(mediated, parties, paper_of, carriers):
    call = mediated.prepare("notices.send", template="accepted", to="applicant", serves="agreement")
    mediated.record("notices.send", mediated.run("notices.send", call), call)
    key = db.session.scalar(select(Serving.id))
    worker.carry()

    assert told(key)[2] == [("sms", "sent")] and len(carriers[0]) == 1


@pytest.mark.parametrize(("signed", "status"), [(True, "served"), (False, "ended")])
def test_a_mediation_letter_is_served_by_being_signed_for_not_by_arriving(mediated, parties, carriers, signed, status):
    """CPL-Interp 133: neither a page that is reached nor a message that is opened serves a mediation letter."""
    confirm(parties, kinds=["rulings"])
    with transaction():
        letter = shelf.put(mediated.case_id, "mediation_letter", "民事调解书", b"%PDF-1.7 letter", "filing").id
    key = begin(mediated, parties, letter)
    worker.carry()
    with transaction():
        notice = db.session.get(Notice, the(key).attempts[0].notice_id)
        proof.receipt(f"service-{the(key).attempts[0].id}", "delivered")
        proof.opened(notice.link_id)
    assert told(key) == ("open", "", [("sms", "sent")])

    with transaction():
        serving.close_letter(mediated.case_id, clock.now() if signed else None)

    assert told(key)[:2] == (status, "read" if signed else "") and the(key).next_at is None
