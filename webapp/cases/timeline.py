"""The history of a case in sentences, for people: newest first, without the machine's own small steps."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from engine.cases.models import Case
from engine.deadlines import terms
from engine.inbox.workspace.desk import CaseFile
from engine.oversight.queries import OPERATOR_EVENTS
from engine.workflow import versions
from engine.workflow.models import Instance, TraceEntry
from webapp import i18n, sayings


@dataclass(frozen=True)
class Line:
    """One thing that happened. `kind`: person, system, court, operator, trouble."""

    at: datetime
    kind: str
    text: str
    actor: str = ""
    note: str = ""


def lines(file: CaseFile) -> list[Line]:
    """What happened to the case, newest first."""
    instances = {instance.id: instance for instance in file.instances}
    told = [entry for entry in file.timeline if file.is_inside or not entry.event.startswith(OF_THE_MEDIATION)]
    names = {person.id: person.name for person in file.case.participants}
    found = [line for entry in told if (line := _line(entry, instances.get(entry.instance_id), names))]
    for document in file.documents:
        found.append(Line(document.created_at, "system", _("Document: %(title)s", title=i18n.text_of(document))))
    return sorted(found, key=lambda line: line.at, reverse=True)


COURTS = {*sayings.BY_COURTS, "referral_returned", "suspension_decided"}


def told(entry: TraceEntry | None, instance: Instance) -> Line | None:
    """One entry alone, without names of parties."""
    return _line(entry, instance, {}) if entry is not None else None


def told_of(entries: Iterable[TraceEntry], instances: dict[int, Instance], case: Case) -> list[Line]:
    """These entries of a case, in their order."""
    names = {person.id: person.name for person in case.participants}
    return [line for entry in entries if (line := _line(entry, instances.get(entry.instance_id), names))]


OF_THE_MEDIATION = ("session_", "participant_", "minutes_", "claim_")  # who met when, who replied: not the court's
AMONG_COLLEAGUES = {"task_lent", "task_assigned"}  # entries that may hold a word to a colleague, which is nobody else's
KINDS = {
    "task_completed": "person", "task_claimed": "person", "task_released": "person", "task_assigned": "person",
    "task_prioritised": "person", "task_lent": "person", "task_taken_back": "person", "task_handed_back": "person",
    "incident_opened": "trouble", "call_stuck": "trouble",
    **dict.fromkeys(OPERATOR_EVENTS, "operator"),
}


def _line(entry: TraceEntry, instance: Instance | None, names: dict[int, str]) -> Line | None:
    person = names.get(entry.detail.get("participant"), "")
    sentence = _sentence(entry, _name(entry, instance), person, instance)
    if not sentence:
        return None
    actor = "" if entry.actor in ("system", "worker", "clock", person) else entry.actor
    kind = _said_by(entry) if entry.event == "message_received" else KINDS.get(entry.event, "system")
    return Line(entry.at, kind, sentence, actor, "" if entry.event in AMONG_COLLEAGUES else entry.note)


def _said_by(entry: TraceEntry) -> str:
    """Whose word a message is: a court's, the platform's own from another process or case, or somebody's."""
    name = entry.detail.get("name", "")
    return "court" if name in COURTS else "system" if name in sayings.BY_PLATFORM else "person"


