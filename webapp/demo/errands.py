"""What people do beside their tasks: confirm that a paper or an address is right, ask about a clause, answer a question."""

import re
from collections import Counter
from collections.abc import Callable
from random import Random

from webapp.demo.browser import Browser
from webapp.demo.destinies import DESTINIES

ADDRESS = {"phone": "16600008888", "postcode": "200120", "address": "演示路1号101室", "agrees": "yes", "channels": "sms",
           "kinds": "notices", "warned": "true"}
QUESTION = "逾期一天是否就要支付违约金？"
ANSWER = "逾期的，从到期日的次日起按日计算。"
ANSWERING = re.compile(r"/clauses/\d+/answer$")
CONFIRMING, GIVING_ADDRESS, TELLING_DOMICILE = 0.8, 0.4, 0.3  # how many do
DOMICILE = "310115"


class Errands:
    """The errands of a play, shared by its players; each is done once."""

    def __init__(self, seed: int, destiny: Callable[[str], str]):
        self.seed, self.destiny, self.told = seed, destiny, Counter()
        self._done: set[tuple] = set()

    def of_party(self, browser: Browser, page, link: str, case: str, side: str) -> bool:
        """What a party's page offers beside its tasks; False when there is nothing left for this party."""
        return any([self._wish(browser, page, case), self._receipts(browser, page), self._address(browser, link, case, side),
                    self._domicile(browser, page, case, side), self._question(browser, page, case)])

    def is_waited_for(self, case: str) -> bool:
        """Is there still something that a party of this case is to ask for?"""
        return bool(DESTINIES[self.destiny(case)].wish) and ("wish", case) not in self._done

    def _wish(self, browser: Browser, page, case: str) -> bool:
        wish = DESTINIES[self.destiny(case)].wish
        form = next((form for form in page.forms if wish and (form.action or "").endswith(f"/wishes/{wish}")), None)
        if form is None or not self._first(("wish", case)):
            return False
        return self._send(browser, form, {"reason": "希望协议有强制执行效力。"}, f"wish {wish}")

    def _receipts(self, browser: Browser, page) -> bool:
        served = [form for form in page.forms if "/served/" in (form.action or "")]
        return any([self._send(browser, form, {}, "receipt of a paper")
                    for form in served if self._first(("receipt", form.action), CONFIRMING)])

    def _address(self, browser: Browser, link: str, case: str, side: str) -> bool:
        if not self._first(("address", case, side), GIVING_ADDRESS):
            return False
        form = next(form for form in browser.open(f"{link}/address").forms if "address" in form.fields)
        return self._send(browser, form, ADDRESS, "address for service")

    def _domicile(self, browser: Browser, page, case: str, side: str) -> bool:
        there = browser.links(page, r"/p/[\w-]+/domicile$")
        if not there or not self._first(("domicile", case, side), TELLING_DOMICILE):
            return False
        form = next(form for form in browser.open(there[0]).forms if "domicile" in form.fields)
        return self._send(browser, form, {"domicile": DOMICILE}, "domicile")

    def _question(self, browser: Browser, page, case: str) -> bool:
        drafts = browser.links(page, r"/p/[\w-]+/draft$")
        if not drafts or not DESTINIES[self.destiny(case)].is_discussed or not self._first(("question", case)):
            return False
        form = next(form for form in browser.open(drafts[0]).forms if "clause" in form.fields)
        return self._send(browser, form, {"text": QUESTION}, "question about a clause")

    def holds_back(self, browser: Browser, page, case: str, answers: dict[str, str]) -> bool | None:
        """What a mediator does before handing in a draft: show it, wait for the question, answer it.

        None: nothing, the draft may go; True: something was done; False: nothing yet, and it has to wait.
        """
        if not DESTINIES[self.destiny(case)].is_discussed or ("answer", case) in self._done:
            return None
        if self._first(("shown", case)):
            form = next(form for form in page.forms if form.get("data-element"))
            return self._send(browser, form, answers | {"show": "1"}, "draft shown to both sides")
        form = next((form for form in page.forms if ANSWERING.search(form.action or "")), None)
        if form is None:
            return False
        self._done.add(("answer", case))
        return self._send(browser, form, {"answer": ANSWER, "to_all": "yes"}, "answer to a question")

    def _first(self, errand: tuple, share: float = 1.0) -> bool:
        """Is this errand somebody's, and not run yet? It counts as run from now on."""
        if errand in self._done or Random(f"{self.seed} {errand}").random() >= share:
            return False
        self._done.add(errand)
        return True

    def _send(self, browser: Browser, form, answers: dict[str, str], what: str) -> bool:
        browser.send(form, answers)
        self.told[f"errand {what}"] += 1
        return True
