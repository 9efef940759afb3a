"""A mediation by video: three browsers with made-up cameras see and hear each other, leave, come back, agree on the minutes."""

import shutil
import time
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from engine.access.models import Participant
from engine.db import db, transaction
from engine.mediation.models import MediationSession
from engine.notices import links
from tests.engine.operations.conftest import bench, mediated, parties  # noqa: F401
from webapp.identity import hash_password

pytestmark = pytest.mark.browser

FAKES = ["--no-sandbox", "--use-fake-device-for-media-stream=fps=5", "--use-fake-ui-for-media-stream",
         "--autoplay-policy=no-user-gesture-required"]
KEEP_CONNECTIONS = """
window.connections = [];
const Plain = window.RTCPeerConnection;
window.RTCPeerConnection = class extends Plain { constructor(...given) { super(...given); window.connections.push(this); } };
"""
DECODED = """async () => {
  const decoded = {};
  for (const connection of window.connections.filter((each) => each.connectionState === 'connected')) {
    const number = window.connections.indexOf(connection);
    for (const { type, kind, framesDecoded, totalSamplesReceived } of (await connection.getStats()).values()) {
      if (type === 'inbound-rtp') decoded[`${number} ${kind}`] = framesDecoded ?? totalSamplesReceived;
    }
  }
  return decoded;
}"""
PASSWORD = "a password of the tests"
PATIENCE = 60_000

expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="module")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FAKES)
        yield browser
        browser.close()


@dataclass
class Meeting:
    """One planned meeting, and who sits before which page."""

    id: int
    room: str
    people: dict
    open_page: object

    def mediator(self, **look) -> Page:
        page = self.open_page(**look)
        page.goto(f"/login?next=/room/{self.room}")
        page.locator("[name=login]").first.fill("mediator")
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("[name=password]").press("Enter")
        page.wait_for_url(f"**/room/{self.room}")
        return page

    def party(self, side: str, **look) -> Page:
        with transaction():
            key = f"room-{self.people[side].id}"
            links.issue(db.session.get(Participant, self.people[side].id), key)
            token = links.token(key)
        page = self.open_page(**look)
        page.goto(f"/room/{self.room}?link={token}")
        return page

    def all_in(self) -> list[Page]:
        """The mediator opens the room and lets both parties in."""
        mediator = self.mediator()
        go_in(mediator)
        both = [self.party("applicant"), self.party("respondent")]
        for page in both:
            go_in(page)
            expect(page.locator(".notice")).to_contain_text("等候室")
        for _each in both:
            mediator.locator("[data-answer=admit]").first.click()
            expect(mediator.locator("[data-state=admitted]")).to_have_count(2 + both.index(_each))
        return [mediator, *both]

    @property
    def row(self) -> MediationSession:
        db.session.rollback()
        return db.session.get(MediationSession, self.id, populate_existing=True)


@pytest.fixture
def meeting(live, mediated, parties, chromium):  # noqa: F811
    made = mediated.call("mediation.plan_session", planned_at="2030-01-15T14:30")
    with transaction():
        db.session.merge(mediated.world.mediator).password_hash = hash_password(PASSWORD)
    contexts, wrong = [], []

    def open_page(**look) -> Page:
        contexts.append(chromium.new_context(base_url=live.address, **({"viewport": {"width": 1280, "height": 800}} | look)))
        contexts[-1].add_init_script(KEEP_CONNECTIONS)
        page = contexts[-1].new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)
        return page

    yield Meeting(made["session_id"], room_of(made["session_id"]), parties, open_page)
    for context in contexts:
        context.close()
    assert wrong == []


def room_of(session_id: int) -> str:
    with transaction(write=False):
        return db.session.get(MediationSession, session_id).room


def go_in(page: Page) -> None:
    page.locator("form.room-door .button").last.click()
    page.wait_for_url("**/inside**", wait_until="domcontentloaded")  # "load" may wait for a picture that a camera off never sends


def flowing(page: Page, kinds: int, seconds: float = 80) -> dict:
    """Picture and sound that arrive and grow, over so many connections × kinds; fails when they do not in time."""
    deadline, first, now = time.monotonic() + seconds, {}, {}
    while time.monotonic() < deadline:
        now = page.evaluate(DECODED)
        first = now | first
        if len(now) == kinds and all(count > first[name] for name, count in now.items()):
            return now
        page.wait_for_timeout(200)
    raise AssertionError(f"not flowing: {first} {now}")


def test_three_browsers_see_and_hear_each_other_in_all_six_directions(meeting):
    pages = meeting.all_in()

    for page in pages:
        assert len(flowing(page, kinds=4)) == 4  # picture and sound of two others
        expect(page.locator(".tile")).to_have_count(3)
        expect(page.locator(".banner")).to_contain_text("现在能看到和听到您的人")


def test_nobody_is_seen_or_heard_before_the_mediator_lets_them_in(meeting):
    mediator, party = meeting.mediator(), meeting.party("applicant")
    go_in(mediator)
    go_in(party)
    expect(party.locator(".tile-mine")).to_be_visible()
    party.wait_for_timeout(1500)

    assert party.evaluate("window.connections.length") == mediator.evaluate("window.connections.length") == 0
    expect(party.locator(".banner")).to_contain_text("没有人能看到或听到您")


