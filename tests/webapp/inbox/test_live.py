"""A list that keeps up: rows say what became of them, new ones are announced, and looking on costs little."""

import threading
import time

import pytest
import redis

from engine import bell, config
from engine.db import db, transaction
from engine.inbox.lists import live as standing
from tests.webapp.inbox.test_lists import three  # noqa: F401
from tests.webapp.inbox.test_tasks import task_of
from webapp.inbox import live

# ruff: noqa: F811


def look(browser, tasks, etag="", **asked):
    query = "&".join(f"{name}={value}" for name, value in {"tasks": ",".join(map(str, tasks)), "view": "team", **asked}.items())
    return browser.get(f"/inbox/live?{query}", headers={"If-None-Match": etag})


def states(browser, tasks) -> list[str]:
    return [look(browser, tasks).json["rows"][str(each)]["state"] for each in tasks]


def test_a_row_says_who_has_claimed_it_and_that_it_is_free_again(browser, world, three):
    mine, other = browser("coordinator"), browser("other_coordinator")
    assert states(mine, three) == ["free"] * 3
    other.post(f"/inbox/tasks/{three[1]}/claim")
    assert look(mine, three).json["rows"][str(three[1])] == {"state": "taken", "text": f"{world.other_coordinator.name} 已领取"}
    assert states(other, three) == ["free", "mine", "free"]
    other.post(f"/inbox/tasks/{three[1]}/release")
    assert states(mine, three) == ["free"] * 3
    assert look(mine, three).json["rows"][str(three[1])]["text"] == "待领取"


def test_a_row_says_that_its_task_is_done_or_no_longer_needed_and_nothing_to_strangers(browser, three):
    mine, title = browser("coordinator"), "决定是否接受委派"
    mine.post(f"/inbox/tasks/{three[0]}/complete", decision="accept")
    assert states(mine, three) == ["done", "free", "free"]
    assert title not in look(mine, three).text
    assert states(browser("outsider"), [*three, 999]) == ["gone"] * 4


def test_nothing_is_sent_while_nothing_has_changed(browser, three):
    mine, other = browser("coordinator"), browser("other_coordinator")
    etag = look(mine, three).headers["ETag"]
    assert look(mine, three, etag).status_code == 304
    other.post(f"/inbox/tasks/{three[2]}/claim")
    assert look(mine, three, etag).status_code == 200


def test_new_tasks_are_announced_on_the_first_page_of_their_list(browser, refer, three):
    mine = browser("coordinator")
    assert look(mine, three).json["fresh"] == ""
    new = task_of(refer(external_ref="R-4", court_number="（2024）沪0115诉前调4号")).id
    assert look(mine, three).json["fresh"] == "1 项新任务 · 点击显示"
    assert look(mine, [*three, new]).json["fresh"] == look(mine, three, after="x").json["fresh"] == ""
    assert look(mine, three, view="mine").json["fresh"] == ""


@pytest.mark.parametrize("tasks", ["", "x", "1,,2", "9" * 30, "-1", "１"])
def test_odd_numbers_are_nobodys_tasks(browser, tasks):
    assert browser("coordinator").get(f"/inbox/live?tasks={tasks}&view=?&page=x").status_code == 200


def test_looking_on_keeps_no_session_alive(browser, three):
    mine = browser("coordinator")
    with mine.http.session_transaction() as session:
        session["seen"] -= 90
        before = session["seen"]
    look(mine, three)
    with mine.http.session_transaction() as session:
        assert session["seen"] == before
    mine.get("/inbox/")
    with mine.http.session_transaction() as session:
        assert session["seen"] > before


def stream(browser):
    """The lines of a page's bell, as they come."""
    return (piece.decode() for piece in browser.get("/inbox/live/bell", buffered=False).response)


def until(stream, word: str) -> float:
    """How long it took until the stream said it."""
    began = time.monotonic()
    while word not in next(stream):
        assert time.monotonic() - began < 5
    return time.monotonic() - began


def test_the_bell_rings_at_once_for_ones_own_body_only(browser, world, three):
    news, elsewhere = stream(browser("coordinator")), stream(browser("clerk"))
    until(news, "mode"), until(elsewhere, "mode")
    heard = bell.tasks.heard(world.clerk.body_id)
    other = browser("other_coordinator")
    form = {"csrf_token": other._held()}
    threading.Timer(0.2, lambda: other.http.post(f"/inbox/tasks/{three[0]}/claim", data=form)).start()
    assert until(news, "look") < 2
    assert bell.tasks.heard(world.clerk.body_id) == heard
    news.close(), elsewhere.close()


def test_a_bell_holds_no_connection_and_no_endless_number_of_threads(browser, monkeypatch):
    one, used = browser("coordinator"), db.engine.pool.checkedout()
    opened = [stream(one) for _window in range(live.MOST_WINDOWS)]
    for each in opened:
        until(each, "mode")
    assert db.engine.pool.checkedout() == used
    last = stream(one)
    until(last, "mode")
    monkeypatch.setattr(live, "BEAT_SECONDS", 0.05)
    assert "over" in "".join(opened[0])
    monkeypatch.setattr(live, "MOST_STREAMS", 2)
    assert browser("other_coordinator").get("/inbox/live/bell").status_code == 204
    for each in [*opened, last]:
        each.close()
    assert live._open == []


def test_news_from_another_process_ring_here_and_without_redis_pages_are_told_to_poll(app, redis_url, settings, world):
    assert "poll" in live.Stream._mode()
    config.use(config.Settings(**{**vars(settings), "redis_url": redis_url}))
    began = time.monotonic()
    while not bell.is_listening():
        assert time.monotonic() - began < 5
        time.sleep(0.02)
    assert "bell" in live.Stream._mode()
    heard = bell.tasks.heard(7)
    redis.Redis.from_url(redis_url).publish(bell.CHANNEL, 7)
    assert bell.tasks.wait(heard, 2, 7)
    redis.Redis.from_url(redis_url).publish(bell.CHANNEL, "nonsense")


def test_a_list_shows_how_each_row_stands(browser, world, three):
    browser("other_coordinator").post(f"/inbox/tasks/{three[0]}/claim")
    page = browser("coordinator").text("/inbox/?view=team")
    assert f'data-task="{three[0]}" data-state="taken"' in page and f"{world.other_coordinator.name} 已领取" in page
    assert f'data-task="{three[1]}" data-state="free"' in page


def test_a_task_given_to_somebody_is_gone_for_whoever_could_see_only_their_own(world, three):
    with transaction(write=False):
        assert standing.standings(world.actor("mediator"), three) == dict.fromkeys(three, standing.GONE)
