"""The people of the play: staff working through their inboxes, parties following the links in their messages."""

import re
import threading
import zlib
from collections import Counter

import requests

from webapp.demo.browser import Browser, NotTaken
from webapp.demo.script import Script

NUMBER = re.compile(r"ST\d{16}")
LINK = re.compile(r"https?://\S+?/p/[\w-]+")
CODE = re.compile(r"(?<!\d)(\d{6})(?!\d)")  # no \b: a Chinese sign before it is a word sign, too


class Player(threading.Thread):
    """Somebody who does what is asked of them until told to stop."""

    def __init__(
        self, name: str, script: Script, base_url: str, stopping: threading.Event, told: Counter, keep: dict | None = None
    ):
        super().__init__(daemon=True, name=name)
        self.script, self.stopping, self.told, self.keep = script, stopping, told, keep or {}
        self.browser = Browser(base_url)
        self.failures: list[str] = []

    def run(self):
        while not self.stopping.is_set():
            try:
                busy = self.turn()
            except (requests.RequestException, OSError) as error:
                busy = self._note(f"{self.name}: {type(error).__name__}: {error}"[:300])
            if not busy:
                self.stopping.wait(0.7)

    def turn(self) -> bool:
        """Do what is open; False when there was nothing."""
        raise NotImplementedError

    def _note(self, failure: str) -> bool:
        self.told["refused or failed requests"] += 1
        self.failures.append(failure)
        return False

    def leaves_alone(self, element: str, case: str) -> bool:
        """Is this the task at which this case is meant to stand?"""
        return self.keep.get(case) == element

    def fill_in(self, page, case: str, side: str = "") -> bool:
        """Answer the page's task by the script; False when there is none, or it is left standing."""
        form = next((form for form in page.forms if form.get("data-element")), None)
        if form is None or self.leaves_alone(form.get("data-element"), case):
            return False
        element = form.get("data-element")
        try:
            answers = self.script.answers(element, case, side)
            if element == "sign_agreement" and answers["answer"] == "sign" and "code" in form.fields:
                answers["code"] = self.code(form)
            self.browser.send(form, answers)
        except NotTaken as refusal:
            return self._note(f"{self.name}: {element} of {case}: {refusal}")
        self.told[f"task {element}"] += 1
        return True

    def code(self, form) -> str:
        """The one-time code, for those who get one."""
        return ""


class Staff(Player):
    """Somebody with a log-in: first their own tasks, then the team's."""

    def __init__(self, login: str, *rest, **more):
        super().__init__(login, *rest, **more)
        self.signed_in = False

    def turn(self) -> bool:
        if not self.signed_in:
            self.browser.sign_in(self.name)
            self.signed_in = True
        done = False
        for view in ("mine", "available"):
            page = self.browser.open(f"/inbox/?view={view}")
            for address in self.browser.links(page, r"/inbox/tasks/\d+$"):
                if self.stopping.is_set():
                    return True
                done = self._do(address) or done
        return done

    def _do(self, address: str) -> bool:
        try:
            page = self.browser.open(address)
        except requests.HTTPError as error:
            if error.response.status_code in (404, 409):
                return False  # somebody else, or the clock, was faster
            raise
        case = NUMBER.search(page.text_content())
        return self.fill_in(page, case.group() if case else "", "institution")


class Parties(Player):
    """A share of the parties without a log-in: they read their messages and follow the links."""

    def __init__(self, sink_url: str, share: tuple[int, int], *rest, **more):
        super().__init__(f"parties {share[0] + 1}", *rest, **more)
        self.sink_url, self.share, self._links, self._done = sink_url.rstrip("/"), share, {}, set()

    def turn(self) -> bool:
        self._read_messages()
        done = False
        for link in list(self._links):
            if self.stopping.is_set():
                return True
            done = self._follow(link) or done
        return done

    def _messages(self, to: str = "") -> list[dict]:
        answer = requests.get(f"{self.sink_url}/messages", params={"limit": 100000, "to": to}, timeout=30)
        return answer.json()["messages"]

    def _read_messages(self) -> None:
        for message in self._messages():
            if message["channel"] == "sms" and (found := LINK.search(message["text"])):
                link, (mine, all_) = found.group(), self.share
                if link not in self._done and zlib.crc32(message["recipient"].encode()) % all_ == mine:
                    self._links.setdefault(link, message["recipient"])

    def _follow(self, link: str) -> bool:
        """Open the case by its link, and answer what is open; a link of a closed case is forgotten."""
        page = self.browser.open(link)
        text = page.text_content()
        case = NUMBER.search(text).group()
        side = "applicant" if page.xpath("//*[@data-side='applicant']") else "respondent"
        done = False
        for address in self.browser.links(page, r"/p/[\w-]+/tasks/\d+$"):
            self._telephone = self._links[link]
            done = self.fill_in(self.browser.open(address), case, side) or done
        if not done and page.xpath("//*[@data-closed]"):
            self._done.add(link)
            self._links.pop(link)
        return done

    def code(self, form) -> str:
        """Ask for the one-time code, and read it in the messages to this telephone."""
        button = form.xpath(".//button[@formaction]")[0]
        before = max((message["id"] for message in self._messages(self._telephone)), default=0)
        self.browser.send(form, {}, button.get("formaction"))
        for _attempt in range(60):
            for message in self._messages(self._telephone):
                if message["id"] > before and not LINK.search(message["text"]) and (found := CODE.search(message["text"])):
                    return found.group(1)
            self.stopping.wait(0.25)
        return ""
