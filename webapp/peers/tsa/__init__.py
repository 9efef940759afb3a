"""A time-stamping authority (RFC 3161): own root, key and list of revocations; it imports nothing of the engine."""

from webapp.peers.tsa.app import create_app
from webapp.peers.tsa.keys import Keys
from webapp.peers.tsa.stamps import Stamps

__all__ = ["Keys", "Stamps", "create_app"]
