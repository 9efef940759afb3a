"""Confirmation: the right court, within thirty days, and what the court made of it on record (CPL 205, 206)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from engine import clock
from engine.access.models import Body, BodyKind
from engine.cases import messages
from engine.cases.models import CaseLink
from engine.courts import bundle, competence, confirmation, series
from engine.courts.models import ConfirmationApplication, CourtProfile
from engine.db import db, transaction
from engine.deadlines import due_at
from engine.documents import shelf
from engine.documents.facts import parties_of
from engine.documents.models import Document
from engine.mediation import agreement, consent
from engine.operations.operation import Rejected
from tests import factories
from tests.engine.documents.test_render import squeezed


def test_the_court_that_invited_the_organisation_confirms(settled):
    settled.call("courts.request_confirmation")

    application = db.session.query(ConfirmationApplication).one()
    assert (application.court_id, application.status) == (settled.world.court.id, "sent")
    assert settled.case.confirmation == "applied"


def test_asking_twice_is_one_application(settled):
    settled.call("courts.request_confirmation")
    settled.call("courts.request_confirmation")

    assert db.session.query(ConfirmationApplication).count() == 1


def test_after_thirty_days_it_is_too_late(settled):
    clock.move(timedelta(days=32))

    with pytest.raises(Rejected) as refusal:
        settled.call("courts.request_confirmation")

    assert refusal.value.code == "too_late" and db.session.query(ConfirmationApplication).count() == 0


@pytest.mark.parametrize(("joined", "is_in_time"), [(30, True), (31, False)])
def test_who_joined_on_the_last_day_applied_in_time_however_long_the_papers_take(settled, joined, is_in_time):
    """CPL 205: the thirty days are the parties'; a renderer or worker that is away over midnight does not use them up."""
    last = due_at("T14", agreement.in_effect(settled.case.id).effective_at) - timedelta(minutes=1)
    clock.move(last - clock.now() + timedelta(days=joined - 30))
    with transaction():
        for person in parties_of(settled.case):
            consent.record(person, "confirmation", True, "", "link", person.name)
    clock.move(timedelta(days=2))

    if is_in_time:
        settled.call("courts.request_confirmation")
        assert db.session.query(ConfirmationApplication).one().applied_at < due_at(
            "T14", agreement.in_effect(settled.case.id).effective_at)
    else:
        with pytest.raises(Rejected, match="thirty days|三十日"):
            settled.call("courts.request_confirmation")


def test_an_agreement_that_is_not_in_effect_cannot_be_confirmed(mediated):
    with pytest.raises(Rejected) as refusal:
        mediated.call("courts.request_confirmation")

    assert refusal.value.code == "not_effective"


@pytest.fixture
def own(settled):
    """The same case, without a court behind it."""
    with transaction():
        case = settled.case
        case.regime, case.court_id, case.region = "C", None, "110102"
    return settled


def test_without_a_court_the_basic_court_of_the_place_is_competent(own):
    own.call("courts.request_confirmation")

    assert confirmation.court_of(own.case_id) == own.world.other_court.id


def test_the_parties_choose_among_the_competent_courts_only(own):
    with pytest.raises(Rejected) as refusal:
        own.call("courts.request_confirmation", court="沪0115")

    assert refusal.value.code == "no_competent_court"


@pytest.mark.parametrize(("court", "place", "is_there"), [
    ("110102", "110102", True), ("110102", "110101", False),
    ("350102", "350100", True), ("350102", "350200", False),  # registered with the city
    ("110102", "110000", True), ("310115", "110000", False), ("110102", "", False),
])
def test_a_firm_registered_with_a_city_may_have_its_seat_in_any_of_its_districts(court, place, is_there):
    assert competence.lies_in(court, place) is is_there


@pytest.mark.parametrize(("took_part", "courts"), [(True, {"京0102", "沪0115"}), (False, {"京0102"})])
def test_where_several_organisations_mediated_the_court_of_each_is_competent(own, took_part, courts):
    with transaction():
        now, before = own.case, factories.case(organisation_id=own.world.other_organisation.id)
        db.session.get(Body, own.world.other_organisation.id).region = "310115"
        before.mediator_id = own.world.outsider.id if took_part else None
        db.session.add(CaseLink(case_id=before.id, other_id=now.id, kind="transferred"))

    assert {court.code for court in competence.competent_courts(own.case)} == courts
    own.call("courts.request_confirmation", court="京0102")
    assert confirmation.court_of(own.case_id) == own.world.other_court.id


