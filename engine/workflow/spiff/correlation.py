"""How a message finds its wait: by keys that the process holds on one side and the message carries on the other."""

import hashlib
import json
from collections.abc import Mapping
from decimal import Decimal

from engine.expressions import ExpressionFailed, ExpressionRefused, compile_expression
from engine.i18n import _
from engine.workflow.spiff.findings import RunFailed
from engine.workflow.spiff.values import copied

LONGEST = 300


def held(token, event, evaluator) -> dict:
    """The keys a process holds when it begins to wait; worked out once and kept.

    A key of the drawing stands where the process subscribes to it (`dataPath`), or else under the same expression as in the
    message. The property `correlation` adds keys that the message carries under their own names.
    """
    found = {name: evaluator.evaluate(token, event.subscribed.get(name, path)) for name, path in event.correlation.items()}
    found |= _property(token, evaluator)
    for name, value in found.items():
        if as_text(value) is None:
            message = _("“%(element)s”: the key “%(name)s” to match messages by has no usable value.")
            raise RunFailed(token.element_id, "key_unusable", message, name=name)
    return found


def carried(token, event, payload: Mapping, evaluator) -> dict:
    """The keys of a message that is thrown, beside what others may find in its payload."""
    found = said(shape(event.correlation, event), payload, {}) or {}
    return found | {name: text for name, value in _property(token, evaluator).items() if (text := as_text(value)) is not None}


def _property(token, evaluator) -> dict:
    text = token.element.properties.get("correlation")
    return copied(evaluator.evaluate(token, text), token.element_id) if text else {}


def shape(names, event) -> str:
    """Where a message carries these keys: name → expression over its payload, or nothing when it is called the same there."""
    return json.dumps({name: event.correlation.get(name, "") for name in sorted(names)}, ensure_ascii=False) if names else ""


def said(shape: str, payload: Mapping, keys: Mapping) -> dict[str, str] | None:
    """The keys of this shape that a message carries; None when it lacks one."""
    found = {}
    for name, path in (json.loads(shape) if shape else {}).items():
        text = as_text(keys[name] if name in keys else _at(path or name, payload, is_name=not path))
        if text is None:
            return None
        found[name] = text
    return found


def _at(path: str, payload: Mapping, is_name: bool):
    if is_name:
        return payload.get(path)
    try:
        return compile_expression(path).evaluate(payload)
    except (ExpressionFailed, ExpressionRefused):  # a message of another make
        return None


def as_text(value) -> str | None:
    """A key as it is compared: 7, "7" and 7.0 are the same; None for what is no key."""
    match value:
        case bool():
            return str(value).lower()
        case int() | float() | Decimal():
            number = Decimal(str(value))
            return format(number.normalize() if number else Decimal(0), "f")
        case str() if value:
            return value
    return value.isoformat() if hasattr(value, "isoformat") else None


def as_line(keys: Mapping) -> str:
    """Keys as one text that is equal when they are; long ones by their hash."""
    if not keys:
        return ""
    line = json.dumps({name: as_text(keys[name]) for name in sorted(keys)}, ensure_ascii=False)
    return line if len(line) <= LONGEST else f"sha256:{hashlib.sha256(line.encode()).hexdigest()}"


def named(shape: str, line: str) -> dict[str, str]:
    """The keys of a line that a message carries under their own names; none of a line that is a hash."""
    names = [name for name, path in json.loads(shape).items() if not path] if shape else []
    keys = json.loads(line) if names and line.startswith("{") else {}
    return {name: keys[name] for name in names if name in keys}


def fits(listener, payload: Mapping, keys: Mapping) -> bool:
    """Whether a message thrown in the same instance is for this one of its waits."""
    held = listener.internal_data.get("correlation", {})
    found = said(shape(held, listener.element.event), payload, keys)
    return found is not None and as_line(found) == as_line(held)
