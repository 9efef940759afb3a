"""Run a peer's small app until it is told to stop."""

import signal
import threading

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server


class Quiet(WSGIRequestHandler):
    """Requests are on the peer's own page; the log need not repeat them."""

    def log_request(self, *args, **kwargs):
        pass


def serve(app: Flask, port: int, host: str = "127.0.0.1") -> None:
    """Answer requests, each in its own thread, until SIGTERM or Ctrl-C."""
    server = make_server(host, port, app, threaded=True, request_handler=Quiet)
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown, daemon=True).start())
    try:
        server.serve_forever(poll_interval=0.1)
    except KeyboardInterrupt:
        pass
    finally:
        server.server_close()
