"""What a court writes to the parties goes up the ladder of service: its rulings as such, its notices and orders as papers."""

import pytest
from sqlalchemy import select

from engine.access.models import Participant
from engine.cases import facts
from engine.courts import applications
from engine.courts.models import CourtProfile
from engine.db import db, transaction
from engine.documents.models import Document
from engine.notices import addresses, serving
from engine.notices.models import Serving

pytestmark = pytest.mark.db


@pytest.fixture
def asked(settled):
    """A payment order has been asked of a court whose judges work here."""
    with transaction():
        people = {one.side: one.id for one in settled.case.participants}
        application = applications.file(settled.case, "payment_order", settled.case.court, people["applicant"])
        db.session.get(CourtProfile, application.court_id).decides_here = True
    settled.people = people
    return settled


def served(bench) -> list[tuple]:
    asked = select(Document.kind, Participant.side, Serving.rung).join(Serving, Serving.document_id == Document.id)
    rows = db.session.execute(asked.join(Participant, Participant.id == Serving.participant_id).order_by(Serving.id))
    return [tuple(row) for row in rows]


@pytest.mark.parametrize(("paper", "on", "sides"), [
    ("order_ended", ("applicant", "respondent"), ["applicant", "respondent"]), ("order_rejected", ("applicant",), ["applicant"]),
    ("order_unserved", (), [])])
def test_a_ruling_in_the_payment_procedure_is_served_on_those_it_names(asked, paper, on, sides):
    asked.call("courts.make_order", paper=paper, kind="payment_order", creditor=asked.people["applicant"],
               debtor=asked.people["respondent"], reason="异议成立", serve_to=[asked.people[side] for side in on])

    assert served(asked) == [("procedure_ruling", side, "sms") for side in sides]


def test_a_payment_order_is_served_with_the_message_that_tells_of_it(asked):
    asked.call("courts.make_order", paper="payment_order", kind="payment_order", creditor=asked.people["applicant"],
               debtor=asked.people["respondent"], amount="4000.00")

    asked.prepare("notices.send", template="payment_order_issued", to=[asked.people["respondent"]], serves="payment_order")

    assert [row[:2] for row in served(asked)] == [("payment_order", "respondent")]


def test_a_notice_of_the_court_is_served_with_the_message_that_tells_of_it(settled):
    settled.call("courts.request_confirmation")
    settled.call("courts.make_notice", kind="accepted")

    settled.prepare("notices.send", template="confirmation_accepted", to="parties", serves="court_notice")

    assert [row[:2] for row in served(settled)] == [("court_notice", "applicant"), ("court_notice", "respondent")]


@pytest.mark.parametrize(("kind", "group"), [
    ("court_notice", "court_papers"), ("trial_notice", "court_papers"), ("fee_notice", "court_papers"),
    ("fee_decision", "court_papers"), ("payment_order", "court_papers"), ("docket_ruling", "rulings"),
    ("procedure_ruling", "rulings"),
    ("recusal_decision", "notices"), ("mediator_declaration", "notices")])
def test_each_paper_is_served_electronically_by_the_consent_to_papers_of_its_kind(kind, group):
    """CPL-Interp 136."""
    said = addresses.ServiceAddress(agrees=True, kinds=[group])
    others = addresses.ServiceAddress(agrees=True, kinds=[one for one in addresses.KINDS if one != group])

    assert addresses.agrees_to(said, kind) and not addresses.agrees_to(others, kind)


def test_a_diagram_sees_who_received_a_paper_and_when_everybody_had_it(asked):
    told = asked.call("courts.make_order", paper="order_ended", kind="payment_order", creditor=asked.people["applicant"],
                      debtor=asked.people["respondent"], serve_to=list(asked.people.values()))
    document, seen = str(told["document_id"]), []
    for person in asked.people.values():
        seen.append(facts.of(asked.case.id)["receipts"].get(document, {}))
        with transaction():
            serving.opened(told["document_id"], person, "party")
    known = facts.of(asked.case.id)["receipts"][document]

    assert seen[0] == {} and list(seen[1]) == [str(asked.people["applicant"])], "nobody; the creditor only"
    assert set(known) == {"all", *map(str, asked.people.values())} and known["all"] == max(known.values())
