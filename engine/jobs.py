"""Wake a worker for a call. Redis carries hints only: the row is the job, and workers also look at the rows."""

import logging
import threading
import time
from collections.abc import Callable
from functools import lru_cache

import redis
from rq import Queue
from rq.serializers import JSONSerializer

from engine import config

log = logging.getLogger(__name__)

# the only place that names the other side
RUN_CALL, RUN_ANY, GO_ON = "workers.jobs.run_call", "workers.jobs.run_any", "workers.jobs.go_on"
PATIENCE_SECONDS = 0.2
SILENCE_SECONDS = 5.0  # after a failure nobody waits for Redis so long: one request loses a moment, not every one of them

_connections: dict[str, redis.Redis] = {}
_lock = threading.Lock()
_silent_until: dict[str, float] = {}


def queue_name(index: int) -> str:
    """One queue per worker process: a worker that dies between taking and starting loses nothing but the hint."""
    return f"calls-{index}"


def queues() -> int:
    """Over how many queues hints are spread; a web whose workers run elsewhere knows of the first one at least."""
    return max(config.current().workers, 1)


def connection(url: str | None = None, patience: float | None = PATIENCE_SECONDS) -> redis.Redis:
    """A connection pool to Redis; a hint must never make a request wait long."""
    url = url or config.current().redis_url
    key = f"{url} {patience}"
    with _lock:
        if key not in _connections:
            _connections[key] = redis.Redis.from_url(url, socket_timeout=patience, socket_connect_timeout=PATIENCE_SECONDS)
        return _connections[key]


def wake(call_id: int) -> None:
    """Say "look at this call" to one worker; without Redis the workers find the row themselves within a second or so."""
    ask(lambda server: _hint(server, RUN_CALL, "call", call_id))


def wake_all() -> None:
    """Say "there are more calls than workers" to each of them, which then takes one after another from the rows."""
    for index in range(queues()):
        ask(lambda server, index=index: _hint(server, RUN_ANY, "many", index))


def go_on(instance_id: int) -> None:
    """Say "there is a long run to go on with" to one worker."""
    ask(lambda server: _hint(server, GO_ON, "run", instance_id))


def _hint(server: redis.Redis, job: str, noun: str, key: int) -> None:
    with server.pipeline() as told:  # all of it in one question
        _queue(server, key % queues()).enqueue_call(
            job, (key,), job_id=f"{noun}-{key}", result_ttl=0, failure_ttl=60, ttl=60, timeout=-1, pipeline=told)
        told.execute()


@lru_cache(maxsize=64)
def _queue(server: redis.Redis, index: int) -> Queue:
    return Queue(queue_name(index), connection=server, serializer=JSONSerializer)


def is_reachable() -> bool:
    """Does Redis answer? For /health and the banner."""
    return bool(ask(lambda server: server.ping()))


def ask(question: Callable[[redis.Redis], object]):
    """What Redis answers; None without Redis, and for some seconds after it did not answer: nobody waits for it twice."""
    url = config.current().redis_url
    if not url or time.monotonic() < _silent_until.get(url, 0):
        return None
    try:
        return question(connection(url))
    except redis.RedisError as error:
        _silent_until[url] = time.monotonic() + SILENCE_SECONDS
        log.info("Redis does not answer: %s", error)
        return None
