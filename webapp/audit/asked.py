"""What the address says of the entries that are wanted; what cannot be read is left out."""


from werkzeug.datastructures import MultiDict

from engine import reading
from engine.oversight.audit import Asked


def read(values: MultiDict) -> Asked:
    """The filters of a request."""
    words = {name: values.get(name, "").strip()[:100] for name in ("case", "login", "action", "outcome")}
    return Asked(**words, since=reading.day(values.get("since")), until=reading.day(values.get("until")))
