"""DMN decision tables in our own expression language: parse, check, decide, and say which rules decided."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

from engine.errors import Invalid
from engine.expressions import ExpressionFailed, ExpressionRefused, Meter, compile_feel, compile_value
from engine.i18n import Sentence, _
from engine.workflow.decision_cells import compile_test, split
from engine.workflow.xmlfiles import local, read_xml

POLICIES = ("UNIQUE", "FIRST", "ANY", "PRIORITY", "COLLECT", "RULE ORDER", "OUTPUT ORDER")
AGGREGATIONS = {"SUM": sum, "MIN": min, "MAX": max, "COUNT": len}
FEEL = "feel"
MAX_CELLS = 20_000
MAX_STEPS = 300_000  # of one decision, over all its cells


class DecisionsRefused(Invalid):
    """The file holds no usable decision table."""

    message = _("The decision table cannot be read.")


class RulesOverlap(ExpressionFailed):
    message = _("Decision “%(decision)s”: rules %(rules)s hold at the same time, but only one may.")


class RulesContradict(ExpressionFailed):
    message = _("Decision “%(decision)s”: rules %(rules)s hold at the same time with different results.")


@dataclass(frozen=True)
class Column:
    """An input with its expression, or an output with its name; `values` in order of priority."""

    id: str
    label: str
    source: str = ""
    name: str = ""
    values: tuple[str, ...] = ()
    default: str = ""


@dataclass(frozen=True)
class Rule:
    """One row: texts of its cells."""

    id: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True)
class CellFinding:
    """What is wrong with a table; `rule` counts from 1, None is the head."""

    rule: int | None
    column: str
    message: str
    values: dict = field(default_factory=dict)

    def __str__(self):
        where = f"{self.column}" if self.rule is None else f"{self.rule} / {self.column}"
        return Sentence(_("%(where)s: %(why)s"), {"where": where, "why": Sentence(self.message, self.values)})


@dataclass(frozen=True)
class Explained:
    """A decision's answer and the rules (counted from 1) that gave it, with the values they looked at."""

    result: dict | list
    rules: tuple[int, ...]
    inputs: dict


