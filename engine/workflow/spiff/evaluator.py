"""The one way from a diagram's texts to values: our own expression language, for everything a drawing may say."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from engine.expressions import ExpressionFailed, ExpressionRefused, Meter, compile_expression, compile_script
from engine.workflow.spiff.findings import RunFailed

MAX_STEPS = 300_000  # of all expressions between two waits: about a second
_EMPTY = MappingProxyType({})


@dataclass(frozen=True)
class Context:
    """What a run may know besides its data: the case's facts (the name `case`), functions, and what time it is."""

    facts: Mapping = field(default_factory=lambda: _EMPTY)
    functions: Mapping[str, Callable] = field(default_factory=lambda: _EMPTY)
    now: datetime | None = None


class Evaluator:
    """Stands where the library expects its script engine, so that no text of a diagram ever reaches Python."""

    def __init__(self, context: Context):
        self.context = context
        self.environment = self
        self.meter = Meter(MAX_STEPS)

    def refill(self) -> None:
        """A new stretch of the run begins, with its own budget."""
        self.meter = Meter(MAX_STEPS)

    def names(self, token, extra: Mapping | None = None) -> dict:
        return {**token.data, **(extra or {}), "case": self.context.facts}

    def evaluate(self, token, source: str, extra: Mapping | None = None):
        """The value of an expression at a token; `extra` names stand before the data."""
        return self._guarded(
            token, lambda: compile_expression(source).evaluate(self.names(token, extra), self.context.functions, self.meter)
        )

    def execute(self, token, source: str, extra: Mapping | None = None) -> dict:
        """What a script assigns."""
        return self._guarded(
            token, lambda: compile_script(source).run(self.names(token, extra), self.context.functions, self.meter)
        )

    def decide(self, token, decision) -> dict:
        """What a decision table answers."""
        return self._guarded(token, lambda: decision.decide(self.names(token), self.context.functions, self.meter))

    def call_service(self, *args, **kwargs):
        """The library's way to call out; operations run in workers, so nothing may ever come here."""
        raise NotImplementedError("operations are called by workers")

    def _guarded(self, token, evaluate):
        try:
            return evaluate()
        except (ExpressionRefused, ExpressionFailed) as error:
            raise RunFailed(token.element_id, "expression_failed", error.message, **error.details) from error
