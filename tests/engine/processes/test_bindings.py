"""A call activity means the version in force when a case begins, or the one published with it."""

import pytest

from engine.access.actor import SYSTEM
from engine.db import transaction
from engine.processes import bindings, checks, overview
from engine.processes.publish import publish
from engine.workflow import spiff, versions
from tests.workbench import shipped


def published(folders):
    with transaction():
        return {version.process_key: version for version in publish(SYSTEM, folders)}


def bound_to(word, folders, caller="court_mediation", called="closing"):
    """The folders, with every call of one process bound so."""
    drawn, opening = folders[caller]["process.bpmn"], f'calledElement="{called}">'
    choice = f'<spiffworkflow:properties><spiffworkflow:property name="binding" value="{word}" /></spiffworkflow:properties>'
    assert opening in drawn
    drawn = drawn.replace(opening, f"{opening}<bpmn:extensionElements>{choice}</bpmn:extensionElements>")
    return folders | {caller: folders[caller] | {"process.bpmn": drawn}}


def changed(folders, key="closing"):
    toml = folders[key]["process.toml"]
    return folders | {key: folders[key] | {"process.toml": toml + '\n# changed\n'}}


def bindings_of_a_new_case(key="court_mediation"):
    return versions.bind(versions.latest(key))


@pytest.fixture(scope="module")
def folders():
    return bound_to("published", shipped())


def test_by_default_a_new_case_runs_on_what_is_in_force(app):
    published(shipped())
    second = published(changed(shipped()))["closing"]
    assert bindings_of_a_new_case()["closing"] == second.id


def test_a_bound_call_keeps_the_version_it_was_published_with_until_its_caller_is_published_again(app, folders):
    first = published(folders)
    second = published(changed(folders))
    assert set(second) == {"closing"} and second["closing"].number == 2
    assert first["court_mediation"].bound == {"closing": first["closing"].id}
    assert bindings_of_a_new_case()["closing"] == first["closing"].id
    assert bindings_of_a_new_case("own_intake")["closing"] == second["closing"].id
    third = published(changed(changed(folders), "court_mediation"))["court_mediation"]
    assert third.bound == {"closing": second["closing"].id}


def test_a_change_does_not_touch_callers_that_are_bound_to_what_was(folders):
    assert bindings.pinned("court_mediation", folders["court_mediation"]) == {"closing"}
    assert not bindings.affected("court_mediation", folders, {"closing": {}})
    assert bindings.affected("own_intake", folders, {"closing": {}})
    assert bindings.affected("court_mediation", folders, {"mediation": {}})


def test_an_unknown_binding_is_refused():
    found = checks.errors(checks.check("court_mediation", bound_to("newest", shipped())))
    assert [(each.code, each.element_id, each.values["name"]) for each in found] == [("binding", "close", "newest")]


def test_two_calls_of_one_process_agree_on_its_version():
    twice = bound_to("published", {"court_mediation": {"process.bpmn": shipped()["court_mediation"]["process.bpmn"]}})
    drawn = twice["court_mediation"]["process.bpmn"].replace(
        '<bpmn:endEvent id="case_closed"',
        '<bpmn:callActivity id="again" calledElement="closing" /><bpmn:endEvent id="case_closed"')
    process = spiff.read(spiff.Source("court_mediation", drawn.encode()))["court_mediation"]
    assert [(each[1], each[4]) for each in bindings.findings(process)] == [("bindings_differ", "again")]


def test_who_uses_a_process_is_told_with_the_place_and_the_binding(app, folders):
    first = published(folders)
    found = {caller.version.process_key: caller for caller in overview.callers(SYSTEM, "closing")}
    assert found["court_mediation"].bound.id == first["closing"].id and found["own_intake"].bound is None
    assert all(caller.elements for caller in found.values())
    assert overview.callers(SYSTEM, "court_mediation") == []
