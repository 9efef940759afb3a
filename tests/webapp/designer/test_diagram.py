"""The island's JSON: what the panel offers, saving with a revision, checking what is on the screen."""

import pytest

BPMN = "process.bpmn"


@pytest.fixture
def path(draft_id):
    return f"/designer/drafts/{draft_id}/diagram.json"


def test_the_panel_gets_the_diagram_and_everything_to_choose_from(designer, path, draft):
    told = designer.get(path).json

    assert told["xml"] == draft().files[BPMN] and told["revision"] == 1 and told["lanes"]["调解员"] == "mediator"
    assert told["english"]["note_performance"] == "Follow up"
    assert [each["value"] for each in told["choices"]["forms"]] == ["note_performance"]
    assert {"T04", "T06"} <= {each["value"] for each in told["choices"]["terms"]}
    assert {"term", "case", "len"} <= {each["name"] for each in told["choices"]["functions"]}
    assert {"value": "mediator", "label": "调解员"} in told["choices"]["roles"]


def test_a_change_is_saved_with_its_english_and_its_roles(designer, send, path, draft):
    xml = draft().files[BPMN].replace("登记履行情况", "核实履行情况")
    answer = send(designer, path, revision=1, xml=xml, english={"note_performance": "Verify"}, lanes={"调解员": "coordinator"})

    assert answer.status_code == 200 and answer.json["revision"] == 2
    assert draft().files[BPMN] == xml and '"note_performance": "Verify"' in draft().files["locale/en.json"]
    assert '"调解员" = "coordinator"' in draft().files["process.toml"] and 'title = "履行与回访"' in draft().files["process.toml"]


def test_the_second_save_of_an_old_copy_is_told_and_changes_nothing(designer, send, path, draft):
    xml = draft().files[BPMN]
    send(designer, path, revision=1, xml=xml.replace("登记履行情况", "甲"))
    answer = send(designer, path, revision=1, xml=xml.replace("登记履行情况", "乙"))

    assert (answer.status_code, answer.json["code"]) == (409, "draft-changed") and "重新打开" in answer.json["message"]
    assert "甲" in draft().files[BPMN]


@pytest.mark.parametrize("content", [
    {}, {"revision": 1}, {"revision": "1", "xml": "<x/>"}, {"revision": 1, "xml": 5},
    {"revision": 1, "xml": "<x/>", "english": [1]}, {"revision": 1, "xml": "<x/>", "lanes": {"a": 1}},
    {"revision": 1, "xml": "<not closed"},
    {"revision": 1, "xml": "<!DOCTYPE x [<!ENTITY e 'boom'>]><x>&e;</x>"}, {"revision": 1, "xml": ""},
])
def test_nonsense_is_refused_with_its_place(designer, send, path, draft, content):
    answer = send(designer, path, **content)

    assert answer.status_code == 422 and answer.json["problems"] and draft().revision == 1


@pytest.mark.parametrize("body", ["", "[]", "nonsense", "null"])
def test_a_body_that_is_no_object_is_refused(designer, path, draft, body):
    designer.post("/login/demo", login="nobody")
    answer = designer.http.post(path, data=body, headers={"X-CSRFToken": designer.token}, content_type="application/json")

    assert answer.status_code == 422 and draft().revision == 1


def test_checking_looks_at_the_screen_and_saves_nothing(designer, send, draft_id, draft):
    xml = draft().files[BPMN].replace('value="note_performance"', 'value="lost"')
    answer = send(designer, f"/designer/drafts/{draft_id}/check.json", xml=xml)

    assert [(each["element"], each["code"]) for each in answer.json["findings"] if each["severity"] == "error"] == [
        ("note_performance", "form_unknown")]
    assert "lost" in answer.json["findings"][0]["message"] and draft().revision == 1


def test_checking_a_good_drawing_finds_no_error(designer, send, draft_id, draft):
    answer = send(designer, f"/designer/drafts/{draft_id}/check.json", xml=draft().files[BPMN])

    assert [each for each in answer.json["findings"] if each["severity"] == "error"] == []


def test_the_island_of_tables_saves_files(designer, send, draft_id, draft):
    answer = send(designer, f"/designer/drafts/{draft_id}/files.json", revision=1, files={"process.toml": 'title = "甲"'})
    again = send(designer, f"/designer/drafts/{draft_id}/files.json", revision=1, files={"process.toml": 'title = "乙"'})

    assert (answer.status_code, again.status_code, draft().title) == (200, 409, "甲")


@pytest.mark.parametrize("files", [
    None, ["x"], {"process.toml": 1}, {"../etc/passwd": "x"}, {"forms/x.json": "{"}, {"process.toml": "= ="},
])
def test_files_of_nonsense_are_refused(designer, send, draft_id, draft, files):
    assert send(designer, f"/designer/drafts/{draft_id}/files.json", revision=1, files=files).status_code == 422
    assert draft().revision == 1


def test_the_author_gets_the_editor_and_others_the_picture(designer, approver, draft_id):
    assert 'data-island="designer"' in designer.text(f"/designer/drafts/{draft_id}/diagram")
    page = approver.text(f"/designer/drafts/{draft_id}/diagram")
    assert 'data-island="designer"' not in page and 'data-island="trace"' in page


def test_coverage_tells_which_scenarios_come_by_each_element_and_arrow(designer, path, draft_id):
    told = designer.get(f"/designer/drafts/{draft_id}/coverage.json").json
    by = {part["id"]: part["walked_by"] for part in told["parts"]}

    assert told["process"] == "performance" and told["missed"] == [] and by["look_again"] == ["later"]
    parts = len(told["parts"])
    assert f"{parts} 个元素和箭头中的 {parts} 个" in designer.get(f"/designer/drafts/{draft_id}/scenarios").text
