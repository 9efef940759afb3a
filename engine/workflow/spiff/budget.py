"""How much a run may do: until it is at rest, so that none runs for ever, and in one turn, so that others get theirs."""

from dataclasses import dataclass, field

from engine.expressions import Meter
from engine.i18n import _
from engine.workflow.spiff.findings import RunFailed

MAX_STEPS = 10_000  # of tokens, between two rests
MAX_EXPRESSION_STEPS = 300_000  # of all expressions between two rests: about a second
TURN = 1_000  # what is done in one turn, in steps of expressions, some five milliseconds: no ordinary way is longer
STEP, OPENING = 10, 15  # what a token's step weighs beside a step of an expression, and a wait that opens (a row)


@dataclass
class Budget:
    """What is left until the run has to be at rest. It counts work and not time: a run is cut at the same places each time."""

    steps: int = MAX_STEPS
    meter: Meter = field(default_factory=lambda: Meter(MAX_EXPRESSION_STEPS))
    opened: int = 0  # waits, in this turn

    def spend(self, token, steps: int = 1) -> None:
        """Raises RunFailed when nothing is left."""
        self.steps -= steps
        if self.steps < 0:
            raise RunFailed(token.element_id, "too_many_steps", _("The process goes in circles at “%(element)s”."))

    @property
    def is_begun(self) -> bool:
        return self.steps < MAX_STEPS

    @property
    def left(self) -> int:
        """All that may still be done, in steps of expressions; only differences mean something."""
        return self.steps * STEP + self.meter.left - self.opened * OPENING

    def as_row(self) -> list[int]:
        return [self.steps, self.meter.left]

    @classmethod
    def of_row(cls, row) -> "Budget":
        steps, expressions = row
        return cls(steps, Meter(expressions))
