"""Say that a body's tasks have changed: at once to whoever looks at a list in this process, through Redis to those in others.

Only a hint, as for workers: who gets none looks by themselves.
"""

import logging
import threading
import time
from collections.abc import Hashable, Iterable

import redis

from engine import config, jobs

log = logging.getLogger(__name__)

CHANNEL = "sutiao:tasks"
PING_SECONDS, PAUSE_SECONDS, PATIENCE_SECONDS = 5, 1.0, 2.0


class Bell:
    """Who waits for news of something is woken when it rings for it."""

    def __init__(self):
        self._changed = threading.Condition()
        self._counts: dict[Hashable, int] = {}

    def ring(self, key: Hashable) -> None:
        """Something changed there."""
        with self._changed:
            self._counts[key] = self._counts.get(key, 0) + 1
            self._changed.notify_all()

    def heard(self, *keys: Hashable) -> int:
        """How often it rang for these, together."""
        with self._changed:
            return self._sum(keys)

    def wait(self, heard_before: int, seconds: float, *keys: Hashable) -> bool:
        """Until it rings for one of them again, or the time is over; says whether it rang."""
        with self._changed:
            return self._changed.wait_for(lambda: self._sum(keys) != heard_before, seconds)

    def _sum(self, keys: Iterable[Hashable]) -> int:
        return sum(self._counts.get(key, 0) for key in keys)


tasks = Bell()  # by body
_listening: dict[str, threading.Event] = {}  # by Redis: is somebody there?
_lock = threading.Lock()


def tasks_changed(body_id: int | None) -> None:
    """A task of this body's staff was opened, closed, taken or given back; for `after_commit`."""
    if body_id is not None:
        tasks.ring(body_id)
        jobs.ask(lambda server: server.publish(CHANNEL, body_id))


def is_listening() -> bool:
    """Does news from other processes reach this one? The first who asks makes it listen."""
    url = config.current().redis_url
    if not url:
        return False
    with _lock:
        if url not in _listening:
            _listening[url] = threading.Event()
            threading.Thread(target=_listen, args=(url, _listening[url]), daemon=True, name="bell").start()
    return _listening[url].is_set()


def _listen(url: str, is_there: threading.Event) -> None:
    """Ring here what was rung elsewhere, for as long as this process lives."""
    while True:
        try:
            server = redis.Redis.from_url(url, health_check_interval=PING_SECONDS, socket_connect_timeout=PATIENCE_SECONDS,
                                          socket_timeout=PATIENCE_SECONDS)
            with server.pubsub(ignore_subscribe_messages=True) as heard:
                heard.subscribe(CHANNEL)
                _pass_on(heard, is_there)
        except redis.RedisError as error:
            log.info("no news from other processes: %s", error)
        is_there.clear()
        time.sleep(PAUSE_SECONDS)


def _pass_on(heard, is_there: threading.Event) -> None:
    heard.ping()
    while True:
        message = heard.get_message(timeout=1.0)
        is_there.set()
        if message is not None and message["type"] == "message" and message["data"].isdigit():
            tasks.ring(int(message["data"]))
