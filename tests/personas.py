"""The people of the tests: a court, two mediation organisations, two institutions, and who works there."""

from dataclasses import dataclass

from engine.access.actor import Actor
from engine.access.models import ApiClient, Body, BodyKind, Role, User
from engine.courts.models import CourtProfile
from engine.db import db
from engine.mediation.models import MediatorProfile, OrganisationProfile
from tests import factories

SECRET = "argon2 is tested elsewhere"


@dataclass(frozen=True)
class World:
    """Everybody by name; `actor` makes an Actor of a user."""

    court: Body
    other_court: Body
    organisation: Body
    other_organisation: Body
    bank: Body
    insurer: Body
    clerk: User
    judge: User
    president: User
    coordinator: User
    other_coordinator: User
    mediator: User
    other_mediator: User
    outsider: User  # a mediator of the other organisation
    handler: User
    designer: User
    approver: User
    admin: User
    regulator: User
    auditor: User
    court_client: ApiClient

    def actor(self, name: str) -> Actor:
        """One of the people as an actor, with the roles they have now."""
        if name == "court_system":
            return Actor.of_client(db.session.get(ApiClient, self.court_client.id))
        return Actor.of_user(db.session.get(User, getattr(self, name).id))


def world() -> World:
    """Write everybody into the database."""
    court, other_court, organisation, other_organisation, bank, insurer = factories.all_added([
        factories.new_body(BodyKind.COURT, "沪0115", name="上海市浦东新区人民法院", region="310115"),
        factories.new_body(BodyKind.COURT, "京0102", name="北京市西城区人民法院", region="110102"),
        factories.new_body(BodyKind.ORGANISATION, "BJJR", name="京华银行业保险业纠纷调解中心"),
        factories.new_body(BodyKind.ORGANISATION, "HDBX", name="华东保险纠纷调解委员会"),
        factories.new_body(BodyKind.INSTITUTION, "JHYH", name="京华银行股份有限公司"),
        factories.new_body(BodyKind.INSTITUTION, "AXBX", name="安信财产保险股份有限公司"),
    ])
    people = {
        "clerk": ("书记员甲", Role.CLERK, court),
        "judge": ("法官甲", Role.JUDGE, court),
        "president": ("院长甲", Role.COURT_PRESIDENT, court),
        "coordinator": ("协调员甲", Role.COORDINATOR, organisation),
        "other_coordinator": ("协调员乙", Role.COORDINATOR, organisation),
        "mediator": ("李调解", Role.MEDIATOR, organisation),
        "other_mediator": ("王调解", Role.MEDIATOR, organisation),
        "outsider": ("外人", Role.MEDIATOR, other_organisation),
        "handler": ("银行经办", Role.INSTITUTION_HANDLER, bank),
        "designer": ("设计师", Role.DESIGNER, None),
        "approver": ("审批人", Role.APPROVER, None),
        "admin": ("管理员", Role.ADMIN, None),
        "regulator": ("监管员", Role.REGULATOR, None),
        "auditor": ("审计员", Role.AUDITOR, None),
    }
    users = {key: factories.new_user(name, role, at, login=key) for key, (name, role, at) in people.items()}
    factories.all_added(list(users.values()))
    mediators = [users[key] for key in ("mediator", "other_mediator", "outsider")]
    client = ApiClient(body_id=court.id, client_id="court-pudong", secret_hash=SECRET,
                       scopes="referrals cases messages documents")
    factories.all_added([
        *(CourtProfile(body_id=each.id, level="basic", designates_by="rule") for each in (court, other_court)),
        *(OrganisationProfile(body_id=each.id, sectors=sectors, regions=["31", "11"], invited_by=["沪0115", "京0102"])
          for each, sectors in ((organisation, ["banking", "insurance"]), (other_organisation, ["insurance"]))),
        *(MediatorProfile(user_id=each.id, body_id=each.body_id, specialities=["banking", "insurance"]) for each in mediators),
        client,
    ])
    return World(court=court, other_court=other_court, organisation=organisation, other_organisation=other_organisation,
                 bank=bank, insurer=insurer, court_client=client, **users)


def referral(external_ref: str = "R-1", **changes) -> dict:
    """A referral of the court that holds in every respect; the people are made up."""
    found = {
        "external_ref": external_ref,
        "court_number": "（2024）沪0115诉前调123号",
        "filed_on": "2024-11-05",
        "organisation": "BJJR",
        "cause": {"code": "110.2", "name": "信用卡纠纷", "list": "2020"},
        "category": "credit_card",
        "sector": "banking",
        "region": "310115",
        "statement": "持卡人对分期手续费有异议。",
        "amount": "12000.00",
        "claims": [{"type": "refund", "text": "退还手续费", "amount": "12000.00"}],
        "parties": [
            {
                "side": "applicant",
                "kind": "natural",
                "name": "王小明",
                "id_type": "resident_id",
                "id_number": "11010519491231002X",
                "phone": "16600001234",
                "consents": {"mediation": True, "e_service": True},
            },
            {
                "side": "respondent",
                "kind": "legal",
                "name": "京华银行股份有限公司",
                "id_type": "credit_code",
                "id_number": "91350100M000100Y43",
                "phone": "16600005678",
                "body": "JHYH",
                "representative": "赵行长",
            },
        ],
        "evidence": [],
        "details": {},
        "materials": ["起诉状", "身份证明"],
    }
    return {**found, **changes}


def docketed(external_ref: str = "B-1", **changes) -> dict:
    """A docketed case that the court entrusts with everybody's consent."""
    found = referral(external_ref, court_number="（2025）沪0115民初816号", filed_on="2025-02-24",
                     docket={"docketed_on": "2025-03-03", "procedure": "ordinary", "judge": "沈秋白", "during_trial": False})
    for party in found["parties"]:
        party["consents"] = {"mediation": True, "e_service": True}
    return {**found, **changes}


def application(external_ref: str = "A-1", **changes) -> dict:
    """The bank asks the organisation for mediation with its customer, and speaks for itself alone."""
    customer, bank = referral()["parties"]
    parties = [bank | {"side": "applicant", "consents": {"mediation": True, "e_service": True}},
               {key: value for key, value in customer.items() if key != "consents"} | {"side": "respondent"}]
    return referral(external_ref, court_number=None, filed_on=None, parties=parties, **changes)


def consumer(name: str = "王小明") -> Actor:
    """Somebody who hands in an application on the public page."""
    return Actor("user", name, roles={Role.CONSUMER: frozenset({None})})
