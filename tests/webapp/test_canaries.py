"""Whatever is said in a case carries a mark; nobody unrelated to the case meets it, whatever address they open with its ids."""

import logging
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from werkzeug.routing.converters import NumberConverter

from engine import clock
from engine.access.models import Participant, Role
from engine.cases import intake
from engine.cases.models import Case, Note
from engine.courts.models import CourtProfile
from engine.db import db, transaction
from engine.documents.models import Document
from engine.inbox import pages as inbox_pages
from engine.inbox import replying
from engine.mediation.models import MediationSession
from engine.notices import links
from engine.notices.models import Notice, ServiceAddress, Serving
from engine.tracks.models import CaseGroup
from engine.workflow.models import Incident, Instance, OperationCall, UserTask
from tests import factories, personas
from tests.journeys.walking import Walk
from tests.webapp.conftest import Browser

MARK = "金丝雀"
PEOPLE = ("clerk", "judge", "president", "coordinator", "mediator", "handler", "designer", "admin", "regulator", "auditor",
          "nobody")
RELATED = {"clerk", "coordinator", "mediator", "handler"}
TELLS_OF_ITSELF = {"static", "api-docs.openapi_json", "home.health", "designer.which_rule"}  # and reads nothing of a case
NOT_A_PAGE = {"room.events", "live_tasks.ring"}  # streams that do not end; they carry numbers only
IDS = {"document_id": Document, "task_id": UserTask, "instance_id": Instance, "participant_id": Participant,
       "session_id": MediationSession, "serving_id": Serving, "address_id": ServiceAddress, "incident_id": Incident,
       "call_id": OperationCall, "group_id": CaseGroup}


def marked(text: str) -> str:
    return f"{MARK}{text}"


def referral(external_ref: str, organisation: str, bank, number: str) -> dict:
    """A referral in which every free text is marked."""
    found = personas.referral(external_ref, organisation=organisation, court_number=number)
    consumer, other = found["parties"]
    consumer |= {"name": marked("甲"), "address": marked("路1号"), "phone": "16611112222", "email": "canary@example.com",
                 "id_number": "310115198805053425"}
    other |= {"body": bank.code, "name": bank.name, "representative": marked("行长")}
    return found | {"statement": marked("事实"), "title": marked("纠纷"), "details": {"note": marked("细节")},
                    "claims": [{"type": "refund", "text": marked("请求"), "amount": "12000.00"}]}


@pytest.fixture
def foreign(world, shipped):
    """A marked case of another court, organisation and institution, walked to an agreement that is being signed."""
    people = {name: their(role, body) for name, role, body in (
        ("clerk", Role.CLERK, world.other_court), ("coordinator", Role.COORDINATOR, world.other_organisation),
        ("handler", Role.INSTITUTION_HANDLER, world.insurer))}
    theirs = replace(world, court=world.other_court, organisation=world.other_organisation, mediator=world.outsider, **people)
    with transaction():
        db.session.get(CourtProfile, world.other_court.id).decides_here = True
        case = intake.accept(theirs.actor("clerk"), referral("F-1", "HDBX", world.insurer, "（2024）京0102诉前调9号"),
                             court=db.session.get(type(world.court), world.other_court.id))
    walk = Walk(theirs, case)
    walk.to_mediation()
    walk.to_result("agreement_full")
    one, other = (str(person.id) for person in walk.case.participants if person.role == "party")
    walk.do("draft_agreement", facts=marked("无争议"), final_clause=marked("了结"), terms=[{
        "kind": "payment", "debtor": other, "creditor": one, "amount": "8000.00", "method": "转账", "account": marked("账号"),
        "text": "", "due_on": (clock.today() + timedelta(days=30)).isoformat()}])
    with transaction():
        db.session.add(Note(case_id=walk.case_id, audience="mediator", author="x", text=marked("单独谈话")))
        replying.reply(theirs.actor("handler"), walk.case, {
            "for_whom": "both", "stance_1": "denied", "text_1": marked("答复")})
    return walk