@dataclass(frozen=True)
class Decision:
    """One decision table."""

    id: str
    name: str
    policy: str
    aggregation: str | None
    inputs: tuple[Column, ...]
    outputs: tuple[Column, ...]
    rules: tuple[Rule, ...]
    language: str = ""  # what the file says its texts are written in; nothing: ours, or FEEL where ours cannot read it
    needs: tuple[str, ...] = ()  # ids of decisions that this one rests on

    def decide(self, names: Mapping, functions: Mapping | None = None, meter: Meter | None = None) -> dict | list:
        """One row's outputs as a dictionary, or a list of them where the policy collects."""
        return self.decide_explained(names, functions, meter).result

    def decide_explained(self, names: Mapping, functions: Mapping | None = None, meter: Meter | None = None) -> Explained:
        """The answer with the rules that gave it."""
        functions, meter = functions or {}, meter or Meter(MAX_STEPS)
        values = [self.compile(column.source).evaluate(names, functions, meter) for column in self.inputs]
        holding = (number for number, tests in enumerate(self._tests, start=1)
                   if all(test(value, names, functions, meter) for test, value in zip(tests, values, strict=True)))
        hits = list(islice(holding, 1 if self.policy == "FIRST" else None))
        result, used = self._resolve(hits, names, functions, meter)
        return Explained(result, tuple(used), {column.label: value for column, value in zip(self.inputs, values, strict=True)})

    def as_data(self, result: dict | list) -> dict:
        """An answer as process data: a collected answer becomes one list per output."""
        if isinstance(result, dict):
            return result
        return {column.name: [row[column.name] for row in result] for column in self.outputs}

    @property
    def compile(self):
        return compile_feel if self.language else compile_value

    def _test(self, cell: str):
        return compile_test(cell, self.compile)

    @cached_property
    def _tests(self):
        return [tuple(self._test(cell) for cell in rule.inputs) for rule in self.rules]

    def calls(self) -> list[tuple[int | None, str, str]]:
        """Every function the table calls: rule, column, name; texts that cannot be read call none."""
        texts = [(None, column, column.source, self.compile) for column in self.inputs]
        texts += [(None, column, column.default, self.compile) for column in self.outputs]
        for number, rule in enumerate(self.rules, start=1):
            texts += [(number, column, cell, self._test) for column, cell in zip(self.inputs, rule.inputs, strict=False)]
            texts += [(number, column, cell, self.compile) for column, cell in zip(self.outputs, rule.outputs, strict=False)]
        return [(number, column.label, name) for number, column, text, read in texts if text for name in _calls(read, text)]

    def _row(self, number, names, functions, meter) -> dict:
        return self._answers(self.rules[number - 1].outputs, names, functions, meter)

    def _answers(self, texts, names, functions, meter) -> dict:
        return {
            column.name: self.compile(text).evaluate(names, functions, meter) if text else None
            for column, text in zip(self.outputs, texts, strict=True)
        }

    def _resolve(self, hits, names, functions, meter):
        rows = [self._row(number, names, functions, meter) for number in hits]
        match self.policy:
            case "COLLECT" if self.aggregation:
                return self._aggregated(rows), hits
            case "COLLECT" | "RULE ORDER":
                return rows, hits
            case "OUTPUT ORDER":
                order = self._by_priority(rows)
                return [rows[index] for index in order], [hits[index] for index in order]
        if not rows:
            return self._default(names, functions, meter), hits
        if self.policy == "UNIQUE" and len(rows) > 1:
            raise RulesOverlap(decision=self.name, rules=", ".join(map(str, hits)), source=self.id)
        if self.policy == "ANY" and any(row != rows[0] for row in rows):
            raise RulesContradict(decision=self.name, rules=", ".join(map(str, hits)), source=self.id)
        best = self._by_priority(rows)[0] if self.policy == "PRIORITY" else 0
        return rows[best], [hits[best]] if self.policy == "PRIORITY" else hits

    def _default(self, names, functions, meter) -> dict:
        return self._answers([column.default for column in self.outputs], names, functions, meter)

    def _aggregated(self, rows) -> dict:
        name = self.outputs[0].name
        values = [row[name] for row in rows if row[name] is not None]
        empty = 0 if self.aggregation in ("COUNT", "SUM") else None
        return {name: AGGREGATIONS[self.aggregation](values) if values else empty}

    def _by_priority(self, rows) -> list[int]:
        """Positions of rows, those whose outputs stand first in the lists of output values first."""
        orders = [[self.compile(text).evaluate({}) for text in column.values] for column in self.outputs]

        def rank(index):
            answers = [rows[index][column.name] for column in self.outputs]
            return [order.index(each) if each in order else len(order) for each, order in zip(answers, orders, strict=True)]

        return sorted(range(len(rows)), key=rank)

    def findings(self) -> list[CellFinding]:
        """Everything in the table that could not be evaluated."""
        return self._findings

    @cached_property
    def _findings(self) -> list[CellFinding]:
        found = self._head_findings()
        for number, rule in enumerate(self.rules, start=1):
            if len(rule.inputs) != len(self.inputs) or len(rule.outputs) != len(self.outputs):
                found.append(CellFinding(number, "-", _("The rule has too few or too many cells.")))
                continue
            for column, cell in zip(self.inputs, rule.inputs, strict=True):
                found += _refusals(self._test, cell, number, column.label)
            for column, cell in zip(self.outputs, rule.outputs, strict=True):
                found += _refusals(self.compile, cell, number, column.label) if cell else []
        return found

    def _head_findings(self) -> list[CellFinding]:
        found = []
        if self.policy not in POLICIES:
            found.append(CellFinding(None, "-", _("The hit policy “%(policy)s” is not known."), {"policy": self.policy}))
        if self.language not in ("", FEEL):
            told = _("The language “%(language)s” is not read here; FEEL is, and our own.")
            found.append(CellFinding(None, "-", told, {"language": self.language}))
        if self.aggregation and (self.aggregation not in AGGREGATIONS or len(self.outputs) != 1):
            found.append(CellFinding(None, "-", _("Adding up needs exactly one output and SUM, MIN, MAX or COUNT.")))
        if not self.outputs:
            found.append(CellFinding(None, "-", _("The table has no output.")))
        if self.policy in ("PRIORITY", "OUTPUT ORDER") and not any(column.values for column in self.outputs):
            found.append(CellFinding(None, "-", _("This hit policy needs the output values in order of priority.")))
        for column in self.inputs:
            found += _refusals(self.compile, column.source, None, column.label)
        for column in self.outputs:
            if not column.name.isidentifier() or column.name.startswith("_"):
                found.append(CellFinding(None, column.label, _("The output needs a name of letters, digits and “_”.")))
            for text in [*column.values, *([column.default] if column.default else [])]:
                found += _refusals(self.compile, text, None, column.label)
        return found


