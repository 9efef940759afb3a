"""The shipped processes in force, and a designer with a draft of the smallest of them."""

import json

import pytest

from engine.db import db, transaction
from engine.processes.models import Draft


@pytest.fixture
def designer(browser, shipped):
    return browser("designer")


@pytest.fixture
def approver(browser, shipped):
    return browser("approver")


@pytest.fixture
def draft_id(designer) -> int:
    """A fresh draft of the follow-up of performance."""
    answer = designer.post("/designer/processes/performance/drafts")
    assert answer.status_code == 303
    return int(answer.headers["Location"].split("/")[3])


@pytest.fixture
def draft(draft_id):
    """The draft as it is now: `draft()`."""
    def read() -> Draft:
        with transaction(write=False):
            db.session.expire_all()
            return db.session.get(Draft, draft_id)
    return read


@pytest.fixture
def send():
    """Post JSON as an island does: `send(browser, path, revision=1, …)`."""
    def post(browser, path, **content):
        if not browser.token:
            browser.post("/login/demo", login="nobody")
        headers = {"X-CSRFToken": browser.token}
        return browser.http.post(path, data=json.dumps(content), headers=headers, content_type="application/json")
    return post
