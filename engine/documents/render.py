"""Fill a document template with facts and get a PDF/A-2b: data in, bytes out, nothing else touched."""

import hashlib
import io
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from pathlib import Path

import segno
import typst

from engine import config
from engine.documents import rare, templates
from engine.documents.fonts import Typeface, typeface
from engine.documents.templates import TemplateRefused
from engine.errors import Invalid, problem
from engine.i18n import _

NO_PACKAGES = "/nonexistent"


@dataclass(frozen=True)
class Box:
    """Where a signature goes: field name, page (from 1), and place in points from the page's upper left corner."""

    name: str
    page: int
    x: float
    y: float
    w: float
    h: float


@dataclass(frozen=True)
class Rendered:
    """A finished document, with the boxes where it is to be signed."""

    data: bytes
    sha256: str
    pages: int
    signature_boxes: list[Box] = field(default_factory=list)


def pdf(template: str, facts: dict, language: str = "zh", root: Path = templates.ROOT) -> Rendered:
    """The template filled with the facts. Raises UnknownTemplate, FactsMissing, NotInThisLanguage, TemplateRefused."""
    templates.find(template, root).check(facts, language)
    face, dated = chosen_typeface(), _dated(facts)
    inputs = {"language": language, "font": face.family, "qr": _qr(facts)}
    path = root / f"{template}.typ"
    try:
        return rare.spelled_out(facts, lambda told: _compiled(path, root, face, inputs | {"facts": told}, dated))
    except typst.TypstError as error:
        raise TemplateRefused(template=template, why=error.diagnostic.strip()) from error


def chosen_typeface() -> Typeface:
    """The typeface the settings ask for; raises NoFont."""
    return typeface(config.current().fonts)


def _dated(facts: dict) -> datetime:
    """The document's own date, so that the same facts always give the same bytes."""
    try:
        moment = datetime.fromisoformat(facts.get("date"))
    except (TypeError, ValueError) as error:
        raise Invalid(problems=[problem("date", "date", _("%(field)s must be a date like 2024-03-29."), field="date")]) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone(timedelta(hours=8)))


def _compiled(path: Path, root: Path, face: Typeface, inputs: dict, dated: datetime) -> Rendered:
    compiler = typst.Compiler(
        str(path), root=str(root), font_paths=face.fonts, sys_inputs=inputs,
        package_path=NO_PACKAGES, package_cache_path=NO_PACKAGES,
    )
    data = compiler.compile(format="pdf", pdf_standards=["a-2b"], timestamp=dated)
    boxes = [Box(**found) for found in json.loads(compiler.query("<signature-box>", field="value"))]
    pages = json.loads(compiler.query("<page-total>", field="value", one=True))
    return Rendered(data, hashlib.sha256(data).hexdigest(), pages, boxes)


def _qr(facts: dict) -> str:
    address = (facts.get("verify") or {}).get("url")
    return _drawn(address) if address else ""


@lru_cache(maxsize=64)
def _drawn(address: str) -> str:
    """A copy in another language, and a paper that is printed anew, carry the same one."""
    svg = io.BytesIO()
    segno.make(address, error="m").save(svg, kind="svg", border=1, xmldecl=False)
    return svg.getvalue().decode()
