"""No party consents by saying nothing: every party task of every shipped process is left unanswered for more than a year."""

import pytest

from engine.processes import library, scenarios
from engine.processes.walk import Walk
from tests.workbench import shipped

BINDING = {  # what an operation does only because the parties said yes
    "mediation.make_effective", "mediation.appoint", "mediation.join_panel", "deadlines.extend", "cases.admit_third_party",
    "courts.request_confirmation",
}
YES = {"signed", "disclosure_accepted"}
WITH_PRIOR_CONSENT = {"answer_proposal"}  # T11: whoever is silent agreed beforehand, on record, that silence counts
AGREED = {"O01", "O02", "O03", "O04"}
ENDED_FROM_OUTSIDE = {  # whose end lies elsewhere
    "say_no_suit",  # what fails to be served becomes the clerk's task: failed_service
    "consent_extension",  # the mediation's own term, around the process that is called
    "report_performance", "confirm_receipt",  # until the day it is due, which is years off in a scenario
    "supplement_materials",  # until the day the court set
}


def party_tasks() -> list[tuple[str, str, str]]:
    """Each party task once, with the process and scenario in which somebody answers it first."""
    found = {}
    for key, files in shipped().items():
        for scenario in scenarios.of(files):
            for step in scenario.steps:
                if step.get("as") == "party" and step.get("complete", "") not in {"", *WITH_PRIOR_CONSENT}:
                    found.setdefault((key, step["complete"]), (key, scenario.name, step["complete"]))
    return list(found.values())


def walked_to(key: str, name: str, element: str) -> Walk:
    """The scenario up to the moment at which a party is asked."""
    scenario = next(each for each in scenarios.of(shipped()[key]) if each.name == name)
    walk = Walk(key, library.closure(key, shipped()), scenario.case, scenario.data, scenario.returns, scenario.starts)
    for step in scenario.steps:
        if step.get("as") == "party" and step.get("complete") == element:
            break
        scenarios.take(walk, step)
    walk.run_calls()
    return walk


def ends(walk: Walk, wait) -> bool:
    """Does a clock run that takes this task away, at its edge or around its process, or has staff a task beside it?"""
    process = walk.loaded.definition.processes[wait.process_key]
    if any(walk.loaded.role(each.process_key, each.lane) != "party" for each in walk.waiting("user_task")):
        return True
    return any(timer.process_key != wait.process_key or process.elements[timer.element_id].attached_to == wait.element_id
               for timer in walk.waiting("timer"))


@pytest.mark.parametrize(("key", "name", "element"), party_tasks(), ids=lambda value: value)
def test_silence_is_no_consent_and_keeps_nothing_open(key, name, element):
    walk = walked_to(key, name, element)
    assert walk.waiting("user_task", element), "the party is asked"
    before, steps = dict(walk.data), len(walk.steps)
    walk.let_pass("P400D")
    last = walk.waiting("user_task", element)
    assert not last or element in ENDED_FROM_OUTSIDE or ends(walk, last[0]), "nobody answers, and it stays open for ever"
    entered = [walk.loaded.definition.element(step.process_key, step.element_id) for step in walk.steps[steps:]
               if step.event == "entered"]
    assert not {each.operation for each in entered if each is not None} & BINDING
    assert not {name for name in YES if walk.data.get(name) is True and before.get(name) is not True}
    assert walk.data.get("outcome", "") not in AGREED or walk.data.get("outcome") == before.get("outcome")
