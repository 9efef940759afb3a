"""An SMS gateway and a mail server that deliver to nobody: what was sent is kept and shown."""

from webapp.peers.sink.app import create_app
from webapp.peers.sink.box import Box

__all__ = ["Box", "create_app"]
