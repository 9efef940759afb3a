"""A process as drawn, in plain values: elements, flows and scopes, read from the XML once."""

from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True)
class Event:
    """What an event waits for or throws. `name`: of the message or signal, or the error's code; `timer`: kind and text."""

    kind: str = "none"
    name: str | None = None
    timer: tuple[str, str] | None = None
    condition: str | None = None
    correlation: dict[str, str] = field(default_factory=dict)  # key → where it stands in the message
    subscribed: dict[str, str] = field(default_factory=dict)  # key → where it stands in the process


@dataclass(frozen=True)
class Many:
    """Several instances of one activity: over a collection or a number of times."""

    sequential: bool
    collection: str | None = None
    times: str | None = None
    item: str | None = None
    result: str | None = None
    results: str | None = None
    until: str | None = None


@dataclass(frozen=True)
class Loop:
    """One activity again and again, while a condition holds, at most so many times."""

    before: bool = False
    condition: str | None = None
    most: str | None = None


@dataclass(frozen=True)
class AdHoc:
    """Work in any order: how the people of an ad-hoc sub-process know that it is enough."""

    until: str | None = None
    sequential: bool = False
    cancels_others: bool = True


@dataclass(frozen=True)
class Flow:
    """An arrow."""

    id: str
    source: str
    target: str
    condition: str | None = None
    is_default: bool = False
    name: str | None = None


@dataclass(frozen=True)
class Element:
    """One node of a diagram, with everything people or other parts ask about it."""

    id: str
    kind: str
    name: str
    process_key: str
    lane: str | None = None
    scope: str | None = None
    properties: dict[str, str] = field(default_factory=dict)
    documentation: str = ""
    operation: str | None = None
    parameters: dict[str, str] = field(default_factory=dict)
    result_variable: str | None = None
    decision: str | None = None
    called: str | None = None
    script: str | None = None
    attached_to: str | None = None
    interrupting: bool = True
    event: Event | None = None
    many: Many | None = None
    loop: Loop | None = None
    adhoc: AdHoc | None = None
    triggered: bool = False  # an event sub-process: begins by its start event, not by an arrow
    starts_handler: bool = False  # the start event of one
    ins: tuple[tuple[str, str], ...] = ()  # (name inside, expression outside)
    outs: tuple[tuple[str, str], ...] = ()  # (name outside, expression inside)
    only: bool = False  # nothing but `ins` goes in and nothing but `outs` comes back
    reads: tuple[str, ...] = ()  # names of data stores
    writes: tuple[str, ...] = ()
    uses: tuple[tuple[str, str | None], ...] = ()  # data objects it reads: name, and the scope the object belongs to
    shares: tuple[tuple[str, str | None], ...] = ()  # … and writes
    compensates: str | None = None  # the activity that this one takes back
    for_compensation: bool = False
    outgoing: tuple[str, ...] = ()
    incoming: tuple[str, ...] = ()

    @property
    def is_gateway(self) -> bool:
        return self.kind.endswith("_gateway")

    @property
    def pauses(self) -> list[str]:
        """The terms, by id, name or family, that stand still while the process is here."""
        return self.properties.get("pauses", "").replace(",", " ").split()

    @property
    def is_activity(self) -> bool:
        return self.kind in ACTIVITIES

    @property
    def position(self) -> str:
        """Where its event stands: what may happen there differs."""
        if self.starts_handler:
            return "handler" if self.interrupting else "handler_beside"
        beside = "" if self.interrupting else "_beside"
        return f"boundary{beside}" if self.kind == "boundary_event" else POSITIONS.get(self.kind, self.kind)

    @property
    def waits_apart(self) -> bool:
        """Begins by an event or to take something back, never because a token comes along."""
        return self.triggered or self.for_compensation

    @property
    def has_inside(self) -> bool:
        return self.kind in INSIDES

    @property
    def repeats(self) -> str | None:
        """`at_once`, `one_by_one` or `loop`, if the activity is done more than once."""
        if self.many:
            return "one_by_one" if self.many.sequential else "at_once"
        return "loop" if self.loop else None


