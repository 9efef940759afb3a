"""The mediation room: rehearsal at the door, the waiting room, the meeting with picture and sound, the minutes beside it."""

from webapp.room import live, routes  # noqa: F401  (their routes)
from webapp.room.entering import blueprint

__all__ = ["blueprint"]
