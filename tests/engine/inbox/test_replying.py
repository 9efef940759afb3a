"""Claims, replies and evidence: who says what, who reads it, and that the court does not."""

from concurrent.futures import ThreadPoolExecutor, wait
from decimal import Decimal
from types import SimpleNamespace

import pytest

from engine import clock
from engine.access.actor import Actor
from engine.cases.models import Case
from engine.courts.models import ConfirmationApplication
from engine.db import db, locked, transaction
from engine.documents import shelf
from engine.documents.desk_facts import of as desk_facts
from engine.errors import Invalid, NotFound
from engine.inbox.asking import replying
from engine.inbox.asking.replying import MediationOver, NotAsked
from engine.inbox.authority import NeedsSpecialAuthority
from engine.inbox.workspace import desk
from engine.mediation.models import Agreement, ClaimReply
from engine.workflow import trace
from tests import factories

CLAIMS = [{"type": "refund", "text": "退还手续费", "amount": "8000.00"}, {"type": "other", "text": "赔礼道歉", "amount": None}]


@pytest.fixture
def dispute(world):
    """A case in mediation: a consumer against the bank, with a paper filed by the consumer."""
    with transaction():
        case = factories.case(
            claims=CLAIMS, amount=Decimal("8000.00"), court_id=world.court.id, organisation_id=world.organisation.id,
            institution_id=world.bank.id, mediator_id=world.mediator.id)
        consumer = factories.participant(case)
        bank = factories.participant(case, side="respondent", name=world.bank.name, body_id=world.bank.id, kind="legal")
        agent = factories.participant(case, side="respondent", role="agent", name="代理人甲", represents_id=bank.id,
                                      authority="general")
        paper = shelf.put(case.id, "evidence", "流水", b"a paper", "filing", side="applicant")
        agreement = factories.added(Agreement(case_id=case.id, terms=[], status="effective"))
        factories.added(ConfirmationApplication(
            case_id=case.id, court_id=world.court.id, agreement_id=agreement.id, status="accepted"))
    return SimpleNamespace(case_id=case.id, consumer=consumer.id, bank=bank.id, agent=agent.id, paper=paper.id, world=world)


def party(person_id: int, case_id: int) -> Actor:
    return Actor("party", "当事人", participant_id=person_id, case_id=case_id)


def case_of(found) -> Case:
    return db.session.get(Case, found.case_id)


def say(actor, found, **answers):
    with transaction():
        return replying.reply(actor, case_of(found), {"for_whom": "both", **answers})


def prove(actor, found, files=None, **answers):
    with transaction():
        return replying.add_evidence(actor, case_of(found), {"for_whom": "both", "papers": [], **answers}, files)


def seen(actor, found) -> replying.Dispute:
    return replying.of_case(actor, case_of(found))


def test_each_claim_stands_beside_what_the_other_side_says_and_the_proof(dispute):
    say(dispute.world.actor("handler"), dispute, stance_1="partly", admitted_1="3000", text_1="按约定收取", stance_2="denied")
    prove(party(dispute.consumer, dispute.case_id), dispute, claims=["1"], papers=[str(dispute.paper)], proves="收了八千元")

    found = seen(dispute.world.actor("mediator"), dispute)
    first, second = found.claims
    assert [(row.stance, row.admitted, row.text) for row in first.latest()] == [("partly", Decimal("3000.00"), "按约定收取")]
    assert [(piece.name, piece.proves, piece.side) for piece in first.evidence] == [("流水", "收了八千元", "applicant")]
    assert [row.stance for row in second.latest()] == ["denied"]
    assert (found.admitted, found.rest, found.silent) == (Decimal("3000.00"), [], [])


def test_a_later_reply_counts_and_the_earlier_one_stays(dispute):
    handler = dispute.world.actor("handler")
    say(handler, dispute, stance_1="checking")
    say(handler, dispute, stance_1="admitted")
    with pytest.raises(Invalid):
        say(handler, dispute, stance_1="admitted")

    claim = seen(handler, dispute).claims[0]
    assert [row.stance for row in claim.latest()] == ["admitted"]
    assert [row.stance for row in claim.earlier(claim.latest()[0])] == ["checking"]


def test_what_is_said_in_mediation_stays_there(dispute):
    say(dispute.world.actor("handler"), dispute, stance_1="admitted")
    prove(dispute.world.actor("handler"), dispute, [SimpleNamespace(name="底线.pdf", data=b"x", media_type="application/pdf")],
          claims=["1"], proves="内部计算", for_whom="own")

    for reader in ("judge", "clerk", "court_system", "coordinator"):
        found = seen(dispute.world.actor(reader), dispute)
        assert not found.is_inside and not any(claim.replies or claim.evidence for claim in found.claims), reader
        assert [piece.name for piece in found.rest] == ["流水"], reader
    theirs = seen(party(dispute.consumer, dispute.case_id), dispute)
    assert [row.stance for row in theirs.claims[0].latest()] == ["admitted"] and theirs.claims[0].evidence == []
    assert [piece.name for piece in seen(dispute.world.actor("mediator"), dispute).claims[0].evidence] == ["底线"]
    assert [each["name"] for each in desk_facts("evidence_list", case_of(dispute), {})["items"]] == ["流水"]


