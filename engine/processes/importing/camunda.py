"""What Camunda 7 (and Activiti and Flowable, its kin) add to a diagram, turned into ours: data, conditions, loops."""

from engine.expressions import ExpressionRefused, compile_expression, compile_script
from engine.expressions.feel import Feel
from engine.expressions.juel import from_juel, is_juel
from engine.i18n import _
from engine.processes.importing import camunda_people, camunda_work
from engine.processes.importing.drawing import BPMN, SPIFF, Drawing, add, drop, extensions, give_property, local
from engine.processes.importing.kin import CAMUNDA, entries, said

OURS_ANYWAY = frozenset(
    ["asyncBefore", "asyncAfter", "exclusive", "failedJobRetryTimeCycle", "jobPriority", "historyTimeToLive", "versionTag",
     "isStartableInTasklist", "initiator", "async", "candidateStarterGroups", "candidateStarterUsers", "priority",
     "retries", "diagramRelationId", "modelerTemplate", "modelerTemplateVersion"]
)  # fmt: skip
PROGRAMS = frozenset(["class", "delegateExpression", "expression", "executionListener", "taskListener", "connector", "type",
                      "errorEventDefinition", "eventListener"])  # fmt: skip
_TIMES = ("timeDate", "timeDuration", "timeCycle")


def translate(drawing: Drawing) -> None:
    """Turn everything we understand into ours; what is left is a program or a setting of that engine, and is named."""
    if not any(CAMUNDA.match(each.tag) or any(CAMUNDA.match(name) for name in each.attrib) for each in drawing.root.iter()):
        return _expressions(drawing)
    camunda_people.translate(drawing)
    camunda_work.translate(drawing)
    for call in drawing.inside("callActivity"):
        _call(drawing, call)
    for loop in drawing.inside("multiInstanceLoopCharacteristics"):
        _loop(drawing, loop)
    _expressions(drawing)
    for node in list(drawing.root.iter()):
        _leave_out(drawing, node)


def _expressions(drawing: Drawing) -> None:
    """Conditions, times and scripts."""
    defaults = {each.get("default") for each in drawing.process.iter()}
    for condition in list(drawing.inside("conditionExpression", "condition")):
        if condition.tag == BPMN + "conditionExpression" and _means_nothing(drawing, condition, defaults):
            continue
        _text(drawing, condition, condition.get("language", ""))
        condition.attrib.pop("language", None)
    for node in drawing.inside("loopCardinality", "completionCondition", "loopCondition", *_TIMES):
        _text(drawing, node)
    for script in drawing.inside("scriptTask"):
        _script(drawing, script)
    for node in drawing.root:
        if local(node) in ("message", "signal", "error", "escalation") and is_juel(node.get("name") or ""):
            drawing.refused(node, _("The name “%(name)s” is worked out: here names stand fast."), name=node.get("name"))


def _means_nothing(drawing, condition, defaults) -> bool:
    """The standard ignores a condition of a default arrow; elsewhere an empty one has to be filled in by somebody."""
    text = (condition.text or "").strip()
    if condition.getparent().get("id") in defaults:
        message = _("The default arrow's condition “%(text)s” was left out: it is taken when no other holds.")
        drawing.changed(condition, message, text=text[:80])
        drop(condition)
    elif not text:
        drawing.refused(condition, _("The arrow is drawn with a condition, and the condition says nothing."))
    return not text or condition.getparent() is None


def _text(drawing, node, language: str = "") -> None:
    """The text of a part, from JUEL; plain texts stay."""
    text = (node.text or "").strip()
    if text.startswith("="):
        _feel(drawing, node, text[1:])
    elif language and not _is_one_juel(text) and not any(each in language.lower() for each in ("juel", "xpath", "feel")):
        ours, values = _is_ours(text), {"text": text[:80], "language": language}
        if ours:
            drawing.changed(node, _("“%(text)s” is written in %(language)s; here it is read in our language."), **values)
        else:
            drawing.refused(node, _("“%(text)s” is written in %(language)s, which is not run here."), **values)
    elif "${" in text or "#{" in text:
        written = expression(drawing, node, text)
        if written is not None:
            node.text = written


def _is_one_juel(text: str) -> bool:
    """Written as JUEL from beginning to end, whatever language is said of it."""
    return text.startswith(("${", "#{")) and text.endswith("}") and text.count("{") == 1


def _is_ours(text: str) -> bool:
    try:
        return bool(compile_expression(text))
    except ExpressionRefused:
        return False


def _feel(drawing, node, text: str) -> None:
    """Camunda 8 writes FEEL after an equals sign."""
    try:
        node.text = Feel(text).whole()
        compile_expression(node.text)
        drawing.changed(node, _("“%(old)s” became “%(new)s”."), old=f"={text}"[:80], new=node.text[:120])
    except ExpressionRefused as error:
        drawing.refused(node, _("“%(text)s”: %(why)s"), text=text[:80], why=str(error))


