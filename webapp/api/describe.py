"""What the OpenAPI file says of an operation, written once above its view."""

from functools import wraps
from http import HTTPStatus

from flask import Response, jsonify
from flask_smorest import Blueprint

from webapp.api.incoming import FORM, JSON, MAX_BODY, MAX_SHEET, MAX_UPLOAD, MULTIPART, XLSX

PROBLEM = "application/problem+json"
KEY_HEADER = {
    "in": "header", "name": "Idempotency-Key", "required": True,
    "description": "new for each new request; the same key with the same body gets the same answer again",
    "schema": {"type": "string", "minLength": 8, "maxLength": 200, "pattern": "^[!-~]{8,200}$"},
}


def operation(summary: str, *, answer: str, status: int = 200, problems: tuple = (), json=None, form=None, query=None,
              multipart: str = "", xlsx: bool = False, media_type: str = JSON, keyed: bool = False, public: bool = False,
              again: int = 0):
    """Describe a view, and make the plain value it returns a JSON answer."""

    def decorate(view):
        @wraps(view)
        def described(*args, **kwargs):
            told = view(*args, **kwargs)
            if isinstance(told, Response):
                return told
            value, code, headers = told if isinstance(told, tuple) else (told, status, {})
            response = jsonify(value)
            response.status_code = code
            response.headers.update(headers)
            return response

        scope = getattr(view, "scope", None)
        text = " ".join((view.__doc__ or "").split())
        doc = {"summary": summary, "responses": _responses(answer, status, problems, media_type, keyed, again)}
        if text:
            doc["description"] = text
        doc["security"] = [] if public else [{"oauth2": [scope]}]
        if content := _content(json, form, multipart, xlsx):
            doc["requestBody"] = {"required": True, "content": content}
        parameters = ([KEY_HEADER] if keyed else []) + ([{"in": "query", "schema": query}] if query else [])
        if parameters:
            doc["parameters"] = parameters
        described.body_limit = MAX_UPLOAD if multipart else MAX_SHEET if xlsx else MAX_BODY
        return Blueprint.doc(**doc)(described)

    return decorate


def _content(json, form, multipart: str, xlsx: bool) -> dict:
    content = {}
    if json is not None:
        content[JSON] = {"schema": json}
    if form is not None:
        content[FORM] = {"schema": form}
    if multipart:
        content[MULTIPART] = {"schema": {
            "type": "object", "required": [multipart],
            "properties": {multipart: {"type": "string", "contentMediaType": JSON, "description": "the same JSON as text"}},
            "additionalProperties": {"type": "string", "contentMediaType": "application/octet-stream"},
        }}
    if xlsx:
        content[XLSX] = {"schema": {"type": "string", "contentMediaType": XLSX}}
    return content


def _responses(answer: str, status: int, problems: tuple, media_type: str, keyed: bool, again: int) -> dict:
    schema = {"$ref": f"#/components/schemas/{answer}"} if media_type == JSON else {}
    good = {"description": HTTPStatus(status).phrase, "content": {media_type: {"schema": schema}}}
    if keyed:
        good["headers"] = {"Idempotent-Replayed": {
            "description": "true when this is the answer to an earlier request", "schema": {"type": "string"}}}
    repeated = {str(again): good | {"description": "Said before; nothing changed"}} if again else {}
    bad = {str(code): {"$ref": "#/components/responses/Problem"} for code in problems}
    return {str(status): good, **repeated, **bad}
