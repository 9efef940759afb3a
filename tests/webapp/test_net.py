"""PostgreSQL's net under the rules: with an account that does not own the tables, a query that forgot its condition reads nothing
foreign, and a right one reads what it did before."""

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select, text, true

import engine
from engine import clock, config
from engine.access import handlers, net
from engine.access.actor import Actor
from engine.access.models import OneTimeCode, Participant, PartyLink, Role
from engine.access.policy import visible
from engine.cases.models import AuthorityRequest, Case, Note
from engine.config import Settings
from engine.db import db, transaction
from engine.inbox.workspace import desk
from engine.workflow.models import TraceEntry
from tests import databases, factories, personas
from tests.webapp.conftest import Browser
from webapp import create_app

KINDS = (Participant, Note, TraceEntry)


@pytest.fixture(scope="module")
def held(tmp_path_factory):
    """The web on a migrated database with an account of its own; two cases of two worlds."""
    before = config.current()
    with databases.postgresql() as url:
        settings = Settings(data=tmp_path_factory.mktemp("net"), database_url=url, secret_key="a key for tests only", demo=True)
        own_account = replace(settings, database_url=databases.of_its_own_account(url))
        app, bare = create_app(own_account), Flask("bare")
        engine.init_app(bare, own_account)
        with bare.app_context():
            with transaction():
                world = personas.world()
                ours = two(world.court, world.organisation, world.bank, world.mediator)
                theirs = two(world.other_court, world.other_organisation, world.insurer, world.outsider)
            yield app, world, ours, theirs
            db.session.remove()
            db.engine.dispose()
    net.forget()
    config.use(before)


def two(court, organisation, body, mediator) -> Case:
    """A case with a party, an institution, a note and a trace."""
    case = factories.case(court_id=court.id, organisation_id=organisation.id, mediator_id=mediator.id)
    factories.participant(case)
    factories.participant(case, side="respondent", name=body.name, body_id=body.id)
    factories.added(Note(case_id=case.id, author="x", text="一句话"))
    factories.added(TraceEntry(case_id=case.id, event="begun"))
    return case


def ids(model, *conditions) -> list[int]:
    column = model.case_id if hasattr(model, "case_id") else model.id
    return sorted(db.session.scalars(select(column).where(*conditions)).unique())


def read(actor: Actor, is_drawn=True) -> tuple:
    """The cases, and those whose other rows are read, without any condition; and the cases by the rule table's."""
    with transaction(write=False):
        if is_drawn:
            net.draw(actor)
        return ids(Case), [set(ids(kind)) for kind in KINDS], ids(Case, visible(actor, Case))


@pytest.mark.parametrize("name", ["clerk", "coordinator", "mediator", "handler", "court_system", "party"])
def test_a_query_without_its_condition_reads_nothing_foreign(held, name):
    _app, world, ours, _theirs = held
    actor = world.actor(name) if name != "party" else Actor("party", "x", participant_id=ours.participants[0].id, case_id=ours.id)
    cases, others, ruled = read(actor)
    assert cases == ruled == read(actor, is_drawn=False)[2] == [ours.id]
    assert others == [{ours.id}] * len(KINDS)


def test_of_an_institution_only_who_handles_a_case_reads_it_and_its_handlers_while_nobody_does(held, monkeypatch):
    _app, world, ours, _theirs = held
    with transaction():
        colleague, boss, leader = (factories.user(name, role, world.bank) for name, role in (
            ("经办乙", Role.INSTITUTION_HANDLER), ("科长", Role.INSTITUTION_APPROVER), ("授权", Role.INSTITUTION_ADMIN)))
    everybody = {name: Actor.of_user(user) for name, user in (("colleague", colleague), ("boss", boss), ("leader", leader))}
    told = net._DRAW
    for query in (told, text(told.text.replace(str(net.MOST_TOLD), "0"))):
        monkeypatch.setattr(net, "_DRAW", query)
        assert {name: read(who)[0] for name, who in everybody.items()} == {"colleague": [], "boss": [], "leader": [ours.id]}
        with transaction():
            kept = [row.id for row in handlers.of_cases([ours.id], [world.bank.id])]
            handlers.leave(world.handler.id, None)
        assert read(everybody["colleague"])[0] == read(world.actor("handler"))[0] == [ours.id]
        with transaction():
            asked = factories.added(AuthorityRequest(
                case_id=ours.id, institution_id=world.bank.id, participant_id=ours.participants[1].id, asked_by="x", act="offer",
                concession=1, total=1, approver_id=boss.id))
            for key in kept:
                db.session.get(handlers.CaseHandler, key).until = None
        assert read(everybody["boss"])[0] == [ours.id] and read(everybody["colleague"])[0] == []
        with transaction():
            db.session.get(AuthorityRequest, asked.id).status = "refused"


