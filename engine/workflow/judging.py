"""What a diagram asks of an instance's open tasks, and says of them, as things are now. Nothing is moved or saved by it."""

from collections.abc import Sequence

from engine.workflow import spiff, versions
from engine.workflow.models import Instance
from engine.workflow.surroundings import around, only_looking


def of(instance: Instance, tokens: Sequence[str]) -> dict[str, dict]:
    """By token. Raises spiff.RunFailed where an expression cannot be judged."""
    loaded = versions.of_instance(instance)
    run = spiff.load(loaded.definition, instance.state, only_looking(instance))
    return {wait.token: kept(instance.case_id, loaded.role(wait.process_key, wait.lane), wait.detail)
            for wait in run.asked_now(tokens)}


def kept(case_id: int | None, role: str, detail: dict) -> dict:
    """What is kept with a task, to be compared when facts have changed: what its diagram said last, and whose staff it was."""
    said = dict(detail.get("said", {}))
    if "assignee" in detail:
        said["assignee"] = detail["assignee"]
    return said if role == "party" else said | {"body": around().body_for(case_id, role)}
