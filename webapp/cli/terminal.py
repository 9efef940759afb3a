"""What commands share that talk of cases: the engine with the web's languages, and tables for a terminal."""

import unicodedata
from contextlib import contextmanager

from flask import Flask

import engine
from engine.config import Settings
from webapp import i18n


@contextmanager
def web():
    """The engine and the web's languages, without its pages."""
    app = Flask("webapp")
    engine.init_app(app, Settings.from_env())
    i18n.init_app(app)
    with app.app_context():
        yield app


def aligned(rows: list[tuple]) -> list[str]:
    """Columns that line up in a terminal, where a Chinese character is two places wide."""
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    padded = [[cell + " " * (wide - width(cell)) for cell, wide in zip(row, widths, strict=True)] for row in rows]
    return ["  " + "  ".join(cells).rstrip() for cells in padded]


def width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
