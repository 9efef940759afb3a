"""A time-stamping authority on loopback for tests; its clock is ours, so that years can pass."""

import threading

import requests
from werkzeug.serving import make_server

from engine import clock
from webapp.peers.serving import Quiet
from webapp.peers.tsa import Keys, Stamps, create_app


class Tsa:
    """The authority, listening; `settings` name it."""

    def __init__(self, folder, years: int = 10):
        self.keys = Keys(folder, years)
        self.server = make_server("127.0.0.1", 0, create_app(Stamps(self.keys, clock.now)), threaded=True, request_handler=Quiet)
        self.url = f"http://127.0.0.1:{self.server.port}/"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    @property
    def settings(self) -> dict:
        return {"tsa_url": self.url, "tsa_trust": str(self.keys.trust)}

    def will(self, mode: str, count: int = 9) -> None:
        """Behave like this from now on."""
        requests.post(f"{self.url}control", json={"mode": mode, "count": count, "seconds": 0.6}, timeout=5)

    def later(self, span) -> None:
        """Time goes by; what the authority revoked is published anew."""
        clock.move(span)
        self.keys.publish(clock.now())

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
