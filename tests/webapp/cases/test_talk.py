"""Staff talk about a case among themselves: mentions reach inboxes, readers are told, the wall holds, parties see none of it."""

from datetime import timedelta

from sqlalchemy import select

from engine import clock
from engine.access.models import Participant
from engine.cases.talk import CallNote, Comment
from engine.db import db, transaction
from engine.notices import links

SECRET = "第三次调解前先稳住情绪"


def say(who, walk, text, **more):
    return who.post(f"/cases/{walk.case.number}/comments", text=text, **more)


def page(who, walk) -> str:
    return who.text(f"/cases/{walk.case.number}")


def test_a_mention_stands_in_the_inbox_until_it_is_seen_and_readers_are_told(browser, refer):
    walk = refer()
    walk.to_mediation()
    mediator, coordinator = browser("mediator"), browser("coordinator")
    assert say(mediator, walk, f"@协调员甲 {SECRET}，联系 a@example.com").status_code == 303
    assert f"李调解在 {walk.case.number} 提到您" in coordinator.text("/inbox/")
    assert "提到您" not in browser("other_coordinator").text("/inbox/") and SECRET in page(coordinator, walk)
    assert coordinator.post(f"/cases/{walk.case.number}/comments/read", quiet="1").status_code == 204
    assert "提到您" not in coordinator.text("/inbox/")
    assert "1 人已读" in page(mediator, walk) and "1 人已读" in page(browser("other_coordinator"), walk)


def test_only_those_who_may_read_the_case_are_named(browser, refer, world):
    walk = refer()
    walk.to_mediation()
    mediator = browser("mediator")
    for text in ("@王调解 看一下", "请@法官甲看", "@银行经办 看", "@查无此人 看"):
        answer = say(mediator, walk, text)
        assert answer.status_code == 422 and text in answer.text and "能查看本案的同事中没有" in answer.text, text
    assert say(mediator, walk, "看", named=world.judge.id).status_code == 422
    assert say(mediator, walk, " ").status_code == 422 and say(mediator, walk, "x" * 5001).status_code == 422
    assert db.session.scalar(select(Comment.id)) is None
    assert "王调解" not in page(mediator, walk).split("提醒谁看")[1].split("通话记录")[0]


def test_no_comment_crosses_the_wall_or_reaches_a_party(browser, refer, stranger):
    walk = refer()
    walk.to_mediation()
    say(browser("mediator"), walk, SECRET), say(browser("clerk"), walk, "法院内部意见"), say(browser("handler"), walk, "授信口径")
    seen = {who: [text for text in (SECRET, "法院内部意见", "授信口径") if text in page(browser(who), walk)]
            for who in ("mediator", "coordinator", "clerk", "handler")}
    assert seen == {"mediator": [SECRET], "coordinator": [SECRET], "clerk": ["法院内部意见"], "handler": ["授信口径"]}
    with transaction():
        person = db.session.scalar(select(Participant).where(
            Participant.case_id == walk.case_id, Participant.side == "applicant"))
        links.issue(person, "t")
        token = links.token("t")
    told = stranger.text(f"/p/{token}")
    assert not any(text in told for text in (SECRET, "法院内部意见", "授信口径", "内部讨论"))
    for who in ("outsider", "judge", "designer", "other_mediator", "admin"):
        assert say(browser(who), walk, "x").status_code == 404, who


def test_words_are_taken_back_by_their_author_only(browser, refer):
    walk = refer()
    walk.to_mediation()
    mediator, coordinator = browser("mediator"), browser("coordinator")
    say(mediator, walk, f"@协调员甲 {SECRET}")
    db.session.rollback()
    address = f"/cases/{walk.case.number}/comments/{db.session.scalar(select(Comment.id))}/back"
    assert coordinator.post(address).status_code == 409 and browser("clerk").post(address).status_code == 404
    assert mediator.post(address).status_code == 303
    assert SECRET not in page(coordinator, walk) and "（已撤回）" in page(coordinator, walk)
    assert "提到您" not in coordinator.text("/inbox/")


def test_a_call_is_noted_with_its_number_masked_and_three_failures_say_so(browser, refer):
    walk = refer()
    walk.to_mediation()
    mediator = browser("mediator")
    consumer = next(one.id for one in walk.case.participants if one.side == "applicant")
    now = clock.now().astimezone(clock.SHANGHAI).replace(tzinfo=None)
    told = {"person": consumer, "direction": "out", "outcome": "no_answer", "called_at": now.isoformat(timespec="minutes")}
    address = f"/cases/{walk.case.number}/calls"
    late = {**told, "called_at": (now + timedelta(minutes=5)).isoformat(timespec="minutes")}
    for wrong in ({**told, "outcome": "x"}, {**told, "person": 999}, {**told, "called_at": ""}, late):
        assert mediator.post(address, **wrong).status_code == 422
    for number in ("", "13912345678", ""):
        assert "三次未能联系" not in page(mediator, walk) and ">{}<" not in page(mediator, walk)
        assert mediator.post(address, other_number=number, **told).status_code == 303
    assert "三次未能联系到王小明" in page(mediator, walk)
    db.session.rollback()
    assert [row.number for row in db.session.scalars(select(CallNote).order_by(CallNote.id))] == [
        "166****1234", "139****5678", "166****1234"]
    assert "无人接听" not in page(browser("clerk"), walk).split('id="calls"')[1].split("<details")[0]
