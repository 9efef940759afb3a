"""What a court would charge, how that is reckoned, and what mediation saves: a public page."""

from webapp.fees.routes import blueprint

__all__ = ["blueprint"]
