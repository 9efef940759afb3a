"""Workers for a soak of the machine, each begun again at once when it dies.

    python -m tests.benchmarks.herd COUNT RECEIVER_URL      (database and queue from SUTIAO_* settings)

The children are forked from a process that has everything imported, so that a thousand deaths cost no minutes of start-up.
"""

import json
import os
import signal
import sys
import time
from contextlib import closing
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

import requests

from engine.operations import OPERATIONS
from engine.operations.operation import TryAgain
from tests.durability.models import Tell
from webapp.cli import children

TIMEOUT = 8


class Said(Tell):
    """A receiver that honours our key."""

    name, title, max_attempts = "soak.tell", "Tell", 40

    def run(self, inputs, call):
        return {"receipt": said(call.key, f"{inputs['what']}-{inputs['n']}")}


class Asked(Said):
    """A receiver that does it each time, and can be asked."""

    name, title, effect_class = "soak.ask", "Ask", "B"

    def run(self, inputs, call):
        """Connected first, then a last look, then the bytes: a worker may be stopped anywhere."""
        body = json.dumps({"key": call.key, "what": f"{inputs['what']}-{inputs['n']}"})
        with closing(HTTPConnection(urlsplit(RECEIVER).netloc, timeout=TIMEOUT)) as connection:
            try:
                connection.connect()
                call.check_ours()
                connection.request("POST", "/ask", body, {"Content-Type": "application/json"})
                answer = connection.getresponse()
                if answer.status != 200:
                    raise TryAgain(f"status {answer.status}", 1)
                return {"receipt": json.load(answer)["receipt"]}
            except (OSError, HTTPException, ValueError, KeyError) as error:
                raise TryAgain(str(error), 1) from error

    def query(self, call):
        try:
            answer = requests.get(f"{RECEIVER}/known", params={"key": call.key}, timeout=TIMEOUT)
        except requests.RequestException as error:
            raise TryAgain(str(error), 1) from error
        return {"receipt": answer.json()["receipt"]} if answer.ok else None


RECEIVER = ""


def said(key: str, what: str) -> str:
    try:
        answer = requests.post(f"{RECEIVER}/tell", json={"key": key, "what": what}, timeout=TIMEOUT)
        answer.raise_for_status()
        return answer.json()["receipt"]
    except (requests.RequestException, ValueError, KeyError) as error:
        raise TryAgain(str(error), 1) from error


def register(receiver: str) -> None:
    """Let diagrams use these operations, in this process and its children."""
    global RECEIVER
    RECEIVER = receiver
    OPERATIONS.update({operation.name: operation for operation in (Said(), Asked())})


def work(index: int) -> None:
    """The body of a child; the workers' own modules note their process when they are imported, so that happens here."""
    from workers.__main__ import main

    main(["--index", str(index)])


def main():
    register(sys.argv[2])
    log, env = children.Path(os.environ["SUTIAO_DATA"]) / "workers.log", dict(os.environ)
    running = {}
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    while True:
        for index in set(range(int(sys.argv[1]))) - set(running.values()):
            running[children.begin("worker", lambda index=index: work(index), env, log)] = index
        pid, _status = os.waitpid(-1, os.WNOHANG)
        running.pop(pid, None)
        time.sleep(0 if pid else 0.05)


if __name__ == "__main__":
    main()
