"""The people of the play: staff working through their inboxes, parties following the links in their messages."""

import re
import threading
import time
import zlib
from collections import Counter
from collections.abc import Callable

import requests

from engine.access.models import Role
from webapp.demo.bell import Bell, Patience, Ring
from webapp.demo.browser import Browser, NotTaken
from webapp.demo.destinies import Call
from webapp.demo.people import PEOPLE
from webapp.demo.script import Script

NUMBER = re.compile(r"ST\d{16}")
LINK = re.compile(r"https?://\S+?/p/[\w-]+")
PAUSE_SECONDS = 0.25  # before somebody with nothing to do listens again
LOOKS_AGAIN_SECONDS = 40.0  # a party without news opens their link now and then all the same
CODE_SECONDS = 60  # before somebody gives up waiting for their code
FASTER = (404, 409)  # somebody else, another link of the same party, or the clock was faster
CODE = re.compile(r"(?<!\d)(\d{6})(?!\d)")  # no \b: a Chinese sign before it is a word sign, too


class Player(threading.Thread):
    """Somebody who does what is asked of them until told to stop."""

    def __init__(
        self, name: str, script: Script, base_url: str, stopping: threading.Event, told: Counter, keep: dict | None = None,
        bell: Bell | None = None,
    ):
        super().__init__(daemon=True, name=name)
        self.script, self.stopping, self.told, self.keep = script, stopping, told, keep or {}
        self.calls, self.errands = script.calls, script.errands
        self.bell, self.patience = bell or Bell(), Patience()
        self.browser = Browser(base_url, looks_on=bell is None)
        self.failures: list[str] = []

    def run(self):
        while not self.stopping.is_set():
            try:
                busy = self.turn()
            except Exception as error:  # a page that is not as expected ends no player; the report tells
                busy = self._note(f"{self.name}: {type(error).__name__}: {error}"[:300])
            if not busy:
                self.stopping.wait(PAUSE_SECONDS)

    def turn(self) -> bool:
        """Do what is open; False when there was nothing."""
        raise NotImplementedError

    def _note(self, failure: str) -> bool:
        self.told["refused or failed requests"] += 1
        self.failures.append(failure)
        return False

    def leaves_alone(self, element: str, case: str) -> bool:
        """Is this the task at which this case is meant to stand, or which nobody does?"""
        return self.keep.get(case) == element or self.script.leaves_undone(element, case)

    def _is_called_by(self, ring: Ring) -> bool:
        """Is this to be done now?"""
        is_to_be_done = self.script.plays(ring.case) and not self.leaves_alone(ring.element, ring.case)
        return is_to_be_done and self.patience.is_over(ring.task_id)

    def fill_in(self, page, case: str, side: str = "", at: str = "") -> bool:
        """Answer the page's task by the script; False when there is none, or it is left standing."""
        form = _task_form(page)
        if form is None or not self.script.plays(case) or self.leaves_alone(form.get("data-element"), case):
            return False
        if page.xpath("//*[@data-approval='asked']"):
            return False  # handed in before, above a limit: the approver is to say yes first
        element = form.get("data-element")
        try:
            answers = self.script.answers(element, case, side, at)
            if answers.get("answer") == "sign" and "code" in form.fields:
                answers["code"] = self.code(form)
            if element == "draft_agreement" and (done := self.errands.holds_back(self.browser, page, case, answers)) is not None:
                return done
            self._send(form, answers)
        except NotTaken as refusal:
            if refusal.status in FASTER:
                self.told["tasks that somebody else was faster at"] += 1
                return False
            return self._note(f"{self.name}: {element} of {case}: {refusal}")
        self.told[f"task {element}"] += 1
        return True

    def _send(self, form, answers: dict[str, str]) -> None:
        """Send a task's form; where the page now asks something it did not ask before (without JavaScript), answer that too."""
        asked = set(form.fields)
        try:
            self.browser.send(form, answers)
        except NotTaken as refusal:
            again = _task_form(refusal.page)
            if refusal.status != 422 or again is None or not set(again.fields) - asked:
                raise
            self.browser.send(again, answers)

    def _opened(self, address: str):
        """A page; None when it is not there (any more)."""
        try:
            return self.browser.open(address)
        except requests.HTTPError as error:
            if error.response.status_code in FASTER:
                return None
            raise

    def act(self, page, case: str, act: str) -> bool:
        """Do on the case's page what one was called for; False when the page does not offer it."""
        endings = (f"/acts/{act}",) + (("/withdraw",) if act == "withdrawal" else ())
        form = next((form for form in page.forms if (form.action or "").endswith(endings)), None)
        answers = self.calls.take(case) if form is not None else None
        if answers is None:
            return False
        try:
            self.browser.send(form, answers)
        except NotTaken as refusal:
            return self._note(f"{self.name}: {act} in {case}: {refusal}")
        self.told[f"act {act}"] += 1
        return True

    def code(self, form) -> str:
        """The one-time code, for those who get one."""
        return ""


