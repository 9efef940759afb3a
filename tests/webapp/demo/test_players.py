"""A player without JavaScript answers what a page asks only after the first answer."""

import threading
from collections import Counter

from lxml import html

from webapp.demo.browser import NotTaken
from webapp.demo.players import Player
from webapp.demo.script import Script

FIRST = '<form data-element="join_application" action="/t"><input type="radio" name="joins" value="yes">{}</form>'
COURT = '<select name="court"><option value=""></option><option value="A">A</option></select>'


class Page:
    """A browser whose page asks for the court once somebody joins."""

    def __init__(self):
        self.sent = []

    def send(self, form, answers):
        self.sent.append(sorted(set(form.fields)))
        if "court" not in form.fields:
            raise NotTaken(422, page(COURT))


def page(more=""):
    return html.document_fromstring(f"<html><body><h1>x</h1>{FIRST.format(more)}</body></html>")


def test_what_is_asked_only_after_an_answer_is_answered_too():
    player = Player("p", Script(1), "http://127.0.0.1:1", threading.Event(), Counter())
    player.browser = Page()
    assert player.fill_in(page(), "ST1", "applicant")
    assert player.browser.sent == [["joins"], ["court", "joins"]] and player.failures == []
