"""Performance: each instalment on its own, settled by the creditor's word or the mediator's, never by the debtor's alone."""

from datetime import date, timedelta

import pytest

from engine import clock
from engine.access.models import Participant
from engine.courts import confirmation, deeds
from engine.courts.models import CourtProfile
from engine.db import db, transaction
from engine.documents import facts_of_claims
from engine.mediation import obligations
from engine.mediation.models import Agreement
from engine.operations.operation import Rejected
from tests.engine.courts.conftest import bench, mediated, parties, rogue, settled  # noqa: F401

pytestmark = pytest.mark.db

BANK, WANG = "京华银行股份有限公司", "王小明"
TERMS = [
    {"kind": "payment", "debtor": BANK, "creditor": WANG, "amount": "9000.00", "due_on": "2030-03-31",
     "instalments": [{"due_on": "2030-02-28", "amount": "4000.00"}, {"due_on": "2030-03-31", "amount": "5000.00"}]},
    {"kind": "other", "debtor": BANK, "text": "出具结清证明"},
]


@pytest.fixture
def agreed(settled):  # noqa: F811
    with transaction():
        db.session.query(Agreement).one().terms = TERMS
        db.session.query(CourtProfile).update({"decides_here": True})
    return settled


def planned(bench):  # noqa: F811
    return bench.call("performance.plan")["obligations"]


def rows(bench):  # noqa: F811
    return obligations.of_case(bench.case_id)


def test_every_instalment_and_every_act_is_an_obligation(agreed):
    asked = planned(agreed)

    assert [(one["kind"], one["amount"], one["due_on"]) for one in asked[:2]] == [
        ("payment", "4000.00", "2030-02-28"), ("payment", "5000.00", "2030-03-31")]
    assert asked[2]["text"] == "出具结清证明" and asked[2]["creditor_name"] == WANG


def test_laying_out_twice_is_once(agreed):
    assert planned(agreed) == planned(agreed) and len(rows(agreed)) == 3


def test_people_are_asked_about_the_first_at_once_and_about_later_ones_shortly_before(agreed):
    first, second, _act = planned(agreed)

    assert first["opens_on"] == clock.today().isoformat()
    assert date.fromisoformat(second["opens_on"]) == date(2030, 3, 31) - timedelta(days=15)


def test_what_the_mediator_finds_performed_is_performed_in_the_register_too(agreed):
    first, *rest = planned(agreed)
    agreed.call("performance.note", obligation=first["id"], event="received", by=WANG, amount="1500.00", on="2030-02-20")

    noted = agreed.call("performance.note_all", on="2030-02-25", remark="回访：已提前付清")

    found = rows(agreed)
    assert noted == {"noted": [first["id"], *(one["id"] for one in rest)]} and obligations.are_performed(agreed.case_id)
    assert [(row.status, row.remaining, row.performed_on) for row in found] == [("performed", 0, date(2030, 2, 25))] * 3
    assert [(one.event, one.amount) for one in found[0].receipts] == [("received", 1500), ("verified", 2500)]
    assert (found[1].receipts[0].by, found[1].receipts[0].remark) == (agreed.case.mediator.name, "回访：已提前付清")
    assert agreed.call("performance.note_all", on="2030-02-26") == {"noted": []}, "again changes nothing"


def test_a_debtors_word_alone_settles_nothing(agreed):
    one = planned(agreed)[0]

    told = agreed.call("performance.note", obligation=one["id"], event="reported", by=BANK, amount="4000.00", on="2030-02-20")

    assert told == {"remaining": "4000.00", "settled": False, "covered": []} and rows(agreed)[0].status == "claimed"


def test_the_creditors_word_settles_in_parts(agreed):
    one = planned(agreed)[0]
    first = agreed.call("performance.note", obligation=one["id"], event="received", by=WANG, amount="1500.00", on="2030-02-20")
    rest = agreed.call("performance.note", obligation=one["id"], event="received", by=WANG, on="2030-02-25")

    assert (first["remaining"], first["settled"]) == ("2500.00", False)
    assert (rest["remaining"], rest["settled"]) == ("0.00", True)
    assert [(str(one.amount), one.by) for one in rows(agreed)[0].receipts] == [("1500.00", WANG), ("2500.00", WANG)]


def receive(agreed, amount, **more):
    """The creditor says that so much came with the first instalment."""
    first = planned(agreed)[0]
    return agreed.call("performance.note", obligation=first["id"], event="received", by=WANG, amount=amount, on="2030-02-28",
                       **more)


def paid(agreed) -> list[str]:
    return [str(row.paid) for row in rows(agreed)[:2]]


def said(agreed) -> list[tuple[str, str]]:
    return [(one.event, str(one.amount)) for row in rows(agreed) for one in row.receipts]


def test_an_excess_covers_the_next_instalment_when_the_creditor_takes_it_early(agreed):
    told = receive(agreed, "9000.00", early=True)

    second = rows(agreed)[1]
    assert told == {"remaining": "0.00", "settled": True, "covered": [second.id]}
    assert paid(agreed) == ["4000.00", "5000.00"] and second.performed_on == date(2030, 2, 28)
    assert "第五百六十条" in second.receipts[0].remark


