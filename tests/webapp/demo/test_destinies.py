"""The play's script: between them the destinies bring about every outcome that people can."""

from types import SimpleNamespace

import pytest

from engine.cases import outcomes
from engine.tracks import commitments
from webapp.cli.demo_play import ENOUGH
from webapp.demo import casting, handing_in
from webapp.demo.calls import Calls
from webapp.demo.destinies import DESTINIES, cells
from webapp.demo.script import Script
from webapp.peers.court import judges
from webapp.peers.court.setup import Rules
from webapp.peers.referral_samples import make


def cases(count: int, regime: str = "", of: str = "") -> list:
    people = [SimpleNamespace(id=id, side=side, role="party", body_id=None) for id, side in ((0, "applicant"), (1, "respondent"))]
    return [SimpleNamespace(id=number, number=f"ST{of}{number:016}", regime=regime or "AABAC"[number % 5], participants=people,
                            procedure="ordinary", amount=None)
            for number in range(count)]


def covered(_case) -> dict:
    return {"in_scope": True, "consumer": {"id": 1}, "claimed": 1, "limit": 2}


def asked(_case_id) -> dict:
    return {"parties_to_ask": [{"id": 1}]}


def test_the_destinies_bring_about_every_outcome():
    assert {outcome for destiny in DESTINIES.values() for outcome in destiny.outcomes} == set(outcomes.OUTCOMES)


def test_in_two_hundred_cases_every_destiny_is_played_in_every_regime_it_has(monkeypatch):
    monkeypatch.setattr(commitments, "covers", covered)
    monkeypatch.setattr(casting.facts, "of", asked)
    parts = casting.cast(cases(200), seed=3)
    regimes = {case.number: case.regime for case in cases(200)}
    played = {(part.destiny, regimes[number]) for number, part in parts.items()}
    assert {(name, regime) for name, each in DESTINIES.items() for regime in each.regimes} <= played


def test_the_cells_are_every_outcome_in_every_regime_that_has_it():
    only = {"O04": "AC", "O14": "AB", "O15": "AB", "O17": "AB", "O18": "A", "O22": "C"}
    assert set(cells()) == {(outcome, regime) for outcome in outcomes.OUTCOMES for regime in only.get(outcome, "ABC")}


def test_each_outcome_is_wanted_in_every_regime_that_has_it_before_anything_is_played_twice(monkeypatch):
    monkeypatch.setattr(commitments, "covers", covered)
    monkeypatch.setattr(casting.facts, "of", asked)
    dealt = [case for regime, count in (("A", 21), ("B", 19), ("C", 18)) for case in cases(count, regime, regime)]
    parts, regimes = casting.cast(dealt, seed=3), {case.number: case.regime for case in dealt}
    assert {(DESTINIES[part.destiny].outcomes[0], regimes[number]) for number, part in parts.items()} == set(cells())
    assert parts == casting.cast(dealt, seed=3)


@pytest.mark.parametrize("seed", [7, 15, 106, 1764500000])
def test_as_many_referrals_as_the_default_are_enough_for_every_way_and_outcome(monkeypatch, seed):
    monkeypatch.setattr(commitments, "covers", lambda case: covered(case) | {"claimed": 1 if case.is_small else 3})
    monkeypatch.setattr(casting.facts, "of", lambda case: {"parties_to_ask": [{"id": key} for key in case]})
    dealt = [*sample(seed)]
    parts, regimes = casting.cast(dealt, seed), {case.number: case.regime for case in dealt}
    assert {(DESTINIES[part.destiny].outcomes[0], regimes[number]) for number, part in parts.items()} >= set(cells())
    assert {part.destiny for part in parts.values()} == set(DESTINIES)


@pytest.mark.parametrize("seed", [7, 15, 106, 1764500000])
def test_the_way_of_each_dealt_case_is_open_to_its_end(monkeypatch, seed):
    """Nobody and no court refuses on the way: what the court's system decides is known before the play (webapp/peers/court)."""
    monkeypatch.setattr(commitments, "covers", lambda case: covered(case) | {"claimed": 1 if case.is_small else 3})
    monkeypatch.setattr(casting.facts, "of", lambda case: {"parties_to_ask": [{"id": key} for key in case]})
    dealt = {case.number: case for case in sample(seed)}
    script = Script(seed)
    script.parts = casting.cast(dealt.values(), seed)
    wanted = {number for number, part in script.parts.items() if not DESTINIES[part.destiny].weight}
    shut = {(script.destiny(number), dealt[number].regime) for number in wanted if not is_open(script, dealt[number])}
    assert not shut
    reached = {(DESTINIES[script.destiny(number)].outcomes[0], case.regime) for number, case in dealt.items()
               if is_open(script, case)}
    assert reached >= set(cells())


def is_open(script: Script, case) -> bool:
    destiny = DESTINIES[name := script.destiny(case.number)]
    sides = [person.side for person in case.participants]
    if destiny.call and destiny.call.act == "withdrawal" and sides.count(destiny.call.who) > 1:
        return False  # the others would go on
    if case.regime != "B" or destiny.outcomes[0] not in ("O01", "O02", "O03", "O05", "O06", "O13"):
        return True
    if name == "will_not_sign":
        return True
    asked = {"O05": "performed", "O06": "withdrawal"}.get(destiny.outcomes[0])
    asked = asked or script.answers("choose_ending", case.number)["asked"]
    told = judges.ending(judges.decide(case.number, {"amount": case.amount}, Rules()), {"data": {"ending": asked}})
    signed = {script.answers("sign_for_letter", case.number, side)["answer"] for side in ("applicant", "respondent")}
    return told["ending"] == asked and (asked == "mediation_letter" and "go_back" in signed) == (name == "goes_back")


