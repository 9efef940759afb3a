"""What a file says around its elements: processes that do not run, keys of messages, data that is only drawn."""

from engine.i18n import _
from engine.workflow.spiff.findings import Finding
from engine.workflow.spiff.reader import NODES
from engine.workflow.spiff.reading import BPMN

_OWNERS = [*NODES, BPMN + "sequenceFlow", BPMN + "definitions"]
_TEXTS = [BPMN + name for name in ("conditionExpression", "loopCardinality", "completionCondition", "loopCondition")]


def check_around(source) -> list[Finding]:
    """Findings about a `sources.ReadSource` beside those about its elements."""
    return _pictures(source) + _idle(source) + _keys(source.root) + _languages(source.root) + [
        Finding("warning", each, None, "data_ignored", _("Drawn data is shown but has no effect; data flows along the arrows."))
        for each in source.dropped[:1]
    ]  # fmt: skip


def _pictures(source) -> list[Finding]:
    return [
        Finding("warning", key, name, "pool_not_run", _("“%(name)s” is a picture only: it is not executable."), {"name": name})
        for key, name in source.pictures
    ]


def _idle(source) -> list[Finding]:
    """A file runs as the process it is kept for; others in it run only where something calls them."""
    keys = {process.key for process in source.processes}
    called = {element.called for process in source.processes for element in process.elements.values()}
    return [
        Finding("warning", process.key, process.name, "pool_not_run",
                _("Nothing here calls “%(name)s”: to be started by itself it needs a file of its own."), {"name": process.name})
        for process in source.processes if source.key in keys and process.key not in called | {source.key}
    ]  # fmt: skip


def _languages(root) -> list[Finding]:
    """A text that says it is written in another language, and can be read as ours, may mean something else there."""
    told = [(script, script.get("scriptFormat")) for script in root.iter(BPMN + "scriptTask")]
    told += [(next(text.iterancestors(*_OWNERS)), text.get("language")) for text in root.iter(*_TEXTS)]
    return [
        Finding("warning", of.get("id"), of.get("name"), "other_language",
                _("It says it is written in “%(language)s”, but it is read in the one language of all processes here."),
                {"language": language[:80]})
        for of, language in told if language
    ]  # fmt: skip


def _keys(root) -> list[Finding]:
    """A key without a place in the message would match every message."""
    return [
        Finding("error", prop.get("id"), prop.get("name"), "key_without_path",
                _("The key “%(name)s” does not say where it stands in the message."),
                {"name": prop.get("name") or prop.get("id") or "-"})
        for prop in root.iter(BPMN + "correlationProperty")
        for expression in prop.iter(BPMN + "correlationPropertyRetrievalExpression")
        if not "".join(expression.itertext()).strip()
    ]  # fmt: skip
