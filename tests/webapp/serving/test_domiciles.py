"""Where a party is at home: told by itself, its institution or staff at any time, and the courts to choose from follow it."""

import pytest
from sqlalchemy import select

from engine.access.models import Participant
from engine.courts import competence
from engine.db import db, transaction
from engine.notices import links

pytestmark = pytest.mark.db


@pytest.fixture
def walk(refer):
    walk = refer()
    walk.do("accept_referral", decision="accept")
    return walk


def person(walk, side="applicant") -> Participant:
    db.session.expire_all()
    return db.session.scalar(select(Participant).where(Participant.case_id == walk.case_id, Participant.side == side))


def link_of(walk, side="applicant") -> str:
    with transaction():
        links.issue(person(walk, side), f"home-{side}")
    return links.token(f"home-{side}")


def test_a_party_tells_corrects_and_clears_where_it_is_at_home(stranger, walk):
    token = link_of(walk)
    assert "住所地：尚未填写" in stranger.text(f"/p/{token}")
    assert stranger.post(f"/p/{token}/domicile", domicile="310115").status_code == 303
    assert person(walk).domicile == "310115" and "310115" in stranger.text(f"/p/{token}")
    assert 'value="310115"' in stranger.text(f"/p/{token}/domicile")

    assert stranger.post(f"/p/{token}/domicile", domicile=" 110102 ").status_code == 303
    assert person(walk).domicile == "110102"
    assert stranger.post(f"/p/{token}/domicile", domicile="").status_code == 303
    assert person(walk).domicile == ""


@pytest.mark.parametrize("wrong", ["31011", "990101", "浦东新区", "3101155"])
def test_a_region_that_cannot_be_is_refused_and_nothing_changes(stranger, walk, wrong):
    token = link_of(walk)
    stranger.post(f"/p/{token}/domicile", domicile="310115")

    answer = stranger.post(f"/p/{token}/domicile", domicile=wrong)

    assert answer.status_code == 422 and person(walk).domicile == "310115"


def test_the_court_at_that_place_can_be_chosen(stranger, walk, world):
    with transaction():
        walk.case.court = None
        walk.case.region = ""
    stranger.post(f"/p/{link_of(walk)}/domicile", domicile=world.court.region)

    with transaction(write=False):
        assert world.court.id in [court.id for court in competence.competent_courts(walk.case)]


def test_staff_note_what_they_heard_and_an_institution_its_own(browser, walk):
    own, other = person(walk, "respondent").id, person(walk).id
    page = f"/serving/domiciles/of/{other}"
    assert browser("coordinator").post(page, domicile="310115").status_code == 303 and person(walk).domicile == "310115"
    assert browser("coordinator").post(page, domicile="x").status_code == 422
    assert "登记住所地" in browser("coordinator").text(f"/cases/{walk.case.number}")

    assert browser("handler").post(f"/serving/domiciles/of/{own}", domicile="310101").status_code == 303
    for who, whose in (("handler", other), ("outsider", other), ("designer", own)):
        assert browser(who).post(f"/serving/domiciles/of/{whose}", domicile="110102").status_code in (403, 404), who
    assert (person(walk).domicile, person(walk, "respondent").domicile) == ("310115", "310101")
