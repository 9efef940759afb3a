"""Is it DER, the one way of writing it? What can be written in two ways could be changed without changing what it says."""

CONSTRUCTED, LONG = 0x20, 0x80
BOOLEAN, INTEGER, NULL, SET = 0x01, 0x02, 0x05, 0x31


def whole(data: bytes) -> bytes | None:
    """The first element of the data, when it and all its parts are DER; None otherwise."""
    try:
        end = _element(data, 0, len(data))
    except (IndexError, ValueError):
        return None
    return data[:end]


def _element(data: bytes, start: int, limit: int) -> int:
    """Check the element that begins here; where it ends. Raises ValueError, IndexError."""
    tag, body = data[start], start + 2
    if tag & 0x1F == 0x1F:
        raise ValueError("a tag of several bytes")
    length = data[start + 1]
    if length & LONG:
        size = length & 0x7F
        body += size
        length = int.from_bytes(data[start + 2:body], "big")
        if size == 0 or data[start + 2] == 0 or length < LONG:
            raise ValueError("not the shortest length")
    end = body + length
    if end > limit:
        raise ValueError("longer than what holds it")
    _check(tag, data, body, end)
    return end


def _check(tag: int, data: bytes, body: int, end: int) -> None:
    if tag & CONSTRUCTED:
        parts = []
        while body < end:
            after = _element(data, body, end)
            parts.append(data[body:after])
            body = after
        if tag == SET and parts != sorted(parts):
            raise ValueError("a set out of order")
    elif tag == NULL and body != end or tag == BOOLEAN and data[body:end] not in (b"\x00", b"\xff"):
        raise ValueError("not a plain value")
    elif tag == INTEGER and not _is_shortest(data[body:end]):
        raise ValueError("not the shortest number")


def _is_shortest(number: bytes) -> bool:
    """No first byte that only repeats the sign."""
    return len(number) == 1 or len(number) > 1 and not (number[0] in (0, 0xFF) and number[0] >> 7 == number[1] >> 7)
