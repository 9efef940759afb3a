"""The pages of a room: who gets in, what they see, what the link leaves behind."""

import pytest


def test_a_link_opens_the_door_and_leaves_the_address_at_once(meeting):
    token = meeting.token("applicant")
    answer = meeting.web.test_client().get(f"/room/{meeting.room}?link={token}")

    assert answer.status_code == 303 and token not in answer.location
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_the_door_says_who_will_see_and_hear_one_and_how_to_take_part_by_telephone(meeting):
    page = meeting.party("applicant").get().text

    assert "谁能看到和听到您" in page and "<noscript>" in page and "电话" in page


@pytest.mark.parametrize("who", ["outsider", "clerk", "judge", "coordinator", "admin"])
def test_strangers_find_no_room(meeting, who):
    stranger = meeting.staff(who)

    assert stranger.get().status_code in (403, 404)
    assert stranger.get("inside").status_code in (403, 404)
    assert stranger.get("events").status_code in (403, 404)


def test_whoever_is_not_signed_in_is_asked_to(meeting):
    answer = meeting.web.test_client().get(f"/room/{meeting.room}")

    assert answer.status_code == 303 and "/login" in answer.location


@pytest.mark.parametrize("path", ["?link=nonsense", "?seat=1", "?seat=999999", "?seat=abc", "/inside?seat=1", "/events?seat=1"])
def test_without_a_link_of_this_room_there_is_nothing(meeting, path):
    answer = meeting.web.test_client().get(f"/room/{meeting.room}{path}")

    assert answer.status_code == 404 or "/login" in answer.location


def test_a_link_of_another_case_does_not_open_this_room(meeting):
    from engine.db import transaction
    from engine.notices import links
    from tests import factories

    with transaction():
        links.issue(factories.participant(factories.case(), "applicant", "别人"), "other")

    assert meeting.web.test_client().get(f"/room/{meeting.room}?link={links.token('other')}").status_code == 404


def test_the_seat_of_the_other_side_is_not_ones_own(meeting):
    caller = meeting.party("applicant")
    caller.seat = meeting.seat("respondent").id

    assert caller.get().status_code == 404
    assert caller.post("enter").status_code == 404


def test_two_parties_may_use_one_computer(meeting):
    first = meeting.party("applicant")
    first.client.get(f"/room/{meeting.room}?link={meeting.token('respondent')}")
    first.post("enter")
    first.seat = meeting.seat("respondent").id
    first.post("enter")

    assert [meeting.seat(side).state for side in ("applicant", "respondent")] == ["waiting", "waiting"]


def test_a_withdrawn_link_closes_the_room(meeting):
    from engine.db import transaction
    from engine.notices import links

    caller = meeting.party("applicant")
    with transaction():
        links.revoke_all(meeting.people["applicant"].id)

    assert caller.get().status_code == 404


def test_inside_is_for_those_who_came_through_the_door(meeting):
    caller = meeting.party("applicant")
    assert caller.get("inside").status_code == 303

    caller.post("enter")
    assert "等候室" in caller.get("inside").text


def test_names_are_told_only_to_those_who_were_let_in(meeting):
    caller = meeting.party("applicant")
    caller.post("enter")
    assert "京华银行股份有限公司" not in caller.get("inside").text.replace(meeting.bench.case.title, "")

    mediator = meeting.staff("mediator")
    mediator.post("enter")
    mediator.post(f"seats/{caller.seat}/admit")

    assert "京华银行股份有限公司" in caller.get("inside").text


def test_a_plain_form_goes_on_to_a_page(meeting):
    caller = meeting.party("applicant")
    answer = caller.client.post(caller.path("enter"))

    assert answer.status_code == 303 and answer.location.endswith(f"/inside?seat={caller.seat}")


def test_forms_need_their_token(meeting, settings):
    from webapp import create_app

    meeting.web = create_app(settings)
    assert meeting.party("applicant").post("enter").status_code == 400
