"""Before docketing, both parties ask the court for a mediation letter (诉前调书), in the years that have a series for it."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from engine import clock
from engine.cases import facts, messages, regimes
from engine.cases.models import Case
from engine.courts import applications, client, docketed
from engine.courts.models import CourtApplication, CourtProfile
from engine.db import db, transaction
from engine.deadlines import due_at
from engine.deadlines.models import Deadline
from engine.documents.models import Document
from engine.inbox.asking import acts
from engine.mediation import agreement
from engine.notices.models import Serving
from tests.trodden import way

pytestmark = pytest.mark.db
OWN = regimes.Series(use="letter", regime="A", code="诉前调书", source="S", since=2022, court="沪0115")


@pytest.fixture
def own_series(app, monkeypatch):
    """A court that has kept its series, and whose system takes what it is told."""
    rows = (*regimes.all_series(), OWN)
    monkeypatch.setattr(regimes, "all_series", lambda: rows)
    monkeypatch.setattr(client, "send", lambda *_message: "receipt")
    way.patched("a court's own series")


@pytest.fixture
def settled(own_series, refer):
    """An agreement in effect, at that court."""
    def settled(decides_here=True):
        walk = refer()
        with way.step("who decides", decides_here), transaction():
            profile = db.session.get(CourtProfile, walk.world.court.id)
            profile.decides_here, profile.callback_url = decides_here, "" if decides_here else "https://court.example/in"
        walk.to_mediation()
        walk.to_result("agreement_full")
        walk.to_signing()
        walk.to_effect()
        return walk
    return settled


def asked(walk) -> CourtApplication:
    db.session.expire_all()
    return applications.latest(walk.case_id, "letter")


def test_a_letter_both_asked_for_is_in_force_when_the_last_has_signed_for_it_and_can_be_enforced(settled):
    walk = settled()
    for _side in range(2):
        walk.do("request_letter", asks="yes")
    walk.do("review_letter", checked=["voluntary", "lawful", "clear"], court_decision="approve")
    letter = db.session.scalar(select(Document).where(Document.case_id == walk.case_id, Document.kind == "mediation_letter"))
    assert letter.number == f"（{clock.today().year}）沪0115诉前调书1号" and docketed.letter_in_force(walk.case_id) is None
    assert letter.told["agreed_on"] and not {"fee", "docketed"} & set(letter.told)
    assert [side["role"] for side in letter.told["sides"]] == ["申请人", "被申请人"]

    for _side in range(2):
        walk.do("sign_for_letter", answer="received")

    row = docketed.letter_in_force(walk.case_id)
    assert (row.number, row.fee, row.document_id) == (letter.number, None, letter.id)
    assert row.in_force_at == docketed.last_signed_for(walk.case_id) and asked(walk).status == "issued"
    assert "join_application" not in walk.open(), "what can be enforced needs no confirmation"
    assert applications.courts_for(walk.case, "enforcement")[0].court.code == "沪0115"


def test_without_a_letter_both_may_still_apply_for_confirmation(settled):
    walk = settled()
    for _side in range(2):
        walk.do("request_letter", asks="yes")
    walk.do("review_letter", checked=[], court_decision="approve")
    walk.do("sign_for_letter", answer="received")
    walk.do("sign_for_letter", answer="go_back")

    assert (asked(walk).status, docketed.letter_in_force(walk.case_id)) == ("lapsed", None)
    assert sorted(db.session.scalars(select(Serving.status).join(Document, Document.id == Serving.document_id).where(
        Serving.case_id == walk.case_id, Document.kind == "mediation_letter"))) == ["ended", "served"]
    assert walk.open().count("join_application") == 2


@pytest.mark.parametrize("decides_here", [True, False])
def test_without_a_decision_in_twenty_days_the_letter_is_waited_for_no_longer_and_ten_remain(settled, decides_here):
    walk = settled(decides_here)
    for _side in range(2):
        walk.do("request_letter", asks="yes")
    assert ("review_letter" in walk.open()) is decides_here
    walk.pass_time(days=21)

    assert (asked(walk).status, "review_letter" in walk.open()) == ("lapsed", False)
    assert walk.open().count("join_application") == 2
    ends = db.session.scalar(select(Deadline).where(Deadline.case_id == walk.case_id, Deadline.term == "T14"))
    assert ends.due_at == due_at("T14", agreement.in_effect(walk.case_id).effective_at)


def test_a_party_takes_the_request_back_and_both_may_apply_for_confirmation_at_once(settled):
    walk = settled(decides_here=False)
    for _side in range(2):
        walk.do("request_letter", asks="yes")
    bank = walk.world.actor("handler")
    assert "letter_taken_back" in acts.offered(bank, walk.case)
    assert "letter_taken_back" not in acts.offered(walk.world.actor("mediator"), walk.case)
    with transaction():
        acts.tell(bank, walk.case, "letter_taken_back", {"letter_taken_back_reason": "希望尽快申请司法确认"})
    walk.work()

    assert (asked(walk).status, asked(walk).reason) == ("dropped", "希望尽快申请司法确认")
    assert walk.open().count("join_application") == 2


def test_a_courts_own_system_says_whether_it_made_the_letter(settled):
    walk = settled(decides_here=False)
    for _side in range(2):
        walk.do("request_letter", asks="yes")
    clock.move(timedelta(days=2))
    today, day = clock.today(), timedelta(days=1)
    told = {"letter": "made", "number": "（2026）沪0115诉前调书9号", "reason": "", "decided_on": (today - day).isoformat(),
            "in_force_on": today.isoformat()}

    def says(**changes) -> None:
        with transaction():
            messages.hear(walk.world.actor("court_system"), walk.case, "letter_decided", told | changes, "letter-1")

    for changes in ({"in_force_on": (today + day).isoformat()}, {"in_force_on": (today - 2 * day).isoformat()},
                    {"in_force_on": (today - 3 * day).isoformat(), "decided_on": None},
                    {"decided_on": (today - 3 * day).isoformat()}):
        with pytest.raises(messages.MessageRefused):
            says(**changes)
        assert docketed.letter_in_force(walk.case_id) is None
    says()
    walk.work()

    assert docketed.letter_in_force(walk.case_id).number == asked(walk).number == told["number"]


@pytest.mark.parametrize(("year", "is_possible"), [(2021, True), (2024, True), (2025, False)])
def test_it_is_offered_only_while_a_series_of_the_table_holds(refer, monkeypatch, year, is_possible):
    walk = refer()
    with transaction():
        db.session.get(CourtProfile, walk.world.court.id).decides_here = True
    monkeypatch.setattr(facts.clock, "today", lambda: date(year, 6, 1))

    assert facts.of(walk.case_id)["letter_possible"] is is_possible
    with transaction():
        db.session.get(Case, walk.case_id).regime = "C"
    assert facts.of(walk.case_id)["letter_possible"] is False
