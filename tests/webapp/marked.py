"""A case in which every word is marked, by what of it nobody unrelated may meet, and by who of its own people may not."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from werkzeug.routing import Rule as Address
from werkzeug.routing.converters import NumberConverter

from engine import clock
from engine.access.models import Participant, Role, User
from engine.access.roster import Absence
from engine.cases import intake
from engine.cases.models import AuthorityLimit, Case, Note
from engine.courts.models import CourtProfile, RulingObjection, WallOpening
from engine.db import db, transaction
from engine.documents.models import Document
from engine.inbox.asking import replying
from engine.inbox.models import TaskView
from engine.mediation.models import MediationSession
from engine.notices.models import ServiceAddress, Serving
from engine.tracks.models import CaseGroup
from engine.workflow.models import Incident, Instance, OperationCall, UserTask
from tests import factories, personas
from tests.journeys.walking import Walk
from tests.trodden import way

MARK = "金丝雀"
NUMBERS = ("16611112222", "canary@", "310115198805053425")  # of the marked applicant
CAUCUS, JOINT, ALONE, DRAFT, HOME = (f"{MARK}{word}" for word in ("单独谈话", "共同答复", "己方私藏", "协议条款", "送达住处"))
NOT_FOR = {  # whom of the case's own people each is kept from, before anything is signed (在线调解规则 18, 21, 22)
    "clerk": (CAUCUS, JOINT, ALONE, DRAFT, *NUMBERS), "coordinator": (CAUCUS, JOINT, ALONE, *NUMBERS),
    "handler": (CAUCUS, ALONE, HOME, *NUMBERS), "party": (CAUCUS,), "mediator": NUMBERS}
IDS = {"document_id": Document, "task_id": UserTask, "instance_id": Instance, "participant_id": Participant,
       "agent_id": Participant, "session_id": MediationSession, "serving_id": Serving, "address_id": ServiceAddress,
       "incident_id": Incident, "call_id": OperationCall, "group_id": CaseGroup}
STREAMS = {"room.events", "live_tasks.ring"}  # they do not end; they carry numbers only


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


@dataclass(frozen=True)
class Foreign:
    """The marked case, and who of the other houses works on it."""

    walk: Walk
    people: dict
    rows: dict  # name in an address → id of something that belongs to those houses


@pytest.fixture
def walked(world, shipped) -> dict:
    """Both cases, walked once for all tests that ask for them: whose they are, by ids."""
    def both() -> dict:
        people = {name: their(role, body) for name, role, body in (
            ("clerk", Role.CLERK, world.other_court), ("coordinator", Role.COORDINATOR, world.other_organisation),
            ("handler", Role.INSTITUTION_HANDLER, world.insurer))}
        theirs = replace(world, court=world.other_court, organisation=world.other_organisation, mediator=world.outsider, **people)
        with transaction():
            db.session.get(CourtProfile, world.other_court.id).decides_here = True
            case = intake.accept(theirs.actor("clerk"), referral("F-1", "HDBX", world.insurer, "（2024）京0102诉前调9号"),
                                 court=db.session.get(type(world.court), world.other_court.id))
        walk = Walk(theirs, case)
        to_signing(walk)
        with transaction():
            rows = of_the_houses(theirs, walk.case)
            case = intake.accept(world.actor("court_system"), personas.referral("O-1"))
        own = Walk(world, case)
        own.to_mediation()
        with transaction():
            house = {"colleague": factories.user("同事", Role.INSTITUTION_HANDLER, world.bank, login="colleague"),
                     "leader": factories.user("授权管理员", Role.INSTITUTION_ADMIN, world.bank, login="leader")}
            factories.added(factories.RoleGrant(
                user_id=house["colleague"].id, role=Role.INSTITUTION_HANDLER, body_id=world.insurer.id))
        return {"foreign": walk.case_id, "own": own.case_id, "rows": rows,
                "house": {name: user.id for name, user in house.items()},
                "people": {name: user.id for name, user in people.items()} | {"mediator": world.outsider.id}}
    return way.leg(both, "two marked cases")


def to_signing(walk: Walk) -> None:
    """To an agreement that is being signed, with something said to everybody that one can speak to."""
    walk.to_mediation()
    walk.to_result("agreement_full")
    one, other = (str(person.id) for person in walk.case.participants if person.role == "party")
    walk.do("draft_agreement", facts=DRAFT, final_clause=DRAFT, terms=[{
        "kind": "payment", "debtor": other, "creditor": one, "amount": "8000.00", "method": "转账", "account": DRAFT,
        "text": "", "due_on": (clock.today() + timedelta(days=30)).isoformat()}])
    with transaction():
        db.session.add(Note(case_id=walk.case_id, audience="mediator", author="x", text=CAUCUS))
        db.session.add(ServiceAddress(case_id=walk.case_id, participant_id=int(one), phone=NUMBERS[0], postcode="200000",
                                      address=HOME, agrees=True, channel="link", recorded_by="x"))
        db.session.add(Note(case_id=walk.case_id, audience="side:applicant", author="x", text=ALONE))
        replying.reply(walk.world.actor("handler"), walk.case, {"for_whom": "both", "stance_1": "denied", "text_1": JOINT})


@pytest.fixture
def foreign(world, walked) -> Foreign:
    """The marked case of another court, organisation and institution."""
    people = {name: db.session.get(User, key) for name, key in walked["people"].items()}
    return Foreign(Walk(world, db.session.get(Case, walked["foreign"])), people, walked["rows"])


@pytest.fixture
def own(world, walked) -> Walk:
    """A case of our court, organisation and bank."""
    return Walk(world, db.session.get(Case, walked["own"]))


def their(role: Role, body):
    with transaction():
        return factories.user("对方" + role, role, body, login=f"their-{role}")


def of_the_houses(theirs, case: Case) -> dict[str, int]:
    """What belongs to the other houses and not to a case alone."""
    who, today = theirs.coordinator.id, clock.today()
    return {
        "absence_id": factories.added(Absence(user_id=who, first_day=today, last_day=today, entered_by_id=who)).id,
        "view_id": factories.added(TaskView(user_id=who, name=MARK, asked={})).id,
        "opening_id": factories.added(WallOpening(
            case_id=case.id, court_id=theirs.court.id, asked_by_id=theirs.clerk.id, reason=MARK, until=clock.now())).id,
        "limit_id": factories.added(AuthorityLimit(institution_id=theirs.insurer.id, holder="handler", valid_from=today,
                                                   reference=MARK)).id,
        "objection_id": factories.added(RulingObjection(court_id=theirs.court.id, capacity="interested", channel="paper",
                                                        receipt_code=MARK, name=MARK, reason=MARK)).id,
        "group_id": factories.added(CaseGroup(organisation_id=theirs.organisation.id, name=MARK, issues=MARK)).id,
    }


def named(case: Case, token: str, others: dict[str, int]) -> dict:
    """What an address may name, as it stands in this case; a party's link is always our own."""
    told = {"token": token, "number": case.number, "code": "京0102"}
    for name, model in IDS.items():
        mine = model.case_id == case.id if hasattr(model, "case_id") else model.id > 0
        told[name] = db.session.scalar(select(model.id).where(mine).order_by(model.id.desc()).limit(1)) or 1
    told["participant_id"] = told["agent_id"] = next(person.id for person in case.participants if person.side == "applicant")
    told["room"] = db.session.scalar(select(MediationSession.room).where(MediationSession.case_id == case.id)) or "x"
    told["process_key"] = db.session.scalar(select(Instance).where(Instance.case_id == case.id)).version.process_key
    return told | others


def addresses(site, told: dict) -> Iterator[tuple[Address, str, str]]:
    """Every method of every route with something in its places."""
    adapter = site.url_map.bind("localhost")
    for rule in sorted(site.url_map.iter_rules(), key=lambda rule: rule.rule):
        values = {name: told.get(name, 1 if isinstance(converter, NumberConverter) else _text(rule, name))
                  for name, converter in rule._converters.items()}
        if rule.endpoint not in STREAMS:
            for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
                yield rule, method, adapter.build(rule.endpoint, values, method)


def _text(rule: Address, name: str) -> str:
    """One of the words that the address allows."""
    return sorted(getattr(rule._converters[name], "items", ["x"]))[0]


def has_mark(answer, marks=(MARK, *NUMBERS)) -> bool:
    """Is anything of the foreign case in it? A file of the case needs no reading: it is not to be had at all."""
    if answer.mimetype in ("application/pdf", "application/zip") and answer.status_code == 200:
        return "designer" not in answer.request.path
    return any(word in answer.get_data(as_text=True) for word in marks if word not in answer.request.url)


def around(text: str) -> str:
    """What stands about the first mark."""
    at = text.find(MARK)
    return text[max(at - 80, 0):at + 40]
