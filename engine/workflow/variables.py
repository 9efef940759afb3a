"""May an operator give a variable this value? What a form would refuse, or what is of another kind, is refused here too."""

import json
from collections.abc import Mapping
from decimal import Decimal

from engine.errors import Invalid, problem
from engine.expressions import RESERVED
from engine.forms import fields
from engine.forms.components import Component
from engine.forms.form import Form, FormRefused
from engine.i18n import _
from engine.workflow import spiff
from engine.workflow.versions import Loaded

NUMBER = "number"
KINDS = {bool: "yes or no", int: NUMBER, float: NUMBER, Decimal: NUMBER, str: "text", list: "list", dict: "object"}


class ValuesRefused(Invalid):
    """Some values cannot be set; `problems` says why, by name."""

    message = _("Some values cannot be set.")


def checked(loaded: Loaded, data: Mapping, changes: Mapping, force: bool = False) -> dict:
    """The changes as the process may keep them, or ValuesRefused with all that is wrong; `force` lets the kind differ."""
    faults, kept = [], {}
    if not changes:
        faults.append(problem("", "required", _("Name at least one value.")))
    for name, value in changes.items():
        told = _of_name(name) or (None if force else _of_kind(name, data.get(name), value))
        refusal = None if told else _of_forms(loaded, name, value, data)
        faults += [told] if told else []
        faults += [problem(f"/{name}{each.pointer}", each.code, each.message, **each.values) for each in refusal or ()]
        kept[name] = value
    if faults:
        raise ValuesRefused(problems=faults)
    return spiff.copied(kept)


def kind_of(value) -> str:
    """What sort of value this is, in a word."""
    return "nothing" if value is None else KINDS.get(type(value), type(value).__name__)


def _of_name(name: str) -> dict | None:
    if name.isidentifier() and name.isascii() and not name.startswith("_") and name not in RESERVED:
        return None
    return problem(f"/{name}", "bad_variable", _("“%(name)s” cannot be a name of data: letters, digits and “_” only."), name=name)


def _of_kind(name: str, old, new) -> dict | None:
    if old is None or new is None or kind_of(old) == kind_of(new):
        return None
    message = _("“%(name)s” is of the kind “%(old)s” so far, not “%(new)s”.")
    return problem(f"/{name}", "other_kind", message, name=name, old=kind_of(old), new=kind_of(new))


def _of_forms(loaded: Loaded, name: str, value, data: Mapping) -> list[fields.Refused]:
    """What the forms that ask for this name say against the value; one that would take it is enough."""
    refusals = []
    for component in _asking(loaded, name):
        try:
            fields.clean(component, value, data)
            return []
        except fields.Refused as refusal:
            refusals.append([refusal])
        except fields.SeveralRefused as several:
            refusals.append(several.refusals)
    return refusals[0] if refusals else []


def _asking(loaded: Loaded, name: str) -> list[Component]:
    found = []
    for files in loaded.files.values():
        for path, text in files.items():
            if path.startswith("forms/"):
                try:
                    found += [each for each in Form.read(json.loads(text), path).questions if each.key == name]
                except (FormRefused, ValueError):
                    continue
    return found