def _task_form(page):
    return next((form for form in page.forms if form.get("data-element")), None)


class Staff(Player):
    """Somebody with a log-in: first their own tasks, then the team's."""

    def __init__(self, login: str, *rest, **more):
        super().__init__(login, *rest, **more)
        self.signed_in = False
        self.at, self.role = next((person.at, person.role.value) for person in PEOPLE if person.login == login)

    def turn(self) -> bool:
        if not self.signed_in:
            self.browser.sign_in(self.name)
            self.signed_in = True
        called = [ring for ring in self.bell.for_staff(self.name, self.role, self.at) if self._is_called_by(ring)]
        if self.role == Role.INSTITUTION_HANDLER and (called or any(self._is_meant(*each) for each in self.calls.open())):
            self._take_cases()
        mine, free = ({str(ring.task_id) for ring in called if bool(ring.login) == is_held} for is_held in (True, False))
        done = self._work_through("mine", mine) if mine else False
        done = (self._work_through("available", free) if free else False) or done
        return self._answer_calls() or done

    def _take_cases(self) -> None:
        """Take what is played of the institution's cases and nobody handles yet."""
        page = self.browser.open("/handling/")
        for form in [form for form in page.forms if (form.action or "").endswith("/take")]:
            if self.script.plays(NUMBER.search(form.action).group()):
                self.browser.send(form, {})
                self.told["cases taken"] += 1

    def _work_through(self, view: str, asked: set[str]) -> bool:
        """Do the tasks of this list that ask for something now."""
        done = False
        for address in self.browser.links(self.browser.open(f"/inbox/?view={view}"), r"/inbox/tasks/\d+$"):
            if self.stopping.is_set():
                return True
            done = (address.rpartition("/")[2] in asked and self._do(address)) or done
        return done

    def _answer_calls(self) -> bool:
        """Do what a case's people called this person for."""
        done = False
        for case, call in self.calls.open():
            if self._is_meant(case, call) and self.patience.is_over((case, call.act)):
                try:
                    done = self.act(self.browser.open(f"/cases/{case}"), case, call.act) or done
                except requests.HTTPError as error:
                    if error.response.status_code not in (403, *FASTER):
                        raise
        return done

    def _is_meant(self, case: str, call: Call) -> bool:
        """Is it this person who is called? A mediator who called is; of an institution, whoever handles its cases."""
        if call.who == self.role:
            return self.calls.caller(case) in ("", self.name) if call.who == "mediator" else True
        return self.role == Role.INSTITUTION_HANDLER and call.who == self.script.side(case, self.at)

    def _do(self, address: str) -> bool:
        page = self._opened(address)
        if page is None:
            return False
        found = NUMBER.search(page.text_content())
        case = found.group() if found else ""
        if self.role == "mediator" and page.xpath("//form[@data-element='plan_session']") and self.calls.is_called(
                case, address, self.name):
            return False
        return self.fill_in(page, case, self.script.side(case, self.at) or "institution", self.at)


