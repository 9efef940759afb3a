"""Files from other tools: taken into the draft, or refused with the element named and nothing changed."""

import io
from pathlib import Path

import pytest

BPMN = "process.bpmn"


@pytest.fixture
def upload(designer, draft_id):
    def send(revision="1", **files):
        raw = {name: content if isinstance(content, bytes) else content.encode() for name, content in files.items()}
        parts = [(io.BytesIO(content), name) for name, content in raw.items()]
        designer.post("/login/demo", login="nobody")
        return designer.http.post(f"/designer/drafts/{draft_id}/upload", content_type="multipart/form-data",
                                  data={"csrf_token": designer.token, "revision": revision, "files": parts})
    return send


def test_a_good_diagram_and_form_are_taken_together(upload, draft):
    diagram = draft().files[BPMN].replace('value="note_performance"', 'value="visit"')
    form = draft().files["forms/note_performance.json"].replace('"id": "note_performance"', '"id": "visit"')
    answer = upload(**{"mine.bpmn": diagram, "visit.json": form})

    assert answer.status_code == 303 and draft().files[BPMN] == diagram and draft().files["forms/visit.json"] == form


@pytest.mark.parametrize("change, told", [
    (("</bpmn:process>", ""), "process.bpmn"),
    (('<?xml version="1.0" encoding="UTF-8"?>', '<!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/passwd">]>'), "process.bpmn"),
    (('value="note_performance"', 'value="lost"'), "note_performance"),
    (("date(on)", "__import__('os')"), "look_again"), (("date(on)", "open(on)"), "look_again"),
    (("bpmn:intermediateCatchEvent", "bpmn:complexGateway"), "look_again"),
    (('performed == "later"', "performed.upper()"), "performance_known"),
])
def test_what_cannot_run_is_refused_with_its_element(upload, draft, change, told):
    before = draft()
    answer = upload(**{"mine.bpmn": before.files[BPMN].replace(*change)})

    assert answer.status_code == 422 and f">{told}<" in answer.text
    assert (draft().revision, draft().files) == (1, before.files)


def test_an_unknown_operation_is_refused_by_name(upload, draft):
    service = ('<bpmn:serviceTask id="note_performance" name="甲"><bpmn:extensionElements>'
               '<spiffworkflow:serviceTaskOperator id="files.delete" /></bpmn:extensionElements>')
    head, _start, rest = draft().files[BPMN].partition('<bpmn:userTask id="note_performance"')
    rest = rest.partition("</bpmn:extensionElements>")[2].replace("</bpmn:userTask>", "</bpmn:serviceTask>", 1)
    answer = upload(**{"mine.bpmn": head + service + rest})

    assert answer.status_code == 422 and "files.delete" in answer.text and draft().revision == 1


@pytest.mark.parametrize("name, content, told", [
    ("visit.json", "{", "forms/visit.json"), ("visit.json", '{"components": [{"type": "spell"}]}', "spell"),
    ("table.dmn", "<a/>", "decisions/table.dmn"), ("virus.exe", "MZ", "virus.exe"), ("later.toml", "= =", "scenarios/later.toml"),
    ("visit.json", b"\xff\xfe", "visit.json"), ("later.toml", 'title = "x"', "scenarios/later.toml"),
])
def test_other_files_are_refused_by_name(upload, draft, name, content, told):
    answer = upload(**{name: content})

    assert answer.status_code == 422 and told in answer.text and draft().revision == 1


def test_an_upload_to_an_old_copy_is_told(upload, draft):
    assert upload(revision="9", **{"mine.bpmn": draft().files[BPMN]}).status_code == 409


def test_nothing_chosen_is_told(upload):
    assert upload().status_code == 422


MODELS = Path(__file__).resolve().parents[2] / "data" / "models"


def test_a_diagram_of_another_modeller_is_brought_into_shape_and_told_part_by_part(upload, draft):
    foreign = draft().files[BPMN].replace('performed == "later"', "${performed eq 'later'}")
    foreign = foreign.replace('"performance"', '"Follow-Up"')
    answer = upload(**{"mine.bpmn": foreign})

    assert answer.status_code == 200 and 'data-note="changed"' in answer.text and "performance_known" in answer.text
    assert '(performed == "later")' in draft().files[BPMN] and 'processRef="performance"' in draft().files[BPMN]


def test_what_was_refused_of_a_diagram_is_told_with_the_refusal(upload, draft):
    foreign = draft().files[BPMN].replace('performed == "later"', "${bean.later()}")
    answer = upload(**{"mine.bpmn": foreign})

    assert answer.status_code == 422 and 'data-note="refused"' in answer.text and "bean.later()" in answer.text
    assert draft().revision == 1


@pytest.fixture
def take_in(designer, shipped):
    def send(*names, **form):
        parts = [(io.BytesIO((MODELS / name).read_bytes()), name) for name in names]
        designer.post("/login/demo", login="nobody")
        return designer.http.post("/designer/import", content_type="multipart/form-data",
                                  data={"csrf_token": designer.token, "files": parts, **form})
    return send


def test_a_process_begins_with_the_diagram_of_another_modeller(take_in, designer):
    answer = take_in("camunda_modeler.bpmn", key="loan", operations="send-notice = notices.send\n\nother")

    assert answer.status_code == 200 and "taskListener" in answer.text and 'data-note="refused"' in answer.text
    assert "notices.send" in answer.text and "/designer/drafts/" in answer.text
    assert take_in("camunda_modeler.bpmn", "bare.bpmn").status_code == 422


def test_what_is_no_diagram_begins_nothing(designer, shipped):
    designer.post("/login/demo", login="nobody")
    for content in (b"<a/>", b"", b"<!DOCTYPE x []><x/>"):
        answer = designer.http.post("/designer/import", content_type="multipart/form-data",
                                    data={"csrf_token": designer.token, "files": [(io.BytesIO(content), "x.bpmn")]})
        assert answer.status_code == 422


def test_a_file_beside_the_diagram_that_is_no_text_begins_nothing(designer, shipped):
    designer.post("/login/demo", login="nobody")
    parts = [(io.BytesIO((MODELS / "bare.bpmn").read_bytes()), "x.bpmn"), (io.BytesIO(b"\xff\xfe"), "x.toml")]
    answer = designer.http.post("/designer/import", content_type="multipart/form-data",
                                data={"csrf_token": designer.token, "files": parts})
    assert answer.status_code == 422 and "/designer/drafts/" not in designer.get("/designer/").text
