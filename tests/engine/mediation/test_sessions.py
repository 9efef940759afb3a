"""Sessions: the mediator opens and lets in, others wait; minutes are closed before anybody confirms them."""

import pytest

from engine.db import db, transaction
from engine.errors import Forbidden, NotFound
from engine.mediation import minutes, sessions
from engine.mediation.models import MediationSession


@pytest.fixture
def session(table):
    return table.bench.call("mediation.plan_session", planned_at="2030-01-15T14:30")["session_id"]


def do(act, *args):
    with transaction():
        return act(*args)


def read(session):
    return db.session.get(MediationSession, session, populate_existing=True)


def test_who_knocks_waits_until_the_mediator_lets_them_in(table, session):
    party = table.party("applicant")
    seat = do(sessions.knock, party, session)
    assert seat.state == "waiting"
    with pytest.raises(sessions.SessionOver):
        do(sessions.seat_in, party, session)

    do(sessions.open, table.actor("mediator"), session)
    with pytest.raises(sessions.NotAdmitted):
        do(sessions.seat_in, party, session)
    do(sessions.admit, table.actor("mediator"), session, seat.id)

    assert do(sessions.seat_in, party, session).state == "admitted"


def test_who_leaves_comes_back_without_being_asked_again(table, session):
    party = table.party("applicant")
    do(sessions.open, table.actor("mediator"), session)
    seat = do(sessions.knock, party, session)
    do(sessions.admit, table.actor("mediator"), session, seat.id)

    assert do(sessions.leave, party, session).state == "left"
    assert do(sessions.knock, party, session).state == "admitted"


def test_at_separate_times_nobody_finds_the_other_side_in_the_room(table):
    planned = table.bench.call("mediation.plan_session", planned_at="2030-01-15T14:30", mode="separate", days_open=5)
    session = planned["session_id"]
    mediator, applicant = table.actor("mediator"), table.party("applicant")
    do(sessions.open, mediator, session)
    one = do(sessions.knock, applicant, session)
    do(sessions.admit, mediator, session, one.id)
    do(sessions.leave, applicant, session)
    other = do(sessions.knock, table.actor("handler"), session)
    do(sessions.admit, mediator, session, other.id)

    assert do(sessions.knock, applicant, session).state == "waiting"
    with pytest.raises(sessions.OtherSideIsIn):
        do(sessions.admit, mediator, session, one.id)
    do(sessions.leave, table.actor("handler"), session)
    assert do(sessions.admit, mediator, session, one.id).state == "admitted"


def test_who_was_refused_does_not_get_in_by_knocking_again(table, session):
    party = table.party("applicant")
    do(sessions.open, table.actor("mediator"), session)
    seat = do(sessions.knock, party, session)
    do(sessions.refuse, table.actor("mediator"), session, seat.id)

    assert do(sessions.knock, party, session).state == "refused"


def test_institution_staff_take_their_institutions_seat(table, session):
    do(sessions.open, table.actor("mediator"), session)

    assert do(sessions.knock, table.actor("handler"), session).participant.name == "京华银行股份有限公司"


@pytest.mark.parametrize("who", ["clerk", "judge", "outsider", "admin"])
def test_strangers_do_not_find_the_room(table, session, who):
    with pytest.raises((NotFound, Forbidden)):
        do(sessions.knock, table.actor(who), session)
    with pytest.raises(NotFound):
        do(sessions.by_room, table.actor("outsider"), "no-such-room")


def test_only_the_mediator_of_the_case_opens_and_ends(table, session):
    for act in (sessions.open, sessions.end):
        with pytest.raises((NotFound, Forbidden)):
            do(act, table.actor("coordinator"), session)


def test_an_ended_session_is_over_for_everybody(table, session):
    do(sessions.open, table.actor("mediator"), session)
    do(sessions.end, table.actor("mediator"), session, "too_far_apart")

    assert read(session).status == "ended"
    with pytest.raises(sessions.SessionOver):
        do(sessions.knock, table.party("applicant"), session)


def test_minutes_are_confirmed_only_once_they_are_closed(table, session):
    mediator, party = table.actor("mediator"), table.party("applicant")
    do(minutes.write, mediator, session, "双方同意继续协商。")
    with pytest.raises(minutes.MinutesStillOpen):
        do(minutes.answer, party, session, True)

    do(minutes.freeze, mediator, session)

    assert do(minutes.answer, party, session, True).minutes_answer == "confirmed"
    with pytest.raises(minutes.MinutesFrozen):
        do(minutes.write, mediator, session, "别的")


def test_an_objection_names_the_words(table, session):
    do(minutes.write, table.actor("mediator"), session, "手续费八千元。")
    do(minutes.freeze, table.actor("mediator"), session)

    with pytest.raises(minutes.MinutesUnusable):
        do(minutes.answer, table.party("applicant"), session, False)
    assert do(minutes.answer, table.party("applicant"), session, False, "是九千元").minutes_remark == "是九千元"


def test_empty_minutes_cannot_be_closed(table, session):
    with pytest.raises(minutes.MinutesUnusable):
        do(minutes.freeze, table.actor("mediator"), session)
