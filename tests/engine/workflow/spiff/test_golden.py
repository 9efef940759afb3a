"""States of every format there ever was: they load, wait for what they waited for, and end as they would have ended."""

import json

import pytest

from engine.workflow import spiff
from engine.workflow.spiff import codec
from engine.workflow.spiff.check_events import WHERE
from engine.workflow.spiff.parse import CLASSES, REPEATING
from tests.engine.workflow.spiff import golden

COUNTED_ON = {"boundaries": {"n": 2}}  # when the state was kept, its second reminder counted from 0 again; now it goes on
FILES = sorted(golden.FOLDER.glob("format_*/*.json"))


def test_the_present_format_has_a_state_of_every_drawing():
    kept = {path.stem for path in FILES if path.parent.name == f"format_{codec.FORMAT}"}
    assert kept == {*golden.DRAWINGS, *golden.HAPPENS}


def test_the_present_format_has_a_state_of_every_kind_of_element_and_of_every_event_where_it_may_stand():
    drawn = set()
    for path in [path for path in FILES if path.parent.name == f"format_{codec.FORMAT}"]:
        for element in golden.read(json.loads(path.read_text())).elements.values():
            drawn |= {element.kind, element.repeats, element.event and (element.event.kind, element.position)}
    assert {*CLASSES, *REPEATING} - drawn == set(), "a kind of element has no kept state: add a drawing to golden.py"
    assert {(kind, position) for position, kinds in WHERE.items() for kind in kinds} - drawn == set()


ALWAYS_KNOWN = {  # what ran when states of the first format were written
    "task", "user_task", "manual_task", "service_task", "send_task", "receive_task", "script_task", "business_rule_task",
    "call_activity", "sub_process", "exclusive_gateway", "parallel_gateway", "inclusive_gateway", "event_based_gateway",
    "at_once", "one_by_one", ("none", "start"), ("none", "throw"), ("none", "end"), ("terminate", "end"), ("error", "end"),
    ("error", "boundary"), *((kind, place) for kind in ("message", "signal") for place in ("throw", "end")),
    *((kind, place) for kind in ("message", "signal", "timer") for place in ("catch", "boundary", "boundary_beside")),
}  # fmt: skip


@pytest.mark.parametrize("format", codec.FORMATS)
def test_every_format_has_a_state_of_all_that_ran_from_the_beginning(format):
    drawn = set()
    for path in [path for path in FILES if path.parent.name == f"format_{format}"]:
        known = json.loads(path.read_text())
        assert json.loads(known["state"])["format"] == format
        for element in golden.read(known).elements.values():
            drawn |= {element.kind, element.repeats, element.event and (element.event.kind, element.position)}
    assert ALWAYS_KNOWN - drawn == set()


@pytest.mark.parametrize("name", golden.UNDER_WAY)
def test_a_state_in_the_middle_of_a_run_knows_whose_turn_it_is_and_what_is_left(name):
    for path in [path for path in FILES if path.stem == name]:
        known = json.loads(path.read_text())
        definition = golden.read(known)
        run, kept = spiff.load(definition, known["state"].encode(), golden.CONTEXT), json.loads(known["state"])
        assert [token.id for token in run._instance.ready] == kept["turns"]
        assert run._instance.budget.as_row() == kept["left"]
        assert run.is_under_way


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_kept_state_waits_and_ends_as_before(path):
    known = json.loads(path.read_text())
    definition = golden.read(known)
    run = spiff.load(definition, known["state"].encode(), golden.CONTEXT)
    assert golden.shown(run) == known["waits"]
    if known["moves"]:
        run.proceed()
    golden.act(run, known["way"])
    run = spiff.load(definition, run.save(), golden.CONTEXT)
    assert run.is_completed
    assert codec._plain(run.data) == known["data"] | COUNTED_ON.get(path.stem, {})


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_kept_state_saved_again_waits_for_the_same(path):
    known = json.loads(path.read_text())
    definition = golden.read(known)
    run = spiff.load(definition, known["state"].encode(), golden.CONTEXT)
    again = spiff.load(definition, run.save(), golden.CONTEXT)
    assert golden.shown(again) == known["waits"]
    assert again.data == run.data
