"""Explicit data in and out of a called process: what it is given, and what it gives back."""

from dataclasses import dataclass
from typing import Any

from engine.expressions import RESERVED, ExpressionRefused, compile_expression
from engine.i18n import _
from engine.workflow.spiff import branches
from engine.workflow.spiff.findings import Finding
from engine.workflow.spiff.values import copied


@dataclass(frozen=True)
class Inner:
    """The data inside an activity, to be asked like a token of the activity."""

    data: dict
    of: Any

    task_spec = None

    def __getattr__(self, name):
        return getattr(self.of, name)


def going_in(token) -> dict:
    """What the called process begins with: all data, or only what the mappings name."""
    element, evaluate = token.element, token.workflow.script_engine.evaluate
    given = {name: evaluate(token, source) for name, source in element.ins}
    return copied(given if element.only else token.data | given, element.id)


def gives_back_named(element) -> bool:
    """Everything goes in, and of what is changed inside only what is named comes back (the property `gives_back`)."""
    return element.properties.get("gives_back") == "named"


def coming_back(token, data: dict, frames: branches.Frames, is_finished: bool) -> dict:
    """What the caller's data changes by: all that was changed inside, or only what the mappings name."""
    element = token.element
    changes = {} if element.only or gives_back_named(element) else {key: data[key] for key in branches.changed(frames)}
    if is_finished and element.outs:
        inner, evaluate = Inner(data, token), token.workflow.script_engine.evaluate
        changes |= copied({name: evaluate(inner, source) for name, source in element.outs}, element.id)
    return changes


def rule(_process, element) -> list[Finding]:
    """Mappings belong to call activities; each names a value and says where it comes from."""
    pairs = [*element.ins, *element.outs]
    if element.kind != "call_activity":
        message = _("Only a call activity can say which data goes in and comes back.")
        return [_refused(element, "mappings_here", message)] if pairs or element.only else []
    if element.properties.get("gives_back", "named") != "named":
        return [_refused(element, "gives_back_what", _("The property “gives_back” can only be “named”."))]
    found = [each for name, source in pairs for each in _pair(element, name, source)]
    for names in ([name for name, _source in element.ins], [name for name, _source in element.outs]):
        found += [
            _refused(element, "mapping_twice", _("“%(name)s” is given twice."), name=name)
            for name in sorted({each for each in names if names.count(each) > 1})
        ]
    return found


def _pair(element, name, source) -> list[Finding]:
    found = []
    if not name.isidentifier() or name.startswith("_") or name in RESERVED:
        message = _("“%(name)s” cannot be a name of data: letters, digits and “_” only.")
        found.append(_refused(element, "bad_variable", message, name=name))
    try:
        compile_expression(source)
    except ExpressionRefused as error:
        found.append(_refused(element, "bad_expression", _("%(where)s: %(why)s"), where=name, why=str(error)))
    return found


def _refused(element, code, message, **values) -> Finding:
    return Finding("error", element.id, element.name, code, message, values)