def _sentence(entry: TraceEntry, step: str, person: str, instance: Instance | None) -> str:
    sentences = {
        "started": lambda: _("The case was received and its process started."),
        "task_completed": lambda: _("Done: %(step)s", step=step),
        "task_claimed": lambda: _("Taken: %(step)s", step=step),
        "task_released": lambda: _("Given back: %(step)s", step=step),
        "task_assigned": lambda: _("Handed over: %(step)s", step=step),
        "task_prioritised": lambda: _("Its priority was changed: %(step)s", step=step),
        "task_changed": lambda: _("The facts of the case changed what was to be done: %(step)s", step=step),
        "task_given": lambda: _("Given to one of its people: %(step)s", step=step),
        "task_lent": lambda: _("Lent to a colleague: %(step)s", step=step),
        "task_taken_back": lambda: _("Taken back from a colleague: %(step)s", step=step),
        "task_handed_back": lambda: _("Given back to the owner: %(step)s", step=step),
        "call_completed": lambda: _("Done by the system: %(step)s", step=step),
        "call_rejected": lambda: _("Refused: %(step)s", step=step),
        "call_done_late": lambda: _("Sent although the process had gone on meanwhile: %(step)s", step=step),
        "message_received": lambda: _message(entry),
        "timer_fired": lambda: (_("A term ran out: %(step)s", step=step) if _is_term(entry, instance)
                                else _("Its time came: %(step)s", step=step)),
        "term_paused": lambda: _("A term stands still: %(term)s", term=_term(entry)),
        "term_resumed": lambda: _("A term goes on: %(term)s. It ends on %(when)s now.", term=_term(entry), when=_end(entry)),
        "term_extended": lambda: _("A term was extended by %(days)s days: %(term)s. It ends on %(when)s now.", term=_term(entry),
                                   days=entry.detail["days"], when=_end(entry)),
        "term_reminded": lambda: _("Reminded of a term: %(term)s, %(days)s days left", term=_term(entry),
                                   days=entry.detail["days"]),
        "task_overdue": lambda: _("Not done within its term, and put before whoever supervises it: %(step)s", step=step),
        "term_recounted": lambda: _recounted(entry),
        "incident_opened": lambda: _("A technical problem holds the case up; the administrators know."),
        "incident_resolved": lambda: _("The technical problem was settled."),
        "call_retried": lambda: _("An administrator had this tried again: %(step)s", step=step),
        "token_moved": lambda: _("An administrator took the process to another step, away from: %(step)s", step=step),
        "element_skipped": lambda: _("An administrator had this skipped: %(step)s", step=step),
        "element_repeated": lambda: _("An administrator had this begun again: %(step)s", step=step),
        "variables_changed": lambda: _("An administrator corrected what the process keeps."),
        "suspended": lambda: _("An administrator suspended the process."),
        "resumed": lambda: _("An administrator let the process go on."),
        "reopened": lambda: _("An administrator opened the process again at: %(step)s", step=step),
        "upgraded": lambda: _("An administrator moved the case to a newer version of the process."),
        "upgrade_undone": lambda: _("An administrator took the case back to its earlier version of the process."),
        "service_address_confirmed": lambda: _("Address for service confirmed: %(name)s", name=person),
        "domicile_noted": lambda: _("Domicile noted: %(name)s", name=person),
        "agent_appointed": lambda: _("A power of attorney was registered: %(name)s acts as agent.", name=person),
        "agent_ended": lambda: _("%(name)s is no longer agent.", name=person),
        "signatures_hold": lambda: _("The signatures of a document were checked: they hold."),
        "signatures_broken": lambda: _("The signatures of a document were checked: they no longer hold."),
        "draft_shown": lambda: _("A draft of the agreement was shown: version %(number)s", number=entry.detail.get("number")),
        "clause_asked": lambda: _("Asked about a clause: %(name)s", name=person),
        "clause_answered": lambda: _("The mediator answered a question about a clause."),
        "claim_replied": lambda: _("Replied to the claims: %(name)s", name=person),
        "claim_evidenced": lambda: _("Handed in evidence, or said what it proves: %(name)s", name=person),
        "gap_settled": lambda: _("Settled by staff: a message to %(name)s without a receipt", name=person),
        "document_served": lambda: _("Document served: %(name)s", name=person),
        "ruling_receipt_noted": lambda: _("It was noted when the court's ruling was received: %(name)s", name=person),
        "ruling_receipt_corrected": lambda: _("The court corrected when its ruling was received: %(name)s", name=person),
        "document_received": lambda: _("Receipt of a document confirmed: %(name)s", name=person),
        "paper_posted": lambda: _("Posted to %(name)s", name=person),
        "paper_signed_for": lambda: _("Signed for by %(name)s", name=person),
        "paper_returned": lambda: _("Came back from %(name)s", name=person),
        "paper_lost": lambda: _("Lost on the way to %(name)s", name=person),
        "paper_left": lambda: _("Refused by %(name)s, and left there", name=person),
        "paper_not_found": lambda: _("Could not be found: %(name)s", name=person),
        "service_stopped": lambda: _("A document is left unserved: %(name)s", name=person),
        "notice_published": lambda: _("A public notice was published: %(name)s", name=person),
        "cancelled": lambda: _("The process was cancelled."),
        "completed": lambda: _("The process came to its end."),
        "party_left": lambda: _("Left the case: %(name)s", name=person),
        "party_joined": lambda: _("Joined the case: %(name)s", name=person),
        "agreement_voided": lambda: _(
            "The agreement being signed is void: version %(number)s, with %(count)s signatures",
            number=entry.detail.get("number"), count=entry.detail.get("signatures")),
        "co_mediator_joined": lambda: _("Sits beside the chair as mediator: %(name)s", name=person),
        "co_mediator_left": lambda: _("No longer mediates beside the chair: %(name)s", name=person),
        "mediator_released": lambda: _("The mediator was released."),
        "session_opened": lambda: _("The mediation session was opened."),
        "participant_admitted": lambda: _("Let into the session: %(name)s", name=person),
        "participant_refused": lambda: _("Not let into the session: %(name)s", name=person),
        "participant_left": lambda: _("Left the session: %(name)s", name=person),
        "participant_returned": lambda: _("Came back to the session: %(name)s", name=person),
        "session_ended": lambda: _("The mediation session ended."),
        "case_archived": lambda: _("The case was put into the archive: it is only read from now on."),
        "case_unarchived": lambda: _("The case was taken out of the archive."),
        "wall_opened": lambda: _("The court's president opened the minutes for a day: a sham mediation is looked into."),
        "wall_closed": lambda: _("The court has done with the minutes; they are closed to it again."),
        "minutes_frozen": lambda: _("The minutes were put to the parties."),
        "minutes_confirmed": lambda: _("Somebody who was there confirmed the minutes."),
        "minutes_objected": lambda: _("Somebody who was there objected to the minutes."),
    }
    found = sentences.get(entry.event)
    return found() if found else ""


