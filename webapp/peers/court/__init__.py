"""A court's own system, played: sends referrals, takes callbacks, decides on confirmations. It knows our HTTP doors only."""

from webapp.peers.court.app import create_app
from webapp.peers.court.setup import Court, Setup, SetupWrong

__all__ = ["Court", "Setup", "SetupWrong", "create_app"]
