"""What the parts of a process folder need: forms that can be shown, inputs for operations, roles, terms, English, a drawing."""

import json
from collections.abc import Iterator, Mapping

from engine import operations
from engine.access.models import Role
from engine.deadlines import terms
from engine.expressions import RESERVED, ExpressionFailed, ExpressionRefused, compile_expression
from engine.forms.form import Form, FormRefused
from engine.i18n import _
from engine.inbox.sharing.holders import GIVEN_BY_NAME
from engine.processes import check_functions, library, scenarios
from engine.workflow import spiff
from engine.workflow.decisions import DecisionsRefused, parse_decisions
from engine.workflow.models import PRIORITIES, Gives
from engine.workflow.xmlfiles import FileRefused, local, read_xml

ROLES = {*Role, "party", "system"}
STAGES = ("received", "accepted", "consent", "mediating", "signing", "confirming", "performing", "closed")
PEOPLE = ("user_task", "manual_task", "task")
NAME, TOLD = 200, 100  # how many characters there is room for: in a title, in the name of what is told
CALLED = "call"  # what `start.by` says of a process that only others call

Told = tuple[str, str, str, dict, str, str, str]  # severity, code, message, values, element id, element name, file


def files(folder: Mapping[str, str]) -> Iterator[Told]:
    """Findings about the files beside the diagram."""
    for path, text in sorted(folder.items()):
        if path.startswith("forms/"):
            yield from _form(path, text)
        elif path.startswith("locale/"):
            yield from _locale(path, text)
        elif path.startswith("decisions/"):
            yield from _decisions(path, text)
    yield from _scenarios(folder)


def _form(path, text) -> Iterator[Told]:
    name = path.removeprefix("forms/").removesuffix(".json")
    try:
        form = Form.read(text, name)
    except FormRefused as refusal:
        for fault in refusal.problems:
            yield "error", "form_faulty", fault["message"], fault["values"], fault["pointer"], "", path
        return
    if form.id != name:
        message = _("The form is called “%(said)s” inside and “%(name)s” outside.")
        yield "error", "form_id", message, {"said": form.id, "name": name}, "", "", path
    for number, component in enumerate(form.components):
        if component.label and not component.label_en:
            at, values = f"/components/{number}", {"text": str(component.label)[:60]}
            yield "warning", "english_missing", _("“%(text)s” has no English."), values, at, component.key, path


def _locale(path, text) -> Iterator[Told]:
    names = json.loads(text)
    if not isinstance(names, dict) or not all(isinstance(value, str) for value in names.values()):
        yield "error", "locale", _("A locale file gives a text for each element id."), {}, "", "", path


def _decisions(path, text) -> Iterator[Told]:
    try:
        tables = parse_decisions(text.encode())
    except (DecisionsRefused, FileRefused) as refusal:
        yield "error", "decision_faulty", refusal.message, refusal.details, "", "", path
        return
    for decision in tables.values():
        for fault in decision.findings():
            where = " / ".join(str(each) for each in (decision.name, fault.rule, fault.column) if each)
            yield "error", "decision_faulty", fault.message, fault.values, decision.id, where, path
    for told in check_functions.tables(tables.values()):
        yield *told, path


def _scenarios(folder) -> Iterator[Told]:
    try:
        found = scenarios.of(folder)
    except scenarios.ScenarioRefused as refusal:
        path = f"scenarios/{refusal.details['name']}.toml"
        yield "error", "scenario_faulty", refusal.message, refusal.details, "", "", path
        return
    by = library.settings_of(folder).get("start", {})
    if not found and (not isinstance(by, dict) or by.get("by") != CALLED):
        yield "error", "no_scenario", _("There is no scenario that shows what the process does."), {}, "", "", library.DIAGRAM


def elements(process: spiff.Process, folder: Mapping[str, str]) -> Iterator[Told]:
    """Findings about the elements of the diagram."""
    english, lanes = library.english_of(folder), library.lanes_of(folder)
    drawn, tables = _drawn(folder[library.DIAGRAM]), _tables(folder)
    for element in process.elements.values():
        told = [*_work(element, lanes), *_giving(element, lanes, tables), *_operation(element), *_terms(element),
                *_room(element, english.get(element.id, ""))]
        if element.name != element.id and not english.get(element.id):
            told.append(("warning", "english_missing", _("“%(text)s” has no English."), {"text": element.name}))
        if element.id not in drawn:
            told.append(("warning", "not_drawn", _("It has no shape in the diagram."), {}))
        for each in told:
            yield *each, element.id, element.name, library.DIAGRAM
    for told in check_functions.elements(process):
        yield *told, library.DIAGRAM
    for flow in process.flows.values():
        if flow.name and not english.get(flow.id):
            message, values = _("“%(text)s” has no English."), {"text": flow.name}
            yield "warning", "english_missing", message, values, flow.id, flow.name, library.DIAGRAM


def _drawn(diagram: str) -> set[str]:
    root = read_xml(diagram.encode())
    return {node.get("bpmnElement") for node in root.iter() if local(node) == "BPMNShape"}


