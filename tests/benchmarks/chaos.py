"""The one who breaks things: kills workers without warning and empties the queue server, in a random order."""

import os
import signal
import threading
from contextlib import suppress
from random import Random

import redis

from tests.benchmarks.demo_stack import Stack


class Chaos(threading.Thread):
    """Works through its plan while the play goes on; `plan` holds what has not happened yet."""

    def __init__(self, stack: Stack, kills: int, flushes: int, every: float, random: Random, stopping: threading.Event):
        super().__init__(daemon=True, name="chaos")
        self.stack, self.every, self.random, self.stopping = stack, every, random, stopping
        self.plan = [self.kill] * kills + [self.flush] * flushes
        random.shuffle(self.plan)
        self.kills = self.flushes = 0

    def run(self):
        while self.plan and not self.stopping.wait(self.random.uniform(0.5, 1.5) * self.every):
            if self.plan[-1]():
                self.plan.pop()

    def stop(self) -> None:
        """No more faults from here on."""
        self.stopping.set()
        self.join()

    def kill(self) -> bool:
        """SIGKILL for one worker; False when none is alive just now."""
        workers = self.stack.pids("worker")
        if not workers:
            return False
        with suppress(ProcessLookupError):
            os.kill(self.random.choice(sorted(workers)), signal.SIGKILL)
            self.kills += 1
            return True
        return False

    def flush(self) -> bool:
        """Empty the queue server: every hint is gone."""
        with suppress(redis.RedisError):
            self.stack.flush_redis()
            self.flushes += 1
            return True
        return False
