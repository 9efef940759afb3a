"""The bare machine under the heart: steps of real cases, noted once and taken again without database, rows and files."""

import time

from engine.workflow import spiff

VERBS = ("complete", "finish_call", "deliver", "fire")


class Recorder:
    """Notes each step while the block lasts: what was loaded, and what was then done to it."""

    def __init__(self):
        self.steps: list[tuple] = []

    def __enter__(self):
        self._load, spiff.load = spiff.load, self._noting_load
        return self

    def __exit__(self, *_):
        spiff.load = self._load

    def _noting_load(self, definition, state, context):
        run = self._load(definition, state, context)
        for verb in VERBS:
            self._note_call(run, verb, (definition, state, context))
        return run

    def _note_call(self, run, verb, loaded):
        act = getattr(run, verb)

        def noting(*args):
            self.steps.append((*loaded, verb, args))
            return act(*args)

        setattr(run, verb, noting)


class Stopwatch:
    """Times each call of one function while the block lasts."""

    def __init__(self, module, name: str):
        self.module, self.name, self.act = module, name, getattr(module, name)
        self.taken: list[float] = []

    def __enter__(self):
        setattr(self.module, self.name, self._timed)
        return self

    def __exit__(self, *_):
        setattr(self.module, self.name, self.act)

    def _timed(self, *args, **options):
        began = time.perf_counter()
        try:
            return self.act(*args, **options)
        finally:
            self.taken.append(time.perf_counter() - began)

    @property
    def milliseconds(self) -> float:
        """The mean."""
        return sum(self.taken) / len(self.taken) * 1000


def milliseconds_per_step(steps: list[tuple], rounds: int = 3) -> float:
    """Load, act, run to the next waits, save: the mean over all steps of the fastest round."""
    best = float("inf")
    for _round in range(rounds):
        began = time.perf_counter()
        for definition, state, context, verb, args in steps:
            run = spiff.load(definition, state, context)
            getattr(run, verb)(*args)
            run.proceed()
            run.save()
        best = min(best, time.perf_counter() - began)
    return best / len(steps) * 1000
