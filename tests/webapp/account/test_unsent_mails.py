"""A mail about terms that did not arrive: its reader is told, and the administrators."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine import clock
from engine.access.models import User
from engine.db import db, transaction
from engine.notices import mail
from engine.notices.models import TermMail
from engine.oversight import unsent_mails
from engine.workflow.models import Incident
from tests.journeys.test_term_mails import in_the_morning, wants
from workers import term_mails as duty

pytestmark = pytest.mark.db


def somebody_to_be_written_to(refer, with_settings) -> User:
    with_settings(smtp_url="smtp://127.0.0.1:9")
    walk = refer()
    walk.work()
    user = wants(walk)
    in_the_morning("T04", 1)
    return user


def answers(monkeypatch, error=None):
    """The mail server, from now on."""
    def send(*_told):
        if error is not None:
            raise error
    monkeypatch.setattr(mail, "send", send)


def incidents_open() -> list[tuple]:
    return [(one.kind, one.subject, one.detail) for one in db.session.scalars(
        select(Incident).where(Incident.resolved_at.is_(None)))]


def test_a_refused_mail_is_shown_to_its_reader_and_the_administrators_until_another_address_takes_it(
        refer, with_settings, monkeypatch, browser):
    user = somebody_to_be_written_to(refer, with_settings)
    answers(monkeypatch, mail.MailRefused("550 no such box"))
    assert (duty.send(), duty.send()) == (0, 0)
    assert incidents_open() == [("mail_refused", f"term mails of {user.login}", "550 no such box")]
    told = browser("coordinator").text("/account/")
    assert "拒收" in told and "550 no such box" in told
    assert "拒收发给某位工作人员的期限邮件" in browser("admin").text("/tracing/")

    answers(monkeypatch)
    browser("coordinator").post("/account/mail", mail="right@office.example", term_mail="daily")
    assert incidents_open() == [] and duty.send() == 1
    told = browser("coordinator").text("/account/")
    assert "拒收" not in told and "发出。" in told


def test_whoever_wants_no_mails_any_more_is_no_trouble_to_anybody(refer, with_settings, monkeypatch, browser):
    somebody_to_be_written_to(refer, with_settings)
    answers(monkeypatch, mail.MailRefused("550 no such box"))
    duty.send()
    browser("coordinator").post("/account/mail", mail="", term_mail="never")
    clock.move(timedelta(days=1))
    assert duty.send() == 0 and incidents_open() == [] and "拒收" not in browser("coordinator").text("/account/")


def test_a_server_away_all_day_is_told_once_and_answered_by_the_next_mail(refer, with_settings, monkeypatch, browser):
    somebody_to_be_written_to(refer, with_settings)
    answers(monkeypatch, mail.MailAway("not there"))
    assert duty.send() == 0 and incidents_open() == []
    assert "尚未发出" in browser("coordinator").text("/account/")
    clock.move(timedelta(days=1))
    duty.send()
    assert [each[:2] for each in incidents_open()] == [("mail_missed", "mail server")]
    assert "全天未能发出" in browser("coordinator").text("/account/")
    with transaction():
        unsent_mails.note(db.session.scalar(select(TermMail.id).where(TermMail.day == clock.today())), "sent")
    assert incidents_open() == []
