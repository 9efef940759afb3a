"""An organisation assigns by lot: the case page says why this mediator, and anybody with a terminal finds the same one."""

from click.testing import CliRunner

from engine.db import db, transaction
from engine.mediation import draws
from engine.mediation.models import AssignmentDraw, MediatorProfile
from webapp.cli.assignment import check


def drawn(browser, walk) -> AssignmentDraw:
    assert browser("coordinator").post("/roster/lot", on="1").status_code == 303
    walk.do("accept_referral", decision="accept")
    while "choose_mediator" in walk.open():
        walk.do("choose_mediator", choice="0")
    walk.work()
    return draws.of_case(walk.case_id)[-1]


def test_a_case_goes_to_the_drawn_mediator_and_its_page_says_why(browser, refer, world, monkeypatch):
    walk = refer()
    row = drawn(browser, walk)
    assert walk.open() == ["disclose_conflicts"] and row.number == 1 and len(row.weights) == 2
    walk.do("disclose_conflicts", conflict="decline", disclosure="曾任该行顾问")
    others = {user for user, _weight in row.weights} - {row.winner_id}
    assert [each.winner_id for each in draws.of_case(walk.case_id)] == [row.winner_id, *others]
    assert [point.what for each in draws.of_case(walk.case_id) for point in draws.check(each) if not point.holds] == []
    walk.do("disclose_conflicts", conflict="none")
    page = browser("coordinator").text(f"/cases/{walk.case.number}/mediator")
    assert f"抽签指定{walk.case.mediator.name}" in page and page.count("各项均一致") == 2 and "已经回避" in page
    theirs = "mediator" if walk.case.mediator_id == world.mediator.id else "other_mediator"
    others = (theirs, "clerk", "handler", "outsider")
    assert [browser(who).get(f"/cases/{walk.case.number}/mediator").status_code for who in others] == [403, 403, 403, 404]
    link = f'href="/cases/{walk.case.number}/mediator"'
    assert [link in browser(who).text(f"/cases/{walk.case.number}") for who in ("coordinator", "handler")] == [True, False]
    monkeypatch.setattr("webapp.cli.assignment.web", _here)
    told = CliRunner().invoke(check, [walk.case.number])
    assert told.exit_code == 0 and told.output.count("winner equal") == 2, told.output
    with transaction():
        db.session.get(AssignmentDraw, row.id).lot += 1
    told = CliRunner().invoke(check, [walk.case.number])
    assert told.exit_code == 1 and "lot DIFFERS" in told.output
    assert "不一致" in browser("coordinator").text(f"/cases/{walk.case.number}/mediator")


class _here:
    """The command runs in the test's own application."""

    def __enter__(self):
        return None

    def __exit__(self, *_what):
        return None


def test_by_hand_the_page_tells_who_chose_from_which_list_and_why_somebody_full(browser, refer, world):
    walk = refer()
    with transaction():
        for name in ("mediator", "other_mediator"):
            db.session.get(MediatorProfile, getattr(world, name).id).load_limit = 0
    walk.do("accept_referral", decision="accept")
    walk.do("assign_mediator", mediator=str(world.mediator.id), over_reason="案情连续")
    walk.do("disclose_conflicts", conflict="none")
    page = browser("coordinator").text(f"/cases/{walk.case.number}/mediator")
    assert "协调员甲于" in page and "案情连续" in page and "在办案件已满" in page and draws.of_case(walk.case_id) == []


def test_the_register_keeps_what_the_rules_ask_and_refuses_nonsense(browser, world):
    coordinator, address = browser("coordinator"), f"/roster/mediators/{world.mediator.id}"
    assert coordinator.post(address, specialities=["banking"], languages=["ug"], courts=["沪0115"]).status_code == 303
    with transaction(write=False):
        profile = db.session.get(MediatorProfile, world.mediator.id)
        assert (profile.specialities, profile.languages, profile.courts) == (["banking"], ["ug"], ["沪0115"])
    assert "维吾尔语" in coordinator.text(address)
    assert coordinator.post(address, courts=["<b>"]).status_code == 422
    assert coordinator.post(f"/roster/mediators/{world.outsider.id}", languages=["ug"]).status_code == 404
    assert browser("mediator").post(address, languages=[]).status_code == 403
    for nonsense in ("-1", "many", "９"):
        assert coordinator.post(f"/roster/people/{world.mediator.id}/most", tasks=nonsense).status_code == 422
    assert browser("mediator").post("/roster/lot", on="1").status_code == 403
