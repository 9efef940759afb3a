"""Random block-structured processes, and what they must do, told by the blocks themselves without tokens, gateways or joins."""

import random
from dataclasses import dataclass, field

from tests.engine.workflow.spiff.drawing import boundary, gateway, inside, script, told, user


class Block:
    """A piece of a process: it draws itself, and it knows what it waits for and what an answer changes."""

    data: dict | None = None
    done = False

    def begin(self, data):
        self.data, self.done = dict(data), False

    def waits(self) -> list[str]:
        return []


@dataclass
class Person(Block):
    """A user task that writes one key of its own."""

    id: str

    def draw(self):
        return [user(self.id)], [], self.id, self.id

    def waits(self):
        return [] if self.done else [self.id]

    def answer(self, id_, answers):
        self.data |= answers
        self.done = True


@dataclass
class Counting(Block):
    """A script that counts how often it ran."""

    id: str

    def draw(self):
        return [script(self.id, f"n_{self.id} = value('n_{self.id}', 0) + 1")], [], self.id, self.id

    def begin(self, data):
        super().begin(data)
        self.data[f"n_{self.id}"] = self.data.get(f"n_{self.id}", 0) + 1
        self.done = True


@dataclass
class Row(Block):
    """One after the other."""

    parts: list

    def draw(self):
        nodes, arrows, first, last = [], [], None, None
        for part in self.parts:
            more, between, begin, end = part.draw()
            nodes, arrows = nodes + more, arrows + between
            if last:
                arrows.append(f"{last} > {begin}")
            first, last = first or begin, end
        return nodes, arrows, first, last

    def begin(self, data):
        super().begin(data)
        self.at = -1
        self._next()

    def _next(self):
        while self.at < 0 or self.parts[self.at].done:
            if self.at >= 0:
                self.data = self.parts[self.at].data
            self.at += 1
            if self.at == len(self.parts):
                self.done = True
                return
            self.parts[self.at].begin(self.data)

    def waits(self):
        return [] if self.done else self.parts[self.at].waits()

    def answer(self, id_, answers):
        self.parts[self.at].answer(id_, answers)
        self._next()

    def now(self):
        return self.data if self.done else now(self.parts[self.at])


@dataclass
class Fork(Block):
    """Branches at once (parallel), or those whose letter was picked (inclusive), or one of them (exclusive)."""

    id: str
    kind: str
    branches: list
    active: list = field(default_factory=list)

    def draw(self):
        split, join = f"{self.id}_split", f"{self.id}_join"
        nodes, arrows = [gateway(self.kind, split), gateway(self.kind, join)], []
        for number, branch in enumerate(self.branches):
            condition = "" if self.kind == "parallel" else f" [{number} in picked_{self.id}]"
            if branch is None:
                arrows.append(f"{split} > {join}{condition}")
                continue
            more, between, begin, end = branch.draw()
            nodes, arrows = nodes + more, [*arrows, *between, f"{split} > {begin}{condition}", f"{end} > {join}"]
        return nodes, arrows, split, join

    def begin(self, data):
        super().begin(data)
        picked = range(len(self.branches)) if self.kind == "parallel" else self.data[f"picked_{self.id}"]
        self.active = [self.branches[number] for number in picked if self.branches[number] is not None]
        for branch in self.active:
            branch.begin(data)
        self._join()

    def _join(self):
        if all(branch.done for branch in self.active):
            self.data = self.now()
            self.done = True

    def now(self):
        merged = dict(self.data)
        for branch in self.active:
            merged |= {key: value for key, value in now(branch).items() if key not in self.data or self.data[key] != value}
        return merged

    def waits(self):
        return [] if self.done else [each for branch in self.active for each in branch.waits()]

    def answer(self, id_, answers):
        next(branch for branch in self.active if id_ in branch.waits()).answer(id_, answers)
        self._join()


