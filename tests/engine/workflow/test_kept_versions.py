"""Versions that were published under earlier rules: what is refused today goes on as it did."""

import pytest
from sqlalchemy import select

from engine.db import db, transaction
from engine.workflow import runtime, spiff, versions
from engine.workflow.models import UserTask, Version
from tests.engine.workflow.spiff.drawing import node, timer, user
from tests.published import publish

TWO_TIMES = timer("timeDuration", "P1D").replace("</bpmn:timerEventDefinition>", "<bpmn:timeDuration>P2D</bpmn:timeDuration>"
                                                 "</bpmn:timerEventDefinition>")  # fmt: skip
DRAWN = [
    ("condition_empty", (user("u"), "start > u > v [x] > end")),
    ("several_times", (user("u"), node("boundaryEvent", "late", TWO_TIMES, attachedToRef="u"), "start > u > v > end",
                       "late > end")),
]


@pytest.fixture(params=DRAWN, ids=lambda each: each[0])
def kept(app, request):
    code, parts = request.param
    version_id = publish(*parts[:-1], user("v"), parts[-1])
    with transaction():
        version = db.session.get(Version, version_id)
        version.files = {name: text.replace("<![CDATA[x]]>", "") for name, text in version.files.items()}
    return code, version


def test_it_is_refused_when_it_is_published_today(kept):
    code, version = kept
    with pytest.raises(spiff.ModelRefused) as refused:
        versions.assembled("P", {"P": version.files})
    assert [finding.code for finding in refused.value.findings] == [code]


def test_it_runs_as_it_did(kept):
    with transaction():
        instance_id = runtime.start("P", None, {}, "Li").id
    with transaction():
        runtime.complete_user_task(db.session.scalar(select(UserTask)), {}, by="Li")
    tasks = select(UserTask.element).where(UserTask.instance_id == instance_id).order_by(UserTask.id)
    assert db.session.scalars(tasks).all() == ["u", "v"]
