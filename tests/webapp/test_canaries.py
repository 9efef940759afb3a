"""Whatever is said in a case carries a mark; nobody unrelated to the case meets it, whatever address they open with its ids,
and of its own people nobody meets what is kept from them."""

import logging
import subprocess
from collections.abc import Iterator

from sqlalchemy import select
from werkzeug.routing import Rule as Address

from engine import storage
from engine.access.policy import COURT_AUDIENCE, OFFICE_AUDIENCE
from engine.cases.models import Case
from engine.db import db, transaction
from engine.documents.models import Document
from engine.inbox.lists import pages as inbox_pages
from engine.notices import links
from engine.notices.models import Notice
from engine.workflow.models import OperationCall
from tests import factories
from tests.webapp.api.conftest import system_of
from tests.webapp.conftest import Browser
from tests.webapp.marked import (
    CAUCUS,
    JOINT,
    MARK,
    NOT_FOR,
    NUMBERS,
    addresses,
    around,
    foreign,  # noqa: F401
    has_mark,
    named,
    own,  # noqa: F401
    walked,  # noqa: F401
)
from tests.webapp.table import OF_A_CASE, RELATED, expected, staff, tried  # noqa: F401
from webapp.rules import RULES, Door

OF_NO_CASE = ("/designer", "/tracing", "/admin", "/audit")
TELLS_OF_ITSELF = {"static", "api-docs.openapi_json", "home.health", "designer.which_rule"}  # and reads nothing of a case


def searches(case: Case) -> list[str]:
    """Lists, asked for what only the foreign case has."""
    asked = [MARK, case.number, NUMBERS[0]]
    return [f"{place}?q={text}{more}" for place, more in (("/cases/", "&go=1"), ("/inbox/", "&view=team"), ("/tracing/", ""))
            for text in asked]


def pages(site, told: dict) -> dict[str, Address]:
    """Every address that is opened by GET."""
    return {path: rule for rule, method, path in addresses(site, told)
            if method == "GET" and rule.endpoint not in TELLS_OF_ITSELF}


def opened(site, told: dict) -> Iterator[tuple[str, str, set[int] | None]]:
    """Who opens which page, and what the rule table says of it: None where that is no refusal."""
    for rule, names, method, path, name in tried(site, told):
        if method == "GET":
            yield name, path, expected(name, rule, names, is_own=False)
    for path, route in pages(site, told).items():
        if RULES[route.endpoint].door != Door.STAFF:
            yield from ((name, path, None) for name in ("party", "mediator", "nobody"))


def test_no_mark_of_a_foreign_case_is_met_anywhere(site, world, foreign, own, staff, caplog):  # noqa: F811
    caplog.set_level(logging.DEBUG)
    case = foreign.walk.case
    with transaction():
        people = staff | {"nobody": factories.user("无角色", login="nobody")}
        links.issue(next(person for person in own.case.participants if person.side == "applicant"), "mine")
    browsers = {name: Browser(site).sign_in(user) for name, user in people.items()} | {"party": Browser(site)}
    asked = [*opened(site, named(case, links.token("mine"), foreign.rows)),
             *((name, page, None) for name in browsers for page in searches(case))]
    leaks, found = [], set()
    for name, page, want in asked:
        answer = browsers[name].get(page)
        if answer.status_code >= 500 or has_mark(answer) or want is not None and answer.status_code not in want:
            leaks.append((name, page, answer.status_code, want, around(answer.text)))
    assert leaks == []
    for name, browser in browsers.items():
        mine = f"/p/{links.token('mine')}" if name == "party" else f"/cases/{own.case.number}"
        found |= {name} if "信用卡" in browser.get(mine).text else set()
    assert found == RELATED | {"party"}
    assert not any(word in record.getMessage() for record in caplog.records for word in (MARK, *NUMBERS))
    coordinator = world.actor("coordinator")
    assert inbox_pages.counts(coordinator)["team"] == len(inbox_pages.ids(coordinator, inbox_pages.Asked("team")))
    nothing_was_sent_elsewhere(foreign, own)
    systems_of_other_houses_read_nothing(site, world, foreign, own)


