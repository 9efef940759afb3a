"""What tests of bad input share: a full referral to spoil, and a look at whether anything changed."""

import copy
import io
import zipfile

from sqlalchemy import func, select

from engine.db import db, transaction
from tests.personas import referral

PDF = b"%PDF-1.7\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20 + b"IEND\xaeB`\x82"


def archive(**parts: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as target:
        for name, data in parts.items():
            target.writestr(name, data)
    return file.getvalue()


def rows() -> dict:
    """How many rows every table has."""
    with transaction(write=False):
        return {table.name: db.session.scalar(select(func.count()).select_from(table)) for table in db.metadata.sorted_tables}


def put(body: dict, pointer: str, value) -> dict:
    """The body with another value at a JSON pointer; `...` takes it out."""
    body = copy.deepcopy(body)
    *path, last = pointer.strip("/").split("/")
    target = body
    for step in path:
        target = target[int(step) if isinstance(target, list) else step]
    if value is ...:
        del target[last]
    else:
        target[int(last) if isinstance(target, list) else last] = value
    return body


FULL = referral(evidence=[{"no": 1, "name": "账单"}])
FULL["parties"][0]["agents"] = [{"name": "张律师", "authority": "general"}]
