"""Tell the streams of this process at once that a room has news. Only a hint: the streams look by themselves twice a second."""

import threading

_changed = threading.Condition()
_counts: dict[int, int] = {}


def ring(meeting_id: int) -> None:
    """Something changed in this room."""
    with _changed:
        _counts[meeting_id] = _counts.get(meeting_id, 0) + 1
        _changed.notify_all()


def heard(meeting_id: int) -> int:
    """How often it rang for this room."""
    with _changed:
        return _counts.get(meeting_id, 0)


def wait(meeting_id: int, heard_before: int, seconds: float) -> None:
    """Until it rings for this room again, or the time is over."""
    with _changed:
        _changed.wait_for(lambda: _counts.get(meeting_id, 0) != heard_before, seconds)
