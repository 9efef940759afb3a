"""Random block-structured processes, and what they must do, told by the blocks themselves without tokens, gateways or joins."""

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