def test_who_is_a_stranger_or_an_applicant_replies_to_nothing(dispute):
    with pytest.raises(NotFound):
        say(dispute.world.actor("outsider"), dispute, stance_1="denied")
    with pytest.raises(NotAsked):
        say(party(dispute.consumer, dispute.case_id), dispute, stance_1="denied")
    assert db.session.query(ClaimReply).count() == 0


def test_an_agent_with_general_authority_denies_and_does_not_admit(dispute):
    agent = party(dispute.agent, dispute.case_id)
    with pytest.raises(NeedsSpecialAuthority):
        say(agent, dispute, stance_1="admitted")
    assert [row.participant_id for row in say(agent, dispute, stance_1="denied")] == [dispute.bank]


def test_the_mediator_notes_down_for_whom_it_was_said(dispute):
    mediator = dispute.world.actor("mediator")
    (row,) = say(mediator, dispute, stance_2="denied")  # only the bank answers for the claims
    assert (row.participant_id, row.recorded_by) == (dispute.bank, mediator.name)
    with pytest.raises(Invalid):
        prove(mediator, dispute, claims=["1"], papers=[str(dispute.paper)], proves="x")  # whose proof is it?
    (link,) = prove(mediator, dispute, claims=["1"], papers=[str(dispute.paper)], proves="x", person=str(dispute.bank))
    assert link.participant_id == dispute.bank


@pytest.mark.parametrize("answers", [
    {}, {"stance_1": "partly"}, {"stance_1": "partly", "admitted_1": "9000"}, {"stance_1": "perhaps"}, {"stance_3": "denied"},
])
def test_a_reply_that_says_nothing_or_too_much_is_refused(dispute, answers):
    with pytest.raises(Invalid):
        say(dispute.world.actor("handler"), dispute, **answers)


def test_a_party_proves_with_its_own_papers_only(dispute):
    with pytest.raises(Invalid):
        prove(dispute.world.actor("handler"), dispute, claims=["1"], papers=[str(dispute.paper)], proves="x")
    with pytest.raises(Invalid):
        prove(dispute.world.actor("handler"), dispute, claims=["1"], proves="x")


def test_who_replies_while_the_mediation_is_being_ended_waits_and_comes_too_late(app, dispute):
    handler = dispute.world.actor("handler")

    def reply():
        with app.app_context():
            say(handler, dispute, stance_1="denied")

    with ThreadPoolExecutor(1) as pool:
        with transaction():
            locked(Case, dispute.case_id).concluded_at = clock.now()
            db.session.flush()
            said = pool.submit(reply)
            wait([said], timeout=0.4)
        with pytest.raises(MediationOver):
            said.result()
    assert db.session.query(ClaimReply).count() == 0


@pytest.mark.parametrize(("for_whom", "readers"), [
    ("own", {"mediator", "handler"}), (None, {"mediator", "handler"}),
    ("both", {"mediator", "handler", "coordinator", "consumer"})])
def test_that_one_side_said_something_alone_is_not_told_to_the_other(dispute, for_whom, readers):
    handler, case = dispute.world.actor("handler"), case_of(dispute)
    with transaction():
        if for_whom is None:  # as it was written before it told for whom
            trace.write(None, "claim_replied", handler.name, case_id=case.id, participant=dispute.bank)
    if for_whom:
        say(handler, dispute, stance_1="denied", for_whom=for_whom)
        prove(handler, dispute, [SimpleNamespace(name="底线.pdf", data=b"x", media_type="application/pdf")], claims=["1"],
              proves="内部计算", for_whom=for_whom)

    people = {name: dispute.world.actor(name) for name in ("mediator", "handler", "coordinator")}
    people["consumer"] = party(dispute.consumer, dispute.case_id)
    told = {name: [entry.event for entry in desk.file(who, case_of(dispute)).timeline] for name, who in people.items()}
    assert {name for name, events in told.items() if events} == readers
    assert told["mediator"] == ["claim_replied", "claim_evidenced"][:2 if for_whom else 1]


def test_what_one_party_says_of_a_paper_is_not_overwritten_by_another(dispute):
    mediator, handler = dispute.world.actor("mediator"), dispute.world.actor("handler")
    paper = {"claims": ["1"], "papers": [str(dispute.paper)]}
    prove(party(dispute.consumer, dispute.case_id), dispute, proves="收了八千元", **paper)
    for words in ("内部核算", "只收了三千元"):
        prove(mediator, dispute, proves=words, person=str(dispute.bank), for_whom="own", **paper)

    said = [(piece.by.id, piece.proves) for piece in seen(mediator, dispute).claims[0].evidence]
    assert said == [(dispute.consumer, "收了八千元"), (dispute.bank, "只收了三千元")]
    assert seen(handler, dispute).claims[0].evidence[0].proves == "收了八千元"
    assert len(seen(party(dispute.consumer, dispute.case_id), dispute).claims[0].evidence) == 1


def test_after_the_end_nothing_is_added(dispute):
    with transaction():
        case_of(dispute).concluded_at = clock.now()
    with pytest.raises(MediationOver):
        say(dispute.world.actor("handler"), dispute, stance_1="denied")


