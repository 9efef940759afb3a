"""Random graphs without any structure, gateways of all kinds wired anyhow, against the standard's game of tokens on arrows.

An inclusive join opens when no token elsewhere has a way to an empty arrow of it, but for those that can reach a full one.
"""

import random
from collections import Counter

import pytest

from engine.workflow import spiff
from tests.engine.workflow.spiff.drawing import gateway, laid, user

MOST_ROUNDS, MOST_STEPS = 3_000, 40


class Endless(Exception):
    """The tokens go round and round: no graph to compare."""


class Graph:
    """People and gateways `n0`, `n1`, …; which arrows a gateway takes is fixed by the data."""

    def __init__(self, seed: int):
        self.random = random.Random(seed)
        self.names = [f"n{number}" for number in range(self.random.randint(6, 14))]
        kinds = ["user", "user", "parallel", "inclusive", "inclusive", "exclusive"]
        self.kinds = {name: self.random.choice(kinds) for name in self.names}
        self.leads = {name: self.targets(number) for number, name in enumerate(self.names)}
        self.picked = {f"picked_{name}": self.pick(name) for name in self.names}
        self.arrows = [("start", "n0"), *((source, target) for source in self.names for target in self.leads[source])]

    def targets(self, number: int) -> list[str]:
        name, later = self.names[number], self.names[number + 1 :]
        found = self.random.sample(later, min(1 if self.kinds[name] == "user" else self.random.randint(1, 3), len(later)))
        back = self.kinds[name] == "exclusive" and number and self.random.random() < 0.2
        return [*found[:1], self.random.choice(self.names[:number])] if back else found

    def pick(self, name: str) -> list[int]:
        ways = len(self.leads[name])
        most = 1 if self.kinds[name] == "exclusive" else ways
        return sorted(self.random.sample(range(ways), self.random.randint(1, most))) if ways else []

    def draw(self) -> list[str]:
        drawn = [user(name) if self.kinds[name] == "user" else gateway(self.kinds[name], name) for name in self.names]
        for name in self.names:
            asks = len(self.leads[name]) > 1 and self.kinds[name] in ("exclusive", "inclusive")
            conditions = [f" [{way} in picked_{name}]" if asks else "" for way in range(len(self.leads[name]))]
            drawn += [f"{name} > {target}{condition}" for target, condition in zip(self.leads[name], conditions, strict=True)]
        return [*drawn, "start > n0"]


class Game:
    """Tokens on arrows and at people."""

    def __init__(self, graph: Graph):
        self.graph, self.on, self.people = graph, Counter({("start", "n0"): 1}), Counter()
        self.into = {name: [arrow for arrow in graph.arrows if arrow[1] == name] for name in graph.names}
        self.behind = {arrow: self.before(arrow) for arrow in graph.arrows}
        self.is_ambiguous = False  # two joins could open at once: either may be first
        self.settle()

    def before(self, arrow) -> set[str]:
        """From where an arrow can be reached without passing what it leads to."""
        seen, todo = set(), [arrow[0]]
        while todo:
            name = todo.pop()
            if name != arrow[1] and name not in seen:
                seen.add(name)
                todo += [source for source, target in self.graph.arrows if target == name]
        return seen

    def waits(self) -> list[str]:
        return sorted(self.people.elements())

    def complete(self, name: str) -> None:
        self.people[name] -= 1
        self.leave(name)
        self.settle()

    def leave(self, name: str) -> None:
        targets, kind = self.graph.leads[name], self.graph.kinds[name]
        taken = self.graph.picked[f"picked_{name}"] if kind in ("exclusive", "inclusive") else range(len(targets))
        self.on.update((name, targets[way]) for way in taken)

    def settle(self) -> None:
        for _round in range(MOST_ROUNDS):
            if not any([self.step(arrow) for arrow in list(self.on) if self.on[arrow]]) and not self.open_inclusive():
                return
        raise Endless

    def step(self, arrow) -> bool:
        name = arrow[1]
        match self.graph.kinds[name]:
            case "user":
                self.people[name] += 1
            case "parallel" if not all(self.on[each] for each in self.into[name]):
                return False
            case "inclusive" if len(self.into[name]) > 1:
                return False
        for each in self.into[name] if self.graph.kinds[name] == "parallel" else [arrow]:
            self.on[each] -= 1
        if self.graph.kinds[name] != "user":
            self.leave(name)
        return True

    def open_inclusive(self) -> bool:
        ready = [name for name in self.graph.names if self.graph.kinds[name] == "inclusive" and self.may_open(name)]
        self.is_ambiguous |= len(ready) > 1
        for name in ready[:1]:
            self.on.subtract(arrow for arrow in self.into[name] if self.on[arrow])
            self.leave(name)
        return bool(ready)

    def may_open(self, join: str) -> bool:
        full = [self.behind[arrow] for arrow in self.into[join] if self.on[arrow]]
        empty = [self.behind[arrow] for arrow in self.into[join] if not self.on[arrow]]
        places = {*self.waits(), *(target for (_source, target), count in self.on.items() if count)} - {join}
        return bool(full) and len(self.into[join]) > 1 and not any(
            any(place in way for way in empty) and not any(place in way for way in full) for place in places)  # fmt: skip

    def is_stuck(self) -> bool:
        return any(self.on.values()) and not self.waits()


@pytest.mark.parametrize("first", range(0, 200, 50))
def test_random_graphs_play_the_game_of_tokens(first):
    compared = sum(play(seed) for seed in range(first, first + 50))
    assert compared > 30


def play(seed: int) -> bool:
    """Both to the end, or to where the game is stuck; False when there is nothing to compare."""
    graph, case, chosen = Graph(seed), None, ""
    try:
        game = Game(graph)
        for _step in range(MOST_STEPS):
            if game.is_ambiguous:
                return False
            if game.is_stuck():
                with pytest.raises(spiff.RunFailed, match="dead_end|never come"):
                    moved_on(case, chosen, graph)
                return True
            case = moved_on(case, chosen, graph)
            assert case.at == game.waits(), f"seed {seed}"
            if case.is_completed:
                return True
            chosen = graph.random.choice(case.at)
            game.complete(chosen)
    except Endless:
        return False
    return True


def moved_on(case, chosen: str, graph: Graph):
    return case.do(chosen) if case else laid(*graph.draw(), data=graph.picked)
