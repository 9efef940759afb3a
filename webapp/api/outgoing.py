"""The shapes of what the API says, for its OpenAPI file. A case is told by `presenting.py`, which lists what may be told."""

TEXT = {"type": "string"}
MAYBE = {"type": ["string", "null"]}
WHEN = {"type": ["string", "null"], "format": "date-time"}
WHOLE = {"type": "integer"}


def _object(required: bool = True, **properties) -> dict:
    shape = {"type": "object", "properties": properties, "additionalProperties": False}
    return shape | ({"required": list(properties)} if required else {})


def _list(item: dict) -> dict:
    return {"type": "array", "items": item}


NAMED = _object(code=TEXT, name=TEXT)
LINKS = {"type": "object", "additionalProperties": TEXT}

PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "code", "instance"],
    "properties": {
        "type": TEXT, "title": TEXT, "status": WHOLE, "code": TEXT, "instance": TEXT, "error": TEXT, "number": TEXT,
        "errors": _list(_object(pointer=TEXT, code=TEXT, message=TEXT)),
    },
}

DEADLINE = _object(
    term=TEXT, title=TEXT, starts_at=WHEN, due_at=WHEN, status=TEXT, explanation=TEXT, article=TEXT,
    pauses=_list(_object(**{"from": WHEN, "to": WHEN, "reason": TEXT})),
    extensions=_list(_object(days=WHOLE, reason=TEXT, new=WHEN)),
)

WAIT = _object(kind={"enum": ["person", "worker", "message", "clock"]}, who=TEXT, what=TEXT, since=WHEN, by=WHEN, article=TEXT,
               if_not=TEXT)

REGIME = _object(title=TEXT, referral=TEXT, mediation=TEXT, failure=TEXT, term=TEXT)

ENDING = _object(code=TEXT, name=TEXT, number=TEXT, decided_at=WHEN, in_force_at=WHEN, fee=MAYBE)

CASE_HEAD = {
    "number": TEXT, "external_ref": MAYBE, "court_number": TEXT, "organisation_number": TEXT, "regime": TEXT,
    "regime_words": REGIME, "title": TEXT, "stage": NAMED, "outcome": {"anyOf": [NAMED, {"type": "null"}]}, "confirmation": TEXT,
    "organisation": {"anyOf": [NAMED, {"type": "null"}]}, "received_at": WHEN, "updated_at": WHEN, "closed_at": WHEN,
    "links": LINKS,
}

CASE = CASE_HEAD | {
    "court": {"anyOf": [NAMED, {"type": "null"}]}, "mediator": MAYBE, "cause": NAMED, "amount": TEXT, "settled_amount": MAYBE,
    "ending": {"anyOf": [ENDING, {"type": "null"}]},
    "filed_on": MAYBE, "docketed_on": MAYBE, "procedure": MAYBE, "court_judge": MAYBE,
    "during_trial": {"type": "boolean"},
    "accepted_at": WHEN, "concluded_at": WHEN, "deadlines": _list(DEADLINE), "waits": _list(WAIT),
}

OBJECTION = _object(
    objection=WHOLE, receipt_code=TEXT, case=TEXT, status=TEXT, received_at=WHEN, term=MAYBE, due_at=WHEN,
    in_time={"type": ["boolean", "null"]}, explanation=TEXT, links=LINKS,
)

DOCUMENT = _object(
    id=WHOLE, kind=TEXT, title=TEXT, number=TEXT, media_type=TEXT, filename=TEXT, size=WHOLE, pages=WHOLE, sha256=TEXT,
    signatures=_list(_object(signer=TEXT, kind=TEXT, signed_at=WHEN)), created_at=WHEN, links=LINKS,
)

SCHEMAS = {
    "Problem": PROBLEM,
    "ProblemKind": _object(code=TEXT, title=TEXT, status=WHOLE),
    "IntakeFields": _object(
        category=TEXT, name=TEXT, sector=TEXT,
        parts=_list(_object(name=TEXT, title=TEXT, basis=TEXT, fields=_list(_object(
            key=TEXT, type=TEXT, label=TEXT, max_length={"type": ["integer", "null"]},
            values=_list(_object(value=TEXT, label=TEXT)))))),
    ),
    "Token": _object(access_token=TEXT, token_type=TEXT, expires_in=WHOLE, scope=TEXT),
    "ObjectionTaken": OBJECTION,
    "Taken": _object(number=TEXT, external_ref=TEXT, stage=NAMED, received_at=WHEN, links=LINKS),
    "BatchReport": _object(
        rows=WHOLE, taken=WHOLE, already=WHOLE, refused=WHOLE,
        report=_list({
            "type": "object", "required": ["row", "external_ref", "status"],
            "properties": {
                "row": WHOLE, "external_ref": MAYBE, "status": {"enum": ["taken", "already", "refused"]}, "number": TEXT,
                "problems": _list({"type": "object", "required": ["pointer", "code", "message"], "properties": {
                    "pointer": TEXT, "code": TEXT, "message": TEXT, "column": TEXT}}),
            },
        }),
    ),
    "Case": _object(**CASE),
    "CaseList": _object(cases=_list(_object(**CASE_HEAD)), next=MAYBE, as_of=WHEN),
    "EventList": _object(events=_list(_object(event=TEXT, what=TEXT, at=WHEN))),
    "DocumentList": _object(documents=_list(DOCUMENT)),
    "MessageTaken": _object(message_id=TEXT, name=TEXT, result={"enum": ["kept", "delivered", "too_late", "expired"]},
                            received_at=WHEN, links=LINKS),
}
