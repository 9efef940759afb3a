"""Whose address a request came from: behind our own reverse proxy it is the one the proxy names, and only then."""

import ipaddress

from engine import config
from engine.config import Settings


class ClientAddress:
    """A WSGI layer that puts the client's own address in the place of a trusted proxy's.

    X-Forwarded-For is read from its end: each trusted proxy added the address it saw, and the first one that is not ours is the
    client. Whatever stands before that came from outside and is not believed.
    """

    def __init__(self, inner, trusted: list):
        self.inner, self.trusted = inner, trusted

    def __call__(self, environ, start_response):
        address, told = environ.get("REMOTE_ADDR", ""), environ.get("HTTP_X_FORWARDED_FOR", "").split(",")
        while self._is_ours(address) and told and (before := told.pop().strip()):
            if _parsed(before) is None:
                break
            address = before
        environ["REMOTE_ADDR"] = address
        return self.inner(environ, start_response)

    def _is_ours(self, text: str) -> bool:
        address = _parsed(text)
        return address is not None and any(address in network for network in self.trusted)


def _parsed(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def init_app(app, settings: Settings) -> None:
    """Believe the proxies that the settings name; without any, nobody."""
    if trusted := config.networks(settings.trusted_proxies):
        app.wsgi_app = ClientAddress(app.wsgi_app, trusted)
