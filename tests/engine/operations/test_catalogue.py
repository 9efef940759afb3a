"""The catalogue: what designers, the publishing checks and the workers read of an operation."""

import pytest

from engine.errors import code_of
from engine.mediation import mediators
from engine.operations import OPERATIONS, UnknownOperation, get
from engine.operations.appoint_mediator import AppointMediator
from engine.operations.co_mediators import JoinPanel
from engine.operations.operation import InputsRefused


def test_every_operation_describes_itself_for_the_picker():
    for name, operation in OPERATIONS.items():
        told = operation.describe(lambda text: f"«{text}»")
        assert told["name"] == name and told["title"].startswith("«") and told["description"].startswith("«")
        assert all(one["title"].startswith("«") for one in told["inputs"] + told["outputs"] + told["errors"])


def test_choices_reach_the_picker():
    scope = next(one for one in OPERATIONS["mediation.freeze_agreement"].describe()["inputs"] if one["name"] == "scope")

    assert scope["choices"] == ["full", "partial"] and not scope["required"]


def test_required_inputs_are_known_to_the_publishing_checks():
    assert OPERATIONS["deadlines.extend"].required_inputs() == ["term", "days"]


def test_inputs_that_do_not_fit_are_refused_with_every_fault_at_once():
    with pytest.raises(InputsRefused) as refusal:
        OPERATIONS["deadlines.extend"].load({"days": "soon"})

    assert {one["pointer"] for one in refusal.value.problems} == {"term", "days"}


def test_outside_effects_can_be_repeated_safely_or_are_never_repeated():
    classes = {name: operation.effect_class for name, operation in OPERATIONS.items()}

    assert set(classes.values()) <= set("LABC")
    assert [name for name, effect in classes.items() if effect == "C"] == ["notices.send_mail"]
    assert all(classes[name] == "A" for name in ("notices.send", "courts.report_outcome", "courts.request_confirmation"))


def test_an_unknown_name_is_said_to_be_unknown():
    with pytest.raises(UnknownOperation, match="courts.bribe"):
        get("courts.bribe")


def test_whatever_keeps_somebody_from_mediating_is_a_refusal_that_diagrams_can_name():
    def codes(kind):
        return {code_of(kind).replace("-", "_")}.union(*map(codes, kind.__subclasses__()))

    everything = codes(mediators.MediatorUnfit) - {"mediator_unfit"}
    assert everything == set(JoinPanel.errors) == {"sits_already", "panel_full"} | set(AppointMediator.errors)
