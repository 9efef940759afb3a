"""What instances say arrives once, however many workers carry it and however many wait for it at the same moment."""

from collections import Counter
from datetime import timedelta

from sqlalchemy import func, select

from engine import clock
from engine.db import db, transaction
from engine.workflow import messages, runtime
from engine.workflow.models import Incident, Instance, Message, UserTask
from tests.engine.workflow.spiff.drawing import catch, node, timer, told, user
from tests.published import publish
from tests.workers.test_together import at_once  # noqa: F401
from workers import post, resume

HEARS = (catch("m", told("message", "paid"), properties={"correlation": "{'order': order}"}), user("v"), "start > m > v > end")
THROWS = (node("intermediateThrowEvent", "t", told("message", "paid"), properties={"payload": "{'order': order}"}),
          "start > t > end")
SIGNAL = told("signal", "stop")


def start(key="P", **data):
    with transaction():
        return runtime.start(key, None, data, by="test").id


def opened():
    """How many tasks each instance came to."""
    return Counter(db.session.scalars(select(UserTask.instance_id)))


def nobody_complains():
    return db.session.scalar(select(func.count(Incident.id))) == 0


def test_many_workers_carry_everything_once(at_once):  # noqa: F811
    publish(*HEARS)
    publish(*THROWS, key="Q")
    keys = [start(order=number) for number in range(6)]
    for number in range(6):
        start("Q", order=number)
    assert sum(at_once(lambda _number: post.carry())) >= 6
    post.look_again()
    assert opened() == dict.fromkeys(keys, 1)
    assert Counter(db.session.scalars(select(Message.result))) == {"delivered": 6} and nobody_complains()


def test_a_signal_carried_by_many_wakes_everybody_once(at_once):  # noqa: F811
    publish(catch("s", SIGNAL), user("v"), "start > s > v > end")
    publish(node("startEvent", "s", SIGNAL), user("v"), "s > v > end", key="R")
    publish(node("intermediateThrowEvent", "t", SIGNAL), "start > t > end", key="Q")
    keys = [start() for _number in range(6)]
    start("Q")

    def duty(number):
        (post.carry, post.look_again, resume.look)[number % 3]()

    at_once(duty)
    post.look_again(), resume.look()
    begun = db.session.scalars(select(Instance.id).where(Instance.id > max(keys) + 1)).all()
    assert len(begun) == 1 and opened() == dict.fromkeys([*keys, *begun], 1)
    assert nobody_complains()


def test_who_begins_to_wait_while_it_is_said_hears_it_in_the_end(at_once):  # noqa: F811
    """The message and each wait may not see one another; the duty finds them, and one message goes to one."""
    publish(user("u"), *HEARS[:-1], "start > u > m > v > end")
    for _number in range(4):
        start(order=1)
    ids = list(db.session.scalars(select(UserTask.id)))

    def act(number):
        with transaction():
            if number % 2:
                return messages.receive(None, "paid", {"order": 1}, "bank", f"m-{number}", "bank", goes_beyond=True).id
            return runtime.complete_user_task(db.session.get(UserTask, ids[number // 2]), {}, by=f"person {number}")

    at_once(act)
    post.look_again()
    assert Counter(db.session.scalars(select(Message.result))) == {"delivered": 4}
    assert Counter(db.session.scalars(select(UserTask.element))) == {"u": 4, "v": 4} and nobody_complains()


def test_a_time_that_has_come_begins_one_process_whoever_notices(at_once):  # noqa: F811
    publish(node("startEvent", "s", timer("timeDuration", "PT1M")), user("v"), "s > v > end")
    clock.move(timedelta(minutes=2))
    assert sum(at_once(lambda _number: post.start_due())) == 1
    assert sum(opened().values()) == 1 and nobody_complains()
