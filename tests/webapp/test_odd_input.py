"""Every page and every form takes nonsense calmly: no fault of ours, no answer to what was not asked."""

import pytest
from sqlalchemy import func, select

from engine.access.models import Participant
from engine.cases.models import Case
from engine.db import db, transaction
from engine.notices import links
from engine.workflow.models import Instance, TraceEntry, UserTask

QUESTIONS = [
    "endpoint=x&_method=NO&_scheme=javascript&_external=1&_anchor=x", "page=" + "9" * 5000, "q=" + "x" * 9000,
    "page=-1&q=%00%ff&stage=%00&state=%00&view=%00&seat=-1&lang=%00&by=month&since=9999-12-31&until=0001-01-01",
    "due=%00&priority=x&amount_from=NaN&amount_to=1e999&assignee=" + "9" * 40 + "&sort=x&columns=x&saved=x&after=%ff&before=e30",
    "by=court&since=0001-01-01&until=9999-12-31&link=%00&c=%00&element=%00&code=%00&next=//%5B&seat=" + "9" * 40,
]
TEXTS = ["", "\x00", "-1", "9" * 40, "1e999", "NaN", "%", "%(x)s", "{{7*7}}", "<script>", "//[", "\u202e\ud7ff"]
FIELDS = """login password next user name body role reason active text audience days answer remark code tail hash_shown minutes
    decision result kind key title revision note en:x files sure planned_at mode""".split()  # noqa: SIM905
BODIES = [
    [], {}, None, 1, "x", {"revision": 10**30, "xml": 1}, {"revision": 1, "xml": "", "files": {"../a": "\x00"}, "english": 1},
    {"signals": [{"kind": [], "to": {}, "body": 1}]}, {"reference": "\x00", "status": "delivered"},
]
DESKS = {
    "coordinator": ("/inbox", "/cases", "/statistics", "/roster", "/mediators", "/triage", "/groups", "/serving", "/papers",
                    "/account", "/applications"),
    "mediator": ("/today", "/schedule"), "handler": ("/portfolio", "/limits", "/exports", "/handling", "/handlers"),
    "clerk": ("/objections/received", "/objections/paper", "/oral-applications", "/wall"),
    "designer": ("/designer",), "admin": ("/tracing", "/admin"), "auditor": ("/audit",),
    "stranger": ("/p/", "/room", "/verify", "/login", "/hooks", "/apply", "/fees", "/objections"),
}
ELSEWHERE = ("/api/", "/static/", "/health", "/logout", "/welcome")  # tests of their own, or nothing to ask
UNASKED = ("/coverage.json", "/designer/rules")  # they read everything that is drawn, and no question: one is enough
LASTING = ("/approve", "/submit", "/drop", "/logout", "/events", "/bell", "/scenarios")  # they end the walk, or do not end soon


@pytest.fixture
def places(site, refer):
    """Every address, filled in with things that are there."""
    refer().work()
    with transaction():
        links.issue(db.session.scalar(select(Participant)), "odd")
        token = links.token("odd")
    values = {
        "number": db.session.scalar(select(Case.number)), "task_id": db.session.scalar(select(UserTask.id)), "act": "withdrawal",
        "instance_id": db.session.scalar(select(Instance.id)), "process_key": "court_mediation", "key": "court_mediation",
        "name": "process.toml", "token": token, "room": "r" * 22, "answer": "admit",
    }
    found = []
    for rule in site.url_map.iter_rules():
        _host, path = rule.build({name: values.get(name, 1) for name in rule.arguments}, append_unknown=False)
        if not path.endswith(LASTING):
            found.append((rule.methods, path))
    return found


@pytest.fixture
def walker(browser, stranger, monkeypatch, site):
    monkeypatch.setitem(site.config, "PROPAGATE_EXCEPTIONS", False)

    def at(who: str):
        found = stranger if who == "stranger" else browser(who)
        if who == "designer":
            assert found.post("/designer/processes/court_mediation/drafts").status_code == 303
        return found
    return at


def test_every_address_belongs_to_somebody_who_is_asked(places):
    known = tuple(start for starts in DESKS.values() for start in starts) + ELSEWHERE
    assert [path for _methods, path in places if path != "/" and not path.startswith(known)] == []


def of(who: str, places, method: str) -> list[str]:
    return [path for methods, path in places if method in methods and path.startswith(DESKS[who])]


@pytest.mark.parametrize("who", DESKS)
def test_odd_questions_are_answered(walker, places, who):
    person = walker(who)

    for path in of(who, places, "GET"):
        for question in QUESTIONS[:1] if path.endswith(UNASKED) else QUESTIONS:
            answer = person.get(f"{path}?{question}")
            assert answer.status_code < 500, (path, question)
            assert b"javascript:" not in answer.data and "evil" not in answer.headers.get("Location", "")


@pytest.mark.parametrize("who", DESKS)
def test_odd_forms_are_answered_and_move_no_case(walker, places, who):
    person = walker(who)
    before = db.session.scalar(select(func.count(TraceEntry.id)).where(TraceEntry.event == "task_completed"))

    for path in of(who, places, "POST"):
        for text in TEXTS:
            assert person.post(path, **dict.fromkeys(FIELDS, text)).status_code < 500, (path, text)
        assert person.post(path, **dict.fromkeys(FIELDS[:5], "x" * 60_000)).status_code < 500, path
        for body in BODIES:
            assert person.send_json("POST", path, body).status_code < 500, (path, body)
    db.session.rollback()
    assert db.session.scalar(select(func.count(TraceEntry.id)).where(TraceEntry.event == "task_completed")) == before