def nothing_was_sent_elsewhere(foreign, own) -> None:  # noqa: F811
    """What we send says nothing of their case; what went out of theirs, nothing that is kept from whom it went to."""
    texts = [*db.session.scalars(select(Notice.text).where(Notice.case_id == own.case_id)),
             *map(repr, db.session.scalars(select(OperationCall.inputs).where(OperationCall.case_id == own.case_id)))]
    assert texts and not any(MARK in text for text in texts)
    told = list(db.session.scalars(select(Notice).where(Notice.case_id == foreign.walk.case_id)))
    assert told and not any(CAUCUS in each.text for each in told)
    for call in db.session.scalars(select(OperationCall).where(
            OperationCall.case_id == foreign.walk.case_id, OperationCall.operation.startswith("courts."))):
        assert not any(word in repr((call.inputs, call.request)) for word in NOT_FOR["clerk"]), call.operation
    papers = list(db.session.scalars(select(Document).where(
        Document.case_id == foreign.walk.case_id, Document.audience.in_(COURT_AUDIENCE | OFFICE_AUDIENCE))))
    for paper in papers:
        kept_from = NOT_FOR["clerk"] if paper.audience in COURT_AUDIENCE else NOT_FOR["coordinator"]
        assert not any(word in printed(paper) for word in kept_from), paper.kind
    assert MARK in "".join(map(printed, papers))


def printed(paper: Document) -> str:
    """What stands on a paper, without its spaces."""
    return words_of(storage.get(paper.sha256))


def words_of(data: bytes) -> str:
    told = subprocess.run(["pdftotext", "-", "-"], input=data, capture_output=True, check=True)
    return "".join(told.stdout.decode().split())


def systems_of_other_houses_read_nothing(site, world, foreign, own) -> None:  # noqa: F811
    """The API's addresses, asked by our court's and our bank's systems for the foreign case."""
    case = foreign.walk.case
    said = {"message_id": "00000000-0000-4000-8000-000000000001", "name": "withdrawal", "payload": {"reason": "x"}}
    for body in (world.court, world.bank):
        system = system_of(site, body)
        assert own.case.number in system.get("/cases").text and MARK not in system.get("/cases").text
        for rule, method, path in addresses(site, named(case, "x", {})):
            if rule.endpoint.startswith("api_") and "number" in rule.arguments:
                answer = system.send(method, path.removeprefix("/api/v1"), json=said if method == "POST" else None,
                                     headers={"Idempotency-Key": "foreign-1"})
                assert answer.status_code == 404 and not has_mark(answer), (body.code, method, rule.rule, answer.text)


def test_of_a_cases_own_people_nobody_meets_what_is_kept_from_them(site, foreign):  # noqa: F811
    case = foreign.walk.case
    with transaction():
        links.issue(next(person for person in case.participants if person.side == "applicant"), "theirs")
    browsers = {name: Browser(site).sign_in(user) for name, user in foreign.people.items()} | {"party": Browser(site)}
    met = {name: "" for name in browsers}
    told = named(case, links.token("theirs"), foreign.rows)
    of_staff = [path for path, route in pages(site, told).items() if RULES[route.endpoint].door == Door.STAFF and (
        route.arguments & OF_A_CASE or not route.arguments and not path.startswith(OF_NO_CASE))]
    of_party = [path for path in pages(site, told) if path.startswith("/p/")]
    for name, browser in browsers.items():
        for page in {"party": of_party, "mediator": [f"/cases/{case.number}"]}.get(name, of_staff):
            answer = browser.get(page)
            assert answer.status_code < 500, page
            met[name] += answer.text if answer.mimetype != "application/pdf" else ""
    leaks = [(name, word) for name, words in NOT_FOR.items() for word in words if word in met[name]]
    assert leaks == []
    assert CAUCUS in met["mediator"] and JOINT in met["handler"] and all(MARK in text for text in met.values())
    papers_tell_no_side_the_numbers_of_the_other(case, browsers)


def papers_tell_no_side_the_numbers_of_the_other(case: Case, browsers: dict) -> None:
    """The other's telephone stands on nothing; an identity number where it must say who owes (民诉法解释 461), and never on a
    copy that nobody signs."""
    phone, _mail, number = NUMBERS
    case_page, party_page = f"/cases/{case.number}/documents", f"/p/{links.token('theirs')}/documents"
    seen = {"handler": {}, "party": {}}
    for paper in list(db.session.scalars(select(Document).where(Document.case_id == case.id))):
        for name, place in (("handler", case_page), ("party", party_page)):
            for version in ("", "/english.pdf"):
                answer = browsers[name].get(f"{place}/{paper.id}{version}")
                if answer.status_code == 200 and answer.mimetype == "application/pdf":
                    seen[name][paper.kind, version] = words_of(answer.data)
    assert not any(phone in words for words in seen["handler"].values())
    assert {kind for kind, words in seen["handler"].items() if number in words} == {("agreement", "")}
    theirs = "16600005678"
    assert not any(theirs in words for words in seen["party"].values())
    assert number in seen["party"]["agreement", "/english.pdf"]  # their own