def test_who_reloads_is_back_without_being_let_in_again(meeting):
    mediator, first, second = meeting.all_in()
    flowing(first, kinds=4)
    first.reload(wait_until="domcontentloaded")  # what the page then shows is what counts
    expect(first.locator(".banner")).to_contain_text("现在能看到和听到您的人")

    for page in (mediator, first, second):
        flowing(page, kinds=4)


def test_who_leaves_is_gone_at_once_and_may_come_back(meeting):
    mediator, first, second = meeting.all_in()
    first.locator(".control-leave").click()
    expect(first.locator("form.room-door")).to_be_visible()
    expect(mediator.locator(".tile")).to_have_count(2)
    flowing(mediator, kinds=2)

    go_in(first)
    for page in (mediator, first, second):
        flowing(page, kinds=4)


def test_the_room_goes_on_when_the_web_server_dies(meeting, live):
    mediator, first, second = meeting.all_in()
    flowing(first, kinds=4)
    live.kill()
    expect(first.locator(".trouble")).to_contain_text("连接中断")
    flowing(first, kinds=4)  # browsers talk to each other, not through the server
    live.start()
    expect(first.locator(".trouble")).to_be_hidden()
    second.reload(wait_until="domcontentloaded")

    for page in (mediator, first, second):
        flowing(page, kinds=4)


def test_camera_and_microphone_go_off_and_on(meeting):
    mediator, first, _second = meeting.all_in()
    flowing(mediator, kinds=4)
    seat = first.locator(".tile-mine").get_attribute("data-seat")
    first.locator("[data-control=camera]").click()
    first.locator("[data-control=microphone]").click()
    tile = mediator.locator(f".tile[data-seat='{seat}']")
    expect(tile).to_contain_text("麦克风已关 · 摄像头已关")
    expect(tile.locator("video")).to_be_hidden()

    first.locator("[data-control=camera]").click()
    expect(tile.locator("video")).to_be_visible()
    flowing(mediator, kinds=4)


def test_a_second_window_of_the_same_seat_takes_over(meeting):
    mediator, first, _second = meeting.all_in()
    flowing(mediator, kinds=4)
    other = first.context.new_page()
    other.goto(first.url)
    expect(first.locator(".trouble")).to_contain_text("另一窗口")

    flowing(other, kinds=4)
    flowing(mediator, kinds=4)


def test_minutes_are_read_along_closed_and_confirmed_by_both_sides(meeting):
    mediator, first, second = meeting.all_in()
    mediator.locator("#text").fill("王小明：退八千元即可。\n京华银行：同意。")
    expect(mediator.locator(".saved")).to_have_text("已保存")
    expect(first.locator(".minutes-text")).to_contain_text("退八千元")
    mediator.locator("[data-freeze]").click()
    mediator.locator(".ask-dialog [value=yes]").click()
    for page in (first, second):
        page.locator("[name=answer][value=confirmed]").click()
        expect(page.locator("[data-act=answer]")).to_be_hidden()

    expect(mediator.locator(".answers [data-answer=confirmed]")).to_have_count(2)
    answers = [seat.minutes_answer for seat in meeting.row.attendances if seat.participant.role != "mediator"]
    assert answers == ["confirmed", "confirmed"] and meeting.row.minutes_frozen_at


def test_the_end_switches_everything_off_and_leaves_the_minutes(meeting):
    mediator, first, _second = meeting.all_in()
    flowing(first, kinds=4)
    mediator.locator("[data-act=end] button").click()
    mediator.locator(".ask-dialog [value=yes]").click()

    expect(first.locator(".banner")).to_contain_text("会议已结束")
    expect(first.locator(".tile")).to_have_count(0)
    assert first.evaluate("window.connections.every((each) => each.connectionState === 'closed')")
    expect(mediator.locator("#text")).to_be_visible()


def test_the_rehearsal_shows_oneself_and_hears_oneself(meeting):
    page = meeting.party("applicant", viewport={"width": 390, "height": 844})
    page.locator(".try").click()

    expect(page.locator(".camera-news")).to_have_text("您的摄像头正常。")
    expect(page.locator(".microphone-news")).to_have_text("您的麦克风正常：说话时音量条会变化。")
    assert page.locator("#camera option").count() >= 1
    page.locator("[data-wanted=camera]").uncheck()
    go_in(page)
    expect(page.locator("[data-control=camera]")).to_have_attribute("aria-pressed", "false")


def test_a_browser_without_our_program_still_gets_in_and_is_told_the_telephone(meeting):
    page = meeting.party("applicant", java_script_enabled=False)
    expect(page.locator("noscript p").first).to_be_visible()
    go_in(page)

    expect(page.locator(".notice")).to_contain_text("等候室")


BELOW = "([above, below]) => { const at = (name) => document.querySelector(name).getBoundingClientRect();" \
        " return at(above).bottom <= at(below).top; }"


def test_on_a_telephone_the_stage_is_above_the_tabs_and_controls_are_large(meeting):
    mediator = meeting.mediator(viewport={"width": 390, "height": 844})
    go_in(mediator)
    expect(mediator.locator(".tile-mine")).to_be_visible()
    mediator.wait_for_function(BELOW, arg=[".tiles", ".tabs"])  # the stage takes its height once a picture is there

    assert all(each.bounding_box()["height"] >= 56 for each in mediator.locator(".control:visible, .tabs button").all())
    assert mediator.evaluate("document.documentElement.scrollWidth") <= 390
    expect(mediator.locator("#minutes")).to_be_hidden()
    mediator.locator("#tab-minutes").click()
    expect(mediator.locator("#minutes")).to_be_visible()
