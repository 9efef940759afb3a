"""Files that spreadsheets open."""

import csv
import io
from collections.abc import Iterable, Sequence

from flask import Response

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(DANGEROUS) else text


def download(filename: str, rows: Iterable[Sequence]) -> Response:
    """The rows as a CSV file in UTF-8, marked as such for the spreadsheets that would guess otherwise."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    answer = Response("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    answer.headers.set("Content-Disposition", "attachment", filename=filename)
    return answer
