"""What a file says: its heading and its rows, in the reader's language."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from flask_babel import gettext as _

from engine.cases import outcomes
from engine.deadlines import terms
from engine.exports import audit_lines
from engine.mediation import declining
from webapp import i18n, presenting
from webapp.audit.actions import name
from webapp.spreadsheets import harmless


@dataclass(frozen=True)
class Sheet:
    """One kind of file."""

    title: Callable[[], str]
    filename: str
    back: str  # endpoint of the page where it is asked for
    area: Callable[[], str]  # what that page is called
    heading: Callable[[], list[str]]
    row: Callable[[Mapping, Callable], list]


def rows(sheet: Sheet, lines: Iterable[Mapping]) -> Iterator[list[str]]:
    """The heading, and a row for each line. What many lines share is put into words once."""
    yield sheet.heading()
    say = lru_cache(maxsize=5000)(lambda how, value: how(value))
    for line in lines:
        yield [harmless(str(value)) for value in sheet.row(line, say)]


def _case_heading() -> list[str]:
    return [_("Number"), _("Court's number"), _("Other side"), _("Cause"), _("Sum in dispute"), _("Stage"), _("Outcome"),
            _("Term"), _("Due"), _("Handler"), _("Replied"), _("Not taking part because"), _("Sum settled"), _("Received"),
            _("Concluded")]


def _case_row(line: Mapping, say: Callable) -> list:
    return [
        line["number"], line["court_number"], "、".join(line["others"]), line["cause"], line["amount"],
        say(_stage, line["stage"]), say(_outcome, line["outcome"]), say(_term, line["term"]), say(i18n.until, line["due"]),
        "、".join(line["handlers"]), _("yes") if line["replied"] else _("no"), say(_declined, line["declined"]), line["settled"],
        i18n.day(line["received"]), i18n.day(line["concluded"])]


def _stage(key: str) -> str:
    return i18n.say(presenting.STAGES.get(key, key))


def _outcome(code: str) -> str:
    return i18n.say(outcomes.title(code)) if code else ""


def _term(key: str) -> str:
    return terms.get(key).title.in_language(i18n.language()) if key else ""


def _declined(code: str) -> str:
    return declining.reasons()[code].in_language(i18n.language()) if code else ""


def _audit_row(line: Mapping, say: Callable) -> list:
    values = ["" if line[column] is None else line[column] for column in audit_lines.COLUMNS]
    return [*values, say(name, line["action"]), line["in_place_of"]]


SHEETS = {
    "portfolio": Sheet(lambda: _("Cases of the portfolio"), "portfolio.csv", "portfolio.index", lambda: _("Portfolio"),
                       _case_heading, _case_row),
    "audit": Sheet(lambda: _("Entries of the audit"), "audit.csv", "audit.index", lambda: _("Audit"),
                   lambda: [*audit_lines.COLUMNS, "action_name", "on_behalf_of"], _audit_row),
}