@pytest.mark.parametrize(("told", "courts"), [
    ("310115", {"京0102": "标的物所在地", "沪0115": "当事人住所地"}), ("", {"京0102": "标的物所在地"}),
])
def test_the_court_at_the_home_of_a_person_is_offered_when_the_home_was_told(own, told, courts):
    with transaction():
        person = next(one for one in own.case.participants if one.kind == "natural" and one.role == "party")
        person.id_type, person.id_number, person.domicile = "resident_id", "310115194912310023", told  # no home is read off it
        db.session.get(Body, own.world.court.id).region = "310115"

    found = {court["id"]: court["name"] for court in own.call("courts.find_competent")["courts"]}

    assert set(found) == set(courts) and all(why in found[code] for code, why in courts.items())


@pytest.mark.parametrize(("told", "is_intermediate"), [("310115", True), ("110105", False), ("", False)])
def test_the_home_of_a_person_tells_whether_a_dispute_crosses_provinces(own, told, is_intermediate):
    with transaction():
        person = next(one for one in own.case.participants if one.kind == "natural" and one.role == "party")
        other = next(one for one in own.case.participants if one.kind == "legal" and one.role == "party")
        person.domicile, other.domicile, own.case.amount = told, "110102", Decimal(100_000_000)

    assert competence.belongs_to_intermediate(own.case) is is_intermediate


def test_an_intermediate_court_is_not_competent(own):
    with transaction():
        db.session.get(CourtProfile, own.world.other_court.id).level = "intermediate"

    assert competence.competent_courts(own.case) == []


def test_a_ruling_made_here_has_the_courts_number_and_seal(settled):
    settled.call("courts.request_confirmation")
    with transaction():
        confirmation.accept(settled.case_id)

    made = settled.call("courts.make_ruling", decision="confirmed")

    document = db.session.get(Document, made["document_id"])
    assert made["number"] == f"（{clock.today().year}）沪0115诉前调确1号" == document.number
    assert [(one.kind, one.signer) for one in document.signatures] == [("court", "上海市浦东新区人民法院")]
    assert settled.case.confirmation == "confirmed"


@pytest.mark.parametrize("decision", confirmation.DECISIONS)
def test_every_decision_has_its_ruling(settled, decision):
    settled.call("courts.request_confirmation")

    assert settled.call("courts.make_ruling", decision=decision, reason="协议内容不明确。")["document_id"]
    assert confirmation.of_case(settled.case_id).status == decision


def test_a_ruling_from_the_courts_own_system_is_noted(settled):
    settled.call("courts.request_confirmation")

    settled.call("courts.record_ruling", decision="rejected", number="（2026）沪0115诉前调确9号", reason="内容不明确")

    application = confirmation.of_case(settled.case_id)
    assert (application.status, application.number, application.reason) == ("rejected", "（2026）沪0115诉前调确9号", "内容不明确")
    assert settled.case.confirmation == "rejected"


@pytest.mark.parametrize("name", ["courts.make_ruling", "courts.record_ruling"])
def test_a_ruling_on_nothing_is_rejected(settled, name):
    with pytest.raises(Rejected) as refusal:
        settled.call(name, decision="confirmed", reason="")

    assert refusal.value.code == "nothing_applied_for"


def test_the_papers_of_the_application_name_the_court_before_it_is_sent(settled):
    for template in ("confirmation_application", "mediation_proof"):
        assert settled.call("documents.generate", template=template)["document_id"]


def test_the_record_of_an_oral_application_stands_for_the_written_one(settled):
    """CPL-Interp 353: the court writes down what both say; it counts from when they said it, and goes to the court's file."""
    made = settled.call("courts.record_oral_application", text="双方均称自愿，共同申请确认。", recorded_by="周立案")
    settled.call("courts.request_confirmation")

    paper = db.session.get(Document, made["document_id"])
    words = squeezed(shelf.read(paper))
    assert (paper.kind, paper.audience) == ("oral_application", "filing")
    assert "双方均称自愿，共同申请确认。" in words and "第三百五十三条" in words and "签名、捺印或者盖章" in words
    assert db.session.query(ConfirmationApplication).count() == 1
    (item,) = (one for one in bundle.of(settled.case, [paper]) if one.key == "application")
    assert item.is_there


@pytest.mark.parametrize(("day", "is_in_time"), [(0, True), (-1, False)])
def test_who_applies_within_the_term_as_a_court_extended_it_applies_in_time(settled, day, is_in_time):
    """CPL 86: the day that the court set is the last one."""
    clock.move(timedelta(days=60))
    until = (clock.today() + timedelta(days=day)).isoformat()
    if is_in_time:
        settled.call("courts.request_confirmation", until=until)
        assert settled.case.confirmation == "applied"
    else:
        with pytest.raises(Rejected):
            settled.call("courts.request_confirmation", until=until)


def test_an_oral_application_comes_too_late_like_a_written_one(settled):
    clock.move(timedelta(days=32))
    with pytest.raises(Rejected) as refusal:
        settled.call("courts.record_oral_application", text="共同申请", recorded_by="周立案")
    assert refusal.value.code == "too_late"


