"""A NUL or half of a character is refused before a database is asked, alike on both, and the place is named."""

from decimal import Decimal

import pytest
from sqlalchemy import select

from engine import statements, texts
from engine.db import db, transaction
from engine.texts import TextUnreadable
from engine.workflow import incidents, matching, messages, runtime
from engine.workflow.incidents import ProcessFailed
from engine.workflow.models import Incident, Message, UserTask
from tests.engine.workflow.spiff.drawing import script, user
from tests.published import publish

BAD = ["a\x00b", "a\ud800b", "\udcff"]


@pytest.mark.parametrize("text", BAD)
def test_every_place_is_named(text):
    with pytest.raises(TextUnreadable) as refusal:
        texts.refuse({"name": ["good", text], "more": {"deep": {"er": text}}, text: 1, "n": 5})
    assert sorted(each["pointer"] for each in refusal.value.problems) == ["/?", "/more/deep/er", "/name/1"]


@pytest.mark.parametrize("told", ["𠮷野家 \U0001f600", "\\u0000", {"a": [None, 1, Decimal("1.5"), True]}, []])
def test_whatever_can_be_kept_is_taken(told):
    texts.refuse(told)


@pytest.mark.parametrize("text", BAD)
def test_no_row_and_no_question_holds_it(app, text):
    with pytest.raises(TextUnreadable), transaction():
        db.session.add(Incident(subject=text, kind="x"))
        db.session.flush()
    with pytest.raises(TextUnreadable), transaction(write=False):
        db.session.scalar(select(Incident).where(Incident.kind == text))


@pytest.mark.parametrize("text", BAD)
@pytest.mark.parametrize("place", [0, 4])
def test_nor_do_many_rows_written_at_once(app, text, place):
    with pytest.raises(TextUnreadable), transaction():
        db.session.add_all(Incident(subject=f"x {n}", kind=text if n == place else "x") for n in range(5))
        db.session.flush()
    with transaction():
        db.session.add_all(Incident(subject=f"x {n}", kind="x") for n in range(5))
        db.session.flush()
    with transaction(), pytest.raises(TextUnreadable):
        statements.add(Incident, *[{"subject": f"y {n}", "kind": text if n == place else "x"} for n in range(5)])


@pytest.mark.parametrize("text", BAD)
def test_nor_does_json(app, case, text):
    with pytest.raises(TextUnreadable), transaction():
        messages.receive(case.id, "ruling", {"deep": [text]}, "court", "m-1", by="court")
    assert db.session.scalar(select(Message)) is None


def test_what_only_looks_like_one_is_kept(app, case):
    said = {"path": "C:\\u0000", "code": '"\\u0000"'}
    with transaction():
        messages.receive(case.id, "ruling", said, "court", "\\u0000", by="court")
    with transaction(write=False):
        message = db.session.scalar(select(Message))
        assert (message.payload, message.message_key) == (said, "\\u0000")


@pytest.mark.parametrize("text", BAD)
def test_answers_and_keys_of_messages_are_refused_and_nothing_moves(app, case, text):
    publish(user("u"), user("v"), "start > u > v > end")
    with transaction():
        runtime.start("P", case.id, {}, by="clerk")
    with pytest.raises(TextUnreadable), transaction():
        runtime.complete_user_task(db.session.scalar(select(UserTask)), {"said": text}, by="Li")
    assert [task.status for task in db.session.scalars(select(UserTask))] == ["open"]
    with pytest.raises(TextUnreadable), transaction():
        message = messages.receive(None, "paid", {}, "bank", "m-1", by="bank", keys={"account": text}, goes_beyond=True)
        matching.note_keys(message)


def test_a_process_that_makes_one_fails_with_an_incident_on_either_database(app, case):
    publish(script("s", "x = '\\x00'"), user("u"), "start > s > u > end")
    with pytest.raises(ProcessFailed) as failure, transaction():
        runtime.start("P", case.id, {}, by="clerk")
    with transaction():
        assert incidents.report_failure(failure.value).detail
