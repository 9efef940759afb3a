"""Notice before a session: three days, or the express consent of everybody to less (特邀调解规定 14); and T19 after a default."""

from datetime import datetime, time, timedelta

from sqlalchemy import select

from engine import clock
from engine.access.actor import SYSTEM
from engine.db import db, transaction
from engine.deadlines.models import Deadline
from engine.documents import shelf
from engine.inbox.workspace import waiting
from engine.mediation import minutes, sessions
from engine.mediation.models import Consent
from engine.notices.models import Notice
from engine.workflow import starts, versions


def plan(walk, **ahead):
    walk.do("plan_session", planned_at=(clock.now() + timedelta(**ahead)).isoformat(), mode="on_site", place="一号室")


def test_a_session_in_three_days_is_announced_at_once(refer):
    walk = refer()
    walk.to_mediation()
    plan(walk, days=3)

    assert walk.open() == ["hold_session"]


def test_less_notice_needs_everybodys_yes(refer):
    walk = refer()
    walk.to_mediation()
    plan(walk, days=1)
    assert walk.open() == ["agree_short_notice"] * 2 and sessions.of_case(walk.case_id) == []

    walk.do("agree_short_notice", agrees_short_notice="yes")
    walk.do("agree_short_notice", agrees_short_notice="yes")

    assert walk.open() == ["hold_session"]


def test_one_no_or_silence_leads_to_another_time(refer):
    walk = refer()
    walk.to_mediation()
    plan(walk, days=1)
    walk.do("agree_short_notice", agrees_short_notice="no")
    assert walk.open() == ["plan_session"] and sessions.of_case(walk.case_id) == []

    plan(walk, days=1)
    walk.do("agree_short_notice", agrees_short_notice="yes")
    walk.pass_time(days=4)

    assert walk.open() == ["plan_session"]
    missed = db.session.scalar(select(Deadline).where(
        Deadline.case_id == walk.case_id, Deadline.term == "TSHORT", Deadline.status == "missed"))
    assert missed is not None


def test_each_side_comes_at_its_own_time_only_when_everybody_agreed(refer):
    walk = refer()
    walk.to_mediation()
    soon = (clock.now() + timedelta(days=4)).isoformat()

    walk.do("plan_session", planned_at=soon, mode="separate", days_open=5, facility="金融调解中心二楼")
    walk.do("agree_short_notice", agrees_short_notice="yes")
    assert sessions.of_case(walk.case_id) == []
    walk.pass_time(days=3)
    assert walk.open() == ["plan_session"] and sessions.of_case(walk.case_id) == []

    soon = (clock.now() + timedelta(days=4)).isoformat()
    walk.do("plan_session", planned_at=soon, mode="separate", days_open=5, facility="金融调解中心二楼")
    walk.do("agree_short_notice", agrees_short_notice="yes")
    walk.do("agree_short_notice", agrees_short_notice="yes")

    held = sessions.of_case(walk.case_id)[-1]
    assert walk.open() == ["hold_session"] and held.is_online and held.place == "金融调解中心二楼"
    assert held.open_until - held.planned_at == timedelta(days=5)
    paper = shelf.find(walk.case_id, "mediation_notice").told["session"]
    assert paper["mode"] == "async" and "开放至" in paper["place"] and "没有设备的，可以到金融调解中心二楼参加" in paper["place"]
    assert "session_separately" in set(db.session.scalars(select(Notice.template).where(Notice.case_id == walk.case_id)))


def test_from_video_to_on_site_needs_everybodys_yes(refer):
    walk = refer()
    walk.to_mediation()
    walk.do("plan_session", planned_at=(clock.now() + timedelta(days=3)).isoformat(), mode="video")
    walk.pass_time(days=3)
    walk.do("hold_session", result="another_session")

    plan(walk, days=4)
    assert walk.open() == ["agree_short_notice"] * 2
    walk.do("agree_short_notice", agrees_short_notice="no")
    assert walk.open() == ["plan_session"]

    plan(walk, days=4)
    walk.do("agree_short_notice", agrees_short_notice="yes")
    walk.do("agree_short_notice", agrees_short_notice="yes")
    assert walk.open() == ["hold_session"] and sessions.of_case(walk.case_id)[-1].mode == "on_site"
    answers = select(Consent.is_given).where(Consent.case_id == walk.case_id, Consent.subject == "mode").order_by(Consent.id)
    assert list(db.session.scalars(answers)) == [False, True, True]


def test_a_talk_by_telephone_between_does_not_make_the_way_on_site_free(refer):
    walk = refer()
    walk.to_mediation()
    for mode in ("video", "telephone"):
        walk.do("plan_session", planned_at=(clock.now() + timedelta(days=3)).isoformat(), mode=mode)
        walk.pass_time(days=3)
        walk.do("hold_session", result="another_session")

    plan(walk, days=4)
    assert walk.open() == ["agree_short_notice"] * 2


def test_everybody_is_reminded_the_day_before_and_half_an_hour_before(refer):
    walk = refer()
    walk.to_mediation()
    meeting = datetime.combine(clock.today() + timedelta(days=5), time(14, 30), clock.SHANGHAI)
    walk.do("plan_session", planned_at=meeting.isoformat(), mode="video")
    assert held_by_the_end_of_the_stage(walk)

    at(walk, meeting - timedelta(hours=23))
    assert told(walk) == ["session_tomorrow"] * 2 and held_by_the_end_of_the_stage(walk)
    at(walk, meeting - timedelta(minutes=20))
    assert told(walk) == ["session_tomorrow"] * 2 + ["session_soon"] * 2
    at(walk, meeting + timedelta(minutes=11))  # nobody is called: the mediator has not opened the room
    assert told(walk) == ["session_tomorrow"] * 2 + ["session_soon"] * 2 and walk.open() == ["hold_session"]

    with transaction():
        starts.renew(versions.latest("reading"))
        held = sessions.of_case(walk.case_id)[-1]
        held.minutes = "双方同意继续协商。"
        minutes.freeze(SYSTEM, held.id)
    walk.work()
    assert told(walk)[4:] == ["minutes_ready"] * 2


def held_by_the_end_of_the_stage(walk):
    """The page tells no reminder's moment as the session's last one."""
    with transaction(write=False):
        holding = next(wait for wait in waiting.of_case(walk.case) if wait.element == "hold_session")
    return not holding.is_own and (holding.due_at is None or holding.term is not None)


def at(walk, moment):
    walk.pass_time(seconds=(moment - clock.now()).total_seconds())


LATER = ("session_tomorrow", "session_soon", "session_awaited", "minutes_ready")


def told(walk):
    """What was sent about the session after its announcement."""
    said = select(Notice.template).where(Notice.case_id == walk.case_id, Notice.template.in_(LATER))
    return list(db.session.scalars(said.order_by(Notice.id)))