def test_the_courts_word_that_it_took_the_application_up_is_on_record(settled):
    settled.call("courts.request_confirmation")

    with transaction():
        messages.hear(settled.world.actor("court_system"), settled.case, "confirmation_accepted",
                      {"number": "（2026）沪0115诉前调确3号"}, "m-1")

    application = confirmation.of_case(settled.case_id)
    assert (application.status, application.number) == ("accepted", "（2026）沪0115诉前调确3号") and application.accepted_at


def test_the_lists_of_courts_say_why_each_is_competent(own):
    found = own.call("courts.find_competent")["courts"]

    assert [court["id"] for court in found] == [own.world.other_court.code] and "标的物所在地" in found[0]["name"]


def test_a_dispute_of_the_intermediate_level_goes_to_the_intermediate_court(own):
    with transaction():
        court = own.world.other_court
        db.session.get(CourtProfile, court.id).level, court.region = "intermediate", "110100"
        own.case.amount = Decimal(500_000_000)

    assert [court.code for court in competence.competent_courts(own.case)] == [own.world.other_court.code]


def test_where_a_financial_court_sits_it_takes_the_financial_disputes_of_that_level(own):
    with transaction():
        own.case.amount, own.case.sector = Decimal(500_000_000), "banking"
        court = Body(kind=BodyKind.COURT, code="京74", name="北京金融法院")
        db.session.add(court)

    assert [choice.court.code for choice in competence.choices(own.case)] == ["京74"]


@pytest.mark.parametrize(("code", "words"), [
    ("unclear", "第三百五十八条第五项"), ("simulated", "第三百五十八条第六项"), ("real_rights", "第三百五十五条第二款")])
def test_a_ruling_that_rejects_names_the_item_it_rests_on(settled, code, words):
    settled.call("courts.request_confirmation")
    made = settled.call("courts.make_ruling", decision="rejected", ground=code, reason="见询问笔录")

    assert words in squeezed(shelf.read(db.session.get(Document, made["document_id"])))
    assert confirmation.of_case(settled.case_id).ground == code


@pytest.mark.parametrize(("code", "words"), [("status", "第三百五十五条第一款第三项"), ("late", "第二百零五条规定，裁定如下")])
def test_a_ruling_that_does_not_accept_names_the_item_it_rests_on(settled, code, words):
    settled.call("courts.request_confirmation")
    made = settled.call("courts.make_ruling", decision="not_accepted", ground=code, reason="")

    assert words in squeezed(shelf.read(db.session.get(Document, made["document_id"])))


def test_an_accepted_application_has_the_number_of_the_courts_series(settled):
    settled.call("courts.request_confirmation")

    number = settled.call("courts.accept_application")["number"]

    assert number == f"（{clock.today().year}）沪0115诉前调确1号"
    assert (settled.case.confirmation, confirmation.of_case(settled.case_id).number) == ("accepted", number)


def test_the_record_of_the_inquiry_is_for_the_court_alone(settled):
    settled.call("courts.request_confirmation")
    made = settled.call("courts.make_notice", kind="inquiry_record", text="双方均称自愿", mode="on_site")

    assert db.session.get(Document, made["document_id"]).audience == "court"


@pytest.mark.parametrize(("decides_here", "title", "seals"), [
    (True, "补充材料通知书", ["court"]), (False, "补充材料通知书（转告）", [])])
def test_what_a_court_says_from_its_own_system_is_passed_on_without_its_seal(settled, decides_here, title, seals):
    with transaction():
        db.session.get(CourtProfile, settled.world.court.id).decides_here = decides_here
    settled.call("courts.request_confirmation")
    made = settled.call("courts.make_notice", kind="supplement", text="请补充授权委托书", until="2030-12-15")

    document = db.session.get(Document, made["document_id"])
    assert (document.title, [one.kind for one in document.signatures]) == (title, seals)
    assert ("以人民法院发出的文书为准" in squeezed(shelf.read(document))) is not decides_here


@pytest.mark.parametrize(("use", "regime", "day", "code"), [
    ("confirmation", "A", "2023-05-01", "诉前调确"), ("confirmation", "A", "2021-05-01", "民特"),
    ("confirmation", "C", "2026-05-01", "民特"),
    ("letter", "A", "2024-12-31", "诉前调书"), ("payment_order", "B", "2026-01-01", "民督")])
def test_the_series_of_a_number_comes_from_the_table(use, regime, day, code):
    assert series.of(use, regime, "沪0115", date.fromisoformat(day)) == code


def test_what_the_table_of_series_does_not_know_has_no_number():
    with pytest.raises(series.NoSeries):
        series.of("letter", "A", "沪0115", date(2025, 1, 1))