def _work(element, lanes) -> Iterator[tuple]:
    if element.kind not in PEOPLE:
        return
    if not element.properties.get("form"):
        yield "warning", "no_form", _("The task asks nothing: it has no form."), {}
    if not element.lane:
        yield "error", "no_lane", _("The task stands in no lane, so nobody would get it."), {}
        return
    role = lanes.get(element.lane, element.lane)
    if role not in ROLES:
        yield "error", "no_role", _("process.toml gives the lane “%(lane)s” no role we know."), {"lane": element.lane}
    elif role == "party" and not element.properties.get("assignee"):
        yield "error", "no_assignee", _("A party's task needs the property “assignee” that says which party."), {}


def _tables(folder: Mapping[str, str]) -> set[str]:
    """The ids of all decision tables; a file that cannot be read is told elsewhere."""
    found = set()
    for path, text in folder.items():
        if path.startswith("decisions/"):
            try:
                found |= parse_decisions(text.encode()).keys()
            except (DecisionsRefused, FileRefused):
                continue
    return found


def _giving(element, lanes, tables: set[str]) -> Iterator[tuple]:
    """To whom of an office a task is given: by load or lot, as a table rates them; not where the process names one person."""
    gives, table = element.properties.get("gives"), element.properties.get("rated_by")
    if gives and gives not in (Gives.LOAD, Gives.LOT):
        yield "error", "gives_unknown", _("“gives” has to be “load” or “lot”, not “%(value)s”."), {"value": gives[:60]}
    role, lendable = lanes.get(element.lane, element.lane), element.properties.get("lendable")
    if lendable and (lendable != "yes" or role != Role.MEDIATOR):
        message = _("“lendable” is “yes”, at a task of the mediator that does not mediate; nowhere else.")
        yield "error", "lendable_what", message, {}
    if gives and role in GIVEN_BY_NAME:
        yield "error", "gives_named", _("The process names one person for this task; it is not given to others."), {}
    if table and not gives:
        yield "error", "rated_for_nothing", _("“rated_by” names a decision table, but there is no “gives” here."), {}
    if table and table not in tables:
        yield "error", "decision_unknown", _("There is no decision table “%(name)s”."), {"name": table[:60]}


def _operation(element) -> Iterator[tuple]:
    operation = operations.OPERATIONS.get(element.operation or "")
    if operation is None:
        return  # an unknown one is told by the engine's own checks
    for name in operation.required_inputs():
        if not element.parameters.get(name):
            message = _("The operation “%(operation)s” needs the input “%(name)s”.")
            yield "error", "input_missing", message, {"operation": operation.name, "name": name}


def _room(element, english: str) -> Iterator[tuple]:
    """What is kept of a wait has to fit into its row."""
    event = element.event.name if element.event else None
    for text, most in (element.name, NAME), (english, NAME), (event, TOLD), (element.properties.get("variable"), TOLD):
        if text and len(text) > most:
            message = _("“%(text)s…” is too long: %(length)s characters, and there is room for %(most)s.")
            yield "error", "name_too_long", message, {"text": text[:20], "length": len(text), "most": most}


def _terms(element) -> Iterator[tuple]:
    for name in ("term", "due"):
        key = element.properties.get(name)
        try:
            known = not key or terms.get(key)
        except terms.UnknownTerm as error:
            known = None
            yield "error", "term_unknown", error.message, error.details
        if name == "due" and key and known and not known.has_fixed_length:
            yield "error", "term_without_length", _("The term “%(term)s” has no fixed length."), {"term": key}
    yield from _since(element)
    yield from _said(element)
    if element.pauses and not (element.is_activity or element.kind == "intermediate_catch_event"):
        yield "error", "pauses_nothing", _("Only an activity or an event that waits can let a term stand still."), {}
    for key in [*element.pauses, *element.properties.get("counts", "").split()]:
        try:
            terms.family(key)
        except terms.UnknownTerm as error:
            yield "error", "term_unknown", error.message, error.details
    if element.properties.get("stage", STAGES[0]) not in STAGES:
        yield "error", "stage_unknown", _("There is no stage “%(stage)s”."), {"stage": element.properties["stage"]}


def _said(element) -> Iterator[tuple]:
    """What the diagram says of a task, where it is a constant."""
    text = element.properties.get("priority")
    try:
        expression = compile_expression(text) if text else None
        value = None if expression is None or expression.names or expression.calls else expression.evaluate({})
    except (ExpressionRefused, ExpressionFailed):
        return  # told by the engine's own checks
    if value is not None and value not in PRIORITIES:
        message = _("“priority” has to be one of %(known)s, not %(value)s.")
        yield "error", "priority_unknown", message, {"known": ", ".join(PRIORITIES), "value": repr(value)[:60]}
    if element.properties.get("due_by") and element.properties.get("due"):
        yield "error", "due_twice", _("Either the term “due” or the expression “due_by” says until when."), {}


def _since(element) -> Iterator[tuple]:
    """Where a term begins before its element does: the name of one value in the data, beside the term it is for."""
    since = element.properties.get("since")
    if since is None:
        return
    if not since.isidentifier() or since.startswith("_") or since in RESERVED:
        yield "error", "since_name", _("“since” names the data that say when the term began; “%(name)s” is no such name."), {
            "name": since}
    if not (element.properties.get("term") or element.properties.get("due")):
        yield "error", "since_without_term", _("“since” says when a term began, but there is no “term” and no “due” here."), {}