@pytest.mark.parametrize("name", ["designer", "approver", "judge"])
def test_who_has_to_do_with_no_case_reads_none(held, name):
    cases, others, ruled = read(held[1].actor(name))
    assert set(cases) <= {held[2].id} and set(ruled) <= set(cases) and all(each <= {held[2].id} for each in others)


@pytest.mark.parametrize("name", ["admin", "auditor", "regulator"])
def test_who_reads_of_all_and_whatever_changes_is_not_held(held, name):
    _app, world, ours, theirs = held
    assert read(world.actor(name))[0] == [ours.id, theirs.id]
    read(world.actor("clerk"))
    with transaction() as session:
        assert ids(Case) == [ours.id, theirs.id]
        session.add(Note(case_id=theirs.id, author="x", text="另一句"))


def test_a_page_that_forgot_its_condition_shows_nothing_foreign(held, monkeypatch):
    app, world, ours, theirs = held
    clerk, outsider = Browser(app).sign_in(world.clerk), Browser(app).sign_in(world.outsider)
    assert ours.number in clerk.text("/cases/") and clerk.get(f"/cases/{ours.number}").status_code == 200
    monkeypatch.setattr(desk, "visible", lambda actor, model: true())
    assert ours.number in clerk.text("/cases/") and theirs.number not in clerk.text("/cases/")
    assert theirs.number in outsider.text("/cases/") and ours.number not in outsider.text("/cases/")


def of_cases() -> set[str]:
    """The tables that name a case, hang from one that does, or belong to a body."""
    found, before = {"case", "body"}, set()
    while found != before:
        before = set(found)
        found |= {table.name for table in db.metadata.sorted_tables if "case_id" in table.columns or any(
            key.column.table.name in found - {"user", "version"} for key in table.foreign_keys)}
    return found - {"body"}


def test_every_table_of_a_case_or_a_body_is_held_or_says_why_not(held):
    with transaction(write=False):
        assert net.holds()
        policies = set(db.session.scalars(text("SELECT tablename FROM pg_policies WHERE policyname = 'net'")))
        switched_on = set(db.session.scalars(text("SELECT relname FROM pg_class WHERE relrowsecurity")))
    assert policies == switched_on
    assert of_cases() - policies == set(net.WITHOUT) & of_cases(), "give it a policy in a migration (0057 shows how)"
    assert not policies & set(net.WITHOUT)


def test_what_hangs_from_a_row_of_a_case_is_held_with_it(held):
    _app, world, ours, theirs = held
    with transaction():
        for case in (ours, theirs):
            for_one = {"participant_id": case.participants[0].id, "expires_at": clock.now()}
            link = factories.added(PartyLink(case_id=case.id, token_hash=f"hash {case.id}", check_code="1", **for_one))
            factories.added(OneTimeCode(link_id=link.id, purpose="enter", code_hash="x", expires_at=clock.now()))
    for name, count in (("clerk", 1), ("outsider", 1), ("designer", 0), ("admin", 2)):
        with transaction(write=False):
            net.draw(world.actor(name))
            assert [len(list(db.session.scalars(select(kind)))) for kind in (PartyLink, OneTimeCode)] == [count] * 2, name


def test_whoever_has_more_cases_than_are_told_is_held_alike(held, monkeypatch):
    _app, world, ours, _theirs = held
    monkeypatch.setattr(net, "_DRAW", text(net._DRAW.text.replace(str(net.MOST_TOLD), "0")))
    for name in ("clerk", "handler", "mediator", "coordinator"):
        cases, others, _ruled = read(world.actor(name))
        assert cases == [ours.id] and others == [{ours.id}] * len(KINDS), name
