"""What goes to the court with the result, or back to it: one list for the report, for the hand-over list and for the register.

Invited-Mediation Rules Art. 26 (report and return of the material); Online-Mediation Rules Art. 21. What was said in mediation
never leaves: only papers of the audiences `filing` and `court` do.
"""

from collections.abc import Mapping

from sqlalchemy import select

from engine.cases.models import Case, Referral
from engine.db import db
from engine.documents.models import Document
from engine.workflow.models import UserTask, WaitStatus

LIST = "handover_list"
FORMS = {"original": "原件", "copy": "复印件", "electronic": "电子件", "e_original": "电子原件", "e_copy": "电子复制件"}
UNKNOWN = "—"
LEAVES = ("filing", "court")  # the audiences whose papers go to a court
REPORTS = ("write_report", "write_office_report")


def items(case: Case) -> list[dict]:
    """Every paper: what the mediator or the office hands back on paper, what came in, and what the platform made.

    A file signed or sealed here counts as an original (E-Sign Law Art. 5); what was uploaded is a copy of something
    (Online-Litigation Rules Arts. 12 and 13).
    """
    listed = [_item(one["name"], one["form"], one.get("pages")) for one in _written_down(case)]
    listed += [one for one in _sent_along(case) if one["name"] not in {known["name"] for known in listed}]
    rows = db.session.scalars(select(Document).where(
        Document.case_id == case.id, Document.audience.in_(LEAVES), Document.kind != LIST).order_by(Document.id))
    known = {one["name"] for one in listed}
    listed += [_item(row.title, "e_original" if row.frozen_sha256 else "e_copy", row.pages or 1, row.number)
               for row in rows if row.frozen_sha256 or row.title not in known]
    return listed


def on_paper(listed: list[dict]) -> list[dict]:
    """The items as templates print them."""
    return [one | {"form": FORMS[one["form"]]} for one in listed]


def _item(name: str, form: str, pages, number: str = "") -> dict:
    return {"name": name, "number": number or UNKNOWN, "form": form, "pages": str(pages or UNKNOWN)}


def _written_down(case: Case) -> list[Mapping]:
    """What whoever wrote the report says goes back on paper."""
    task = db.session.scalar(select(UserTask).where(
        UserTask.case_id == case.id, UserTask.element.in_(REPORTS), UserTask.status == WaitStatus.DONE
    ).order_by(UserTask.id.desc()).limit(1))
    rows = (task.answers or {}).get("materials") if task else None
    return rows if isinstance(rows, list) else []


def _sent_along(case: Case) -> list[dict]:
    """What the court sent with its referral; evidence in the form its list states, unless its file lies on the shelf."""
    if case.court_id is None:
        return []
    body = db.session.scalar(select(Referral.body).where(Referral.case_id == case.id)) or {}
    sent = [_item(name, "electronic", None) for name in body.get("materials") or [] if isinstance(name, str)]
    return sent + [_item(one["name"], one.get("form") if one.get("form") in FORMS else "copy", one.get("pages"))
                   for one in body.get("evidence") or [] if one.get("name") and not one.get("file")]
