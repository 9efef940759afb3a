"""Where a browser finds the relay for connections that a firewall would stop: credentials that lapse by themselves."""

import base64
import hashlib
import hmac

from engine import clock
from engine.config import Settings

LIFETIME_SECONDS = 12 * 3600


def ice_servers(settings: Settings, seat_id: int) -> list[dict]:
    """The TURN server with credentials for one seat, as coturn's `use-auth-secret` checks them; none: direct connections only."""
    if not settings.turn_url:
        return []
    host = settings.turn_url.partition("?")[0]
    username = f"{int(clock.now().timestamp()) + LIFETIME_SECONDS}:{seat_id}"
    digest = hmac.new(settings.turn_secret.encode(), username.encode(), hashlib.sha1).digest()
    return [{"urls": [f"{host}?transport=udp", f"{host}?transport=tcp"], "username": username,
             "credential": base64.b64encode(digest).decode()}]
