"""What a service task can do: the shape of an operation, and the two words it may say besides its result."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from marshmallow import EXCLUDE, Schema, ValidationError, fields
from marshmallow.validate import OneOf

from engine.errors import Invalid, problem
from engine.i18n import _


class Rejected(Exception):
    """The receiver, or the rules, say no for good: the diagram's error event of this code decides. Never retried."""

    def __init__(self, code: str, why: str = ""):
        self.code, self.why = code, why
        super().__init__(f"{code}: {why}" if why else code)


class TryAgain(Exception):
    """It did not work this time; `seconds` when the receiver said how long to wait."""

    def __init__(self, why: str, seconds: float | None = None):
        self.why, self.seconds = why, seconds
        super().__init__(why)


class Unknown(Exception):
    """It may have happened or not, and nobody can be asked (class C): a person must look, nothing is retried."""

    def __init__(self, why: str):
        self.why = why
        super().__init__(why)


class InputsRefused(Invalid):
    """The diagram hands the operation something it cannot take."""

    message = _("%(operation)s cannot take these inputs.")


@dataclass(frozen=True)
class Call:
    """One call as its operation sees it. `snapshot` is what `prepare` read: plain values, the same for every attempt."""

    id: int
    key: str
    attempt: int
    case_id: int | None
    instance_id: int
    inputs: Mapping[str, Any] = field(default_factory=dict)
    snapshot: Mapping[str, Any] = field(default_factory=dict)
    private: Mapping[str, Any] = field(default_factory=dict, repr=False)  # secrets and addresses, read anew, kept nowhere
    is_ours: Callable[[], bool] = field(default=lambda: True, repr=False, compare=False)  # surely, still: see `check_ours`

    def check_ours(self) -> None:
        """For what the receiver would do twice: look right before the bytes leave. Raises TryAgain when this worker stood still
        for so long that another one may have sent them."""
        if not self.is_ours():
            raise TryAgain("The worker stood still for as long as its lease.", 0)

    def prepared(self, snapshot: Mapping) -> "Call":
        """The same call with its snapshot."""
        return replace(self, snapshot=snapshot)

    def equipped(self, private: Mapping) -> "Call":
        """The same call with what is read anew for each attempt."""
        return replace(self, private=private)


class Operation:
    """One thing a service task can do. Three phases; most operations need only one or two of them.

    `prepare` reads rows inside the claiming transaction, at the first attempt only, and may write what must be there before
    the effect; `run` talks to the outside with no transaction open; `record` writes rows inside the transaction that moves the
    process on. What `prepare` and `run` return is kept as JSON; what `read_anew` returns (secrets, addresses) is kept nowhere.
    Outside effects carry `call.key`, so that the receiver does them once however often we ask; where it would not, `run` says
    `call.check_ours()` as late as it can.
    Each phase may raise Rejected.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    effect_class: ClassVar[str] = "L"  # L rows only · A receiver honours our key · B can be asked · C neither
    timeout_seconds: ClassVar[float] = 10
    max_attempts: ClassVar[int] = 5
    in_order: ClassVar[bool] = False  # one at a time per receiver and case
    harmless_late: ClassVar[bool] = False  # may its effect come after its process went another way, with nobody to tell?
    errors: ClassVar[dict[str, str]] = {}  # code of a rejection → what it means

    class Inputs(Schema):
        """What goes in."""

    class Outputs(Schema):
        """What comes out."""

    def prepare(self, call: Call) -> dict:
        """Read what the effect needs, as plain values."""
        return {}

    def read_anew(self, call: Call) -> dict:
        """What every attempt reads anew inside its claiming transaction: secrets, addresses. It becomes `call.private`."""
        return {}

    @property
    def reads(self) -> bool:
        """Does it look at rows before its effect?"""
        return (type(self).prepare, type(self).read_anew) != (Operation.prepare, Operation.read_anew)

    def run(self, inputs: Mapping, call: Call) -> dict:
        """Do the effect outside; no transaction is open."""
        return {}

    def record(self, result: Mapping, call: Call) -> dict:
        """Write the rows; returns the outputs."""
        return dict(result)

    def query(self, call: Call) -> dict | None:
        """Class B: what the receiver made of an earlier attempt, or None when it does not know the key."""
        return None

    def note_doubt(self, call_key: str) -> None:
        """What became of an attempt is not known: write that down, inside the transaction that stops the call."""

    def is_harmless_late(self, call: Call) -> bool:
        """Is this call one whose late effect needs nobody? Then `record` writes down what came of it, and nothing moves."""
        return self.harmless_late

    def load(self, inputs: Mapping) -> dict:
        """The inputs, checked and converted. Raises InputsRefused with every fault."""
        try:
            return self.Inputs(unknown=EXCLUDE).load(dict(inputs))
        except ValidationError as error:
            raise InputsRefused(operation=self.name, problems=[
                problem(name, "input", "%(why)s", why=_flat(told)) for name, told in error.messages_dict.items()
            ]) from error

    @classmethod
    def required_inputs(cls) -> list[str]:
        """Names that a diagram must hand in."""
        return [name for name, kind in cls.Inputs().fields.items() if kind.required]

    @classmethod
    def describe(cls, translate: Callable[[str], str] = str) -> dict:
        """Everything the designer's picker and the reference page show, in the reader's language."""
        return {
            "name": cls.name,
            "title": translate(cls.title),
            "description": translate(" ".join((cls.__doc__ or "").split())),
            "effect_class": cls.effect_class,
            "timeout_seconds": cls.timeout_seconds,
            "max_attempts": cls.max_attempts,
            "harmless_late": cls.harmless_late,
            "inputs": [_parameter(name, kind, translate) for name, kind in cls.Inputs().fields.items()],
            "outputs": [_parameter(name, kind, translate) for name, kind in cls.Outputs().fields.items()],
            "errors": [{"code": code, "title": translate(meaning)} for code, meaning in cls.errors.items()],
        }


def titled(kind, title: str, **options):
    """A schema field with the title that designers read: `titled(fields.String, _("Outcome"), required=True)`."""
    return kind(metadata={"title": title}, **options)


def optional_text(title: str) -> fields.String:
    """An input that may be left out, or be nothing."""
    return titled(fields.String, title, load_default="", allow_none=True)


def faults(problems: list[dict]) -> str:
    """All problems of a refusal in one line: where, and what."""
    return "; ".join(f"{one['pointer']}: {one['message'] % one['values']}" for one in problems)


def _parameter(name: str, kind: fields.Field, translate: Callable[[str], str]) -> dict:
    choices = [choice for check in kind.validators if isinstance(check, OneOf) for choice in check.choices]
    return {
        "name": name,
        "title": translate(kind.metadata.get("title", name)),
        "type": type(kind).__name__.lower(),
        "required": kind.required,
        "choices": choices,
    }


def _flat(told) -> str:
    if isinstance(told, dict):
        return "; ".join(f"{key}: {_flat(value)}" for key, value in told.items())
    return " ".join(str(each) for each in told) if isinstance(told, list) else str(told)
