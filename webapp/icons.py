"""Built files by their addresses, and the icons of the sprite."""

import json
from functools import cache, lru_cache
from pathlib import Path

from flask import g, url_for
from markupsafe import Markup

DIST = Path(__file__).with_name("static") / "dist"


@cache
def _manifest() -> dict:
    file = DIST / "manifest.json"
    return json.loads(file.read_text()) if file.exists() else {}


def asset(name: str) -> str:
    """The address of a built file; it changes when the file does."""
    if name not in (known := g.setdefault("assets", {})):
        version = _manifest().get(name, "")
        known[name] = url_for("static", filename=f"dist/{name}") + (f"?v={version}" if version else "")
    return known[name]


def icon(name: str, label: str = "") -> Markup:
    """An icon of the sprite; read aloud only when it has a label."""
    sprite = asset("icons.svg")
    return _drawn(Markup(' role="img" aria-label="{}"').format(label), sprite, name) if label else _silent(sprite, name)


def _drawn(heard: Markup, sprite: str, name: str) -> Markup:
    return Markup('<svg class="icon"{}><use href="{}#{}"></use></svg>').format(heard, sprite, name)


@lru_cache(maxsize=256)
def _silent(sprite: str, name: str) -> Markup:
    """The same few icons stand a hundred times on a page."""
    return _drawn(Markup(' aria-hidden="true"'), sprite, name)
