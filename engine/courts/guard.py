"""Outgoing requests that cannot be led astray: no inside addresses, no redirects, no endless answers, an end by the clock.

Every connection is made to an address that was checked, not to a name that is looked up again (DNS rebinding).
"""

import ipaddress
import socket
import threading
import time
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

CONNECT_SECONDS, READ_SECONDS, TOTAL_SECONDS = 5, 10, 12
MOST_BYTES = 64 * 1024


class AddressRefused(Exception):
    """The address is not one we send to."""


class AnswerTooLong(Exception):
    """The receiver did not stop talking."""


def refuse_address(host: str, networks: str) -> str | None:
    """Why requests to this host are not made, or None. `networks` is the setting `callback_networks`."""
    try:
        _checked_addresses(host, networks)
    except (AddressRefused, OSError) as error:
        return str(error)
    return None


def _checked_addresses(host: str, networks: str) -> list[tuple]:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise AddressRefused(f"{host} is not a host name") from error
    for *_kind, where in found:
        address = ipaddress.ip_address(where[0].partition("%")[0])
        address = getattr(address, "ipv4_mapped", None) or address
        if networks != "any" and not (address.is_global and not address.is_multicast):
            raise AddressRefused(f"{host} is {address}, which is not a public address")
    return found


class _Guarded:
    """Connects to a checked address only, and lets the watchdog close the connection."""

    networks = "public"
    opened: list | None = None

    def _new_conn(self):
        fault = None
        for *_kind, where in _checked_addresses(self.host, self.networks):
            try:
                connection = socket.create_connection((where[0], self.port), timeout=self.timeout)
                break
            except OSError as error:
                fault = error
        else:
            raise fault or AddressRefused(f"{self.host} has no address")
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.opened is not None:
            self.opened.append(self)  # its socket changes when TLS begins
        return connection


def _pools(networks: str, opened: list) -> dict:
    marks = {"networks": networks, "opened": opened}
    plain = type("GuardedHTTP", (_Guarded, HTTPConnection), marks)
    secure = type("GuardedHTTPS", (_Guarded, HTTPSConnection), marks)
    return {
        "http": type("GuardedHTTPPool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
        "https": type("GuardedHTTPSPool", (HTTPSConnectionPool,), {"ConnectionCls": secure}),
    }


class _Adapter(HTTPAdapter):
    def __init__(self, pools: dict):
        self._pools = pools
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args, **kwargs):
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pools


@contextmanager
def _ended_by_the_clock(opened: list, seconds: float):
    """Close what was opened when the time is over, so that a receiver who drips bytes holds nobody."""
    def close():
        for connection in list(opened):
            with suppress(OSError, AttributeError):
                connection.sock.shutdown(socket.SHUT_RDWR)

    watchdog = threading.Timer(seconds, close)
    watchdog.daemon = True
    watchdog.start()
    try:
        yield
    finally:
        watchdog.cancel()


def post(url: str, body: bytes, headers: dict, networks: str,
         total_seconds: float = TOTAL_SECONDS) -> tuple[requests.Response, bytes]:
    """POST and read a short answer. Raises requests.RequestException, AnswerTooLong, AddressRefused, TimeoutError."""
    scheme = urlsplit(url).scheme
    if scheme not in ("http", "https"):
        raise AddressRefused(f"{scheme or 'an address without scheme'} is not sent to")
    opened: list = []
    until = time.monotonic() + total_seconds
    with requests.Session() as session, _ended_by_the_clock(opened, total_seconds):
        session.trust_env = False
        for prefix in ("http://", "https://"):
            session.mount(prefix, _Adapter(_pools(networks, opened)))
        try:
            response = session.post(url, data=body, headers=headers, allow_redirects=False, stream=True,
                                    timeout=(CONNECT_SECONDS, READ_SECONDS))
            return response, _short(response, until)
        except (requests.RequestException, OSError, AttributeError, ValueError) as error:
            if time.monotonic() >= until:
                raise TimeoutError(f"no answer within {total_seconds:g} s") from error
            raise


def _short(response: requests.Response, until: float) -> bytes:
    read = b""
    for piece in response.iter_content(4096):
        read += piece
        if len(read) > MOST_BYTES:
            raise AnswerTooLong(f"more than {MOST_BYTES} bytes")
        if time.monotonic() >= until:
            raise TimeoutError("the answer came too slowly")
    return read
