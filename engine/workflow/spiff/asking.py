"""What a diagram asks of a person's task: of whom, and what it says of it. All are expressions, judged when the task is reached.

`task_title` names it better than the step does, `priority` says how urgent it is, `due_by` until when. What rests on the name
`case` follows the case's facts as long as the task is open (engine/inbox/following.py).
"""

from datetime import date, datetime, time

from engine import clock
from engine.deadlines import moment
from engine.expressions import ExpressionRefused, compile_expression
from engine.i18n import _
from engine.workflow.spiff.findings import RunFailed

SAID = ("task_title", "priority", "due_by")
ASKED = ("assignee", *SAID)
PRIORITIES = ("urgent", "high", "ordinary", "low")
LONGEST = 200


def of(token) -> dict:
    """Of whom (`assignee`), and what is said (`said`). Raises RunFailed."""
    properties, evaluate = token.element.properties, token.workflow.script_engine.evaluate
    assignee = properties.get("assignee")
    asked = {"assignee": evaluate(token, assignee)} if assignee else {}
    said = {name: _READ[name](token, evaluate(token, properties[name])) for name in SAID if properties.get(name)}
    return asked | ({"said": said} if said else {})


def rests_on_case(element) -> bool:
    """Could what is asked and said change while nothing happens in the process?"""
    return any("case" in _names(element.properties.get(name)) for name in ASKED)


def _names(source: str | None) -> frozenset[str]:
    try:
        return compile_expression(source).names if source else frozenset()
    except ExpressionRefused:
        return frozenset()


def _title(token, value) -> str:
    if not isinstance(value, str) or not value.strip():
        raise RunFailed(token.element_id, "task_title", _("“task_title” has to be a text, not %(value)s."),
                        value=repr(value)[:60])
    return " ".join(value.split())[:LONGEST]


def _priority(token, value) -> str:
    if value is None:
        return "ordinary"
    if value not in PRIORITIES:
        known = ", ".join(PRIORITIES)
        raise RunFailed(token.element_id, "priority", _("“priority” has to be one of %(known)s, not %(value)s."), known=known,
                        value=repr(value)[:60])
    return value


def _due_by(token, value) -> str | None:
    """A day means its end (24:00 in Beijing); nothing: no due day."""
    if value in (None, ""):
        return None
    try:
        if isinstance(value, str) and len(value) == 10:
            value = date.fromisoformat(value)
        if isinstance(value, date) and not isinstance(value, datetime):
            value = datetime.combine(date.fromordinal(value.toordinal() + 1), time(), clock.SHANGHAI)
        return moment(value).isoformat()
    except (ValueError, TypeError, OverflowError, AttributeError):
        raise RunFailed(token.element_id, "due_by", _("“due_by” has to be a day or a moment, not %(value)s."),
                        value=repr(value)[:60]) from None


_READ = {"task_title": _title, "priority": _priority, "due_by": _due_by}
