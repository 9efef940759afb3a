"""Forms, tables, scenarios and names as text: they can be changed without a script in the page."""

import pytest

FORM = "forms/note_performance.json"
FAULTY = '{"components": [{"type": "spell", "key": "x"}, {"type": "radio", "key": "No", "label": "甲"}]}'


@pytest.fixture
def path(draft_id):
    return f"/designer/drafts/{draft_id}/files/{FORM}"


def test_a_form_stands_beside_its_preview(designer, path):
    page = designer.text(path)

    assert 'id="f-performed"' in page and "履行" in page and 'name="text"' in page


def test_a_changed_form_is_saved(designer, path, draft):
    text = draft().files[FORM].replace('"登记履行情况"', '"核实"')
    answer = designer.post(path, text=text.replace("\n", "\r\n"), revision="1")

    assert answer.status_code == 303 and draft().files[FORM] == text and draft().revision == 2


def test_the_second_save_is_refused_and_what_was_typed_stays_on_the_page(designer, path, draft):
    designer.post(path, text=draft().files[FORM] + "\n", revision="1")
    answer = designer.post(path, text='{"components": [], "title": "我的"}', revision="1")

    assert answer.status_code == 409 and "我的" in answer.text and "我的" not in draft().files[FORM]


@pytest.mark.parametrize("text", ["{", "", "[1"])
def test_text_that_is_no_json_is_refused_and_stays_on_the_page(designer, path, draft, text):
    answer = designer.post(path, text=text, revision="1")

    assert answer.status_code == 422 and draft().revision == 1


def test_a_form_with_faults_may_lie_in_a_draft_but_every_fault_is_told(designer, path):
    designer.post(path, text=FAULTY, revision="1")
    page = designer.text(path)

    assert "spell" in page and "/components/1/values" in page


def test_the_preview_shows_what_is_typed_and_changes_nothing(designer, draft_id, draft):
    text = '{"title": "试", "components": [{"type": "money", "key": "paid", "label": "已付金额", "required": true}]}'
    shown = designer.post(f"/designer/drafts/{draft_id}/preview", text=text).text
    refused = designer.post(f"/designer/drafts/{draft_id}/preview", text=FAULTY).text

    assert 'id="f-paid"' in shown and "已付金额" in shown and "spell" in refused and draft().revision == 1


@pytest.mark.parametrize("kind, name", [
    ("form", "forms/extra.json"), ("decision", "decisions/extra.dmn"), ("scenario", "scenarios/extra.toml"),
])
def test_a_new_file_begins_with_something_that_holds(designer, draft_id, draft, kind, name):
    answer = designer.post(f"/designer/drafts/{draft_id}/files", kind=kind, name="extra", revision="1")

    assert answer.headers["Location"].endswith(name) and name in draft().files
    assert designer.get(answer.headers["Location"]).status_code == 200


@pytest.mark.parametrize("kind, name, status", [
    ("form", "note_performance", 409), ("form", "../x", 422), ("form", "", 422), ("spell", "x", 422),
])
def test_a_new_file_needs_a_free_and_usable_name(designer, draft_id, draft, kind, name, status):
    assert designer.post(f"/designer/drafts/{draft_id}/files", kind=kind, name=name, revision="1").status_code == status
    assert draft().revision == 1


def test_a_file_is_removed_once_and_only_from_the_copy_one_saw(designer, draft_id, draft):
    path = f"/designer/drafts/{draft_id}/remove/scenarios/later.toml"

    assert designer.post(path, revision="7").status_code == 409
    assert designer.post(path, revision="1").status_code == 303 and "scenarios/later.toml" not in draft().files
    assert designer.post(path, revision="2").status_code == 404


def test_names_are_edited_beside_the_chinese(designer, draft_id, draft):
    path = f"/designer/drafts/{draft_id}/names"
    assert "登记履行情况" in designer.text(path)
    form = {"title": "回访", "title_en": "Follow-up", "en:note_performance": "Ask again", "revision": "1"}
    assert designer.post(path, **form).status_code == 303

    english = draft().files["locale/en.json"]
    assert draft().title == "回访" and '"note_performance": "Ask again"' in english
    assert '"performance_due"' in english, "names that were not sent stay"
    assert designer.post(path, title="乙", title_en="", revision="1").status_code == 409


def test_decision_tables_come_with_their_editor(designer, shipped):
    answer = designer.post("/designer/processes/closing/drafts")
    draft_id = answer.headers["Location"].split("/")[3]

    assert 'data-island="decisions"' in designer.text(f"/designer/drafts/{draft_id}/files/decisions/closing.dmn")
