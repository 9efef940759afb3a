"""Single keys can be put elsewhere or switched off, and never two on one."""

import pytest

from engine.access.models import User
from engine.db import db, transaction
from engine.errors import Invalid
from engine.oversight import keyboard

pytestmark = pytest.mark.db


def change(world, **told) -> dict:
    with transaction():
        keyboard.change(db.session.get(User, world.clerk.id), told)
    with transaction(write=False):
        return keyboard.of(db.session.get(User, world.clerk.id, populate_existing=True))


def test_a_key_is_moved_two_are_exchanged_and_one_is_switched_off(world):
    assert keyboard.of(world.clerk) == {key: key for key in keyboard.KEYS}
    assert change(world, c="ｑ")["c"] == "q"  # as an input method writes it
    found = change(world, c="r", r="C", m="")
    assert (found["c"], found["r"], found["m"], found["j"]) == ("r", "c", "", "j")
    assert change(world, **{key: key for key in keyboard.KEYS}) == {key: key for key in keyboard.KEYS}


@pytest.mark.parametrize(("told", "codes"), [
    ({"c": "r"}, ["taken", "taken"]), ({"c": "cc"}, ["key"]),
    ({"c": "7"}, ["key"]), ({"c": "领"}, ["key"]), ({"c": "\x07"}, ["key"]),
])
def test_what_is_no_key_or_another_ones_is_refused_and_nothing_changed(world, told, codes):
    with pytest.raises(Invalid) as refused:
        change(world, **told, m="")
    assert [each["code"] for each in refused.value.problems] == codes
    with transaction(write=False):
        assert keyboard.of(db.session.get(User, world.clerk.id))["m"] == "m"
