"""An institution's portfolio: its own cases only, narrowed and counted; one reply to several of them."""

import json
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest

from engine import clock
from engine.cases.models import Case
from engine.db import db, transaction
from engine.deadlines.models import Deadline
from engine.errors import Forbidden, Invalid
from engine.inbox.asking import batch_replying
from engine.inbox.workspace import portfolio
from engine.inbox.workspace.portfolio import Wanted
from engine.mediation import consent, declining
from engine.mediation.models import ClaimReply, Consent
from engine.workflow.models import Instance, UserTask, Version
from tests import factories, statements

SAID = {"stance": "denied", "text": "按约定收取", "for_whom": "both"}


@pytest.fixture
def cases(world):
    """Three cases of the bank, the first with a task nobody has taken, one of them over; one of the insurer."""
    with transaction():
        first, second, over = (bank_case(world, Decimal(amount)) for amount in ("1000.00", "5000.00", "9000.00"))
        other = party_case(world.insurer, Decimal("700.00"))
        over.outcome, over.concluded_at, over.settled_amount = "O01", clock.now(), Decimal("6000.00")
        over.closed_at = clock.now()
        house_task(first, world.bank), house_task(second, world.bank, world.handler)
        factories.added(Deadline(case_id=second.id, term="T06", starts_at=clock.now() - timedelta(days=9),
                                 due_at=clock.now() - timedelta(days=1), length=5))
        numbers = [one.number for one in (first, second, over, other)]
    return SimpleNamespace(numbers=numbers, handler=world.actor("handler"), world=world)


def bank_case(world, amount) -> Case:
    return party_case(world.bank, amount, mediator_id=world.mediator.id, organisation_id=world.organisation.id)


def house_task(case, body, holder=None) -> UserTask:
    version = factories.added(Version(process_key="p", number=case.id, sha256="", title="p", files={}, calls=[]))
    instance = factories.added(Instance(case_id=case.id, version_id=version.id, bindings={}))
    return factories.added(UserTask(
        instance_id=instance.id, case_id=case.id, token="t", element="e", process_key="p", title="答复", role="party",
        body_id=body.id, assignee_id=holder and holder.id, data={}, opened_at=clock.now()))


def party_case(body, amount, **columns) -> Case:
    claims = [{"type": "refund", "text": "退费", "amount": str(amount)}]
    case = factories.case(amount=amount, institution_id=body.id, claims=claims, **columns)
    factories.participant(case)
    factories.participant(case, side="respondent", name=body.name, body_id=body.id, kind="legal")
    return case


def found(cases, **wanted) -> list[int]:
    """Which of the four cases, by their place."""
    return [cases.numbers.index(entry.case.number) for entry in portfolio.entries(cases.handler, Wanted(**wanted))]


def test_an_institution_sees_all_its_own_cases_and_no_other(cases):
    assert found(cases, sort="amount") == [2, 1, 0]
    overview = portfolio.overview(cases.handler, Wanted())
    assert {key: count.cases for key, count in overview.by_outcome.items()} == {"": 2, "O01": 1}
    assert (overview.total.amount, overview.total.settled) == (Decimal(15000), Decimal(6000))
    with pytest.raises(Forbidden):
        portfolio.entries(cases.world.actor("mediator"), Wanted())


@pytest.mark.parametrize(("wanted", "places"), [
    ({"due": "late"}, [1]), ({"least": Decimal(2000), "most": Decimal(6000)}, [1]), ({"outcome": "O01"}, [2]),
    ({"state": "closed"}, [2]), ({"state": "open"}, [1, 0]), ({"handler": "0"}, []),
    ({"sort": "due", "least": Decimal(1000)}, [1, 2, 0]),
])
def test_the_portfolio_is_narrowed_and_ordered(cases, wanted, places):
    assert found(cases, **wanted) == places


def test_a_refusal_is_counted_by_its_code_until_the_institution_agrees_after_all(cases):
    case = db.session.query(Case).filter_by(number=cases.numbers[0]).one()
    bank = next(person for person in case.participants if person.body_id)
    with transaction():
        consent.record(bank, "mediation", False, "已处理", "staff", "x", "decided")
    assert portfolio.overview(cases.handler, Wanted()).declined == {"decided": 1}
    assert [entry.declined.code for entry in portfolio.entries(cases.handler, Wanted()) if entry.declined] == ["decided"]
    with transaction():
        consent.record(db.session.merge(bank), "mediation", True, "", "staff", "x")
    assert portfolio.overview(cases.handler, Wanted()).declined == {}


def test_one_reply_is_said_in_each_chosen_case_and_presumes_no_consent(cases):
    with transaction():
        done = batch_replying.reply(cases.handler, cases.numbers, SAID, {cases.numbers[1]: "本案另有约定"})
    told = {cases.numbers.index(one.number): (one.rows, one.refused and type(one.refused).__name__) for one in done}
    assert told == {0: (1, None), 1: (1, None), 2: (0, "MediationOver")}
    rows = db.session.query(ClaimReply).order_by(ClaimReply.case_id).all()
    assert [(row.stance, row.text) for row in rows] == [("denied", "按约定收取"), ("denied", "本案另有约定")]
    assert db.session.query(Consent).count() == 0
    planned = batch_replying.plan(cases.handler, cases.numbers)
    assert [bool(one.said) for one in planned] == [True, True, False] and planned[2].why_not
    with transaction():
        again = batch_replying.reply(cases.handler, cases.numbers[:1], SAID)
    assert [one.rows for one in again] == [0] and db.session.query(ClaimReply).count() == 2


def test_more_cases_are_no_more_questions_for_what_was_said_and_asked_in_them(cases):
    def asked(numbers) -> list[int]:
        plan = batch_replying.plan
        return [statements.of(lambda: plan(cases.handler, numbers), about) for about in ("claim_reply", "user_task \n")]

    assert asked(cases.numbers) == asked(cases.numbers[:1])


def test_a_reply_needs_cases_and_words(cases):
    with pytest.raises(Invalid):
        batch_replying.reply(cases.handler, cases.numbers, {**SAID, "stance": "partly"})
    with pytest.raises(Invalid):
        batch_replying.plan(cases.handler, [])
    with pytest.raises(Forbidden):
        batch_replying.plan(cases.world.actor("clerk"), cases.numbers)


def test_the_form_of_the_invitation_offers_the_reasons_of_the_list(shipped_folders):
    form = json.loads(shipped_folders["consent"]["forms/consent.json"])
    asked = next(each for each in form["components"] if each.get("key") == declining.FIELD)
    assert [(each["value"], each["label"], each["label_en"]) for each in asked["values"]] == [
        (row.code, row.zh, row.en) for row in declining.reasons().values()]
