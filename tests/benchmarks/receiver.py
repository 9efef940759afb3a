"""The other side of a soak of the machine: does what it is told, slowly, rudely or twice, and remembers all of it.

    python -m tests.benchmarks.receiver PORT SEED

POST /tell (key honoured) and /ask (done again each time it is said), GET /known?key=…, GET /ledger, POST /control
{"mode", "count", "seconds"}: slow, lossy (done, but no answer), down (not done), duplicate (taken twice), wrong (nonsense said).
"""

import json
import random
import sys
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

ALWAYS = {"slow": 0.03, "lossy": 0.02, "duplicate": 0.02, "down": 0.01}  # how often, also in a good mood
SLOW_SECONDS = 0.3


class Ledger:
    """What was done, by key; and in which mood the next messages are taken."""

    def __init__(self, seed: int):
        self.done: Counter[str] = Counter()  # key → how often it had its effect
        self.repeats = 0  # asked again, and not done again
        self.receipts: dict[str, str] = {}
        self.mood, self.left, self.seconds = "", 0, SLOW_SECONDS
        self.lock, self.random = threading.Lock(), random.Random(seed)

    def manner(self) -> str:
        with self.lock:
            if self.left:
                self.left -= 1
                return self.mood
            return next((name for name, share in ALWAYS.items() if self.random.random() < share), "")

    def tell(self, key: str, what: str) -> str:
        with self.lock:
            if key in self.receipts:
                self.repeats += 1
            else:
                self.done[what] += 1
            return self.receipts.setdefault(key, f"R-{len(self.receipts)}")

    def ask(self, key: str, what: str) -> str:
        with self.lock:
            self.done[what] += 1
            self.receipts[key] = f"R-{len(self.receipts)}"
            return self.receipts[key]


class Handler(BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"
    ledger: Ledger

    def do_POST(self):
        said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        ledger = self.ledger
        if self.path == "/control":
            with ledger.lock:
                ledger.mood, ledger.left, ledger.seconds = said["mode"], said["count"], said["seconds"]
            return self._answer(200, {})
        manner = ledger.manner()
        if manner == "down":
            return self._answer(503, {"why": "away"})
        if manner == "slow":
            time.sleep(ledger.seconds if ledger.left else SLOW_SECONDS)
        act = ledger.tell if self.path == "/tell" else ledger.ask
        receipt = act(said["key"], said["what"])
        if manner == "duplicate" and self.path == "/tell":
            receipt = act(said["key"], said["what"])
        if manner == "lossy":
            self.close_connection = True
            return self.connection.close()
        return self._answer(200, {"receipt": receipt} if manner != "wrong" else {"what": "?"})

    def do_GET(self):
        where = urlsplit(self.path)
        if where.path == "/ledger":
            with self.ledger.lock:
                return self._answer(200, {"done": self.ledger.done, "repeats": self.ledger.repeats})
        receipt = self.ledger.receipts.get(parse_qs(where.query).get("key", [""])[0])
        return self._answer(200 if receipt else 404, {"receipt": receipt})

    def _answer(self, status: int, body: dict):
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        """Nobody reads it."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request, client_address):
        """Connections of killed workers break; that is what this is about."""


def main():
    Handler.ledger = Ledger(int(sys.argv[2]))
    Server(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()


if __name__ == "__main__":
    main()