def expression(drawing: Drawing, node, text: str) -> str | None:
    """JUEL in our language, with a note; None (and a note) when it cannot be said."""
    try:
        written = from_juel(text, drawing.names)
    except ExpressionRefused as error:
        drawing.refused(node, _("“%(text)s”: %(why)s"), text=text[:80], why=str(error))
        return None
    drawing.changed(node, _("“%(old)s” became “%(new)s”."), old=text[:80], new=written[:120])
    return written


def _script(drawing, task) -> None:
    """A script in JUEL becomes one assignment; one that is ours already is kept; a program is refused."""
    script, language = task.find(BPMN + "script"), (task.get("scriptFormat") or "").lower()
    text, result = (script.text or "").strip() if script is not None else "", said(task, "resultVariable")
    if language == "juel" and result:
        written = expression(drawing, task, text if "{" in text else f"${{{text}}}")
        script.text = f"{result} = {written}" if written else script.text
        task.attrib.pop("scriptFormat", None)
        return
    try:
        if not compile_script(text).assigns:
            raise ExpressionRefused()
        drawing.understood(task, _("The script only assigns values."))
    except ExpressionRefused:
        drawing.refused(task, _("The script is a program in %(language)s; only lines of “name = expression” run here."),
                        language=language or "-")


def _call(drawing, call) -> None:
    """What goes into a called process and comes back."""
    if (binding := said(call, "calledElementBinding")) == "latest":
        drawing.understood(call, _("It calls the version that is in force when it begins."))
    elif binding == "deployment":
        give_property(call, "binding", "published")
        drawing.changed(call, _("It calls the version that was published with it."))
    elif binding:
        drawing.refused(call, _("“%(name)s” has nothing that answers to it here and was left out."), name=f"binding={binding}")
    moves = [*entries(call, "in"), *entries(call, "out")]
    if not moves:
        return _names_no_data(drawing, call)
    pairs, whole = [], set()
    for move in moves:
        direction = local(move)
        if move.get("variables") == "all":
            whole.add(direction)
        elif move.get("businessKey"):
            drawing.understood(call, _("The called process works on the same case."))
        elif written := _source(drawing, call, move):
            target = move.get("target") or ""
            pairs.append({"direction": direction, "target": drawing.names.get(target, target), "source": written})
        drop(move)
    if len(whole) == 1:
        drawing.refused(call, _("All data goes one way only: here what goes in whole comes back with its changes."))
    _write_mappings(call, pairs, bool(whole))
    told = [*(["*"] if whole else []), *(f"{each['source']} → {each['target']}" for each in pairs)]
    drawing.changed(call, _("Data in and out of the called process: %(pairs)s."), pairs=", ".join(told) or "-")


def _names_no_data(drawing, call) -> None:
    """There nothing goes in unasked; here everything would."""
    if extensions(call).find(SPIFF + "mappings") is None and not any(name.endswith("}inheritVariables") for name in call.attrib):
        _write_mappings(call, [], False)
        drawing.changed(call, _("No data is named: nothing goes into the called process and nothing comes back."))


def _source(drawing, call, move) -> str | None:
    name, text = move.get("source") or "", move.get("sourceExpression") or ""
    return expression(drawing, call, text) if text else drawing.names.get(name, name)


def _write_mappings(call, pairs, whole) -> None:
    place = add(extensions(call), SPIFF + "mappings", all="true" if whole else None)
    for pair in pairs:
        add(place, SPIFF + "mapping", **pair)


def _loop(drawing, loop) -> None:
    """`camunda:collection` and `camunda:elementVariable`."""
    collection, item = said(loop, "collection"), said(loop, "elementVariable")
    if collection:
        written = expression(drawing, loop, collection) if "{" in collection else drawing.names.get(collection, collection)
        if written:
            give_property(loop.getparent(), "collection", written)
            drawing.changed(loop, _("One instance for each part of “%(list)s”."), list=written)
    if item and loop.find(BPMN + "inputDataItem") is None:
        place = loop.find(BPMN + "loopCardinality")
        add(loop, BPMN + "inputDataItem", first=place is None, id=item)


def _leave_out(drawing, node) -> None:
    for name in [each for each in node.attrib if CAMUNDA.match(each)]:
        _told_of(drawing, node, name.split("}")[1])
        del node.attrib[name]
    if isinstance(node.tag, str) and CAMUNDA.match(node.tag) and node.getparent() is not None:
        if not CAMUNDA.match(node.getparent().tag):
            _told_of(drawing, node, local(node))
        drop(node)


def _told_of(drawing, node, name: str) -> None:
    if name in OURS_ANYWAY:
        drawing.understood(node, _("“%(name)s” is a setting of that engine; here it is seen to anyway."), name=name)
    elif name in PROGRAMS:
        drawing.refused(node, _("“%(name)s” names a program of that engine; nothing of it runs here."), name=name)
    else:
        drawing.refused(node, _("“%(name)s” has nothing that answers to it here and was left out."), name=name)
