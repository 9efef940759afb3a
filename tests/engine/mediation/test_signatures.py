"""Signing: parties by a code bound to what they saw, then the mediator, then the seal by somebody else; then it takes effect."""

from datetime import timedelta

import pytest

from engine import clock, storage
from engine.db import db, transaction
from engine.documents import signing, verify
from engine.documents.models import Document, Signature
from engine.errors import Forbidden, NotFound
from engine.mediation import effect, signatures
from engine.mediation.models import OrganisationProfile
from engine.notices import codes
from engine.operations.operation import Rejected


def sign_as_party(table, side="applicant"):
    actor = table.party(side)
    assert table.enter(actor, table.code(actor)) == "right"
    with transaction():
        return signatures.sign(actor, table.agreement_id, actor.participant_id, table.hash)


def sign_by_login(table, who, act, *args):
    with transaction():
        return act(table.actor(who), table.agreement_id, *args, table.hash)


def sign_all(table):
    sign_as_party(table)
    sign_by_login(table, "handler", signatures.sign, table.people["respondent"].id)
    sign_by_login(table, "mediator", signatures.sign_as_mediator)
    sign_by_login(table, "coordinator", signatures.seal)


def test_everybody_signs_in_turn_and_the_agreement_takes_effect_when_the_last_party_signed(table):
    sign_all(table)

    made = table.bench.call("mediation.make_effective", agreement_id=table.agreement_id)

    document = db.session.get(Document, table.agreement.document_id, populate_existing=True)
    assert [one.field for one in document.signatures] == ["party_1", "party_2", "mediator", "organisation"]
    assert made["effective_at"] == document.signatures[1].signed_at.isoformat()
    assert verify.verify(storage.get(document.sha256), document.frozen_sha256).is_complete
    assert table.bench.case.settled_amount == 8000


@pytest.mark.parametrize(("kind", "signed", "rule", "last"), [
    ("invited", "online", "online", 1), ("industry", "offline", "offline", 1), ("peoples", "online", "peoples", 3),
    ("administrative", "online", "online", 1), ("commercial", "offline", "offline", 1)])
def test_the_agreement_takes_effect_with_the_last_signature_its_rule_takes(table, kind, signed, rule, last):
    """在线调解规则 19 · 特邀调解规定 24 · 人民调解法 29."""
    with transaction():
        db.session.merge(OrganisationProfile(body_id=table.bench.case.organisation_id, kind=kind))
        db.session.flush()
        table.agreement.effect = effect.rule_for(table.bench.case).id  # as freezing it would have noted
    for sign in (sign_as_party, lambda table: sign_by_login(table, "handler", signatures.sign, table.people["respondent"].id),
                 lambda table: sign_by_login(table, "mediator", signatures.sign_as_mediator),
                 lambda table: sign_by_login(table, "coordinator", signatures.seal)):
        sign(table)
        clock.move(timedelta(minutes=3))

    made = table.bench.call("mediation.make_effective", agreement_id=table.agreement_id, signed=signed)

    document = db.session.get(Document, table.agreement.document_id, populate_existing=True)
    assert (made["effective_at"], table.agreement.effect) == (document.signatures[last].signed_at.isoformat(), rule)


@pytest.mark.parametrize(("kind", "binds"), [
    ("peoples", "具有法律约束力"), *((kind, "具有民事合同的约束力") for kind in effect.kinds() if kind != "peoples")])
def test_how_an_agreement_binds_goes_by_the_kind_of_organisation(table, kind, binds):
    """人民调解法 31 · 法发〔2019〕27号."""
    with transaction():
        db.session.merge(OrganisationProfile(body_id=table.bench.case.organisation_id, kind=kind))
        db.session.flush()
        assert effect.rule_for(table.bench.case).binds["force"] == binds


def test_an_agreement_keeps_the_rule_it_states_when_the_organisation_changes_its_kind(table):
    with transaction():
        db.session.merge(OrganisationProfile(body_id=table.bench.case.organisation_id, kind="peoples"))
    sign_as_party(table)
    sign_by_login(table, "handler", signatures.sign, table.people["respondent"].id)
    sign_by_login(table, "mediator", signatures.sign_as_mediator)
    sign_by_login(table, "coordinator", signatures.seal)

    table.bench.call("mediation.make_effective", agreement_id=table.agreement_id)

    assert table.agreement.effect == "online", "the frozen text says: when all parties have signed"


