"""What each element needs to run: readable expressions, known operations, forms and decisions, arrows that make sense."""

from contextlib import suppress

from engine.expressions import RESERVED, ExpressionFailed, ExpressionRefused, compile_expression, compile_script
from engine.i18n import _
from engine.workflow.spiff import adhoc, asking, check_compensation, loops, mappings, objects, stores
from engine.workflow.spiff.check_events import check_event
from engine.workflow.spiff.findings import Finding
from engine.workflow.spiff.many import MAX_INSTANCES, UNUSABLE, listed
from engine.workflow.spiff.model import Element, Process

# further rules `rule(process, element) -> findings`, of those who know a kind of element best
EXTRA = [mappings.rule, loops.rule, check_compensation.rule, adhoc.rule, stores.rule, objects.rule]


def check_process(process: Process, operations, forms, decisions) -> list[Finding]:
    found = []
    for element in process.elements.values():
        checks = Checks(process, element)
        checks.arrows()
        checks.expressions()
        checks.by_kind(decisions)
        checks.names(operations, forms)
        found += checks.found
        for rule in EXTRA:
            found += rule(process, element)
    return found + _beginnings(process)


def _beginnings(process) -> list[Finding]:
    found = []
    for scope, inside in process.scopes.items():
        starts = [process.elements[each] for each in inside if process.elements[each].kind == "start_event"]
        plain = [start for start in starts if start.event.kind == "none"]
        if scope and process.elements[scope].triggered:
            if len(starts) != 1:
                found.append(_finding("error", process.elements[scope], "handler_start",
                                      _("An event sub-process begins by exactly one start event.")))  # fmt: skip
                continue
        elif len(plain) > 1 or scope and len(starts) > len(plain):
            found.append(_finding("error", starts[0], "several_starts", _("There must be exactly one plain start event.")))
        found += _same_starts([] if scope else starts)
        if not process.beginnings(scope):
            where = process.elements[scope] if scope else next(iter(process.elements.values()))
            found.append(
                _finding(
                    "error", where, "no_start", _("Nothing in it can be the start: every element has an arrow leading to it.")
                )
            )
        found += _unreachable(process, inside, scope)
    return found


def _same_starts(starts) -> list[Finding]:
    """Two start events for one message or signal leave open where the process begins."""
    told = [(each.event.kind, each.event.name) for each in starts]
    return [
        _finding("error", each, "same_start", _("Another start event waits for “%(name)s” too."), name=each.event.name)
        for number, each in enumerate(starts) if each.event.name and told[number] in told[:number]
    ]


def _unreachable(process, inside, scope) -> list[Finding]:
    reached = set()
    begins = process.beginnings(scope) + ([] if scope else process.starts_by_event())
    todo = [element.id for element in begins] + [each for each in inside if process.elements[each].waits_apart]
    while todo:
        each = todo.pop()
        if each not in reached:
            reached.add(each)
            todo += [flow.target for flow in process.leaving(each)] + [guard.id for guard in process.boundary(each)]
    return [
        _finding("warning", process.elements[each], "unreachable", _("No arrow leads here from the start."))
        for each in inside
        if each not in reached
    ]


