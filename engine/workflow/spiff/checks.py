"""Everything that must hold before a drawing may run; each finding names the element and says why."""

from collections.abc import Iterable, Mapping

from engine.i18n import _
from engine.workflow.spiff import check_elements, check_structure
from engine.workflow.spiff.findings import Finding, ModelRefused
from engine.workflow.spiff.model import Process
from engine.workflow.spiff.sources import ReadSource, Source, closure, read_source

# refused since versions were published that still run
LATER = frozenset({"condition_empty", "several_times", "object_here", "decision_needed"})


def check(
    sources: Iterable[Source], operations: Mapping[str, set[str]] | None = None, forms: set[str] | None = None
) -> list[Finding]:
    """All findings about some diagrams; `operations`: name → its parameters, `forms`: known form names (both optional)."""
    read, findings = [], []
    for source in sources:
        try:
            read.append(read_source(source))
        except ModelRefused as error:
            findings += error.findings
    return findings + check_read(read, operations, forms)


def check_read(read: list[ReadSource], operations=None, forms=None, whole: str | None = None) -> list[Finding]:
    """The same for files already read; `whole`: the process that must be complete with all it calls."""
    processes, findings = {}, []
    for source in read:
        findings += check_structure.check_file(source)
        for process in source.processes:
            if process.key in processes:
                findings.append(
                    _error(process, "duplicate_process", _("Two files define the process “%(name)s”."), name=process.key)
                )
            processes[process.key] = process
    if whole is not None and whole not in processes:
        findings.append(Finding("error", None, None, "no_process", _("There is no process “%(name)s”."), {"name": whole}))
    if any(finding.is_error for finding in findings):
        return findings
    for source in read:
        for process in source.processes:
            findings += check_elements.check_process(process, operations, forms, source.decisions)
            findings += _calls(process, processes)
    return findings


def _calls(process: Process, processes) -> list[Finding]:
    found = []
    for element in process.elements.values():
        if element.kind != "call_activity":
            continue
        if element.called not in processes:
            found.append(
                Finding(
                    "error", element.id, element.name, "called_process_unknown",
                    _("It calls the process “%(name)s”, which is not there."), {"name": element.called or "-"},
                )
            )  # fmt: skip
        elif processes[element.called].begins_only_by_event():
            found.append(
                Finding(
                    "error", element.id, element.name, "called_by_event",
                    _("It calls the process “%(name)s”, which begins only by an event."), {"name": element.called},
                )
            )  # fmt: skip
        elif process.key in closure(element.called, processes):
            found.append(
                Finding(
                    "error", element.id, element.name, "calls_itself", _("Processes that call each other in a circle cannot run.")
                )
            )
    return found


def _error(process, code, message, **values):
    return Finding("error", process.key, process.name, code, message, values)
