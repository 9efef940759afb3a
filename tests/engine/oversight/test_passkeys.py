"""Passkeys: kept and used by what only the device can sign; refused when anything about the answer is not as it was asked."""

import json
from dataclasses import replace

import pytest

from engine import config
from engine.access.models import User
from engine.db import db, transaction
from engine.errors import Invalid, NotFound
from engine.oversight import accounts, passkeys
from engine.oversight.passkeys import PasskeyNotKept, PasskeyRefused, PasskeysImpossible, TooManyPasskeys
from tests import factories
from tests.devices import Device


@pytest.fixture
def at_home(app, settings):
    """We are reached under a name, with https."""
    config.use(replace(settings, base_url="https://sutiao.example"))


@pytest.fixture
def user(at_home):
    with transaction():
        return factories.user()


@pytest.fixture
def device(user):
    """The user's device, with a passkey."""
    device = Device()
    keep(user, device)
    return device


def keep(user, device, name="办公室电脑", **bent) -> list[str]:
    with transaction():
        user = db.session.get(User, user.id)
        asked, question = passkeys.begin(user)
        return passkeys.keep(user, name, question, device.make(asked, **bent))


def enter(device, only=None, **bent) -> User:
    with transaction():
        asked, question = passkeys.ask(only)
        return passkeys.check(question, device.sign(asked, **bent), only)


def test_whose_passkey_it_is_comes_in_again_and_again(user, device):
    assert [enter(device).id for _time in range(3)] == [user.id] * 3
    (kept,) = passkeys.of(user.id)
    assert (kept.name, kept.sign_count, kept.last_used_at is None) == ("办公室电脑", 3, False)


def test_the_first_one_brings_recovery_codes_and_is_a_second_factor(user, at_home):
    assert not db.session.get(User, user.id).has_second_factor
    codes = keep(user, Device())
    assert len(codes) == 10 and keep(user, Device(), "手机") == []
    with transaction():
        holder = db.session.get(User, user.id)
        assert holder.has_second_factor
        accounts.check(holder, codes[0])
        for wrong in (codes[0], "123456"):
            with pytest.raises(accounts.WrongCode):
                accounts.check(holder, wrong)


@pytest.mark.parametrize("bent", [
    {"origin": "https://sutiao.example.evil.example"}, {"origin": "http://sutiao.example"}, {"house": "evil.example"},
    {"verified": False}, {"count": 0}, {"handle": b"somebody else"},
])
def test_an_answer_that_is_not_as_asked_opens_nothing(device, bent):
    enter(device)
    with pytest.raises(PasskeyRefused):
        enter(device, **bent)
    enter(device)


def test_a_count_that_went_back_is_a_copied_key(device):
    for _time in range(3):
        enter(device)
    with pytest.raises(PasskeyRefused):
        enter(device, count=2)


def test_the_same_answer_is_taken_once(user, device):
    device.sign = lambda asked: Device.sign(device, asked, count=0)  # as devices do that count nothing
    with transaction():
        asked, question = passkeys.ask()
        answer = device.sign(asked)
        assert passkeys.check(question, answer).id == user.id
    with pytest.raises(PasskeyRefused), transaction():
        passkeys.check(question, answer)


def test_an_answer_to_another_question_opens_nothing(device):
    with pytest.raises(PasskeyRefused), transaction():
        passkeys.check(passkeys.ask()[1], device.sign(passkeys.ask()[0]))
    with pytest.raises(PasskeyRefused), transaction():
        passkeys.check("", device.sign(passkeys.ask()[0]))


def test_somebody_elses_passkey_is_no_second_step(user, device):
    with transaction():
        other = factories.user("王五")
    theirs = Device()
    keep(other, theirs)
    assert enter(device, only=user).id == user.id
    with pytest.raises(PasskeyRefused):
        enter(theirs, only=user)
    theirs.id = device.id  # it says it is ours
    with pytest.raises(PasskeyRefused):
        enter(theirs)


def test_a_closed_account_opens_for_no_passkey(user, device):
    with transaction():
        db.session.get(User, user.id).is_active = False
    with pytest.raises(PasskeyRefused):
        enter(device)


@pytest.mark.parametrize("bent", [{"origin": "https://evil.example"}, {"house": "evil.example"}, {"verified": False}])
def test_a_key_made_elsewhere_is_not_kept(user, bent):
    with pytest.raises(PasskeyNotKept):
        keep(user, Device(), **bent)
    assert passkeys.of(user.id) == []


def test_one_key_is_kept_once_and_not_by_two_people(user, device):
    with transaction():
        other = factories.user("王五")
    for person in (user, other):
        with pytest.raises(PasskeyNotKept):
            keep(person, device)


@pytest.mark.parametrize("answer", ["", "null", "[]", "{}", "[" * 9000, '{"id": 7, "response": {}}', '{"id": "x", "response": 1}',
                                    json.dumps({"id": "\ud800", "response": {}})])
def test_nonsense_is_refused_in_one_sentence(user, device, answer):
    with pytest.raises(PasskeyRefused), transaction():
        passkeys.check(passkeys.ask()[1], answer)
    with pytest.raises(PasskeyNotKept), transaction():
        passkeys.keep(user, "x", passkeys.begin(user)[1], answer)


def test_an_answer_cut_anywhere_opens_nothing(device):
    with transaction(write=False):
        asked, question = passkeys.ask()
        answer = device.sign(asked)
        told = json.loads(answer)
        for part in ("authenticatorData", "clientDataJSON", "signature"):
            for length in range(0, len(told["response"][part]), 9):
                cut = {**told, "response": {**told["response"], part: told["response"][part][:length]}}
                with pytest.raises(PasskeyRefused):
                    passkeys.check(question, json.dumps(cut))


def test_names_are_short_and_there_are_not_too_many(user, device):
    for name in ("", "  ", "长" * 61):
        with pytest.raises(Invalid):
            keep(user, Device(), name)
    for number in range(passkeys.MOST_KEYS - 1):
        keep(user, Device(), f"第{number}把")
    with pytest.raises(TooManyPasskeys):
        keep(user, Device(), "太多")


def test_only_its_owner_names_or_removes_it(user, device):
    (kept,) = passkeys.of(user.id)
    with transaction():
        other = factories.user("王五")
        for act in (lambda: passkeys.rename(other, kept.id, "我的"), lambda: passkeys.remove(other, kept.id)):
            with pytest.raises(NotFound):
                act()
    with transaction():
        passkeys.rename(user, kept.id, " 家里  电脑 ")
    assert passkeys.of(user.id)[0].name == "家里 电脑"
    with transaction():
        passkeys.remove(db.session.get(User, user.id), kept.id)
    assert not db.session.get(User, user.id).has_second_factor
    with pytest.raises(PasskeyRefused):
        enter(device)


@pytest.mark.parametrize("address", ["http://127.0.0.1:8080", "https://10.0.0.7", "http://sutiao.example"])
def test_without_a_name_or_https_browsers_make_none(user, settings, address):
    config.use(replace(settings, base_url=address))
    assert not passkeys.are_possible()
    with pytest.raises(PasskeysImpossible), transaction():
        passkeys.ask()
