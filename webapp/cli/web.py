"""`sutiao web`: the web server alone."""

import http.client
import socket
import sys
from pathlib import Path

import click
from gunicorn.app import wsgiapp

from engine.config import Settings, is_server
from webapp.cli import Refused

SETTINGS_FILE = Path(__file__).with_name("gunicorn_settings.py")


def run(settings: Settings) -> None:
    """Become the web server."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    sys.argv = ["gunicorn", "-c", str(SETTINGS_FILE), "--workers", str(processes(settings)), "--bind", f"{host}:{settings.port}",
                "webapp:create_app()"]
    wsgiapp.run()


def processes(settings: Settings) -> int:
    """How many serve: one uses one core at most. SQLite has one writer at a time, who would only have more to wait for."""
    return settings.web_processes or (2 if is_server(settings.database_url) else 1)


def require_free_port(host: str, port: int, setting: str = "SUTIAO_PORT") -> None:
    """Refuse, in one sentence, to start on an address that is in use or not ours."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except PermissionError as error:
        raise Refused(f"port {port} may only be used by root; choose one above 1023 with {setting}.") from error
    except OverflowError as error:
        raise Refused(f"{setting} must be between 1 and 65535, not {port}.") from error
    except OSError as error:
        if error.errno == 98:
            raise Refused(
                f"port {port} on {host} is already in use; stop what uses it, or choose another with {setting}={port + 1}."
            ) from error
        raise Refused(f"cannot listen on {host}:{port}: {error.strerror}.") from error


def is_up(host: str, port: int) -> bool:
    """Does a web server answer there, whatever it says?"""
    local = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    connection = http.client.HTTPConnection(local, port, timeout=1)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status > 0
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


@click.command()
def web():
    """Run only the web server, for a machine where queue, database and workers run elsewhere.

    It listens on SUTIAO_HOST:SUTIAO_PORT with 200 threads in each of SUTIAO_WEB_PROCESSES. Put an HTTP/2 proxy before it: every
    open page holds one connection for live news. `sutiao serve` runs everything together instead.
    """
    settings = Settings.from_env()
    require_free_port(settings.host, settings.port)
    run(settings)
