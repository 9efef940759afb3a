"""A clock as a chip: icon, words and colour; paused and late ones say so."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from markupsafe import Markup, escape

from engine import clock
from engine.clock import SHANGHAI
from webapp import i18n
from webapp.i18n import gettext as _
from webapp.i18n import ngettext
from webapp.icons import icon

SOON = timedelta(days=2)


@dataclass(frozen=True)
class Chip:
    """One state of a clock. `state`: ample, near, today, late, paused, met, missed."""

    state: str
    icon: str
    text: str


def chip(due_at: datetime | None, starts_at: datetime | None = None, status: str = "running") -> Chip | None:
    """The chip of a term or a due task; None when there is no clock."""
    if due_at is None:
        return None
    match status:
        case "paused":
            return Chip("paused", "player-pause", _("paused"))
        case "met" | "done":
            return Chip("met", "check", _("met in time"))
        case "missed":
            return Chip("late", "alert-triangle", _("missed on %(day)s", day=i18n.day(due_at - timedelta(seconds=1))))
        case "cancelled":
            return Chip("paused", "x", _("no longer runs"))
    return _running(due_at, starts_at, clock.now())


def _running(due_at: datetime, starts_at: datetime | None, now: datetime) -> Chip:
    if now > due_at:
        return Chip("late", "alert-circle", _late(now - due_at))
    last_second = (due_at - timedelta(seconds=1)).astimezone(SHANGHAI)
    if last_second.date() == clock.today():
        at_midnight = due_at.astimezone(SHANGHAI).strftime("%H:%M") == "00:00"
        hour = "24:00" if at_midnight else due_at.astimezone(SHANGHAI).strftime("%H:%M")
        return Chip("today", "clock-hour-4", _("today, by %(hour)s", hour=hour))
    days = (last_second.date() - clock.today()).days
    words = ngettext("%(num)s day left", "%(num)s days left", days)
    whole = due_at - (starts_at or due_at)
    is_near = due_at - now <= SOON or (whole > timedelta(0) and (due_at - now) / whole <= 0.3)
    return Chip("near", "clock-hour-8", words) if is_near else Chip("ample", "clock", words)


def _late(by: timedelta) -> str:
    if by < timedelta(hours=1):
        return ngettext("%(num)s minute late", "%(num)s minutes late", max(1, by.seconds // 60))
    if by < timedelta(days=1):
        return ngettext("%(num)s hour late", "%(num)s hours late", by.seconds // 3600)
    return ngettext("%(num)s day late", "%(num)s days late", by.days)


def drawn(one: Chip | None, title: str = "") -> Markup:
    """The chip as a page shows it, with what lies behind it; nothing without a clock."""
    if one is None:
        return Markup()
    behind = f' title="{escape(title)}"' if title else ""
    return Markup(f'<span class="chip chip-{one.state}"{behind}>{icon(one.icon)} {escape(one.text)}</span>')


def due(at: datetime | None, starts_at: datetime | None = None, status: str = "running") -> Markup:
    """The chip of a term or a due task, with its moment."""
    return drawn(chip(at, starts_at, status), i18n.until(at))
