"""Rows for tests that need something to be there, and nothing more."""

from decimal import Decimal
from itertools import count

from sqlalchemy import delete, event, exists, insert, literal, select

from engine import clock
from engine.access.handlers import CaseHandler
from engine.access.models import Body, BodyKind, Participant, Role, RoleGrant, User
from engine.cases import numbering
from engine.cases.models import Case
from engine.db import Moment, db

_serial = count(1)


def body(*args, **columns) -> Body:
    """A court, organisation or institution."""
    return added(new_body(*args, **columns))


def new_body(kind=BodyKind.ORGANISATION, code="", **columns) -> Body:
    """The same, not yet in the database."""
    return Body(kind=kind, code=code or f"B{next(_serial)}", name=columns.pop("name", "测试机构"), **columns)


def user(*args, **columns) -> User:
    """Somebody with an account, and a role at a body when one is given."""
    return added(new_user(*args, **columns))


def new_user(name="李调解", role="", at: Body | None = None, **columns) -> User:
    """The same, not yet in the database."""
    body_id = at.id if at else None
    grants = [RoleGrant(role=role, body_id=body_id)] if role else []
    return User(login=columns.pop("login", f"user{next(_serial)}"), name=name, body_id=body_id, grants=grants, **columns)


def case(**columns) -> Case:
    """A case of own intake without a process."""
    defaults = {
        "number": numbering.platform_number(),
        "regime": "C",
        "channel": "party",
        "title": "测试纠纷",
        "cause_code": "110.2",
        "cause": "信用卡纠纷",
        "cause_list": "2020",
        "sector": "banking",
        "region": "310115",
        "amount": Decimal("1000.00"),
        "claims": [],
        "details": {},
    }
    return added(Case(**{**defaults, **columns}))


def participant(case: Case, side="applicant", name="王小明", **columns) -> Participant:
    """Somebody in a case."""
    return added(Participant(case_id=case.id, side=side, name=name, **columns))


@event.listens_for(Participant, "after_insert")
def _its_people_handle_it(_mapper, connection, person) -> None:
    """In the tests the handlers of an institution have its cases from the beginning; `nobody_handles` takes them away."""
    if person.body_id is None:
        return
    has_it = exists().where(CaseHandler.case_id == person.case_id, CaseHandler.body_id == person.body_id,
                            CaseHandler.user_id == RoleGrant.user_id)
    row = (literal(person.case_id), literal(person.body_id), RoleGrant.user_id, literal(clock.now(), Moment), literal(1))
    theirs = select(*row).where(
        RoleGrant.body_id == person.body_id, RoleGrant.role == Role.INSTITUTION_HANDLER, ~has_it)
    connection.execute(insert(CaseHandler).from_select(["case_id", "body_id", "user_id", "since", "revision"], theirs))


def nobody_handles(case: Case) -> None:
    """As if the case had just come in."""
    db.session.execute(delete(CaseHandler).where(CaseHandler.case_id == case.id))


def added(row):
    """Add a row and give it its id."""
    return all_added([row])[0]


def all_added(rows: list) -> list:
    """Add rows and give them their ids, at once."""
    db.session.add_all(rows)
    db.session.flush()
    return rows
