"""What several people answer together: where a task says so, their answers to one question must be the same."""

from sqlalchemy import select

from engine.db import db
from engine.errors import Invalid, problem
from engine.forms.form import Form
from engine.i18n import _
from engine.workflow.models import UserTask, WaitStatus


class AnswersDiffer(Invalid):
    """Somebody who answered earlier chose otherwise; together they can only choose one."""

    message = _("Your answers differ from what the other side chose.")


def check(task: UserTask, key: str, form: Form, answers: dict) -> None:
    """Is the answer to this question the one that others gave at the same place of the diagram? Raises AnswersDiffer."""
    earlier = next((other.answers[key] for other in others(task) if (other.answers or {}).get(key)), None)
    if not answers.get(key) or earlier in (None, answers[key]):
        return
    question = next(each for each in form.questions if each.key == key)
    label = next((each.label for each in question.choices(task.data) if each.value == earlier), earlier)
    raise AnswersDiffer(problems=[problem(f"/{key}", "differs", _("The other side has chosen “%(value)s”."), value=label)])


def others(task: UserTask) -> list[UserTask]:
    """The same task as others have answered it, the earliest first."""
    query = select(UserTask).where(
        UserTask.instance_id == task.instance_id, UserTask.process_key == task.process_key, UserTask.element == task.element,
        UserTask.status == WaitStatus.DONE, UserTask.id != task.id)
    return list(db.session.scalars(query.order_by(UserTask.closed_at, UserTask.id)))