class Parties(Player):
    """A share of the parties without a log-in: they read their messages and follow the links."""

    def __init__(self, sink_url: str, share: tuple[int, int], *rest, **more):
        super().__init__(f"parties {share[0] + 1}", *rest, **more)
        self.sink_url, self.share, self._newest = sink_url.rstrip("/"), share, 0
        self._links: dict[str, str] = {}  # link → telephone
        self._cases: dict[str, str] = {}  # link → case
        self._due: dict[str, float] = {}  # link → when to open it

    def turn(self) -> bool:
        self._read_messages()
        self._listen()
        now, done = time.monotonic(), False
        for link in [link for link, due in self._due.items() if due <= now]:
            if self.stopping.is_set():
                return True
            self._due[link] = now + LOOKS_AGAIN_SECONDS
            done = self._follow(link) or done
        return done

    def _messages(self, to: str = "", after: int = 0) -> list[dict]:
        asked = {"limit": 100000, "to": to, "after": after}
        return requests.get(f"{self.sink_url}/messages", params=asked, timeout=30).json()["messages"]

    def _read_messages(self) -> None:
        for message in self._messages(after=self._newest):
            self._newest = max(self._newest, message["id"])
            if message["channel"] == "sms" and (found := LINK.search(message["text"])):
                link, (mine, all_) = found.group(), self.share
                if zlib.crc32(message["recipient"].encode()) % all_ == mine:
                    self._links[link], self._due[link] = message["recipient"], 0.0

    def _listen(self) -> None:
        """Whoever is asked something opens their link; when nobody came, everybody in the case looks, an agent perhaps."""
        for ring in self.bell.for_parties():
            is_first = self.patience.is_first(ring.task_id)
            if self._is_called_by(ring):
                self._wake(lambda link, ring=ring, own=is_first: self._links[link] == ring.telephone if own
                           else self._cases.get(link) == ring.case)
        for case, call in self.calls.open():
            if self.patience.is_over((case, call.act)):
                self._wake(lambda link, case=case: self._cases.get(link) == case)

    def _wake(self, is_meant: Callable[[str], bool]) -> None:
        self._due |= {link: 0.0 for link in self._due if is_meant(link)}

    def _follow(self, link: str) -> bool:
        """Open the case by its link, and answer what is open; one that leads to a closed case or nowhere is forgotten."""
        page = self._opened(link)
        if page is None:
            self._due.pop(link, None)
            return False
        case = self._cases[link] = NUMBER.search(page.text_content()).group()
        side = page.xpath("//*[@data-side]")[0].get("data-side")
        call = dict(self.calls.open()).get(case)
        done = call is not None and call.who == side and self.act(page, case, call.act)
        for address in self.browser.links(page, r"/p/[\w-]+/tasks/\d+$"):
            self._telephone = self._links[link]
            done = self._answer_at(address, case, side) or done
        if self.script.plays(case):
            done = self._run_errand(page, link, case, side) or done
        if not done and page.xpath("//*[@data-closed]"):
            self._due.pop(link, None)
        return done

    def _answer_at(self, address: str, case: str, side: str) -> bool:
        """Answer a task; another link of the same party, or the clock, may have been faster."""
        page = self._opened(address)
        if page is None:
            self.told["tasks that somebody else was faster at"] += 1
        return page is not None and self.fill_in(page, case, side)

    def _run_errand(self, page, link: str, case: str, side: str) -> bool:
        try:
            return self.errands.of_party(self.browser, page, link, case, side)
        except NotTaken as refusal:
            return self._note(f"{self.name}: errand in {case}: {refusal}") if refusal.status not in FASTER else False

    def code(self, form) -> str:
        """Ask for the one-time code, and read it in the messages to this telephone."""
        asking = form.getroottree().xpath("//form[@id='ask-code']")[0]
        before = max([self._newest, *(message["id"] for message in self._messages(self._telephone, self._newest))])
        self.browser.send(asking, {})
        for _attempt in range(CODE_SECONDS * 4):
            for message in self._messages(self._telephone, before):
                if not LINK.search(message["text"]) and (found := CODE.search(message["text"])):
                    return found.group(1)
            if self.stopping.wait(0.25):
                break
        return ""