def their(role: Role, body):
    with transaction():
        return factories.user("对方" + role, role, body, login=f"their-{role}")


@pytest.fixture
def own(world, foreign):
    """A case of our court, organisation and bank."""
    with transaction():
        case = intake.accept(world.actor("court_system"), personas.referral("O-1"))
    walk = Walk(world, case)
    walk.to_mediation()
    return walk


def addresses(site, foreign: Walk, token: str) -> list[str]:
    """Every address that is opened by GET, with the ids of the foreign case wherever one belongs; a party's link is our own."""
    case, told = foreign.case, {"token": token, "number": foreign.case.number, "room": "x", "code": "京0102"}
    for name, model in IDS.items():
        mine = model.case_id == case.id if hasattr(model, "case_id") else model.id > 0
        told[name] = db.session.scalar(select(model.id).where(mine).order_by(model.id.desc()).limit(1)) or 1
    told["room"] = db.session.scalar(select(MediationSession.room).where(MediationSession.case_id == case.id))
    told["process_key"] = db.session.scalar(select(Instance).where(Instance.case_id == case.id)).version.process_key
    adapter = site.url_map.bind("localhost")
    found = []
    for rule in site.url_map.iter_rules():
        if "GET" in rule.methods and rule.endpoint not in TELLS_OF_ITSELF | NOT_A_PAGE:
            values = {name: told.get(name, 1 if isinstance(converter, NumberConverter) else "x")
                      for name, converter in rule._converters.items()}
            found.append(adapter.build(rule.endpoint, values))
    return sorted(set(found))


def searches(case: Case) -> list[str]:
    """Lists, asked for what only the foreign case has."""
    asked = [MARK, case.number, "16611112222"]
    return [f"{place}?q={text}{more}" for place, more in (("/cases/", "&go=1"), ("/inbox/", "&view=team"), ("/tracing/", ""))
            for text in asked]


def test_no_mark_of_a_foreign_case_is_met_anywhere(site, world, foreign, own, caplog):
    caplog.set_level(logging.DEBUG)
    with transaction():
        people = {name: factories.user("无角色", login="nobody") if name == "nobody" else getattr(world, name) for name in PEOPLE}
        links.issue(next(person for person in own.case.participants if person.side == "applicant"), "mine")
    pages = [*addresses(site, foreign, links.token("mine")), *searches(foreign.case)]
    browsers = {name: Browser(site).sign_in(user) for name, user in people.items()} | {"party": Browser(site)}
    leaks, found = [], set()
    for name, browser in browsers.items():
        for page in pages:
            answer = browser.get(page)
            if answer.status_code >= 500 or has_mark(answer):
                leaks.append((name, page, answer.status_code, around(answer.text)))
        mine = f"/p/{links.token('mine')}" if name == "party" else f"/cases/{own.case.number}"
        found |= {name} if "信用卡" in browser.get(mine).text else set()
    assert leaks == []
    assert found == RELATED | {"party"}
    assert MARK in Browser(site).sign_in(world.outsider).text(f"/cases/{foreign.case.number}")
    assert not any(word in record.getMessage() for record in caplog.records for word in (MARK, "16611112222", "canary@"))
    assert not any(MARK in text for text in db.session.scalars(select(Notice.text).where(Notice.case_id == own.case_id)))
    coordinator = world.actor("coordinator")
    assert inbox_pages.counts(coordinator)["team"] == len(inbox_pages.ids(coordinator, inbox_pages.Asked("team")))


def has_mark(answer) -> bool:
    """Is anything of the foreign case in it? A file of the case needs no reading: it is not to be had at all."""
    if answer.mimetype in ("application/pdf", "application/zip") and answer.status_code == 200:
        return "designer" not in answer.request.path
    return any(word in answer.get_data(as_text=True) for word in (MARK, "canary@", "16611112222", "310115198805053425")
               if word not in answer.request.url)


def around(text: str) -> str:
    """What stands about the first mark."""
    at = text.find(MARK)
    return text[max(at - 80, 0):at + 40]
