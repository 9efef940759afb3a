"""The rule table, route by route: every method of every route is tried by those whom its rule names and by some whom it does not,
with a foreign case and with their own. What is expected is read off the table (webapp/rules.py, engine/access/permissions.py)
and off who is related to which case; the code that decides is not asked."""

import pytest
from sqlalchemy import func, select

from engine import clock
from engine.audit.models import AuditEntry
from engine.cases.models import Case
from engine.db import db, transaction
from engine.notices import links
from engine.workflow.models import TraceEntry
from tests.webapp.api.nonsense import rows
from tests.webapp.conftest import Browser
from tests.webapp.marked import IDS, addresses, foreign, has_mark, named, own, walked  # noqa: F401
from tests.webapp.table import OF_A_CASE, RELATED, expected, may, staff, tried  # noqa: F401
from webapp import create_app, gate
from webapp.rules import RULES, Door


@pytest.fixture
def browsers(site, staff):  # noqa: F811
    return {name: Browser(site).sign_in(user) for name, user in staff.items()}


def ask(browser, method: str, path: str):
    if method == "GET":
        return browser.get(path)
    return browser.send_json(method, path, {"files": {}, "revision": 1}) if path.endswith(".json") else browser.post(path)


def state(case: Case) -> tuple:
    """What a change would leave behind."""
    with transaction(write=False):
        return (db.session.scalar(select(Case.revision).where(Case.id == case.id)),
                db.session.scalar(select(func.count(TraceEntry.id)).where(TraceEntry.case_id == case.id)),
                db.session.scalar(select(func.count(AuditEntry.id)).where(
                    AuditEntry.case_id == case.id, AuditEntry.outcome != "refused")))


def test_nobody_does_anything_to_a_foreign_case(site, world, foreign, own, browsers):  # noqa: F811
    case = foreign.walk.case
    with transaction():
        links.issue(next(person for person in own.case.participants if person.side == "applicant"), "mine")
    told, before, wrong = named(case, links.token("mine"), foreign.rows), state(case), []
    for rule, names, method, path, name in tried(site, told):
        want = expected(name, rule, names, is_own=False)
        if want is None or method == "GET":
            continue  # what is about no case is told by its own tests; pages are opened by everybody in the test of the marks
        answer = ask(browsers[name], method, path)
        if answer.status_code not in want or has_mark(answer):
            wrong.append((name, method, path, answer.status_code, want))
    assert wrong == []
    assert state(case) == before


def test_links_and_rooms_open_nothing_foreign(site, world, foreign, own, browsers):  # noqa: F811
    case = foreign.walk.case
    with transaction():
        links.issue(next(person for person in own.case.participants if person.side == "applicant"), "mine")
    before, holder, wrong = state(case), Browser(site), []
    for route, method, path in addresses(site, named(case, links.token("mine"), foreign.rows)):
        if RULES[route.endpoint].door != Door.LINK or not route.arguments & (IDS.keys() | {"room"}):
            continue
        for browser in [holder] if "token" in route.arguments else [browsers["mediator"], browsers["handler"]]:
            answer = ask(browser, method, path)
            if answer.status_code != 404 or has_mark(answer):
                wrong.append((method, path, answer.status_code))
    assert wrong == [] and state(case) == before


def test_what_a_role_does_not_include_is_refused_in_ones_own_case_too(site, world, own, browsers):  # noqa: F811
    told, wrong, opened = named(own.case, "x", {}), [], set()
    lacking = {name for name, model in IDS.items() if name in OF_A_CASE and hasattr(model, "case_id") and db.session.scalar(
        select(func.count(model.id)).where(model.case_id == own.case_id)) == 0}
    before = state(own.case)
    for rule, names, method, path, name in tried(site, told):
        want = {404} if names & lacking else expected(name, rule, names, is_own=True)
        if want is not None:
            answer = ask(browsers[name], method, path)
            if answer.status_code not in want:
                wrong.append((name, method, path, answer.status_code, want))
        elif method == "GET" and names == {"number"} and path not in opened:
            opened.add(path)  # by the first of those whom the table lets in
            if browsers[name].get(path).status_code == 403:
                wrong.append((name, method, path, 403, "let in"))
    assert wrong == []
    assert state(own.case)[:2] == before[:2]


KEPT_ALL_THE_SAME = {"audit_entry", "secret_view", "case_look", "task_mark", "wall_opening", "trace_entry"}  # who looked


def test_nothing_is_written_in_the_archive(site, world, own, browsers):  # noqa: F811
    with transaction():
        links.issue(next(person for person in own.case.participants if person.side == "applicant"), "mine")
        own.case.archived_at = clock.now()
    told, before, wrong = named(own.case, links.token("mine"), {}), rows(), []
    history = set(db.session.scalars(select(TraceEntry.id)))
    posts = [(name, path) for rule, names, method, path, name in tried(site, told)
             if method != "GET" and names & OF_A_CASE and name in RELATED and may(name, rule)]
    posts += [("", path) for route, method, path in addresses(site, told) if method != "GET" and "token" in route.arguments
              and RULES[route.endpoint].door == Door.LINK]
    for name, path in posts:
        answer = (browsers[name] if name else Browser(site)).post(path, **WORDS)
        if answer.status_code >= 500:
            wrong.append((name, path, answer.status_code))
    told = select(TraceEntry.event).where(
        TraceEntry.id.not_in(history), TraceEntry.event.not_in(("wall_asked", "signatures_hold")))
    assert wrong == [] and list(db.session.scalars(told)) == []
    assert {name for name, count in rows().items() if count != before[name]} <= KEPT_ALL_THE_SAME


WORDS = {"reason": "一个足够长的理由，说明为什么。", "text": "一句话", "audience": "filing", "why": "contact", "sure": "yes",
         "answer": "confirmed", "on": "1", "until": "2099-01-01", "participant": "1", "outcome": "reached", "direction": "out"}


def test_nothing_starts_while_a_route_has_no_rule(settings, monkeypatch):
    monkeypatch.delitem(RULES, "cases.act")
    with pytest.raises(gate.RouteWithoutRule, match=r"cases\.act \(/cases/<number>/acts/<act>\)"):
        create_app(settings)


def test_a_rule_of_no_route_and_a_scope_that_differs_are_noticed(site, monkeypatch):
    monkeypatch.setitem(RULES, "cases.gone", RULES["cases.act"])
    with pytest.raises(gate.RouteWithoutRule, match="cases.gone"):
        gate.close(site)
    monkeypatch.delitem(RULES, "cases.gone")
    monkeypatch.setitem(RULES, "api_cases.show", RULES["api_cases.content"])
    with pytest.raises(gate.RouteWithoutRule, match="api_cases.show"):
        gate.close(site)


def test_a_route_without_a_rule_is_closed_even_if_it_is_there(site, stranger, monkeypatch):
    monkeypatch.delitem(RULES, "home.health")
    assert stranger.get("/health").status_code == 404


def test_a_view_that_forgot_to_ask_who_it_is_tells_nothing(site, stranger, monkeypatch):
    monkeypatch.setitem(site.view_functions, "party.overview", lambda token: "everything")
    answer = stranger.get("/p/anything")
    assert answer.status_code == 404 and "everything" not in answer.text


def test_a_view_that_forgot_its_permission_is_closed_by_the_table(browser, site, monkeypatch):
    monkeypatch.setitem(site.view_functions, "audit.index", lambda: "everything")
    assert browser("auditor").text("/audit/") == "everything"
    assert browser("clerk").get("/audit/").status_code == 403
