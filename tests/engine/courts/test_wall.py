"""The wall: a court that confirms sees the agreement, the filed papers and undisputed facts, never what was said in mediation."""

from datetime import timedelta

import pytest

from engine import clock
from engine.access.actor import Actor
from engine.access.models import Role, User
from engine.cases.models import Note
from engine.courts import bundle
from engine.db import db, transaction
from engine.documents import shelf
from engine.documents.models import Document
from engine.errors import NotFound
from engine.inbox.workspace import court_desk, desk
from engine.mediation.models import Agreement, MediationSession
from engine.workflow.models import UserTask
from tests import factories
from tests.engine.courts.conftest import TERM

pytestmark = pytest.mark.db

CONFIDENTIAL = ("mediation", "mediator", "side:applicant", "side:respondent", "organisation")


@pytest.fixture
def filed(settled):
    """An application before the court, and everything confidential that a mediation leaves behind."""
    settled.call("documents.generate", template="confirmation_application")
    settled.call("courts.request_confirmation")
    case_id = settled.case_id
    with transaction():
        db.session.add(Agreement(case_id=case_id, audience="mediation", number=90, terms=[TERM], status="draft"))
        db.session.add(MediationSession(case_id=case_id, room="r" * 20, planned_at=clock.now() - timedelta(days=1),
                                        status="ended", minutes="银行：最多让步到六千元"))
        for audience in CONFIDENTIAL:
            shelf.put(case_id, "session_minutes", f"笔录 {audience}", audience.encode(), audience)
            db.session.add(Note(case_id=case_id, audience=audience, author="李调解", text="单方会谈：底线六千元"))
        shelf.put(case_id, "undisputed_facts", "无争议事实确认书", b"facts", "filing")
    return settled


def a_task(bench, role, process="court_review"):
    with transaction():
        task = UserTask(instance_id=bench.instance_id, case_id=bench.case_id, token="t", element="decide_confirmation",
                        process_key=process, title="审查并裁定", role=role, data={}, status="open")
        db.session.add(task)
        db.session.flush()
    return task


@pytest.mark.parametrize("role", ["clerk", "judge"])
def test_the_file_of_a_court_holds_nothing_confidential(filed, role):
    found = desk.file(filed.world.actor(role), filed.case)

    assert {document.audience for document in found.documents} <= {"filing", "court"}
    assert [agreement.status for agreement in found.agreements] == ["effective"]
    assert (found.sessions, found.notes) == ([], [])


@pytest.mark.parametrize("role", ["clerk", "judge"])
def test_beside_a_courts_task_lie_the_agreement_and_the_bundle_and_no_more(filed, role):
    told = court_desk.beside(filed.world.actor(role), a_task(filed, role), filed.case)

    shown = [document for item in told.bundle for document in item.documents]
    assert told.agreement.status == "effective" and {document.audience for document in shown} == {"filing"}
    assert "无争议事实确认书" in [document.title for document in shown]
    assert not any("笔录" in document.title for document in shown)


def test_what_is_missing_in_the_bundle_is_said(filed):
    told = court_desk.beside(filed.world.actor("clerk"), a_task(filed, "clerk"), filed.case)

    assert {item.key for item in bundle.missing(told.bundle)} >= {"proof"}
    assert {item.key for item in told.bundle if item.is_there} >= {"application", "identity"}


def test_a_clerk_of_another_court_sees_nothing_of_it(filed):
    with transaction():
        clerk = factories.user("书记员乙", Role.CLERK, filed.world.other_court)
    actor = Actor.of_user(db.session.get(User, clerk.id))

    with pytest.raises(NotFound):
        desk.case(actor, filed.case.number)


def test_a_mediators_task_has_no_court_papers(filed):
    assert court_desk.beside(filed.world.actor("mediator"), a_task(filed, "mediator", "mediation"), filed.case) is None


def test_a_record_for_the_court_alone_is_not_the_parties(filed):
    made = filed.call("courts.make_notice", kind="inquiry_record", text="双方均称自愿", mode="on_site")

    seen = [document.id for document in desk.file(filed.world.actor("handler"), filed.case).documents]
    assert made["document_id"] not in seen
    assert db.session.get(Document, made["document_id"]).audience == "court"
