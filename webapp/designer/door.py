"""The area's blueprint, its words, and how its JSON answers say that something is wrong."""

from flask import Blueprint, jsonify, request

from engine.access.permissions import Permission
from engine.access.policy import require
from engine.errors import DomainError
from engine.i18n import _
from webapp import errors, i18n
from webapp.identity import current_actor

blueprint = Blueprint("designer", __name__)

WORDS = {
    "open": _("draft"), "submitted": _("waits for approval"), "published": _("published"), "dropped": _("given up"),
    "added": _("new"), "removed": _("removed"), "changed": _("changed"), "moved": _("only rearranged"),
    "understood": _("understood"), "refused": _("refused"),
    "error": _("Error"), "warning": _("Hint"),
}


@blueprint.before_request
def knock():
    """Who may not read processes gets nothing here, whatever they send."""
    require(current_actor(), Permission.PROCESS_READ)


@blueprint.app_template_filter("designer_word")
def word(key: str) -> str:
    """A state or kind in the reader's language."""
    return i18n.say(WORDS.get(key, key))


@blueprint.errorhandler(DomainError)
def refuse(error: DomainError):
    """JSON for the islands, pages for people."""
    if not request.path.endswith(".json"):
        return errors.respond(error)
    status, message, problems = errors.told(error)
    return jsonify(status=status, code=error.code, message=message, problems=problems, findings=findings_of(error)), status


def findings_of(error: DomainError) -> list[dict]:
    """What an error found, element by element, and the scenarios that failed; ready to be listed."""
    told = [shown(finding) for finding in getattr(error, "findings", [])]
    return told + [_of_report(report) for report in getattr(error, "reports", [])]


def shown(finding) -> dict:
    """A finding in the reader's language."""
    return {
        "severity": finding.severity, "code": finding.code, "message": i18n.say(finding.message, finding.values),
        "element": finding.element_id, "name": finding.element_name, "file": finding.file, "process": finding.process_key,
    }


def _of_report(report) -> dict:
    return {
        "severity": "error", "code": report.code, "message": i18n.say(report.message, report.values), "element": "",
        "name": report.title, "file": f"scenarios/{report.scenario}.toml", "process": report.process_key,
    }
