"""Wake a worker for a call. Redis carries hints only: the row is the job, and workers also look at the rows."""

import logging
import threading

import redis
from rq import Queue
from rq.serializers import JSONSerializer

from engine import config

log = logging.getLogger(__name__)

RUN_CALL = "workers.jobs.run_call"  # the only place that names the other side
PATIENCE_SECONDS = 0.2

_connections: dict[str, redis.Redis] = {}
_lock = threading.Lock()


def queue_name(index: int) -> str:
    """One queue per worker process: a worker that dies between taking and starting loses nothing but the hint."""
    return f"calls-{index}"


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
    settings = config.current()
    if not settings.redis_url:
        return
    try:
        queue = Queue(queue_name(call_id % max(settings.workers, 1)), connection=connection(), serializer=JSONSerializer)
        queue.enqueue(RUN_CALL, call_id, job_id=f"call-{call_id}", result_ttl=0, failure_ttl=60, ttl=60, job_timeout=-1)
    except redis.RedisError as error:
        log.info("no hint: Redis does not answer", extra={"call": call_id, "error": str(error)})


def is_reachable() -> bool:
    """Does Redis answer now? For /health and the banner."""
    try:
        return bool(config.current().redis_url) and bool(connection().ping())
    except redis.RedisError:
        return False
