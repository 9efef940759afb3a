"""More pieces of random processes: calls, events, several instances, rounds, errors, event sub-processes, taking back."""

from dataclasses import dataclass, field

from tests.engine.workflow.spiff.drawing import (
    boundary,
    catch,
    extension,
    gateway,
    handler,
    inside,
    many,
    node,
    script,
    timer,
    told,
    user,
    xml,
)
from tests.engine.workflow.spiff.oracle import Block, Person, now

UNDO = "<bpmn:compensateEventDefinition/>"
DAY = timer("timeDuration", "P1D")
CYCLE = timer("timeCycle", "R3/P1D")


class Around(Block):
    """A block that holds another one at a time; `current` is None when it goes on by itself."""

    current: Block | None = None

    def step_into(self, block, data):
        self.current = block
        block.begin(data)
        self.check()

    def check(self):
        if self.current.done:
            self.data, self.done = self.current.data, True

    def waits(self):
        return [] if self.done else self.current.waits()

    def answer(self, id_, answers):
        self.current.answer(id_, answers)
        self.check()

    def now(self):
        return self.data if self.done or self.current is None else now(self.current)


@dataclass
class Call(Around):
    """A process of its own; with mappings it sees one value only, and gives back one."""

    id: str
    body: Block
    others: list
    mapped: bool

    def draw(self):
        nodes, arrows, begin, end = self.body.draw()
        self.others.append(xml(*nodes, *arrows, f"start > {begin}", f"{end} > end", key=f"Q{self.id}"))
        pairs = (("in", "seed", "1"), ("out", f"r_{self.id}", "seed + 1"))
        drawn = "".join(f'<spiffworkflow:mapping direction="{d}" target="{t}" source="{s}"/>' for d, t, s in pairs)
        inner = extension(f"<spiffworkflow:mappings>{drawn}</spiffworkflow:mappings>") if self.mapped else ""
        return [node("callActivity", self.id, inner, calledElement=f"Q{self.id}")], [], self.id, self.id

    def begin(self, data):
        super().begin(data)
        self.step_into(self.body, {"seed": 1} if self.mapped else data)

    def check(self):
        if self.body.done:
            self.data, self.done = (self.data | {f"r_{self.id}": 2} if self.mapped else self.body.data), True

    def now(self):
        return self.data if self.done or self.mapped else now(self.body)


@dataclass
class Beside(Around):
    """A sub-process; after a day somebody else is asked besides, once."""

    id: str
    body: Block
    side: Person
    fired: bool = False

    def draw(self):
        nodes, arrows, begin, end = self.body.draw()
        part = inside(f"{self.id}_in", *nodes, *arrows, f"start > {begin}", f"{end} > end")
        late = boundary(f"{self.id}_t", f"{self.id}_in", DAY, interrupting=False)
        way = (f"start > {self.id}_in > end", f"{self.id}_t > {self.side.id} > end")
        return [inside(self.id, part, late, user(self.side.id), *way)], [], self.id, self.id

    def begin(self, data):
        super().begin(data)
        self.fired = False
        self.step_into(self.body, data)

    def waits(self):
        late = [f"{self.id}_t"] if not (self.fired or self.body.done) else []
        return self.body.waits() + late + (self.side.waits() if self.fired else [])

    def answer(self, id_, answers):
        if id_ == f"{self.id}_t":
            self.fired = True
            self.side.begin(now(self.body))
        else:
            (self.side if self.fired and id_ == self.side.id else self.body).answer(id_, answers)
        self.check()

    def check(self):
        if self.body.done and (not self.fired or self.side.done):
            self.data, self.done = self.now(), True

    def now(self):
        if self.done:
            return self.data
        key = f"w_{self.side.id}"
        return now(self.body) | ({key: self.side.data[key]} if self.fired and self.side.done else {})


