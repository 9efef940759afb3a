"""A mediator's day shows what was said last, however much was said before."""

from engine.db import db, transaction
from engine.inbox.workspace import today
from engine.mediation.models import ClaimReply
from tests import factories
from tests.engine.inbox.test_replying import dispute  # noqa: F401

# ruff: noqa: F811


def replied(dispute, claims, by="银行经办") -> list[int]:
    return [row.id for row in factories.all_added([
        ClaimReply(case_id=dispute.case_id, claim=claim, participant_id=dispute.bank, stance="denied", text="x", recorded_by=by,
                   audience="mediation") for claim in claims])]


def test_of_many_replies_the_newest_are_shown_and_each_only_as_it_counts_now(dispute):
    mediator = dispute.world.actor("mediator")
    with transaction():
        replied(dispute, [1] * 30)
        newest = replied(dispute, range(1, 26))
        replied(dispute, [25], by=mediator.name)  # noted by the mediator, who knows it

    replies = today.of(mediator).replies
    assert [row.id for row in replies] == newest[23:3:-1] and replies.is_cut and replies.all == 24
    whole = today.of(mediator, "replies")
    assert [row.id for row in whole.replies] == newest[23::-1] and not whole.replies.is_cut
    assert today.of(mediator, "nothing of the kind").replies == replies
    assert db.session.query(ClaimReply).count() == 56
