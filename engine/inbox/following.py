"""Let open tasks follow the facts of their case where their diagram says what rests on them: title, urgency, end, person, body.

Whoever changes a fact only marks such tasks (engine/cases/facts_changed.py); a worker comes here within seconds, instance first.
What people said meanwhile stays: a priority that somebody gave, a holder whom somebody else chose. A task that moves to another
body leaves its holder, and its loan ends.
"""

from collections.abc import Callable

from sqlalchemy import select

from engine import bell, clock
from engine.db import after_commit, db, locked
from engine.deadlines import moment
from engine.inbox.sharing import holders, loans
from engine.workflow import incidents, judging, spiff, trace
from engine.workflow.models import PRIORITIES, Facts, Instance, TaskPriority, UserTask, WaitStatus
from engine.workflow.surroundings import around

FAILED = "task_conditions_failed"  # the kind of incident when an expression cannot be judged on the new facts


def waiting(most: int) -> list[int]:
    """Instances with tasks whose facts have changed, the longest waiting first."""
    query = select(UserTask.instance_id).where(UserTask.facts == Facts.CHANGED, UserTask.status == WaitStatus.OPEN)
    return list(dict.fromkeys(db.session.scalars(query.order_by(UserTask.id).limit(most))))


def follow(instance_id: int) -> int:
    """Judge anew what its diagram says of an instance's tasks; returns how many differ now."""
    instance = locked(Instance, instance_id)
    query = select(UserTask).where(UserTask.instance_id == instance_id, UserTask.facts == Facts.CHANGED,
                                   UserTask.status == WaitStatus.OPEN)
    rows = list(db.session.scalars(query.order_by(UserTask.id).with_for_update()))
    for task in rows:
        task.facts = Facts.ASKED
    try:
        told = judging.of(instance, [task.token for task in rows]) if rows and not instance.is_over else {}
    except spiff.RunFailed as failure:
        incidents.report(f"instance {instance.id}", FAILED, f"{failure.code}: {failure}", instance.case_id, instance.id,
                         failure.element_id or "")
        return 0
    if told:
        incidents.resolve_subject_of(f"instance {instance.id}", FAILED, "system", "Its tasks could be judged again.")
    return sum(_follow(task, told[task.token]) for task in rows if task.token in told)


def _follow(task: UserTask, told: dict) -> bool:
    before, bodies = task.said, {task.body_id}
    differs = [name for name, change in _CHANGES.items() if told.get(name) != before.get(name) and change(task, told, before)]
    task.said = told
    if differs:
        trace.write(task.instance, "task_changed", "system", task.element, task.token, what=differs)
    db.session.flush()
    for body in bodies | {task.body_id}:
        if differs:
            after_commit(bell.tasks_changed, body)
    return bool(differs)


def _title(task: UserTask, told: dict, _before: dict) -> bool:
    task.title, task.title_en = told["task_title"], ""
    return True


def _priority(task: UserTask, told: dict, _before: dict) -> bool:
    row = db.session.scalar(select(TaskPriority).where(TaskPriority.task_id == task.id))
    if row is not None and row.given_by_id is not None:
        return False
    if told["priority"] == "ordinary":
        if row is not None:
            db.session.delete(row)
        return row is not None
    row = row or TaskPriority(task_id=task.id)
    row.major, row.minor, row.given_by_id, row.given_at = PRIORITIES[told["priority"]], 0, None, clock.now()
    db.session.add(row)
    return True


def _due_by(task: UserTask, told: dict, _before: dict) -> bool:
    task.due_at = moment(told["due_by"]) if told["due_by"] else None
    return True


def _body(task: UserTask, told: dict, _before: dict) -> bool:
    if task.role == "party" or told["body"] == task.body_id:
        return False
    task.body_id = told["body"]
    if task.assignee_id is not None and not holders.could_hold(task.assignee_id, task):
        _let_go(task, None)
    return True


def _assignee(task: UserTask, told: dict, before: dict) -> bool:
    """Another party, or whoever the diagram names now; not against what a colleague decided since."""
    if task.role == "party":
        task.participant_id = told["assignee"]
        task.body_id = around().body_for(task.case_id, f"participant {told['assignee']}")
        _let_go(task, None)
        return True
    if task.assignee_id not in (None, before.get("assignee")) or loans.of_task(task.id) is not None:
        return False
    _let_go(task, told["assignee"])
    return True


def _let_go(task: UserTask, user_id: int | None) -> None:
    loans.end(task.id)
    task.assignee_id, task.claimed_at = user_id, clock.now() if user_id else None


_CHANGES: dict[str, Callable[[UserTask, dict, dict], bool]] = {
    "task_title": _title, "priority": _priority, "due_by": _due_by, "body": _body, "assignee": _assignee}