def sample(seed: int):
    """The cases that the good referrals of a play become, as casting sees them; `id` are the parties still to be asked."""
    sent, own = handing_in.shares(seed, ENOUGH, True)
    faulty = {f"S{seed}-{fault.external_ref}" for fault in make(seed=seed, count=ENOUGH)[1] if fault.status == "refused"}
    for number, referral in enumerate([*sent, *own]):
        if referral["external_ref"] in faulty or referral in sent[:number]:
            continue
        people = [SimpleNamespace(id=(number, place), side=party["side"], role="party", body_id=None)
                  for place, party in enumerate(referral["parties"])]
        unasked = [person.id for person, party in zip(people, referral["parties"], strict=True)
                   if not party["consents"]["mediation"]]
        regime = "B" if referral.get("docket") else "C" if referral in own else "A"
        yield SimpleNamespace(id=unasked, number=f"ST{number:016}", participants=people, regime=regime,
                              procedure=referral["docket"]["procedure"] if referral.get("docket") else "",
                              amount=referral["amount"],
                              is_small=handing_in._is_small(referral))


def test_nobody_is_unreachable_whose_consent_came_with_the_referral(monkeypatch):
    monkeypatch.setattr(commitments, "covers", covered)
    monkeypatch.setattr(casting.facts, "of", lambda _case_id: {"parties_to_ask": []})
    assert "unreachable" not in {part.destiny for part in casting.cast(cases(40), seed=3).values()}


def test_a_small_dispute_is_played_only_where_a_promise_covers_it(monkeypatch):
    monkeypatch.setattr(casting.facts, "of", asked)
    monkeypatch.setattr(commitments, "covers", lambda case: covered(case) | {"claimed": 3})
    assert "small_dispute" not in {part.destiny for part in casting.cast(cases(40), seed=3).values()}


def test_a_case_that_nobody_cast_is_drawn_by_weight_and_always_the_same():
    first, again = Script(5), Script(5)
    drawn = [first.destiny(f"ST{number:016}") for number in range(60)]
    assert drawn == [again.destiny(f"ST{number:016}") for number in range(60)]
    assert all(DESTINIES[name].weight for name in drawn)


def test_players_leave_alone_what_belongs_to_another_play():
    script = Script(5)
    assert script.plays("ST1")
    script.only = {"ST2"}
    assert script.plays("ST2") and not script.plays("ST1")


def test_a_call_is_made_once_at_each_task_until_it_was_made_often_enough():
    calls = Calls(lambda case: "no_new_mediator")
    assert calls.is_called("ST1", "task 1") and [call.act for _case, call in calls.open()] == ["change"]
    assert calls.take("ST1") and calls.open() == []
    assert calls.is_called("ST1", "task 1") and calls.open() == [], "the same task calls nobody again"
    assert calls.is_called("ST1", "task 2") and calls.open()
    calls.take("ST1")
    assert calls.is_called("ST1", "task 3") and calls.open() == [], "twice is enough"


def test_whom_a_call_does_not_stop_goes_on_when_it_is_done():
    calls = Calls(lambda case: "cleared")
    assert calls.is_called("ST1", "task 1")
    calls.take("ST1")
    assert not calls.is_called("ST1", "task 1")


def test_what_nobody_does_is_left_to_the_clock(monkeypatch):
    script = Script(5)
    monkeypatch.setattr(script, "destiny", lambda case: "term_over")
    assert script.leaves_undone("plan_session", "ST1") and not script.leaves_undone("accept_referral", "ST1")


def test_each_session_ends_as_the_destiny_says(monkeypatch):
    script = Script(5)
    monkeypatch.setattr(script, "destiny", lambda case: "evaluated")
    held = [script.answers("hold_session", "ST1")["result"] for _each in range(3)]
    assert held == ["evaluation", "agreement_full", "agreement_full"]


def test_the_court_refuses_once_and_the_changed_agreement_is_confirmed(monkeypatch):
    script = Script(5)
    monkeypatch.setattr(script, "destiny", lambda case: "court_refuses")
    decided = [script.answers("decide_confirmation", "ST1")["decision"] for _each in range(2)]
    assert decided == ["rejected", "confirmed"] and script.answers("choose_next", "ST1")["next"] == "change"
    assert script.answers("join_application", "ST1")["joins"] == "yes"


def test_a_debtor_asks_for_time_once_and_the_creditor_grants_it(monkeypatch):
    script = Script(7)
    monkeypatch.setattr(script, "destiny", lambda case: "deed")
    first, second = (script.answers("handle_default", "ST1")["default_result"] for _time in range(2))
    assert (first, second) == ("grace", "default") and script.answers("grant_grace", "ST1") == {"grants_grace": "yes"}


def test_no_days_pass_before_a_party_asked_for_the_deed(monkeypatch):
    script = Script(5)
    monkeypatch.setattr(script.errands, "destiny", lambda case: "deed")
    assert script.errands.is_waited_for("ST1")
    monkeypatch.setattr(script.errands, "destiny", lambda case: "payment_order")
    assert not script.errands.is_waited_for("ST1")


def test_a_proposal_is_played_only_where_its_seven_days_have_room(monkeypatch):
    promised = {"consumer": True, "claimed": 0, "limit": 0}
    monkeypatch.setattr(commitments, "covers", lambda case: {"in_scope": case.is_small, **promised})
    monkeypatch.setattr(casting.facts, "of", lambda case: {"parties_to_ask": [{"id": key} for key in case]})
    dealt = {case.number: case for case in sample(7)}
    played = [dealt[number] for number, part in casting.cast(dealt.values(), 7).items() if part.destiny == "proposal"]
    assert {case.regime for case in played} == set("ABC")
    assert "simplified" not in {case.procedure for case in played}
