"""Courts on the platform: added with every fault told at once, their systems' credentials renewed."""

import pytest
from sqlalchemy import text

from engine.access.actor import SYSTEM
from engine.access.models import ApiClient
from engine.courts import guard, register
from engine.db import db, transaction
from engine.errors import Forbidden


def add(**changes):
    with transaction():
        told = {"code": "粤0304", "name": "深圳市福田区人民法院", **changes}
        return register.add(SYSTEM, told.pop("code"), told.pop("name"), **told)


def test_a_basic_court_knows_its_place_and_level_from_its_code(world):
    profile = add(callback_url="https://court.example/callbacks")

    assert (profile.level, profile.body.region) == ("basic", "440304") and profile.callback_secret.startswith("whsec_")


def test_what_its_system_verifies_us_by_lies_encrypted(world):
    secret = add(callback_url="https://court.example/callbacks").callback_secret.encode()

    kept = b" ".join(bytes(each) for each in db.session.scalars(text("SELECT callback_secret FROM court_profile")))
    assert kept.strip() and secret not in kept and b"whsec_" not in kept


def test_every_fault_is_told_at_once(world):
    with pytest.raises(register.CourtRefused) as refusal:
        add(code="XX1", name=" ", callback_url="ftp://x")

    assert {one["pointer"] for one in refusal.value.problems} == {"/code", "/name", "/callback_url"}


def test_a_court_is_added_once(world):
    with pytest.raises(register.CourtKnown):
        add(code="沪0115", name="上海市浦东新区人民法院")


def test_new_credentials_end_the_old_ones(world):
    with transaction():
        register.give_access(SYSTEM, register.find(SYSTEM, "沪0115"), "hash")

    clients = db.session.query(ApiClient).filter_by(body_id=world.court.id).order_by(ApiClient.id).all()
    assert [one.is_active for one in clients] == [False, True]


def test_who_may_not_manage_bodies_adds_no_court(world):
    with pytest.raises(Forbidden), transaction():
        register.add(world.actor("coordinator"), "粤0304", "深圳市福田区人民法院")


@pytest.mark.parametrize("host", [
    "127.0.0.1", "10.0.0.8", "169.254.169.254", "::1", "::ffff:192.168.1.1", "224.0.0.1", "0.0.0.0"])
def test_inside_addresses_are_not_sent_to(host):
    assert "not a public address" in guard.refuse_address(host, "public")
    assert guard.refuse_address(host, "any") is None
