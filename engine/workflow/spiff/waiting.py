"""What a run at rest waits for: people, workers, messages, the clock, conditions; and what each of them has to know."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from SpiffWorkflow.util.task import TaskState

from engine.workflow.spiff import correlation
from engine.workflow.spiff.many import Pending
from engine.workflow.spiff.model import WORK
from engine.workflow.spiff.values import as_json


@dataclass(frozen=True)
class Wait:
    """What a run at rest waits for; `token` stays the same through save and load, `detail` is plain JSON but for `due_at`."""

    kind: str
    token: str
    element_id: str
    name: str
    lane: str | None
    process_key: str
    properties: dict
    detail: dict = field(default_factory=dict)
    matched_by: tuple[str, str] = ("", "")  # where the keys stand in a message, and what they must be (`correlation`)


class Places:
    """What waits for something outside at a moment, each by its kind and id; and the token that stands for it.

    Of an activity that is done for many, those that have no tokens yet are kept as one set of numbers: a thousand are compared
    with the thousand of before at once.
    """

    def __init__(self, instance=None):
        self.single, self.many = {}, {}  # (kind, id) → token; (kind, id of the token that holds them) → (token, numbers)
        for token in instance.everything() if instance else ():
            if kind := waits_for(token):
                self.single[kind, token.id] = token
            if "pending" in token.internal_data:
                self.many[_asked(token), token.id] = token, frozenset(token.internal_data["pending"])

    def __iter__(self) -> Iterator[tuple[str, str, object]]:
        for (kind, id_), token in self.single.items():
            yield kind, id_, token
        for (kind, holder), (token, numbers) in self.many.items():
            yield from ((kind, f"{holder}.{number}", token) for number in token.internal_data["pending"] if number in numbers)

    def __bool__(self) -> bool:
        return bool(self.single) or any(numbers for _token, numbers in self.many.values())

    def beyond(self, former: "Places", acted_on: set[tuple[str, str]]) -> Iterator[tuple[str, str, object]]:
        """What was not there before, or was acted on since and has come again."""
        for key, token in self.single.items():
            if key not in former.single or key in acted_on:
                yield *key, token
        for (kind, holder), (token, numbers) in self.many.items():
            new = numbers - former._numbers(kind, holder) | numbers & _numbers(acted_on, kind, holder)
            yield from ((kind, f"{holder}.{number}", token) for number in sorted(new))

    def gone(self, now: "Places", acted_on: set[tuple[str, str]]) -> set[tuple[str, str]]:
        """What is not there any more, but for what was acted on."""
        single = self.single.keys() - now.single.keys()
        many = {(kind, f"{holder}.{number}") for (kind, holder), (_token, numbers) in self.many.items()
                for number in numbers - now._numbers(kind, holder)}
        return (single | many) - acted_on

    def _numbers(self, kind: str, holder: str) -> frozenset[int]:
        return self.many.get((kind, holder), (None, frozenset()))[1]


def _numbers(acted_on: set[tuple[str, str]], kind: str, holder: str) -> set[int]:
    return {int(id_.removeprefix(f"{holder}.")) for each, id_ in acted_on if each == kind and id_.startswith(f"{holder}.")}


def waits_for(token) -> str | None:
    """What a token waits for, if it waits for anything outside."""
    kept, element = token.internal_data, token.element
    if element is None or token.task_spec.is_many:
        return None
    if token._state == TaskState.READY and element.kind in WORK:
        return "user_task"
    if token._state == TaskState.STARTED and "inputs" in kept:
        return "call"
    if token._state == TaskState.WAITING:
        return next((kind for key, kind in _WAITS_FOR.items() if key in kept), None)
    return None


_WAITS_FOR = {"due": "timer", "message": "message", "signal": "message", "condition": "condition"}


def _asked(token) -> str:
    """What the instances of an activity wait for that have no tokens yet."""
    return "user_task" if token.element.kind in WORK else "call"


def as_wait(kind: str, id_: str, token) -> Wait:
    """The wait of a kind and id at a token that stands for it (`places`)."""
    if id_ != token.id:
        token = Pending(token, int(id_.removeprefix(f"{token.id}.")))
    element, detail = token.element, _DETAILS[kind](token, token.internal_data)
    keys = token.internal_data.get("correlation") if kind == "message" else None
    return Wait(kind, token.id, element.id, element.name, element.lane, element.process_key, element.properties, detail,
                (correlation.shape(keys, element.event), correlation.as_line(keys)) if keys else ("", ""))


def _call(token, kept) -> dict:
    return {"operation": token.element.operation, "inputs": as_json(kept["inputs"])}


def _message(token, kept) -> dict:
    kind = "message" if "message" in kept else "signal"
    return {"message": kept[kind], "correlation": as_json(kept.get("correlation", {})), "signal": kind == "signal"}


def _work(token, kept) -> dict:
    items = token.parent.internal_data.get("items") if token.is_instance else None
    detail = {"data": as_json(token.data), "item": None, "index": None}
    if items is not None:
        detail |= {"item": as_json(items[kept["index"]]), "index": kept["index"]}
    if "assignee" in kept:
        detail["assignee"] = kept["assignee"]
    if "said" in kept:
        detail["said"] = kept["said"]
    return detail | _since(token)


def _since(token) -> dict:
    """When the term began, where the data under the name of the property `since` says it was before now (service)."""
    since = token.data.get(token.element.properties.get("since", ""))
    return {"since": as_json(since)} if since else {}


def _timer(token, kept) -> dict:
    return {
        "due_at": kept["due"],
        "term": token.element.properties.get("term"),
        "interrupting": token.element.interrupting,
        "attached_to": token.element.attached_to,
        "remaining": kept.get("left"),
        **_since(token), **({"whose": kept["whose"]} if "whose" in kept else {}),
    }


def _condition(token, kept) -> dict:
    return {"condition": token.element.event.condition}


_DETAILS = {"user_task": _work, "call": _call, "message": _message, "timer": _timer, "condition": _condition}