@dataclass
class Loop(Block):
    """The body again and again while the last answer says so."""

    id: str
    body: Block

    def draw(self):
        nodes, arrows, begin, end = self.body.draw()
        top, bottom = f"{self.id}_top", f"{self.id}_bottom"
        nodes = [*nodes, gateway("exclusive", top), gateway("exclusive", bottom)]
        return nodes, [*arrows, f"{top} > {begin}", f"{end} > {bottom}", f"{bottom} > {top} [again_{self.id}]"], top, bottom

    def begin(self, data):
        super().begin(data)
        self.body.begin(data)

    def waits(self):
        return [] if self.done else self.body.waits()

    def answer(self, id_, answers):
        self.body.answer(id_, answers)
        if self.body.done:
            self.data = self.body.data
            if self.data[f"again_{self.id}"]:
                self.body.begin(self.data)
            else:
                self.done = True

    def now(self):
        return self.data if self.done else now(self.body)


@dataclass
class Scope(Block):
    """A sub-process; a message may interrupt it and lead another way."""

    id: str
    body: Block
    rescue: Block | None

    def draw(self):
        nodes, arrows, begin, end = self.body.draw()
        drawn = [inside(self.id, *nodes, *arrows, f"start > {begin}", f"{end} > end")]
        if self.rescue is None:
            return drawn, [], self.id, self.id
        more, between, first, last = self.rescue.draw()
        join, stop = f"{self.id}_after", f"{self.id}_stop"
        drawn += [boundary(stop, self.id, told("message", stop)), gateway("exclusive", join), *more]
        return drawn, [*between, f"{self.id} > {join}", f"{stop} > {first}", f"{last} > {join}"], self.id, join

    def begin(self, data):
        super().begin(data)
        self.current = self.body
        self._start(data)

    def _start(self, data):
        self.current.begin(data)
        self._check()

    def _check(self):
        if self.current.done:
            self.data, self.done = self.current.data, True

    def waits(self):
        if self.done:
            return []
        stop = [f"{self.id}_stop"] if self.rescue is not None and self.current is self.body else []
        return self.current.waits() + stop

    def answer(self, id_, answers):
        if id_ == f"{self.id}_stop":
            data = now(self.body) | answers
            self.current = self.rescue
            return self._start(data)
        self.current.answer(id_, answers)
        self._check()

    def now(self):
        return self.data if self.done else now(self.current)


def now(block) -> dict:
    """A block's data as it stands, finished or not."""
    return block.now() if hasattr(block, "now") else block.data


class Author:
    """Draws random processes; `answers` says what a person could answer so that everything stays finite."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.count = 0
        self.asks = {}

    def name(self):
        self.count += 1
        return f"e{self.count}"

    def process(self) -> Row:
        return self.row(3)

    def row(self, depth) -> Row:
        return Row([self.block(depth) for _each in range(self.random.randint(1, 3))])

    def block(self, depth):
        makers = [self.person, self.person, self.counting]
        if depth:
            makers += [self.parallel, self.choosing, self.choosing, self.loop, self.scope]
        return self.random.choice(makers)(depth)

    def person(self, depth=0):
        return Person(self.name())

    def counting(self, depth=0):
        return Counting(self.name())

    def parallel(self, depth):
        return Fork(self.name(), "parallel", [self.row(depth - 1) for _each in range(self.random.randint(2, 3))])

    def choosing(self, depth):
        id_, asker = self.name(), self.person()
        kind = self.random.choice(["exclusive", "inclusive", "inclusive"])
        branches = [self.random.choice([self.row(depth - 1), self.row(depth - 1), None]) for _each in range(3)]
        self.asks[asker.id] = (f"picked_{id_}", kind)
        return Row([asker, Fork(id_, kind, branches)])

    def loop(self, depth):
        id_, asker = self.name(), self.person()
        self.asks[asker.id] = (f"again_{id_}", "loop")
        return Loop(id_, Row([self.row(depth - 1), asker]))

    def scope(self, depth):
        rescue = self.row(depth - 1) if self.random.random() < 0.5 else None
        return Scope(self.name(), self.row(depth - 1), rescue)

    def answers(self, id_) -> dict:
        """The person's own key, and what a gateway after it asks."""
        found = {f"w_{id_}": self.random.randint(0, 99)}
        key, kind = self.asks.get(id_, (None, None))
        if kind == "loop":
            found[key] = self.random.random() < 0.4
        elif kind:
            found[key] = sorted(self.random.sample(range(3), 1 if kind == "exclusive" else self.random.randint(1, 3)))
        return found
