"""The visible part of a signature, as a small PDF of exactly the box's size."""

from datetime import UTC, datetime
from pathlib import Path

import typst

from engine import clock
from engine.documents import rare
from engine.documents.render import NO_PACKAGES, chosen_typeface

SOURCE = Path(__file__).with_name("stamp.typ")
WORDS = "演示签名（按约定可靠条件）"
SEALS = {"organisation": "调解专用章", "court": "演示院印"}


def stamp(kind: str, name: str, at: datetime, width: float, height: float, words: str = "") -> bytes:
    """A stamp for a signer of this kind: parties and mediators a name, organisations and courts a round seal."""
    face = chosen_typeface()
    time = at.astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
    facts = {"kind": kind, "name": name, "time": time, "width": width, "height": height,
             "words": words or WORDS, "seal": SEALS.get(kind, "")}
    return rare.spelled_out(facts, lambda told: typst.compile(
        str(SOURCE), root=str(SOURCE.parent), font_paths=face.fonts, package_path=NO_PACKAGES, package_cache_path=NO_PACKAGES,
        sys_inputs={"font": face.family, "facts": told}, pdf_standards=["a-2b"],
        timestamp=at.replace(microsecond=0).astimezone(UTC),
    ))