def test_an_excess_covers_a_part_of_the_next_instalment(agreed):
    assert receive(agreed, "5000.00", early=True)["covered"] == []
    assert paid(agreed) == ["4000.00", "1000.00"] and rows(agreed)[1].status == "partly"


def test_a_creditor_need_not_take_what_is_not_yet_due_and_the_excess_goes_back(agreed):
    assert receive(agreed, "5000.00")["covered"] == []
    assert paid(agreed) == ["4000.00", "0.00"] and ("excess", "1000.00") in said(agreed)
    assert "第五百三十条" in rows(agreed)[0].receipts[-1].remark


def test_an_excess_covers_what_is_due_already_without_being_asked(agreed):
    first = planned(agreed)[0]
    with transaction():
        rows(agreed)[1].due_on = date(2030, 2, 1)
    agreed.call("performance.note", obligation=first["id"], event="received", amount="4500.00", on="2030-02-28")

    by_day = {str(row.due_on): str(row.paid) for row in rows(agreed) if row.kind == "payment"}
    assert by_day == {"2030-02-01": "500.00", "2030-02-28": "4000.00"}


def test_what_exceeds_everything_owed_is_to_be_returned(agreed):
    receive(agreed, "99999.00", early=True)

    assert paid(agreed) == ["4000.00", "5000.00"] and ("excess", "90999.00") in said(agreed)
    assert "第九百八十五条" in rows(agreed)[0].receipts[-1].remark


def test_all_performed_is_performed(agreed):
    for one in planned(agreed):
        agreed.call("performance.note", obligation=one["id"], event="verified", by="调解员")

    assert obligations.are_performed(agreed.case_id) and planned(agreed) == []


def test_another_cases_obligation_is_not_this_ones(agreed):
    planned(agreed)
    with pytest.raises(Rejected):
        agreed.call("performance.note", obligation=10_000, event="received")


def test_a_default_says_who_is_owed_what_until_when_and_what_it_costs(agreed):
    one = planned(agreed)[0]
    agreed.call("performance.note", obligation=one["id"], event="defaulted")
    clock.move(date(2030, 3, 5) - clock.today())

    told = agreed.call("performance.assess_default")

    assert (told["owed"], told["enforceable_by"], told["enforcement_fee"]) == ("4000.00", "", "50.00")
    assert told["enforce_until"].startswith("2032-")  # two years from the last instalment (CPL 250)


def test_a_confirmed_agreement_is_enforced_by_the_ruling_before_a_deed(agreed):
    with transaction():
        deeds.note(agreed.case_id, "北京市长安公证处", "（2026）京长安内经证字第1号", clock.today())
    assert agreed.call("performance.assess_default")["enforceable_by"] == "deed"
    agreed.call("courts.request_confirmation")
    with transaction():
        confirmation.decide(agreed.case_id, "confirmed", "（2026）沪0115诉前调确1号", "")

    told = agreed.call("performance.assess_default")

    assert told["enforceable_by"] == "ruling"
    assert told["enforcement_courts"][0]["id"] == "沪0115"


def test_a_payment_order_of_a_court_has_its_series_and_its_seal(agreed):
    people = {person.name: person.id for person in agreed.case.participants}
    with transaction():
        db.session.query(Participant).filter_by(name=BANK).one().id_number = "91110102MA00000X1F"
    agreed.call("courts.file_application", kind="payment_order", applicant=people[WANG], debtor=people[BANK])

    made = agreed.call("courts.make_order", paper="payment_order", kind="payment_order", creditor=people[WANG],
                       debtor=people[BANK], amount="4000.00")

    assert made["number"] == f"（{clock.today().year}）{agreed.world.other_court.code}民督1号"


def test_a_court_that_is_not_on_the_platform_cannot_be_asked(agreed):
    with pytest.raises(Rejected) as refusal:
        agreed.call("courts.file_application", kind="payment_order", court="沪9999")

    assert refusal.value.code == "no_competent_court"


def test_an_objection_that_is_upheld_takes_the_confirmation_away(agreed):
    agreed.call("courts.request_confirmation")
    with transaction():
        confirmation.decide(agreed.case_id, "confirmed", "（2026）沪0115诉前调确1号", "")
    agreed.call("courts.file_application", kind="objection")
    agreed.call("courts.make_order", paper="objection_upheld", kind="objection", reason="协议处分了异议人的财产")

    number = agreed.call("courts.decide_application", kind="objection", status="upheld", reason="成立")["number"]

    assert (agreed.case.confirmation, number) == ("set_aside", f"（{clock.today().year}）沪0115民特监1号")


def test_what_was_performed_so_far_can_be_read_in_english(agreed):
    planned(agreed)
    row = facts_of_claims.history(agreed.case, "")["rows"][0]

    assert row["duty_en"].startswith("CNY ") and row["paid_en"] == "CNY 0.00" and row["state_en"] == "not performed"
