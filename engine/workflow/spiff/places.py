"""Where in an element a text stands, so that what went wrong can be found: which arrow, input, property, cell."""

from engine.workflow.decisions import Decision


def of(token, source: str) -> str:
    """The place of a text at a token: an arrow's name, an input's, a property's; empty when it is the script itself."""
    element = getattr(token, "element", None)
    if element is None:
        return ""
    for flow, _target in getattr(token.task_spec, "exits", None) or ():
        if flow.condition == source:
            return flow.name or flow.id
    named = {**element.properties, **element.parameters, **(element.event.correlation if element.event else {})}
    named |= dict((*element.ins, *element.outs))
    if many := element.many:
        named |= {"collection": many.collection, "loopCardinality": many.times, "completionCondition": many.until}
    if element.loop:
        named["loopCondition"] = element.loop.condition
    if element.event and element.event.timer:
        named["timer"] = element.event.timer[1]
    return next((name for name, text in named.items() if text == source), "")


def in_table(decision: Decision, source: str) -> str:
    """The place of a text in a decision table: its name, the rule counted from 1, the column."""
    for column in decision.inputs:
        if column.source == source:
            return f"{decision.name} / {column.label}"
    for number, rule in enumerate(decision.rules, start=1):
        cells = zip((*decision.inputs, *decision.outputs), (*rule.inputs, *rule.outputs), strict=False)
        for column, cell in cells:
            if source in cell:
                return f"{decision.name} / {number} / {column.label}"
    return decision.name