def _is_term(entry: TraceEntry, instance: Instance | None) -> bool:
    """Is it a term's timer that fired? Others only begin something on their day: nobody is late."""
    element = _element(entry, instance)
    return element is not None and bool(element.properties.get("term"))


def _term(entry: TraceEntry) -> str:
    return terms.get(entry.detail["term"]).title.in_language(i18n.language())


def _end(entry: TraceEntry) -> str:
    return i18n.until(entry.detail["new"])


def _recounted(entry: TraceEntry) -> str:
    old, calendar = i18n.until(entry.detail["old"]), entry.detail["calendar"][:12]
    said = {"term": _term(entry), "old": old, "new": _end(entry), "hash": calendar}
    if entry.detail.get("kept"):
        return _("By the calendar of holidays, a term would have ended on %(new)s, which has passed. It still ends on %(old)s: "
                 "%(term)s (calendar %(hash)s)", **said)
    return _("By the calendar of holidays, a term ends on %(new)s instead of %(old)s: %(term)s (calendar %(hash)s)", **said)


def _message(entry: TraceEntry) -> str:
    name = entry.detail.get("name", "")
    said = i18n.say(sayings.EVERY.get(name, name))
    match _said_by(entry):
        case "court":
            return _("A message came in: %(name)s", name=said)
        case "system":
            return _("Passed on by the platform: %(name)s", name=said)
    return _("Said: %(name)s", name=said)


def _name(entry: TraceEntry, instance: Instance | None) -> str:
    """The element's name in the reader's language; its id when the diagram has none."""
    found = _element(entry, instance)
    if found is None:
        return entry.element
    loaded = versions.of_instance(instance)
    english = loaded.english_name(found.process_key, found.id) if i18n.language() == "en" else ""
    return english or found.name or found.id


def _element(entry: TraceEntry, instance: Instance | None):
    """What the entry is about in the instance's drawing, if it is there."""
    if instance is None or not entry.element:
        return None
    processes = versions.of_instance(instance).definition.processes.values()
    return next((process.elements[entry.element] for process in processes if entry.element in process.elements), None)