class Checks:
    """The checks of one element."""

    def __init__(self, process: Process, element: Element):
        self.process = process
        self.element = element
        self.flows = process.leaving(element.id)
        self.found = []

    def error(self, code, message, **values):
        self.found.append(_finding("error", self.element, code, message, **values))

    def warning(self, code, message, **values):
        self.found.append(_finding("warning", self.element, code, message, **values))

    def expression(self, source, where, compile=compile_expression):
        try:
            compile(source or "")
        except ExpressionRefused as error:
            self.error("bad_expression", _("%(where)s: %(why)s"), where=where, why=str(error))

    def arrows(self):
        element, flows = self.element, self.flows
        if element.kind == "end_event" and flows:
            self.error("end_goes_on", _("No arrow may leave an end event."))
        if element.kind == "boundary_event" and element.incoming:
            self.error("arrow_into_boundary", _("No arrow may lead to a boundary event."))
        if element.kind == "start_event" and element.incoming:
            self.error("arrow_into_start", _("No arrow may lead to a start event."))
        if element.attached_to is not None or element.kind == "boundary_event":
            host = self.process.elements.get(element.attached_to)
            if host is None or not host.is_activity or host.scope != element.scope or host.triggered:
                self.error("boundary_loose", _("The boundary event does not stand on an activity."))
        if element.triggered and (flows or element.incoming or element.repeats):
            self.error("handler_apart", _("An event sub-process begins by its event: no arrows, no repetition."))
        if element.kind in ("exclusive_gateway", "inclusive_gateway") and (len(flows) > 1 or flows and flows[0].condition):
            self._conditions()
        self._unconditional()
        if element.kind == "event_based_gateway":
            self._events_after()

    def _conditions(self):
        bare = [flow for flow in self.flows if not flow.condition and not flow.is_default]
        if len(bare) > 1 or (bare and (self.element.kind == "inclusive_gateway" or any(flow.is_default for flow in self.flows))):
            self.error(
                "condition_missing",
                _("Every arrow but the default needs a condition (%(flow)s)."),
                flow=bare[0].name or bare[0].id,
            )
        elif bare:
            message = _("The arrow without a condition is taken when no other holds; mark it as the default.")
            self.warning("default_unmarked", message)
        elif not any(flow.is_default for flow in self.flows):
            self.warning("no_default", _("There is no default arrow: the process stops if no condition holds."))

    def _unconditional(self):
        """Who may not choose between the arrows that leave, and who may end up without one."""
        element, conditional = self.element, [flow for flow in self.flows if flow.condition]
        if conditional and element.kind in ("parallel_gateway", "event_based_gateway"):
            self.error("condition_ignored", _("Arrows that leave this gateway cannot have conditions."))
        if conditional and element.kind.endswith("_event"):
            self.error("condition_ignored", _("Arrows that leave an event cannot have conditions."))
        if element.is_activity and conditional == self.flows != []:
            self.warning("no_default", _("There is no default arrow: the process stops if no condition holds."))

    def _events_after(self):
        targets = [self.process.elements[flow.target] for flow in self.flows]
        if not targets or any(each.kind not in ("intermediate_catch_event", "receive_task") for each in targets):
            self.error("not_events", _("Only message, signal, timer or conditional events may follow this gateway."))
        if any(len(each.incoming) > 1 for each in targets):
            self.error("events_shared", _("An event after this gateway may have no other arrow leading to it."))
        for each in targets:
            if each.repeats or self.process.boundary(each.id):
                message = _("“%(name)s” waits with this gateway: it can neither be repeated nor have boundary events.")
                self.error("events_bound", message, name=each.name)

    def expressions(self):
        element = self.element
        for flow in self.flows:
            if flow.condition:
                self.expression(flow.condition, flow.name or flow.id)
        for name, source in element.parameters.items():
            self.expression(source, name)
        for name in (*asking.ASKED, "correlation", "payload", "whose"):
            if name in element.properties:
                self.expression(element.properties[name], name)
        for name, source in (element.event.correlation if element.event else {}).items():
            self.expression(source, name)
        if element.many:
            self._many(element.many)

    def _many(self, many):
        if not self.element.is_activity:
            self.error("many_here", _("Only an activity can be done several times."))
        if bool(many.collection) == bool(many.times):
            self.error("instances_unclear", _("Several instances need either a list or a number."))
        else:
            self.expression(many.collection or many.times, _("instances"))
            self._usable(many)
        if many.until:
            self.expression(many.until, _("completion condition"))
        if bool(many.result) != bool(many.results):
            self.error("results_unclear", _("To collect results, name both the list and the value of each instance."))

    def _usable(self, many):
        """A number or list that stands fast can be looked at before anything runs."""
        with suppress(ExpressionRefused, ExpressionFailed):
            said = compile_expression(many.collection or many.times)
            if not said.names and listed(many, said.evaluate({})) is None:
                self.error("instances_unusable", UNUSABLE, element=self.element.name, most=MAX_INSTANCES)

    def by_kind(self, decisions):
        element = self.element
        match element.kind:
            case "service_task" if not element.operation:
                self.error("no_operation", _("The service task names no operation."))
            case "script_task" if not element.script:
                self.error("script_empty", _("The script task contains no script."))
            case "script_task":
                self.expression(element.script, _("script"), compile_script)
            case "business_rule_task":
                self._decision(decisions)
            case "call_activity" if not element.called:
                self.error("called_process_unknown", _("It calls no process."))
        if element.event:
            check_event(self)

    def _decision(self, decisions):
        decision = decisions.get(self.element.decision)
        if decision is None:
            self.error("decision_unknown", _("The decision “%(name)s” is not there."), name=self.element.decision or "-")
            return
        for name in decision.needs:
            message = _("The decision “%(decision)s” rests on the decision “%(name)s”. Let a business rule task before it ask"
                        " that one: its answers are data then.")
            self.error("decision_needed", message, decision=decision.name, name=name)
        for finding in decision.findings():
            self.error("bad_decision", _("Decision “%(name)s”: %(why)s"), name=decision.id, why=str(finding))

    def names(self, operations, forms):
        element = self.element
        if operations is not None and element.operation:
            if element.operation not in operations:
                self.error("operation_unknown", _("There is no operation “%(name)s”."), name=element.operation)
            else:
                for name in set(element.parameters) - set(operations[element.operation]):
                    self.error("parameter_unknown", _("The operation has no parameter “%(name)s”."), name=name)
        many = element.many
        for name in (
            element.result_variable,
            element.properties.get("variable"),
            *((many.item, many.result, many.results) if many else ()),
        ):
            if name and (not name.isidentifier() or name.startswith("_") or name in RESERVED):
                self.error("bad_variable", _("“%(name)s” cannot be a name of data: letters, digits and “_” only."), name=name)
        form = element.properties.get("form")
        if forms is not None and form and form not in forms:
            self.error("form_unknown", _("There is no form “%(name)s”."), name=form)


def _finding(severity, element, code, message, /, **values) -> Finding:
    return Finding(severity, element.id, element.name, code, message, values)
