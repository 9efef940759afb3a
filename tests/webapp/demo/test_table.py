"""The table of a play: each outcome by regime, and which of them no case came to."""

from collections import Counter

from webapp.demo import handing_in
from webapp.demo.destinies import cells
from webapp.demo.report import Report
from webapp.peers.referral_samples import make


def reached(*but: tuple[str, str]) -> Report:
    """A play in which one case came to each outcome of each regime, but for these."""
    by_regime = {regime: Counter(outcome for outcome, at in cells() if at == regime and (outcome, at) not in but)
                 for regime in "ABC"}
    return Report(cases=58 - len(but), outcomes=sum(by_regime.values(), Counter()), by_regime=by_regime)


def row(report: Report, outcome: str) -> list[str]:
    return next(line.split() for line in report.lines() if line.split()[0] == outcome)


def test_a_play_that_came_to_everything_misses_nothing():
    assert reached().missing() == [] and len(cells()) == 58
    assert row(reached(), "O01") == ["O01", "1", "1", "1", "3"]


def test_what_was_not_reached_is_named_and_what_a_regime_does_not_have_is_a_stroke():
    report = reached(("O09", "B"), ("O18", "A"))
    assert report.missing() == ["O09 in B", "O18 in A"]
    assert row(report, "O09") == ["O09", "1", "0", "1", "2"] and row(report, "O18") == ["O18", "0", "–", "–", "0"]


def test_the_good_referrals_come_a_third_each_way_and_the_faulty_ones_are_the_courts():
    sent, own = handing_in.shares(7, 100, True)
    refused = {f"S7-{fault.external_ref}" for fault in make(seed=7, count=100)[1]}
    docketed = [referral for referral in sent if referral.get("docket")]
    assert len(sent) + len(own) == 100 and {len(docketed), len(own)} <= {26, 27}
    assert not refused - {sent[0]["external_ref"]} & {referral["external_ref"] for referral in [*own, *docketed]}
    assert all(party["consents"]["mediation"] is (None if party["side"] == "third" else True)
               for referral in docketed for party in referral["parties"])
    for application in own:
        said = [party for party in application["parties"] if any(party["consents"].values()) or party["agents"] or party["body"]]
        assert {party["body"] for party in said} == {"AXBX" if application["sector"] == "insurance" else "JHYH"}
    assert any(party["side"] == "third" for referral in docketed for party in referral["parties"])
