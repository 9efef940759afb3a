"""Hundreds of random processes, walked in random order, against an oracle that knows no tokens.

`make soak OF=random_processes` walks three thousand.
"""

import os

import pytest
from lxml import etree

from engine.workflow import spiff
from tests.engine.workflow.spiff.author import Author
from tests.engine.workflow.spiff.drawing import Desk, laid, xml

MODELS = int(os.environ.get("RANDOM_PROCESSES", "300"))
MOST_STEPS = 60


@pytest.mark.parametrize("first", range(0, MODELS, 30))
def test_random_processes_do_what_their_blocks_say(first):
    for seed in range(first, first + 30):
        walk(seed)


def test_cut_after_every_step_and_kept_in_between_they_do_the_same():
    for seed in range(0, MODELS, 10):
        walk(seed, turn=1)


def test_taken_over_to_a_drawing_with_other_ids_before_every_step_they_do_the_same():
    for seed in range(0, MODELS, 5):
        author = Author(seed)
        process = author.process()
        nodes, arrows, begin, end = process.draw()
        files = [xml(*nodes, *arrows, f"start > {begin}", f"{end} > end"), *author.others]
        walk_on(seed, author, process, Moving(files))


class Moving(Desk):
    """A run that is upgraded to and fro, before every step, between a drawing and the same with other ids."""

    def __init__(self, files):
        self.drawings = [self.parsed(files), self.parsed([renamed(file) for file in files])]
        ids = [(key, each) for key, process in self.drawings[0].processes.items() for each in [*process.elements, *process.flows]]
        self.names = [{(key, old): f"x_{old}" for key, old in ids}, {(key, f"x_{old}"): old for key, old in ids}]
        super().__init__(self.drawings[0])

    @staticmethod
    def parsed(files):
        return spiff.parse("P", [spiff.Source(f"file {number}", file) for number, file in enumerate(files)])

    @property
    def at(self):
        return sorted(each.removeprefix("x_") for each in super().at)

    def wait(self, element_id, number=0):
        return [each for each in self.waits if each.element_id.removeprefix("x_") == element_id][number]

    def do(self, element_id, number=0, **answers):
        now = self.drawings.index(self.definition)
        new, names = self.drawings[1 - now], self.names[now]
        assert spiff.blockers(self.run, new, names) == []
        self.run, self.definition = spiff.carry_over(self.run, self.run.save(), new, names, self.context), new
        return super().do(element_id, number, **answers)


def renamed(file: bytes) -> bytes:
    """The same drawing with other ids of elements and arrows."""
    root = etree.fromstring(file)
    (process,) = [each for each in root if each.tag.endswith("}process")]
    drawn = [each for each in process.iter() if each.get("id") and not each.tag.endswith("DataItem") and each is not process]
    ids = {each.get("id") for each in drawn}
    for each in root.iter():
        for name in {"id", "sourceRef", "targetRef", "attachedToRef", "default"}.intersection(each.attrib):
            if each.get(name) in ids and not each.tag.endswith("DataItem"):
                each.set(name, "x_" + each.get(name))
    return etree.tostring(root)


def walk(seed, turn=None):
    author = Author(seed)
    process = author.process()
    nodes, arrows, begin, end = process.draw()
    walk_on(seed, author, process, laid(*nodes, *arrows, f"start > {begin}", f"{end} > end", others=author.others, turn=turn))


def walk_on(seed, author, process, case):
    process.begin({})
    for _step in range(MOST_STEPS):
        assert case.at == sorted(process.waits()), f"seed {seed}"
        if process.done:
            break
        chosen = author.random.choice(case.at)
        answers = author.answers(chosen)
        process.answer(chosen, answers)
        case.do(chosen, **answers)
    assert case.is_completed == process.done, f"seed {seed}"
    if process.done:
        assert case.data == process.data, f"seed {seed}"