@dataclass
class Counted(Around):
    """A sub-process; three times a day later it is counted beside it, on the way out of its border or in an event sub-process."""

    id: str
    body: Block
    how: str
    fired: int = 0

    def draw(self):
        nodes, arrows, begin, end = self.body.draw()
        time, counts = f"{self.id}_t", f"{self.id}_c"
        count = script(counts, f"n_{self.id} = value('n_{self.id}', 0) + 1")
        parts = [*nodes, *arrows, f"start > {begin}", f"{end} > end"]
        if self.how == "handler":
            beside = handler(f"{self.id}_h", CYCLE, count, f"{self.id}_h_start > {counts}", interrupting=False)
            return [inside(self.id, *parts, beside).replace(f"{self.id}_h_start", time)], [], self.id, self.id
        part, late = inside(f"{self.id}_in", *parts), boundary(time, f"{self.id}_in", CYCLE, interrupting=False)
        way = f"start > {self.id}_in > end", f"{time} > {counts} > end"
        return [inside(self.id, part, late, count, *way)], [], self.id, self.id

    def begin(self, data):
        super().begin(data)
        self.fired = 0
        self.step_into(self.body, data)

    def waits(self):
        return super().waits() + ([f"{self.id}_t"] if self.fired < 3 and not self.done else [])

    def answer(self, id_, answers):
        if id_ != f"{self.id}_t":
            return super().answer(id_, answers)
        self.fired += 1
        return None

    def check(self):
        if self.body.done:
            self.data, self.done = self.now(), True

    def now(self):
        key = f"n_{self.id}"
        if self.done or self.current is None:
            return self.data
        return now(self.body) | ({key: self.data.get(key, 0) + self.fired} if self.fired else {})


@dataclass
class Either(Around):
    """Whichever comes first: a message, or a day has passed."""

    id: str
    told: Block
    late: Block

    def draw(self):
        message, time, join = f"{self.id}_m", f"{self.id}_t", f"{self.id}_join"
        nodes = [gateway("eventBased", self.id), gateway("exclusive", join)]
        nodes += [catch(message, told("message", message)), catch(time, DAY)]
        arrows = [f"{self.id} > {message}", f"{self.id} > {time}"]
        for event, block in ((message, self.told), (time, self.late)):
            more, between, begin, end = block.draw()
            nodes, arrows = nodes + more, [*arrows, *between, f"{event} > {begin}", f"{end} > {join}"]
        return nodes, arrows, self.id, join

    def begin(self, data):
        super().begin(data)
        self.current = None

    def waits(self):
        return [f"{self.id}_m", f"{self.id}_t"] if self.current is None and not self.done else super().waits()

    def answer(self, id_, answers):
        if self.current is not None:
            return super().answer(id_, answers)
        came = id_ == f"{self.id}_m"
        return self.step_into(self.told if came else self.late, self.data | answers if came else self.data)


@dataclass
class Several(Block):
    """Three people, at once or one after the other; two may be enough."""

    id: str
    sequential: bool
    enough: int
    found: list = field(default_factory=list)

    def draw(self):
        until = f"completed >= {self.enough}" if self.enough < 3 else None
        loop = many(times=3, sequential=self.sequential, result=f"w_{self.id}", results=f"all_{self.id}", until=until)
        return [user(self.id, loop)], [], self.id, self.id

    def begin(self, data):
        super().begin(data)
        self.found = []

    def waits(self):
        return [] if self.done else [self.id] * (1 if self.sequential else 3 - len(self.found))

    def answer(self, id_, answers):
        self.found.append(answers[f"w_{self.id}"])
        if len(self.found) == self.enough:
            self.data |= {f"all_{self.id}": self.found}
            self.done = True


@dataclass
class Rounds(Block):
    """One person again and again while the last answer says so, four times at most."""

    id: str
    count: int = 0

    def draw(self):
        condition = f"<bpmn:loopCondition>again_{self.id}</bpmn:loopCondition>"
        tag = "bpmn:standardLoopCharacteristics"
        return [user(self.id, f'<{tag} loopMaximum="4">{condition}</{tag}>')], [], self.id, self.id

    def begin(self, data):
        super().begin(data)
        self.count = 0

    def waits(self):
        return [] if self.done else [self.id]

    def answer(self, id_, answers):
        self.data |= answers
        self.count += 1
        self.done = self.count == 4 or not self.data[f"again_{self.id}"]


