"""Draws random processes of all blocks, and says what people could answer."""

import random

from tests.engine.workflow.spiff.oracle import Counting, Fork, Loop, Person, Row, Scope
from tests.engine.workflow.spiff.oracle_blocks import (
    Beside,
    Call,
    Counted,
    Either,
    Failing,
    Handled,
    Rounds,
    Several,
    TakenBack,
)


class Author:
    """Draws random processes; `answers` says what a person could answer so that everything stays finite."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.count = 0
        self.asks = {}
        self.others = []  # processes that are called

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
            makers += [self.call, self.beside, self.either, self.several, self.rounds]
            makers += [self.failing, self.handled, self.taken_back, self.counted]
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

    def call(self, depth):
        return Call(self.name(), self.row(depth - 1), self.others, self.random.random() < 0.5)

    def beside(self, depth):
        return Beside(self.name(), self.row(depth - 1), self.person())

    def either(self, depth):
        return Either(self.name(), self.row(depth - 1), self.row(depth - 1))

    def several(self, depth):
        return Several(self.name(), self.random.random() < 0.5, self.random.randint(2, 3))

    def rounds(self, depth):
        id_ = self.name()
        self.asks[id_] = (f"again_{id_}", "loop")
        return Rounds(id_)

    def failing(self, depth):
        id_, asker = self.name(), self.person()
        self.asks[asker.id] = (f"again_{id_}", "loop")
        return Failing(id_, Row([self.row(depth - 1), asker]), self.row(depth - 1))

    def handled(self, depth):
        return Handled(self.name(), self.row(depth - 1), self.person())

    def counted(self, depth):
        return Counted(self.name(), self.row(depth - 1), self.random.choice(["border", "handler"]))

    def taken_back(self, depth):
        id_, people = self.name(), [self.person() for _each in range(4)]
        self.asks[people[2].id] = (f"again_{id_}", "loop")
        return TakenBack(id_, people, self.random.choice(["beside", "around", "within"]))

    def answers(self, id_) -> dict:
        """The person's own key, and what a gateway after it asks."""
        found = {f"w_{id_}": self.random.randint(0, 99)}
        key, kind = self.asks.get(id_, (None, None))
        if kind == "loop":
            found[key] = self.random.random() < 0.4
        elif kind:
            found[key] = sorted(self.random.sample(range(3), 1 if kind == "exclusive" else self.random.randint(1, 3)))
        return found
