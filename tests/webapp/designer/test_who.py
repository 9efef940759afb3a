"""Who may read, draw and publish; everybody else learns nothing and changes nothing."""

import pytest

READS = ["", "rules", "processes/performance", "operations.json", "drafts/{id}", "drafts/{id}/diagram",
         "drafts/{id}/diagram.json",
         "drafts/{id}/changes", "drafts/{id}/scenarios", "drafts/{id}/names", "drafts/{id}.zip", "drafts/{id}/files/process.toml"]
WRITES = ["", "processes/performance/drafts", "drafts/{id}/upload", "drafts/{id}/submit", "drafts/{id}/drop",
          "drafts/{id}/files/process.toml", "drafts/{id}/files", "drafts/{id}/remove/scenarios/later.toml", "drafts/{id}/names"]
ACTS = ["drafts/{id}/approve", "drafts/{id}/reject"]
JSON = ["drafts/{id}/diagram.json", "drafts/{id}/files.json"]
FORM = {"key": "trial_run", "title": "甲", "text": "x = 1", "revision": "1", "kind": "form", "name": "other"}


@pytest.mark.parametrize("who", ["clerk", "mediator", "coordinator", "handler", "admin", "regulator"])
@pytest.mark.parametrize("path", READS)
def test_others_may_not_read(browser, draft_id, who, path):
    assert browser(who).get("/designer/" + path.format(id=draft_id)).status_code == 403


@pytest.mark.parametrize("path", READS)
def test_an_approver_reads_everything(approver, draft_id, path):
    assert approver.get("/designer/" + path.format(id=draft_id)).status_code == 200


@pytest.mark.parametrize("path", READS)
def test_somebody_not_signed_in_is_asked_to(stranger, draft_id, path):
    assert "/login" in stranger.get("/designer/" + path.format(id=draft_id)).headers["Location"]


@pytest.mark.parametrize("who", ["clerk", "approver", "admin"])
@pytest.mark.parametrize("path", WRITES)
def test_only_designers_write(browser, draft_id, draft, who, path):
    answer = browser(who).post("/designer/" + path.format(id=draft_id), **FORM)

    assert answer.status_code in (403, 422) and draft().revision == 1 and draft().status == "open"


@pytest.mark.parametrize("who", ["clerk", "designer", "admin"])
@pytest.mark.parametrize("path", ACTS)
def test_only_approvers_decide(browser, draft_id, draft, who, path):
    assert browser(who).post("/designer/" + path.format(id=draft_id), remark="好").status_code == 403
    assert draft().status == "open"


@pytest.mark.parametrize("who", ["clerk", "approver"])
@pytest.mark.parametrize("path", JSON)
def test_islands_of_others_cannot_save(browser, send, draft_id, draft, who, path):
    answer = send(browser(who), "/designer/" + path.format(id=draft_id), revision=1, xml="<x/>", files={"process.toml": "a = 1"})

    assert (answer.status_code, answer.json["code"], draft().revision) == (403, "forbidden", 1)


@pytest.mark.parametrize("path", ["drafts/{id}/preview", "drafts/{id}/check.json"])
def test_looking_over_is_for_those_who_may_read(browser, send, draft_id, path):
    assert send(browser("clerk"), "/designer/" + path.format(id=draft_id), xml="<x/>").status_code == 403


def test_without_the_token_nothing_is_saved(designer, draft_id, draft):
    answer = designer.http.post(f"/designer/drafts/{draft_id}/diagram.json", json={"revision": 1, "xml": "<x/>"})

    assert answer.status_code == 400 and draft().revision == 1
