"""What stands beside a task, opened there when it is wanted, or on a page of its own: where the process is, what happened, the
messages to the parties, the notes, the related cases.
"""

from collections import defaultdict
from urllib.parse import urlsplit

from flask import Blueprint, request, url_for
from flask_babel import lazy_gettext as _

from engine.access.actor import Actor
from engine.cases.models import Case
from engine.errors import NotFound
from engine.inbox.asking import acts
from engine.inbox.workspace import desk
from engine.inbox.workspace.desk import CaseFile
from engine.oversight import overlay
from webapp import htmx
from webapp.auditing import opens
from webapp.cases import timeline
from webapp.identity import current_actor

blueprint = Blueprint("beside", __name__)
PARTS = {"process": _("Diagram and steps"), "history": _("What happened"), "messages": _("Notices"), "notes": _("Notes"),
         "related": _("Related cases")}
ICONS = {"process": "sitemap", "history": "history", "messages": "send", "notes": "note", "related": "folders"}


@blueprint.get("/<number>/beside/<part>")
@opens
def show(number, part):
    """One part of a case's file: as a panel of the page that asked, or as a page."""
    actor = current_actor()
    case = desk.case(actor, number)
    if part not in PARTS:
        raise NotFound()
    return htmx.render("cases/beside.html", "cases/_beside.html", part=part, title=PARTS[part], case=case,
                       **FILL[part](actor, case, desk.file(actor, case)))


def drawn(case: Case, file: CaseFile) -> dict:
    """The diagrams of a case with its position laid over them."""
    sheets = [sheet for instance in file.instances for sheet in overlay.sheets(instance)]
    return {"sheets": sheets, "diagram_url": lambda sheet: url_for(
        "cases.diagram", number=case.number, instance_id=sheet.instance_id, process_key=sheet.key)}


def noted(actor: Actor, case: Case, file: CaseFile) -> dict:
    """The notes of a case, and for whom this person may write one."""
    empty = defaultdict(dict)
    return {"file": file, "audiences": acts.audiences(actor, case), "typed": empty, "wrong": empty}


def related(actor: Actor, case: Case) -> dict:
    """The cases this one came from or went to, those that may be the same dispute, those of its group."""
    return {"linked": desk.linked(actor, case), "related": desk.related(actor, case), "group": desk.group(actor, case)}


FILL = {
    "process": lambda actor, case, file: drawn(case, file),
    "history": lambda actor, case, file: {"timeline": timeline.lines(file)},
    "messages": lambda actor, case, file: {"file": file, "names": {one.id: one.name for one in case.participants}},
    "notes": noted,
    "related": lambda actor, case, file: related(actor, case),
}


def panels(actor: Actor, case: Case) -> list[dict]:
    """What can be opened beside a task; how many related cases there are is said before."""
    found = related(actor, case)
    counts = {"related": len(found["linked"]) + len(found["related"]) + bool(found["group"])}
    return [{"part": part, "title": title, "icon": ICONS[part], "count": counts.get(part, 0)} for part, title in PARTS.items()
            if part != "messages" or desk.sees_mediation(actor, case)]


def back(number: str) -> str:
    """The page a form stood on: the case, or one of its tasks."""
    path = urlsplit(request.referrer or "").path
    return path if path.startswith(url_for("inbox.index") + "tasks/") else url_for("cases.show", number=number)
