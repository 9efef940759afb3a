"""What was under way when its process ended: a message needs nobody, what has legal effects and what an operator stopped does."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from engine import config
from engine.db import db, transaction
from engine.notices import sms
from engine.notices.models import Notice
from engine.operations import OPERATIONS
from engine.operations.operation import Call
from engine.workflow import runtime, trace
from engine.workflow.models import Incident, OperationCall, UserTask
from tests import factories
from tests.engine.workflow.spiff.drawing import service, user
from tests.published import publish
from workers import claiming, runner, settling

pytestmark = pytest.mark.db
OVER = '<bpmn:parallelGateway id="f"/><bpmn:endEvent id="over"><bpmn:terminateEventDefinition id="t"/></bpmn:endEvent>'


@pytest.fixture
def gateway(app, settings, monkeypatch):
    """A gateway that takes every message."""
    config.use(replace(settings, sms_url="http://127.0.0.1:1", sms_key="key"))
    monkeypatch.setattr(sms, "send", lambda key, to, text, sign: "taken")


@pytest.fixture
def under_way(case, gateway):
    """A message is claimed, beside a task whose end terminates: the work, and its instance."""
    def under_way(**inputs):
        publish(service("s", "notices.send", parameters={name: repr(each) for name, each in inputs.items()}), user("v"), OVER,
                "start > f > s > end", "f > v > over")
        with transaction():
            factories.participant(case, "respondent", "京华银行股份有限公司", kind="legal", phone="16600005678")
            key = runtime.start("P", case.id, {}, by="test").id
        return claiming.claim(), key
    return under_way


def finish(key):
    with transaction():
        runtime.complete_user_task(db.session.scalar(select(UserTask).filter_by(instance_id=key)), {}, by="Li")


def cancel(key):
    with transaction():
        runtime.cancel(key, "admin", "the wrong case")


def told():
    return list(db.session.scalars(select(Incident.kind)))


def test_a_message_that_leaves_as_its_process_ends_is_noted_and_needs_nobody(under_way):
    work, key = under_way(template="agreement_effective", to="respondent")
    finish(key)
    settling.settle(work, runner.attempt(work))
    call, notice = db.session.get(OperationCall, work.call.id, populate_existing=True), db.session.scalar(select(Notice))
    assert (call.status, call.result["results"], notice.status) == ("cancelled", {str(notice.id): "taken"}, "sent")
    assert (told(), trace.of_instance(key)[-1].event) == ([], "call_done_late")


@pytest.mark.parametrize("event, harmless", [("designation_overdue", True), ("simulation_found", False)])
def test_a_court_is_told_late_without_harm_only_what_reminds_it(event, harmless):
    call = Call(1, "call-1", 1, None, 1, {"event": event, "text": ""})
    assert OPERATIONS["courts.report_progress"].is_harmless_late(call) is harmless


@pytest.mark.parametrize("stop, serves", [(finish, "fee_notice"), (cancel, "")])
def test_a_person_looks_at_a_document_served_late_and_at_what_left_after_an_operator_stopped_it(under_way, stop, serves):
    work, key = under_way(template="agreement_effective", to="respondent", serves=serves)
    stop(key)
    settling.settle(work, runner.attempt(work))
    assert told() == ["effect_after_cancel"]
