"""Count what should stay rare, in Redis: shared by all web processes; without Redis nothing is slowed down."""

import hashlib

from engine import jobs
from engine.i18n import _
from webapp.api.problems import Refused


class TooManyRequests(Refused):
    status = 429
    message = _("Too many requests; wait %(seconds)s seconds.")


class Throttle:
    """At most `limit` counts of one subject within `seconds`."""

    def __init__(self, name: str, limit: int, seconds: int):
        self.name, self.limit, self.seconds = name, limit, seconds

    def check(self, subject: str) -> None:
        """Raise TooManyRequests when the subject has been counted too often."""
        answer = self._ask(lambda server, key: (server.get(key), server.ttl(key)), subject)
        if answer and int(answer[0] or 0) >= self.limit:
            wait = max(int(answer[1]), 1)
            raise TooManyRequests({"Retry-After": str(wait)}, seconds=wait)

    def count(self, subject: str) -> None:
        """One more; the count begins anew when its time is over."""

        def add(server, key):
            if server.incr(key) == 1:
                server.expire(key, self.seconds)

        self._ask(add, subject)

    def _ask(self, question, subject: str):
        key = f"throttle:{self.name}:{hashlib.sha256(subject.encode('utf-8', 'replace')).hexdigest()[:32]}"
        return jobs.ask(lambda server: question(server, key))
