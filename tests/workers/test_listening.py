"""A worker takes hints from its queue: each once, and with little ado."""


import pytest
import redis
from rq.serializers import JSONSerializer

from engine import config, jobs
from workers import jobs as hinted_at
from workers.listening import Listener


@pytest.fixture
def followed(monkeypatch):
    """The calls that hints led to."""
    found = []
    monkeypatch.setattr(hinted_at, "run_call", lambda call_id: found.append(call_id) or 1 / call_id)
    return found


def listen(server):
    with redis.from_url(config.current().redis_url) as connection:
        Listener([jobs.queue_name(0)], connection=connection, serializer=JSONSerializer).work(burst=True, logging_level="WARNING")


def left(server):
    return [key for key in server.scan_iter("rq:*") if key.startswith((b"rq:job", b"rq:queue:"))]


def test_each_hint_is_followed_once_and_leaves_nothing(server, followed):
    for call_id in (7, 8, 7):
        jobs.wake(call_id)
    listen(server)
    assert followed == [7, 8] and left(server) == []


def test_a_hint_that_fails_holds_up_no_other(server, followed):
    jobs.wake(0)
    jobs.wake(9)
    listen(server)
    assert followed == [0, 9] and left(server) == []


def test_a_hint_costs_few_questions_at_the_queue_server(server, followed):
    listen(server)
    hints = range(1, 101)
    asked = server.info("stats")["total_commands_processed"]
    for call_id in hints:
        jobs.wake(call_id)
    listen(server)
    assert server.info("stats")["total_commands_processed"] - asked < 14 * len(hints)
    assert followed == list(hints)