def test_the_court_sees_an_agreement_only_once_the_mediator_has_signed(table):
    assert table.agreement.audience == "mediation"

    sign_as_party(table)
    sign_by_login(table, "handler", signatures.sign, table.people["respondent"].id)
    sign_by_login(table, "mediator", signatures.sign_as_mediator)

    assert table.agreement.audience == "filing"


def test_a_party_signs_only_with_the_code_for_exactly_this_document(table):
    actor = table.party("applicant")
    code = table.code(actor, bound_to="0" * 64)

    assert table.enter(actor, code) == "wrong"
    with pytest.raises(codes.NoCode), transaction():
        signatures.sign(actor, table.agreement_id, actor.participant_id, table.hash)


def test_a_signer_who_saw_another_version_is_asked_to_read_again(table):
    with pytest.raises(signatures.OtherHashShown), transaction():
        signatures.sign_as_mediator(table.actor("mediator"), table.agreement_id, "0" * 64)


def test_a_void_version_cannot_be_signed(table):
    first, shown = table.agreement_id, table.hash
    table.bench.call("mediation.freeze_agreement", terms=[dict(table.agreement.terms[0], amount="1.00")])

    with pytest.raises(signatures.NotFrozen), transaction():
        signatures.sign_as_mediator(table.actor("mediator"), first, shown)


def test_nobody_signs_for_the_other_side(table):
    actor = table.party("applicant")
    table.enter(actor, table.code(actor))

    with pytest.raises(signatures.NotYourSignature), transaction():
        signatures.sign(actor, table.agreement_id, table.people["respondent"].id, table.hash)


def test_nobody_signs_twice(table):
    sign_as_party(table)

    with pytest.raises(signing.FieldAlreadySigned):
        sign_as_party(table)


def test_the_mediator_signs_after_the_parties(table):
    with pytest.raises(signing.OthersSignFirst):
        sign_by_login(table, "mediator", signatures.sign_as_mediator)


def test_another_mediator_cannot_sign_as_the_cases_mediator(table):
    with pytest.raises((NotFound, Forbidden)):
        sign_by_login(table, "other_mediator", signatures.sign_as_mediator)


def test_the_mediator_cannot_put_the_seal_on(table):
    with pytest.raises((signatures.SealerMediated, Forbidden)):
        sign_by_login(table, "mediator", signatures.seal)


@pytest.mark.parametrize("who", ["clerk", "judge", "outsider", "designer", "admin"])
def test_strangers_do_not_even_learn_that_there_is_an_agreement(table, who):
    with pytest.raises(NotFound):
        sign_by_login(table, who, signatures.sign_as_mediator)


def test_a_missing_signature_keeps_the_agreement_from_taking_effect(table):
    sign_as_party(table)

    with pytest.raises(Rejected) as refusal:
        table.bench.call("mediation.make_effective", agreement_id=table.agreement_id)

    assert refusal.value.code == "signatures_missing" and "party_2" in refusal.value.why
    assert table.agreement.status == "frozen"


def test_without_one_kind_of_signature_that_its_rule_takes_there_is_no_moment_of_effect():
    """人民调解法 29: both parties and the mediator have signed, the organisation's seal is not there."""
    rule, at = effect.rule_stated("peoples", "online"), clock.now()
    signed = [Signature(kind=kind, signed_at=at) for kind in ("party", "party", "mediator")]
    seal = Signature(kind="organisation", signed_at=at + timedelta(hours=1))

    assert effect.moment(rule, signed) is None
    assert effect.moment(rule, [*signed, seal]) == seal.signed_at


def test_a_file_that_was_changed_does_not_take_effect(table):
    sign_all(table)
    with transaction():
        document = db.session.get(Document, table.agreement.document_id)
        data = storage.get(document.sha256)
        document.sha256 = storage.put(data.replace(b"/Type", b"/Typo", 1))

    with pytest.raises(Rejected) as refusal:
        table.bench.call("mediation.make_effective", agreement_id=table.agreement_id)

    assert refusal.value.code == "signatures_broken"


def test_taking_effect_twice_is_taking_effect_once(table):
    sign_all(table)
    first = table.bench.call("mediation.make_effective", agreement_id=table.agreement_id)

    assert table.bench.call("mediation.make_effective", agreement_id=table.agreement_id) == first
