"""python -m tests.durability.worker --index N: a real worker that knows slow operations more, a quick one and a deadly one."""

import os
import signal
import time

from engine.operations import OPERATIONS
from tests.durability.models import Tell
from workers.__main__ import main


class Slow(Tell):
    """Takes as long as a receiver in a bad mood."""

    name, title = "durable.slow", "Slow"
    SECONDS = 4.0

    def run(self, inputs, call):
        time.sleep(self.SECONDS)
        return {"receipt": ""}


class Asked(Slow):
    """Its receiver is asked first what has come of an earlier attempt."""

    name, title, effect_class = "durable.asked", "Asked", "B"

    def query(self, call):
        return None


class Quick(Slow):
    """Ordinary work."""

    name, title = "durable.quick", "Quick"
    SECONDS = 0.05


class Deadly(Tell):
    """Kills whoever touches it."""

    name, title = "durable.deadly", "Deadly"

    def run(self, inputs, call):
        os.kill(os.getpid(), signal.SIGKILL)


OPERATIONS.update({operation.name: operation for operation in (Slow(), Asked(), Quick(), Deadly())})

if __name__ == "__main__":
    main()
