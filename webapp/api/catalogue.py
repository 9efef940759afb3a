"""GET /problems/{code}: what a problem document's `type` leads to."""

import re
from functools import cache

from flask_smorest import Blueprint

from engine.errors import DomainError, NotFound, code_of
from webapp.api import describe, incoming, presenting
from webapp.api.problems import HTTP, KINDS, Refused
from webapp.identity import public

blueprint = Blueprint("api_problems", __name__, description="What the codes of problems mean")
blueprint.before_request(incoming.receive)


@blueprint.get("/problems/<code>")
@describe.operation("What a problem's code means", answer="ProblemKind", problems=(404,), public=True)
@public
def show(code: str):
    """The sentence for people; `…` stands where an answer names a value."""
    if code not in kinds():
        raise NotFound()
    status, title = kinds()[code]
    with_gaps = re.sub(r"%\(\w+\)s", "…", presenting.told(title))
    return {"code": code, "title": with_gaps, "status": status}


@cache
def kinds() -> dict[str, tuple[int, str]]:
    """Code → status and marked message, of every error there is."""
    found = {code: (status, title) for status, (code, title) in HTTP.items()}
    pending = [DomainError]
    while pending:
        error = pending.pop()
        pending += error.__subclasses__()
        found.setdefault(code_of(error), (status_of(error), error.message))
    return found


def status_of(error: type[DomainError]) -> int:
    """The status that goes with a class of errors."""
    if issubclass(error, Refused):
        return error.status
    return next((status for kind, status in KINDS.items() if issubclass(error, kind)), 500)
