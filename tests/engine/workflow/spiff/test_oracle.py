"""Hundreds of random processes, walked in random order, against an oracle that knows no tokens.

`RANDOM_PROCESSES=3000` in the environment walks as many of them.
"""

import os

import pytest

from tests.engine.workflow.spiff.author import Author
from tests.engine.workflow.spiff.drawing import laid

MODELS = int(os.environ.get("RANDOM_PROCESSES", "300"))
MOST_STEPS = 60


@pytest.mark.parametrize("first", range(0, MODELS, 30))
def test_random_processes_do_what_their_blocks_say(first):
    for seed in range(first, first + 30):
        walk(seed)


def test_cut_after_every_step_and_kept_in_between_they_do_the_same():
    for seed in range(0, MODELS, 10):
        walk(seed, turn=1)


def walk(seed, turn=None):
    author = Author(seed)
    process = author.process()
    nodes, arrows, begin, end = process.draw()
    case = laid(*nodes, *arrows, f"start > {begin}", f"{end} > end", others=author.others, turn=turn)
    process.begin({})
    for _step in range(MOST_STEPS):
        assert case.at == sorted(process.waits()), f"seed {seed}"
        if process.done:
            break
        chosen = author.random.choice(sorted(case.waits, key=lambda wait: wait.element_id))
        answers = author.answers(chosen.element_id)
        process.answer(chosen.element_id, answers)
        case.do(chosen.element_id, **answers)
    assert case.is_completed == process.done, f"seed {seed}"
    if process.done:
        assert case.data == process.data, f"seed {seed}"