def _refusals(compile_text, text, rule, column) -> list[CellFinding]:
    try:
        compile_text(text)
    except ExpressionRefused as error:
        return [CellFinding(rule, column, _("“%(text)s”: %(why)s"), {"text": text[:80], "why": str(error)})]
    return []


def _calls(read, text) -> list[str]:
    try:
        return sorted(read(text).calls)
    except ExpressionRefused:
        return []  # told by the findings


def parse_decisions(xml: bytes) -> dict[str, Decision]:
    """All decision tables of a DMN file by id; `FileRefused` or `DecisionsRefused` when there are none to read."""
    root = read_xml(xml)
    if local(root) != "definitions":
        raise DecisionsRefused(_("The file is not a DMN decision."))
    found = {}
    for node in _all(root, "decision"):
        table = _first(node, "decisionTable")
        if table is None or not node.get("id"):
            raise DecisionsRefused(_("The decision “%(name)s” has no table."), name=node.get("name") or node.get("id") or "-")
        if node.get("id") in found:
            raise DecisionsRefused(_("The id “%(id)s” is used twice."), id=node.get("id"))
        found[node.get("id")] = _decision(node, table)
    if not found:
        raise DecisionsRefused(_("The file is not a DMN decision."))
    return found


def _decision(node, table) -> Decision:
    rules = tuple(_rule(each) for each in _all(table, "rule"))
    if sum(len(rule.inputs) + len(rule.outputs) for rule in rules) > MAX_CELLS:
        raise DecisionsRefused(_("The table has more than %(most)s cells."), most=MAX_CELLS)
    return Decision(
        id=node.get("id"),
        name=node.get("name") or node.get("id"),
        policy=table.get("hitPolicy") or "UNIQUE",
        aggregation=table.get("aggregation") or None,
        inputs=tuple(_input(each) for each in _all(table, "input")),
        outputs=tuple(_output(each) for each in _all(table, "output")),
        rules=rules,
        language=_language(node),
        needs=tuple(_needed(node)),
    )


def _needed(node) -> Iterator[str]:
    for requirement in _all(node, "informationRequirement"):
        for needed in _all(requirement, "requiredDecision"):
            yield (needed.get("href") or "").split("#")[-1]


def _language(node) -> str:
    """What a table says its texts are written in: FEEL, or the first other language that any of them names."""
    said = [each.get("expressionLanguage") for each in (node.getparent(), *node.iter()) if each.get("expressionLanguage")]
    return next((each for each in said if FEEL not in each.lower()), FEEL if said else "")


def _input(node) -> Column:
    source = _text(_first(node, "inputExpression"))
    return Column(node.get("id") or "", node.get("label") or source, source)


def _output(node) -> Column:
    name = node.get("name") or node.get("id") or ""
    values = tuple(split(_text(_first(node, "outputValues"))))
    return Column(node.get("id") or "", node.get("label") or name, "", name, values, _text(_first(node, "defaultOutputEntry")))


def _rule(node) -> Rule:
    inputs = tuple(_text(each) for each in _all(node, "inputEntry"))
    outputs = tuple(_text(each) for each in _all(node, "outputEntry"))
    note = _text(_first(node, "description"), own=True) or " ".join(_text(each) for each in _all(node, "annotationEntry"))
    return Rule(node.get("id") or "", inputs, outputs, note)


def _all(node, name):
    return [child for child in node if local(child) == name]


def _first(node, name):
    return next(iter(_all(node, name)), None)


def _text(node, own=False) -> str:
    inner = node if own or node is None else _first(node, "text")
    return "" if inner is None else (inner.text or "").strip()
