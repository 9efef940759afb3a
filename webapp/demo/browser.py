"""A person at a browser without JavaScript: opens pages, fills in forms as they stand, sends them."""

import re

import requests
from lxml import html
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

SECONDS = 60


class NotTaken(Exception):
    """A form was sent and refused; the text is what the page said, the status why, `page` is the answer."""

    def __init__(self, status: int, page: html.HtmlElement):
        super().__init__(f"{status} {_said(page)}")
        self.status, self.page = status, page


class Browser:
    """One person's cookies and pages."""

    def __init__(self, base_url: str, looks_on: bool = True):
        self.base_url = base_url.rstrip("/")
        self.looks_on = looks_on  # open the page to which a form leads; who knows where to go next saves it
        self.session = requests.Session()
        looks_again = Retry(total=2, allowed_methods={"GET"})  # the server may close a kept connection at any moment
        self.session.mount("http://", HTTPAdapter(max_retries=looks_again))

    def open(self, path: str) -> html.HtmlElement:
        """A page; raises requests.HTTPError for what is not there."""
        answer = self.session.get(self._address(path), timeout=SECONDS)
        answer.raise_for_status()
        return self._read(answer)

    def _address(self, path: str) -> str:
        return path if path.startswith("http") else self.base_url + path

    def _read(self, answer) -> html.HtmlElement:
        page = html.document_fromstring(answer.text, base_url=answer.url)
        page.make_links_absolute(answer.url)
        return page

    def send(self, form, answers: dict[str, str], action: str = "") -> html.HtmlElement:
        """Send a form with these answers over what it offers. Raises NotTaken for 4xx, HTTPError for 5xx."""
        values = self._filled(form, answers)
        answer = self.session.post(self._address(action or form.action or form.base_url), data=values, timeout=SECONDS,
                                   allow_redirects=self.looks_on)
        if 400 <= answer.status_code < 500:
            raise NotTaken(answer.status_code, self._read(answer))
        answer.raise_for_status()
        return self._read(answer)

    def _filled(self, form, answers: dict[str, str]) -> list[tuple[str, str]]:
        """What the form would send: its own values, with the answers put in; `first` and `last` pick an option."""
        kept = [(name, value) for name, value in form.form_values() if name not in answers]
        for name, value in answers.items():
            offered = form.inputs[name] if name in form.fields else None
            if offered is None and value in ("first", "last"):
                continue  # the page asks this only where there is a choice
            options = [each for each in _offered_values(offered) if each]
            picked = {"first": options[:1], "last": options[-1:]}.get(value) or [value]
            kept.append((name, picked[0]))
        return kept

    def sign_in(self, login: str) -> None:
        """One click into the demo world."""
        form = next(form for form in self.open("/login").forms if form.action.endswith("/login/demo"))
        token = form.fields["csrf_token"]
        self.session.post(form.action, data={"csrf_token": token, "login": login}, timeout=SECONDS).raise_for_status()

    @staticmethod
    def links(page, pattern: str) -> list[str]:
        """Addresses on a page that match, each once, in order."""
        found = [address for _element, _attribute, address, _at in page.iterlinks() if re.search(pattern, address)]
        return list(dict.fromkeys(found))


def _said(page) -> str:
    words = page.xpath("//*[contains(@class,'problem-list') or contains(@class,'news-bad') or contains(@class,'invalid-note')"
                       " or self::h1]")
    return " | ".join(" ".join(word.text_content().split()) for word in words)[:300]


def _offered_values(field) -> list[str]:
    """What a list or a group of buttons offers; a single button is no group to lxml."""
    if hasattr(field, "value_options"):
        return list(field.value_options)
    return [field.get("value")] if field is not None and field.get("type") == "radio" else []
