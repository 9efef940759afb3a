"""No party consents by saying nothing: every party task of every shipped process is left unanswered for more than a year."""

import pytest

from engine.processes import library, scenarios
from engine.processes.walk import Walk
from tests.workbench import shipped

BINDING = {  # what an operation does only because the parties said yes
    "mediation.make_effective", "mediation.appoint", "deadlines.extend", "cases.admit_third_party", "courts.request_confirmation",
}
YES = {"signed", "disclosure_accepted"}
WITH_PRIOR_CONSENT = {"answer_proposal"}  # T11: whoever is silent agreed beforehand, on record, that silence counts
AGREED = {"O01", "O02", "O03", "O04"}


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


@pytest.mark.parametrize(("key", "name", "element"), party_tasks(), ids=lambda value: value)
def test_silence_is_no_consent(key, name, element):
    walk = walked_to(key, name, element)
    assert walk.waiting("user_task", element), "the party is asked"
    before, steps = dict(walk.data), len(walk.steps)
    walk.let_pass("P400D")
    entered = [walk.loaded.definition.element(step.process_key, step.element_id) for step in walk.steps[steps:]
               if step.event == "entered"]
    assert not {each.operation for each in entered if each is not None} & BINDING
    assert not {name for name in YES if walk.data.get(name) is True and before.get(name) is not True}
    assert walk.data.get("outcome", "") not in AGREED or walk.data.get("outcome") == before.get("outcome")