@dataclass
class Failing(Around):
    """A sub-process that may end in an error, which leads another way."""

    id: str
    body: Block
    rescue: Block

    def draw(self):
        nodes, arrows, begin, end = self.body.draw()
        fails, bad, failed, join = (f"{self.id}_{each}" for each in ("x", "bad", "failed", "join"))
        part = inside(
            self.id, *nodes, gateway("exclusive", fails), node("endEvent", bad, told("error", self.id)), *arrows,
            f"start > {begin}", f"{end} > {fails} > {bad} [again_{self.id}]", f"{fails} > end",
        )  # fmt: skip
        more, between, first, last = self.rescue.draw()
        nodes = [part, boundary(failed, self.id, told("error", self.id)), gateway("exclusive", join), *more]
        return nodes, [*between, f"{self.id} > {join}", f"{failed} > {first}", f"{last} > {join}"], self.id, join

    def begin(self, data):
        super().begin(data)
        self.step_into(self.body, data)

    def check(self):
        if self.current is self.body and self.body.done and self.body.data[f"again_{self.id}"]:
            return self.step_into(self.rescue, self.body.data)
        return super().check()


@dataclass
class Handled(Around):
    """A sub-process with an event sub-process that takes its place when told."""

    id: str
    body: Block
    instead: Person

    def draw(self):
        nodes, arrows, begin, end = self.body.draw()
        sub = f"{self.id}_h"
        other = handler(sub, told("message", f"{self.id}_m"), user(self.instead.id), f"{sub}_start > {self.instead.id}")
        return [inside(self.id, *nodes, other, *arrows, f"start > {begin}", f"{end} > end")], [], self.id, self.id

    def begin(self, data):
        super().begin(data)
        self.step_into(self.body, data)

    def waits(self):
        told_ = [f"{self.id}_h_start"] if self.current is self.body and not self.done else []
        return super().waits() + told_

    def answer(self, id_, answers):
        if id_ == f"{self.id}_h_start":
            return self.step_into(self.instead, now(self.body) | answers)
        return super().answer(id_, answers)


@dataclass
class TakenBack(Block):
    """Two things are done, and both taken back if the third person says so.

    `how`: from where they are done; from around a sub-process they are done in; or from there by a fourth person inside.
    """

    id: str
    people: list
    how: str

    def draw(self):
        first, second, asker, inner = (each.id for each in self.people)
        drawn, row = [user(first), user(second), *self._undone(first), *self._undone(second)], f"{first} > {second}"
        if self.how != "beside":
            within = self._within(inner) if self.how == "within" else ()
            drawn, row = [inside(f"{self.id}_s", *drawn, *within, f"start > {row} > end")], f"{self.id}_s"
        drawn += [user(asker), gateway("exclusive", f"{self.id}_x"), node("endEvent", f"{self.id}_t", UNDO)]
        way = (f"start > {row} > {asker} > {self.id}_x > {self.id}_t [again_{self.id}]", f"{self.id}_x > end")
        return [inside(self.id, *drawn, *way)], [], self.id, self.id

    def _undone(self, id_):
        text = f"back_{self.id} = value('back_{self.id}', []) + ['{id_}']"
        return (
            boundary(f"b_{id_}", id_, UNDO),
            script(f"u_{id_}", text).replace('">', '" isForCompensation="true">', 1),
            node("association", f"as_{id_}", sourceRef=f"b_{id_}", targetRef=f"u_{id_}"),
        )

    def _within(self, inner):
        sub, ends = f"{self.id}_h", f"{self.id}_he"
        return (handler(sub, UNDO, user(inner), node("endEvent", ends, UNDO), f"{sub}_start > {inner} > {ends}"),)

    def begin(self, data):
        super().begin(data)
        self.at = 0

    def waits(self):
        return [] if self.done else [self.people[self.at].id]

    def answer(self, id_, answers):
        self.data |= answers
        self.at += 1
        again = self.at >= 3 and self.data[f"again_{self.id}"]
        self.done = self.at == (4 if again and self.how == "within" else 3)
        if self.done and again:
            first, second, *_others = (each.id for each in self.people)
            self.data |= {f"back_{self.id}": [*self.data.get(f"back_{self.id}", []), second, first]}
