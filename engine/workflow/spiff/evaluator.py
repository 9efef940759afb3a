"""The one way from a diagram's texts to values: our own expression language, for everything a drawing may say."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from types import MappingProxyType

from engine import clock
from engine.expressions import ExpressionFailed, ExpressionRefused, Meter, compile_expression, compile_script
from engine.workflow.spiff import counting, places
from engine.workflow.spiff.budget import MAX_EXPRESSION_STEPS
from engine.workflow.spiff.findings import RunFailed

ASKED_BY_TABLES = frozenset({"case"})
_EMPTY = MappingProxyType({})


def _nothing(_name, _locks):
    return None


@dataclass(frozen=True)
class Context:
    """What a run may know besides its data: the case's facts (the name `case`, read when asked for), functions, the time, stores.

    `stores(name, locks)` is what a data store holds, or None; `locks`: it will be written, so nobody else may change these now.
    """

    facts: Callable[[], Mapping] = dict
    functions: Mapping[str, Callable] = field(default_factory=lambda: _EMPTY)
    now: datetime | None = None
    stores: Callable[[str, tuple[str, ...]], object] = _nothing
    tell_time: Callable[[], datetime] = clock.now

    @property
    def moment(self) -> datetime:
        """The time: `now`, or whatever the clock says when it is looked at."""
        return self.now or self.tell_time()


class Evaluator:
    """Stands where the library expects its script engine, so that no text of a diagram ever reaches Python."""

    def __init__(self, context: Context):
        self.context = context
        self.environment = self
        self.meter = Meter(MAX_EXPRESSION_STEPS)  # a run under way lends its own

    def names(self, token, extra: Mapping | None, asked: frozenset[str]) -> dict:
        """What a text may see at a token; the facts are only read for those that ask."""
        facts = {"case": self.context.facts()} if "case" in asked else {}
        return {**token.data, **counting.told(token, asked), **(extra or {}), **facts}

    def evaluate(self, token, source: str, extra: Mapping | None = None):
        """The value of an expression at a token; `extra` names stand before the data."""
        evaluate = partial(self._evaluated, token, source, extra)
        return self._guarded(token, evaluate, lambda _said: places.of(token, source))

    def _evaluated(self, token, source, extra):
        expression = compile_expression(source)
        return expression.evaluate(self.names(token, extra, expression.names), self.context.functions, self.meter)

    def execute(self, token, source: str, extra: Mapping | None = None) -> dict:
        """What a script assigns."""
        return self._guarded(token, lambda: self._executed(token, compile_script(source), extra))

    def _executed(self, token, script, extra):
        return script.run(self.names(token, extra, script.names), self.context.functions, self.meter)

    def decide(self, token, decision) -> dict:
        """What a decision table answers."""
        names = self.names(token, None, ASKED_BY_TABLES)
        decide = partial(decision.decide, names, self.context.functions, self.meter)
        return self._guarded(token, decide, lambda said: places.in_table(decision, said))

    def call_service(self, *args, **kwargs):
        """The library's way to call out; operations run in workers, so nothing may ever come here."""
        raise NotImplementedError("operations are called by workers")

    def _guarded(self, token, evaluate, place_of=lambda _said: ""):
        try:
            return evaluate()
        except (ExpressionRefused, ExpressionFailed) as error:
            details, said = dict(error.details), error.details.get("source", "")
            if place := place_of(said):
                details["source"] = f"{place}: {said}"
            raise RunFailed(token.element_id, "expression_failed", error.message, **details) from error
