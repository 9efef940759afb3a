"""Read a request: content type, size and encoding first, then the value, then its schema."""

from flask import current_app, request
from marshmallow import RAISE, ValidationError

from engine.cases import batch
from engine.errors import Invalid, problem
from engine.i18n import _
from webapp.api import identity, strict_json
from webapp.api.problems import Refused, TooLarge, WrongContentType, invalid

MAX_BODY = 1024 * 1024
MAX_UPLOAD = 50 * 1024 * 1024
MAX_SHEET = batch.MAX_BYTES
MAX_PARTS = 200
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class NotAForm(Refused):
    status = 400
    message = _("The form cannot be read.")


def receive() -> None:
    """Read the whole body before a transaction begins: a slow sender must not hold the others up.

    Only clients we know may send more than a mebibyte.
    """
    limit = getattr(current_app.view_functions[request.endpoint], "body_limit", MAX_BODY)
    if limit == MAX_UPLOAD and request.mimetype != MULTIPART:
        limit = MAX_BODY
    if limit > MAX_BODY:
        identity.authenticate()
    if (request.content_length or 0) > limit:
        raise TooLarge(limit=limit)
    request.max_content_length, request.max_form_parts, request.max_form_memory_size = limit, MAX_PARTS, MAX_BODY
    if request.mimetype == MULTIPART and limit == MAX_UPLOAD:
        request.files.keys()
    else:
        request.get_data(cache=True)


def json_body(*schemas):
    """The JSON body, loaded by the schema when one is given; raises NotJson or Invalid."""
    expect(JSON)
    value = strict_json.loads(data())
    return load(schemas[0], value) if schemas else value


def load(schema, value) -> dict:
    """The value cleaned by a schema; raises Invalid with every fault."""
    try:
        return schema(unknown=RAISE).load(value)
    except ValidationError as error:
        raise invalid(error) from error


def faults(schema, value) -> tuple[dict, list[dict]]:
    """The value cleaned by a schema, and what is wrong with it."""
    try:
        return load(schema, value), []
    except Invalid as error:
        return {}, error.problems


def form(schema) -> dict:
    """A url-encoded form; no field may come twice."""
    expect(FORM)
    if request.args:
        raise NotAForm()
    return load(schema, _single(request.form))


def query(schema) -> dict:
    """The query string; names nobody knows are refused, so that a misspelt filter does not list everything."""
    return load(schema, _single(request.args))


def parts(main: str = "referral") -> tuple[object, list]:
    """The part of this name of a multipart request as JSON, and the other parts as files; a JSON body has no files."""
    expect(JSON, MULTIPART)
    if request.mimetype == JSON:
        return json_body(), []
    named, files = request.form, list(request.files.items(multi=True))
    if [*named] not in ([main], []) or len(named.getlist(main)) > 1:
        raise Invalid(problems=[problem("", "unknown", _("Beside the files there may be one part only: “%(part)s”."), part=main)])
    if not named:
        value = [upload for name, upload in files if name == main]
        files = [(name, upload) for name, upload in files if name != main]
        if len(value) != 1:
            raise Invalid(problems=[problem("", "required", _("The part “%(part)s” is missing."), part=main)])
        return strict_json.loads(value[0].read(MAX_BODY)), files
    return strict_json.loads(named[main].encode("utf-8", "surrogatepass")), files


def expect(*types: str) -> None:
    """Refuse another content type, a foreign encoding or a compressed body."""
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if request.mimetype not in types or charset not in ("utf-8", "utf8") or request.headers.get("Content-Encoding"):
        raise WrongContentType({"Accept": ", ".join(types), "Accept-Post": ", ".join(types)}, wanted=" / ".join(types))


def data() -> bytes:
    """The whole body, as `receive` has read it."""
    return request.get_data(cache=True)


def _single(values) -> dict:
    twice = [name for name in values if len(values.getlist(name)) > 1]
    if twice:
        raise Invalid(problems=[problem(f"/{name[:64]}", "twice", _("This came twice.")) for name in twice])
    return dict(values.items())


__all__ = ["FORM", "JSON", "MULTIPART", "XLSX", "data", "expect", "faults", "form", "json_body", "load", "parts", "query"]
