"""What help a party needs: said when the case comes in, noted on the case page, and decisive for the no-objection proposal."""

import pytest

from engine.access.models import Participant

pytestmark = pytest.mark.db


def side(walk, name="applicant") -> Participant:
    return next(person for person in walk.case.participants if person.side == name and person.role == "party")


def test_who_mediates_notes_a_need_and_takes_it_off(browser, refer):
    walk = refer()
    walk.to_mediation()
    mediator, address, told = browser("mediator"), f"/cases/{walk.case.number}", {"party": str(side(walk).id), "need": "hearing"}
    assert mediator.post(f"{address}/needs", present="yes", **told).status_code == 303
    assert side(walk).needs == ["hearing"] and "需要协助：听力障碍" in mediator.text(address)
    assert mediator.post(f"{address}/needs", present="no", **told).status_code == 303
    assert side(walk).needs == []


def test_a_wrong_need_changes_nothing_and_others_neither_see_nor_note_it(browser, refer):
    walk = refer()
    walk.to_mediation()
    address, told = f"/cases/{walk.case.number}/needs", {"party": str(side(walk).id), "need": "money", "present": "yes"}
    assert browser("mediator").post(address, **told).status_code == 422 and side(walk).needs == []
    assert browser("handler").post(address, **told | {"need": "other"}).status_code == 403
    assert "登记当事人需要的协助" not in browser("handler").text(f"/cases/{walk.case.number}")


def test_a_need_said_at_intake_keeps_the_party_out_of_the_proposal(refer):
    from tests.personas import referral
    parties = referral()["parties"]
    parties[0]["needs"] = ["reading", "elderly", "reading"]
    walk = refer(parties=parties)
    assert side(walk).needs == ["elderly", "reading"]
    walk.to_mediation()
    walk.to_result("no_objection")
    walk.do("weigh_proposal", facts_agreed="yes")
    assert walk.open() == ["plan_session"]
