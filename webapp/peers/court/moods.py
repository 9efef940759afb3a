"""How the simulator behaves just now: well, or as a bad neighbour for a number of messages."""

import threading

KINDS = {
    "slow": "waits before it answers",
    "down": "answers 503",
    "duplicate": "sends every message of its own twice",
    "wrong": "sends a message that makes no sense before the right one",
    "lossy": "takes a message and breaks down before it says so",
}


class Moods:
    """Counters by kind: each message uses one up."""

    def __init__(self):
        self._lock = threading.Lock()
        self._left: dict[str, int] = {}
        self.seconds = 5.0

    def tell(self, kind: str, count: int, seconds: float | None = None) -> None:
        """Be like this for so many messages; `good` ends everything. Raises KeyError for a kind there is not."""
        with self._lock:
            if kind == "good":
                self._left.clear()
                return
            KINDS[kind]
            self._left[kind] = count
            self.seconds = seconds if seconds is not None else self.seconds

    def take(self, kind: str) -> bool:
        """Is this message one of them?"""
        with self._lock:
            left = self._left.get(kind, 0)
            if left > 0:
                self._left[kind] = left - 1
            return left > 0

    def left(self) -> dict[str, int]:
        """What is still to come."""
        with self._lock:
            return {kind: count for kind, count in self._left.items() if count > 0}
