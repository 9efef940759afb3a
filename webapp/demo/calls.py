"""Who was asked to do something on a case's page that is no task of anybody: withdraw, challenge the mediator, transfer …"""

import threading
from collections.abc import Callable

from webapp.demo.destinies import DESTINIES, Call


class Calls:
    """The calls of a play, shared by its players: a mediator makes them when a session is to be planned."""

    def __init__(self, destiny: Callable[[str], str]):
        self.destiny = destiny  # of a case, by its number
        self._lock = threading.Lock()
        self._open: dict[str, Call] = {}
        self._made: dict[str, set[str]] = {}  # case → the tasks at which a call was made
        self._callers: dict[str, str] = {}  # case → who called last

    def caller(self, case: str) -> str:
        """The log-in of the mediator who called."""
        return self._callers.get(case, "")

    def is_called(self, case: str, task: str, by: str = "") -> bool:
        """Make the case's call at this task if it is due; says whether the session is to be left alone meanwhile."""
        call = DESTINIES[self.destiny(case)].call
        if call is None:
            return False
        with self._lock:
            made = self._made.setdefault(case, set())
            if task not in made and len(made) < call.times:
                made.add(task)
                self._open[case], self._callers[case] = call, by
            return case in self._open or call.ends

    def open(self) -> list[tuple[str, Call]]:
        """What is still to be done."""
        with self._lock:
            return list(self._open.items())

    def take(self, case: str) -> dict[str, str] | None:
        """What to write; the call is done with that. None when somebody else was faster."""
        with self._lock:
            call = self._open.pop(case, None)
        return {name: text.format(tail=case[-4:]) for name, text in call.answers.items()} if call else None
