"""A rogue receiver: takes every POST, writes what really happened into a ledger, and answers as it was told to.

It honours idempotency keys, as a class A receiver must: the ledger's `effects` counts what it did, `tries` what it was asked.
Run as a process: `python -m tests.engine.operations.rogue PORT-FILE`.
"""

import json
import socket
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import requests

MODES = ("good", "drop", "twice", "error", "garbage", "huge", "drip", "redirect", "refuse", "busy", "early")


class Receiver(BaseHTTPRequestHandler):
    """One answer after another from the list of modes, then good ones."""

    protocol_version = "HTTP/1.1"
    modes: list = []
    effects: dict = {}
    tries: list = []
    lock = threading.Lock()

    def do_GET(self):
        self._answer(200, {"effects": self.effects, "tries": self.tries})

    def do_PUT(self):
        Receiver.modes[:] = json.loads(self._body())
        self._answer(200, {})

    def do_POST(self):
        body, key = self._body(), self.headers.get("idempotency-key", "")
        with self.lock:
            mode = self.modes.pop(0) if self.modes else "good"
            self.tries.append({"key": key, "mode": mode, "headers": {k.lower(): v for k, v in self.headers.items()},
                               "body": body.decode(errors="replace")})
            if mode not in ("error", "busy", "refuse", "redirect", "early"):
                self.effects.setdefault(key, 0)
                self.effects[key] += 0 if self.effects[key] else 1
        getattr(self, f"_{mode}")(key)

    def _good(self, key):
        self._answer(200, {"receipt": f"R-{key}", "id": f"R-{key}"})

    _twice = _good

    def _drop(self, key):
        """It did the work, and the answer is lost."""
        self.connection.shutdown(socket.SHUT_RDWR)
        self.close_connection = True

    def _early(self, key):
        """The connection breaks before anything was done."""
        self._drop(key)

    def _error(self, key):
        self._answer(500, {"why": "database down"})

    def _busy(self, key):
        self._answer(429, {}, {"Retry-After": "7"})

    def _refuse(self, key):
        self._answer(422, {})

    def _redirect(self, key):
        self._answer(302, {}, {"Location": "http://127.0.0.1:1/inside"})

    def _garbage(self, key):
        self._raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n\xff\xfe{[\x00<<}\n")

    def _huge(self, key):
        self._raw(b"HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n" + b"x" * 400_000)

    def _drip(self, key):
        """One byte a second for a minute: every single read is in time."""
        self._raw(b"HTTP/1.1 200 OK\r\nContent-Length: 60\r\n\r\n")
        for _second in range(60):
            try:
                self.wfile.write(b"x")
                self.wfile.flush()
            except OSError:
                return
            time.sleep(0.5)

    def _raw(self, data):
        try:
            self.wfile.write(data)
            self.wfile.flush()
        except OSError:
            pass
        self.close_connection = True

    def _body(self):
        return self.rfile.read(int(self.headers.get("content-length", 0)))

    def _answer(self, status, told, headers=None):
        data = json.dumps(told).encode()
        self.send_response(status)
        for name, value in {"Content-Length": str(len(data)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args):
        pass


class Rogue:
    """The receiver's process, as tests hold it."""

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory()
        where = Path(self.folder.name) / "port"
        self.process = subprocess.Popen([sys.executable, "-m", "tests.engine.operations.rogue", str(where)])
        until = time.monotonic() + 20
        while not (where.exists() and where.read_text()):
            assert time.monotonic() < until and self.process.poll() is None, "the rogue receiver did not come up"
            time.sleep(0.02)
        self.url = f"http://127.0.0.1:{where.read_text()}/"
        return self

    def __exit__(self, *_exc):
        self.process.kill()
        self.process.wait()
        self.folder.cleanup()

    def behave(self, *modes):
        """How the next answers will be."""
        requests.put(self.url, json=list(modes), timeout=5)

    @property
    def ledger(self) -> dict:
        return requests.get(self.url, timeout=5).json()

    @property
    def effects(self) -> dict:
        return self.ledger["effects"]

    @property
    def tries(self) -> list:
        return self.ledger["tries"]


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    Path(sys.argv[1]).write_text(str(server.server_address[1]))
    server.serve_forever()