INSIDES = frozenset({"sub_process", "transaction", "ad_hoc_sub_process"})
ACTIVITIES = INSIDES | frozenset(
    [
        "task",
        "user_task",
        "manual_task",
        "service_task",
        "send_task",
        "receive_task",
        "script_task",
        "business_rule_task",
        "call_activity",
    ]
)
POSITIONS = {
    "start_event": "start",
    "intermediate_catch_event": "catch",
    "intermediate_throw_event": "throw",
    "end_event": "end",
    "receive_task": "receive",
    "send_task": "send",
}
WORK = frozenset({"task", "user_task", "manual_task"})  # somebody does it
CATCHES = frozenset({"intermediate_catch_event", "receive_task"})


@dataclass
class Process:
    """One process of a file: its elements and flows by id; `scopes` lists the elements of each sub-process (None: outside)."""

    key: str
    name: str
    elements: dict[str, Element]
    flows: dict[str, Flow]
    scopes: dict[str | None, list[str]]

    def leaving(self, element_id: str) -> list[Flow]:
        return [self.flows[flow] for flow in self.elements[element_id].outgoing]

    def beginnings(self, scope: str | None) -> list[Element]:
        """Where a scope starts: its none start event, else its only other start event, else whatever no arrow leads to."""
        inside = [self.elements[each] for each in self.scopes[scope]]
        starts = [each for each in inside if each.kind == "start_event"]
        plain = [each for each in starts if each.event.kind == "none"]
        if starts:
            return plain[:1] or starts[:1]
        return [each for each in inside if not each.incoming and each.kind != "boundary_event" and not each.waits_apart]

    def starts_by_event(self) -> list[Element]:
        """The start events by which a message, a signal or the clock begins the process."""
        outside = [self.elements[each] for each in self.scopes[None]]
        return [each for each in outside if each.kind == "start_event" and each.event.kind != "none"]

    def begins_only_by_event(self) -> bool:
        return bool(self.starts_by_event()) and self.beginnings(None)[0].event.kind != "none"

    def boundary(self, element_id: str) -> list[Element]:
        return [each for each in self.elements.values() if each.attached_to == element_id]

    def takes_back(self, element_id: str) -> bool:
        """Is it an event sub-process that begins when what it stands in is taken back?"""
        element = self.elements[element_id]
        return element.triggered and any(_is_for(each, "compensate") for each in self.beginnings(element_id))

    @cached_property
    def objects(self) -> frozenset[tuple[str, str | None]]:
        """Its data objects that anybody reads or writes: name and scope."""
        return frozenset(pair for each in self.elements.values() for pair in (*each.uses, *each.shares))

    @cached_property
    def taken_back_by(self) -> dict[str, Element]:
        """Activity → who takes it back: the event on its border, the start event of an event sub-process in it, or itself.

        Itself: a sub-process that is drawn without anybody for that, when something asks to take back what was done in it.
        """
        undoing = [each for each in self.elements.values() if _is_for(each, "compensate")]
        found = {self.elements[each.scope].scope: each for each in undoing if each.starts_handler}
        found |= {each.attached_to: each for each in undoing if each.attached_to}
        asked, seen = self._asked(), set()
        for host in list(found):
            scope = self.elements[host].scope if host in self.elements else None
            while scope and scope not in found and scope not in seen and not self.elements[scope].waits_apart:
                seen.add(scope)
                outer = self.elements[scope].scope
                if outer in asked:
                    found[scope] = self.elements[scope]
                scope = outer
        return found

    def _asked(self) -> set[str | None]:
        """The scopes in which, or around which, something takes back what was done."""
        asked = {scope for each in self.elements.values() for scope in self.asks_to_take_back(each)}
        for scope in self.scopes:  # outer ones come first
            if scope is not None and self.elements[scope].scope in asked:
                asked.add(scope)
        return asked

    def asks_to_take_back(self, element: Element) -> list[str | None]:
        """The scopes in which it takes back what was done, if it does at all."""
        if not _is_for(element, "compensate", "cancel") or element.kind in ("boundary_event", "start_event"):
            return []
        around = [self.elements[element.scope].scope] if element.scope and self.takes_back(element.scope) else []
        return [*around, element.scope]


def _is_for(element: Element, *kinds: str) -> bool:
    return element.event is not None and element.event.kind in kinds
