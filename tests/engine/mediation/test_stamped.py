"""Signing where an authority's time stamps are demanded: made before anything is written, kept for the long term afterwards."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine import clock, storage
from engine.access.models import Participant
from engine.db import db, transaction
from engine.documents import ahead, archive, shelf, stamping, verify
from engine.documents.ahead import SignedMeanwhile
from engine.documents.models import Document
from engine.mediation import signatures
from engine.operations.operation import Rejected, TryAgain
from engine.workflow.models import Incident
from tests.time_stamping import Tsa
from workers import long_validity

pytestmark = pytest.mark.db


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    made = Tsa(tmp_path_factory.mktemp("tsa"))
    yield made
    made.stop()


@pytest.fixture
def tsa(authority, table, with_settings, monkeypatch):
    authority.will("good")
    authority.keys.publish(clock.now())
    monkeypatch.setattr(stamping, "PAUSES", ())
    with_settings(**authority.settings)
    return authority


def document(table) -> Document:
    return db.session.get(Document, table.agreement.document_id, populate_existing=True)


def ordered(table, who, signs, **more) -> ahead.Order:
    with transaction(write=False):
        return signatures.order(table.actor(who), signs, table.agreement_id, table.hash, **more)


def as_party(table):
    actor = table.party("applicant")
    assert table.enter(actor, table.code(actor)) == "right"
    with transaction(write=False):
        order = signatures.order(actor, "party", table.agreement_id, table.hash, actor.participant_id)
    made = ahead.make(order)
    with transaction():
        return signatures.sign(actor, table.agreement_id, actor.participant_id, table.hash, made=made)


def as_bank(table, made=None):
    bank = table.people["respondent"].id
    made = made or ahead.make(ordered(table, "handler", "party", participant_id=bank))
    with transaction():
        return signatures.sign(table.actor("handler"), table.agreement_id, bank, table.hash, made=made)


def sign_all(table):
    as_party(table)
    as_bank(table)
    for who, signs, sign in (("mediator", "mediator", signatures.sign_as_mediator),
                             ("coordinator", "organisation", signatures.seal)):
        made = ahead.make(ordered(table, who, signs))
        with transaction():
            sign(table.actor(who), table.agreement_id, table.hash, made=made)


def open_incidents() -> list[str]:
    return list(db.session.scalars(select(Incident.kind).where(Incident.resolved_at.is_(None))))


def test_all_signatures_are_stamped_and_the_document_is_kept_and_stamped_again_in_time(table, tsa):
    sign_all(table)
    assert document(table).level == "B-T" and all(one.stamped_at for one in document(table).signatures)

    assert long_validity.extend() == 1

    kept = document(table)
    assert kept.level == "B-LTA" and kept.stamp_due_at > clock.now() + timedelta(days=9 * 365)
    assert verify.verify(storage.get(kept.sha256), kept.frozen_sha256).level == "B-LTA"
    assert long_validity.extend() == 0, "nothing is due"

    tsa.later(kept.stamp_due_at - clock.now() + timedelta(hours=1))
    assert long_validity.extend() == 1
    assert shelf.check(document(table)).kept.times == 2


def test_a_signature_without_its_stamp_is_not_entered(table, tsa):
    with pytest.raises(SignedMeanwhile), transaction():
        signatures.sign(table.actor("handler"), table.agreement_id, table.people["respondent"].id, table.hash)

    assert document(table).signatures == [] and document(table).sha256 == table.hash


def test_a_signature_made_on_bytes_that_others_have_signed_meanwhile_is_not_entered(table, tsa):
    early = ahead.make(ordered(table, "handler", "party", participant_id=table.people["respondent"].id))
    as_party(table)

    with pytest.raises(SignedMeanwhile):
        as_bank(table, early)

    assert [one.field for one in document(table).signatures] == ["party_1"]
    as_bank(table)
    assert shelf.check(document(table)).ok


def test_somebody_elses_signature_is_not_entered_as_mine(table, tsa):
    made = ahead.make(ordered(table, "handler", "party", participant_id=table.people["respondent"].id))
    actor = table.party("applicant")
    table.enter(actor, table.code(actor))

    with pytest.raises(SignedMeanwhile), transaction():
        signatures.sign(actor, table.agreement_id, actor.participant_id, table.hash, made=made)


def test_while_the_authority_is_away_an_incident_says_so_and_the_document_comes_again(table, tsa):
    sign_all(table)
    tsa.will("down")
    assert long_validity.extend() == 0
    assert open_incidents() == ["no_time_stamp"]
    assert long_validity.extend() == 0, "it is not asked for again at once"
    assert long_validity.look() == 0 and open_incidents() == ["no_time_stamp"]

    tsa.will("good")
    assert long_validity.look() == 1

    assert open_incidents() == [] and long_validity.extend() == 1 and document(table).level == "B-LTA"


def test_a_list_of_revocations_that_is_too_old_is_told_of_and_made_good(table, tsa):
    sign_all(table)
    clock.move(timedelta(days=400))
    assert long_validity.extend() == 0 and open_incidents() == ["not_archived"]

    tsa.later(timedelta(hours=1))
    assert long_validity.extend() == 1 and open_incidents() == []


def test_a_signature_that_comes_while_the_document_is_stamped_is_not_lost(table, tsa):
    as_party(table)
    with transaction():
        document(table).stamp_due_at = clock.now()
    with transaction():
        taken = archive.take(document(table).id)
    made = archive.add(taken)
    as_bank(table)

    with transaction():
        assert archive.keep(document(table).id, taken, made) is False

    assert len(shelf.check(document(table)).signatures) == 2


def test_an_agreement_takes_effect_though_its_document_is_stamped_between_the_look_at_its_signatures_and_the_count(table, tsa):
    sign_all(table)
    bench, name, inputs = table.bench, "mediation.make_effective", {"agreement_id": table.agreement_id}
    first = bench.prepare(name, **inputs)
    looked_at = bench.run(name, first)
    assert long_validity.extend() == 1 and document(table).level == "B-LTA"

    with pytest.raises(TryAgain) as pause:
        bench.record(name, looked_at, first)

    assert pause.value.seconds == 0 and table.agreement.status == "frozen"
    again = bench.prepare(name, serial=first.id, attempt=2, **inputs)
    bench.record(name, bench.run(name, again), again)
    assert table.agreement.status == "effective"


def test_a_file_exchanged_between_the_look_and_the_count_is_found_broken_at_the_next_look(table, tsa):
    sign_all(table)
    bench, name, inputs = table.bench, "mediation.make_effective", {"agreement_id": table.agreement_id}
    first = bench.prepare(name, **inputs)
    looked_at = bench.run(name, first)
    with transaction():
        row = db.session.get(Document, document(table).id)
        row.sha256 = storage.put(storage.get(row.sha256).replace(b"/Type", b"/Typo", 1))

    with pytest.raises(TryAgain):
        bench.record(name, looked_at, first)
    with pytest.raises(Rejected) as refusal:
        bench.run(name, bench.prepare(name, serial=first.id, attempt=2, **inputs))

    assert refusal.value.code == "signatures_broken" and table.agreement.status == "frozen"


def test_two_workers_do_not_stamp_the_same_document(table, tsa):
    sign_all(table)
    with transaction():
        assert archive.take(document(table).id)
    with transaction():
        assert archive.take(document(table).id) == ""


def test_a_seal_that_gets_no_stamp_is_tried_again(table, tsa):
    ready = table.bench.prepare("documents.generate", template="acceptance_notice")
    tsa.will("down")
    with pytest.raises(TryAgain):
        table.bench.run("documents.generate", ready)

    tsa.will("good")
    made = table.bench.record("documents.generate", table.bench.run("documents.generate", ready), ready)

    paper = db.session.get(Document, made["document_id"])
    assert paper.level == "B-T" and paper.signatures[0].stamped_at and paper.stamp_due_at


def test_the_seal_of_an_institution_that_promised_is_stamped_too(table, tsa):
    with transaction(write=False):
        bank = db.session.get(Participant, table.people["respondent"].id)
        order = signatures.order_seal_for(table.agreement, bank)
    made = ahead.Made.of_row(ahead.make(order).as_row())
    with transaction():
        row = signatures.seal_for(table.agreement, bank, made)

    assert row.stamped_at and made.order == order and document(table).level == "B-T"


def test_without_an_authority_nothing_is_stamped_and_nothing_waits(table):
    made = ahead.make(ordered(table, "handler", "party", participant_id=table.people["respondent"].id))
    as_bank(table, made)

    assert document(table).level == "B-B" and document(table).stamp_due_at is None and long_validity.extend() == 0


def test_what_was_signed_before_there_was_an_authority_is_lifted_once_there_is_one(table, authority, with_settings):
    """EN 319 142-1: a document time stamp proves that the signatures existed; it is honest about from when on."""
    sign_all(table)
    assert document(table).level == "B-B" and long_validity.take_up() == 0, "nobody to ask"

    authority.will("good")
    authority.keys.publish(clock.now())
    with_settings(**authority.settings)
    assert (long_validity.take_up(), long_validity.take_up()) == (1, 0)
    assert long_validity.extend() == 1

    told = verify.verify(storage.get(document(table).sha256), table.hash)
    assert told.ok and told.level == document(table).level == "B-LTA" and not told.is_stamped and told.kept.covers_all


def test_a_document_that_is_not_yet_complete_is_not_lifted(table, authority, with_settings):
    as_party(table)
    with_settings(**authority.settings)

    assert long_validity.take_up() == 0 and document(table).stamp_due_at is None


def test_earlier_bytes_of_a_document_can_still_be_had_by_their_hash(table, tsa):
    """A court fetches what it was told of, though the document was stamped meanwhile."""
    sign_all(table)
    before = document(table).sha256
    long_validity.extend()

    assert shelf.as_of(document(table), before) == storage.get(before)
    with pytest.raises(shelf.NoSuchDocument):
        shelf.as_of(document(table), "0" * 64)
