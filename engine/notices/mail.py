"""Mail by SMTP. A server cannot be asked what became of a message: the moment its text leaves, the outcome may be unknown."""

import smtplib
import ssl
from collections.abc import Callable
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

from engine import clock, config

SECONDS = 10


class MailAway(Exception):
    """Nothing left: the server was not reached, or refused before the text was sent. Trying again is safe."""


class MailRefused(Exception):
    """The server refused this recipient or this message for good."""


class MailUnknown(Exception):
    """The text was on its way when the connection ended: it may have been taken."""


def is_set() -> bool:
    """Is there a mail server at all?"""
    return bool(config.current().smtp_url)


def send(key: str, to: str, subject: str, text: str, last_look: Callable[[], None] = lambda: None) -> None:
    """Hand a mail to the server. Raises MailAway, MailRefused, MailUnknown, and what `last_look` does before the text leaves."""
    message = compose(key, to, subject, text)
    server = _connected()
    try:
        _envelope(server, message["From"].addresses[0].addr_spec, to)
        last_look()
        _hand_over(server, message)
    finally:
        server.close()


def compose(key: str, to: str, subject: str, text: str) -> EmailMessage:
    """The mail; its Message-ID comes from the key. Raises MailRefused for an address or subject that is none."""
    sender = config.current().mail_from
    message = EmailMessage()
    try:
        message["From"] = Address(addr_spec=sender)
        message["To"] = Address(addr_spec=to)
        message["Subject"] = subject
    except (ValueError, IndexError) as error:
        raise MailRefused(f"{to!r}: {error}") from error
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = f"<{key}@{sender.partition('@')[2] or 'sutiao'}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    return message


def _connected() -> smtplib.SMTP:
    where = urlsplit(config.current().smtp_url)
    try:
        if where.scheme == "smtps":
            server = smtplib.SMTP_SSL(where.hostname, where.port or 465, timeout=SECONDS, context=ssl.create_default_context())
        else:
            server = smtplib.SMTP(where.hostname, where.port or 25, timeout=SECONDS)
            server.ehlo()
            if server.has_extn("starttls"):
                server.starttls(context=ssl.create_default_context())
                server.ehlo()
        if where.username:
            server.login(unquote(where.username), unquote(where.password or ""))
        return server
    except (OSError, smtplib.SMTPException) as error:
        raise MailAway(f"{type(error).__name__}: {error}") from error


def _envelope(server: smtplib.SMTP, sender: str, to: str) -> None:
    try:
        server.ehlo_or_helo_if_needed()
        for code, answer in (server.mail(sender), server.rcpt(to)):
            if code >= 500:
                raise MailRefused(f"{code} {answer.decode(errors='replace')}")
            if code >= 400:
                raise MailAway(f"{code} {answer.decode(errors='replace')}")
    except (OSError, smtplib.SMTPException) as error:
        raise MailAway(f"{type(error).__name__}: {error}") from error


def _hand_over(server: smtplib.SMTP, message: EmailMessage) -> None:
    try:
        code, answer = server.data(message.as_bytes())
    except smtplib.SMTPDataError as error:
        raise MailAway(f"{error.smtp_code} {error.smtp_error!r}") from error  # refused before the text
    except (OSError, smtplib.SMTPException) as error:
        raise MailUnknown(f"{type(error).__name__}: {error}") from error
    if code >= 500:
        raise MailRefused(f"{code} {answer.decode(errors='replace')}")
    if code != 250:
        raise MailAway(f"{code} {answer.decode(errors='replace')}")
