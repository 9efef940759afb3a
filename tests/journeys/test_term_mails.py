"""Terms near their end reach staff by one mail in the morning, where they want it: numbers, days and links, nothing else."""

from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import select

from engine import clock
from engine.access.models import User
from engine.clock import SHANGHAI
from engine.db import db, transaction
from engine.deadlines import reckoning
from engine.deadlines.models import Deadline
from engine.errors import Invalid
from engine.notices import mail
from engine.notices.models import TermMail
from engine.oversight import term_mails
from engine.workflow.models import Incident
from workers import term_mails as duty

pytestmark = pytest.mark.db


@pytest.fixture
def letters(with_settings, monkeypatch):
    """What leaves by mail, with a server that takes everything."""
    with_settings(smtp_url="smtp://127.0.0.1:9")
    left = []
    monkeypatch.setattr(mail, "send", lambda key, to, subject, text: left.append((to, subject, text)))
    return left


def wants(walk, name="coordinator", choice="daily") -> User:
    with transaction():
        user = db.session.get(User, walk.world.actor(name).user_id)
        term_mails.choose(user, {"mail": f"{name}@office.example", "term_mail": choice})
        return user


def in_the_morning(term: str, days: int) -> Deadline:
    """Five past nine, so many days before the last day of a term."""
    row = db.session.scalar(select(Deadline).where(Deadline.term == term))
    day = reckoning.last_day(row.due_at) - timedelta(days=days)
    clock.move(datetime.combine(day, time(9, 5), SHANGHAI) - clock.now())
    return row


def test_one_mail_tells_number_last_day_and_link_and_nothing_else(refer, letters):
    walk = refer()
    walk.work()
    wants(walk)
    row = in_the_morning("T04", 1)

    assert (duty.send(), duty.send()) == (1, 0), "once a morning"
    [(to, subject, text)] = letters
    assert to == "coordinator@office.example" and subject == "诉调平台：1项期限将届满"
    assert walk.case.number in text and reckoning.last_day(row.due_at).isoformat() in text and "/inbox/tasks/" in text
    names = [one.name for one in walk.case.participants] + [walk.case.title]
    assert not any(name in subject + text for name in names)


def test_the_term_of_the_mediation_is_its_mediators(refer, letters):
    walk = refer()
    walk.to_mediation()
    wants(walk, "mediator")
    in_the_morning("T06", 3)
    assert duty.send() == 1 and f"/cases/{walk.case.number}" in letters[0][2]


@pytest.mark.parametrize(("choice", "by_default", "leave"), [
    ("", False, 0), ("", True, 1), ("never", True, 0), ("daily", False, 1)])
def test_a_person_chooses_and_else_the_setting_holds(refer, letters, with_settings, choice, by_default, leave):
    with_settings(smtp_url="smtp://127.0.0.1:9", term_mail=by_default)
    walk = refer()
    walk.work()
    wants(walk, choice=choice)
    in_the_morning("T04", 1)
    assert duty.send() == leave


def test_nothing_leaves_on_another_day_or_before_nine(refer, letters):
    walk = refer()
    walk.work()
    wants(walk)
    in_the_morning("T04", 1)
    clock.move(timedelta(minutes=-10))
    assert duty.send() == 0
    clock.move(timedelta(days=-1, minutes=10))
    assert duty.send() == 0 and db.session.scalar(select(TermMail.status)) == "nothing"


def test_what_may_have_left_is_never_sent_again_and_a_server_away_is_asked_again(refer, letters, monkeypatch):
    walk = refer()
    walk.work()
    wants(walk)
    in_the_morning("T04", 1)

    def fails(error):
        def send(*_told):
            raise error
        monkeypatch.setattr(mail, "send", send)

    fails(mail.MailAway("not there"))
    assert duty.send() == 0 and db.session.scalar(select(TermMail.status)) == "away"
    fails(mail.MailUnknown("hung up"))
    assert (duty.send(), duty.send()) == (0, 0)
    with transaction(write=False):
        assert db.session.scalar(select(TermMail.status)) == "unknown"
        assert [one.kind for one in db.session.scalars(select(Incident))] == ["mail_unknown"]


def test_an_address_that_is_none_is_refused(refer):
    user = User(login="x", name="x")
    for told in ({"mail": "nobody"}, {"mail": "", "term_mail": "daily"}):
        with pytest.raises(Invalid):
            term_mails.choose(user, told)
