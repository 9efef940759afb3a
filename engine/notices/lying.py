"""Paper that nobody posts, or of which no word comes: what waits for its arrival would wait for ever, and nobody would know."""

from collections import defaultdict
from datetime import timedelta

from sqlalchemy import and_, func, or_, select

from engine import clock
from engine.access.models import Body
from engine.cases.models import Case
from engine.db import db
from engine.documents.models import Document
from engine.notices import public_notice
from engine.notices.models import Serving, ServingAttempt
from engine.workflow import incidents
from engine.workflow.models import Incident

POSTED_WITHIN = timedelta(days=5)  # both are this platform's defaults: no law says them
HEARD_WITHIN = timedelta(days=15)
KIND = "paper_lies"


def look() -> int:
    """Tell the administrators whose paper lies, one incident a body; close those whose paper has gone its way."""
    lies = _by_body()
    subjects = {_subject(body) for body in lies}
    told = select(Incident).where(Incident.kind == KIND, Incident.resolved_at.is_(None), Incident.subject.not_in(subjects))
    for incident in db.session.scalars(told):
        incidents.resolve(incident, "system", "All of it has been posted, and word of it has come.")
    for body, numbers in lies.items():
        name = db.session.get(Body, body).name
        incidents.report(_subject(body), KIND, f"{name} ({len(numbers)}): {', '.join(numbers[:20])}")
    return sum(map(len, lies.values()))


def _subject(body: int) -> str:
    return f"paper of body {body}"


def _by_body() -> dict[int, list[str]]:
    """The numbers of the cases whose paper lies, by whoever has to post it."""
    latest = select(func.max(ServingAttempt.id)).where(
        ServingAttempt.serving_id == Serving.id).correlate(Serving).scalar_subquery()
    now, found = clock.now(), defaultdict(list)
    query = select(Case, Document).select_from(Serving).join(
        Case, Serving.case_id == Case.id).join(Document, Serving.document_id == Document.id).join(
        ServingAttempt, ServingAttempt.id == latest).where(
        Serving.status == "open", ServingAttempt.rung == "paper",
        or_(and_(ServingAttempt.status == "waiting", ServingAttempt.at < now - POSTED_WITHIN),
            and_(ServingAttempt.status == "sent", ServingAttempt.sent_at < now - HEARD_WITHIN))).order_by(Serving.id)
    for case, document in db.session.execute(query):
        found[public_notice.court_of(document) or case.organisation_id or case.court_id].append(case.number)
    return found
