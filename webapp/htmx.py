"""Whole page or only its fragment: one helper decides."""

from flask import make_response, render_template, request


def wants_fragment() -> bool:
    """Did htmx ask for a part of the page?"""
    return request.headers.get("HX-Request") == "true" and "HX-History-Restore-Request" not in request.headers


def page_number() -> int:
    """Which page of a list was asked for."""
    return min(max(1, request.args.get("page", 1, int)), 10_000)


def goes_there() -> bool:
    """Was Enter pressed in the search: is the only one that it finds to be opened at once?"""
    return "go" in request.args and not wants_fragment() and bool(search_text().strip())


def search_text(values=None) -> str:
    """What was searched for, without signs that no name has."""
    return "".join(sign for sign in (request.args if values is None else values).get("q", "")[:100] if sign.isprintable())


def render(page: str, fragment: str, /, **values):
    """The page, or its fragment when htmx asked."""
    response = make_response(render_template(fragment if wants_fragment() else page, **values))
    response.headers["Vary"] = "HX-Request, Cookie"
    return response
