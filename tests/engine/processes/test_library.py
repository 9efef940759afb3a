"""Process folders: what may stand in them, and that they come home as they left."""

import pytest

from engine.processes import library
from tests.workbench import SHIPPED, shipped

DIAGRAM = shipped()["performance"]["process.bpmn"]


def faults(files, key="performance"):
    with pytest.raises(library.FolderRefused) as refused:
        library.refuse_faulty(key, files)
    return {(fault["pointer"], fault["code"]) for fault in refused.value.problems}


def test_an_exported_folder_is_the_folder_that_was_read(tmp_path):
    library.write_folder(shipped()["court_mediation"], tmp_path / "court_mediation")
    assert library.read_folder(tmp_path / "court_mediation") == library.read_folder(SHIPPED / "court_mediation")


def test_writing_a_folder_removes_what_no_longer_belongs_to_it(tmp_path):
    library.write_folder({"process.bpmn": DIAGRAM, "forms/old.json": "{}"}, tmp_path)
    library.write_folder({"process.bpmn": DIAGRAM}, tmp_path)
    assert library.read_folder(tmp_path) == {"process.bpmn": DIAGRAM}


def test_the_hash_tells_any_change_and_no_order():
    files = dict(shipped()["consent"])
    assert library.digest(files) == library.digest(dict(reversed(files.items())))
    assert library.digest(files) != library.digest(files | {"process.toml": files["process.toml"] + "\n"})
    assert library.digest({"a": "bc"}) != library.digest({"ab": "c"})


@pytest.mark.parametrize("name", [
    "../process.bpmn", "forms/../../x.json", "forms/A b.json", "scripts/x.py", "forms/x.exe", "/etc/passwd"])
def test_a_file_that_has_no_place_in_a_folder_is_refused(name):
    assert faults({"process.bpmn": DIAGRAM, name: "{}"}) == {(name, "place")}


def test_all_faults_of_a_folder_are_told_at_once():
    entity = "<!DOCTYPE d [<!ENTITY x 'y'>]><d>&x;</d>"
    files = {"process.bpmn": "<a>", "forms/a.json": "{", "process.toml": "= 1", "decisions/d.dmn": entity}
    assert faults(files, key="No Key") == {
        ("key", "key"), ("process.bpmn", "not_xml"), ("forms/a.json", "unreadable"), ("process.toml", "unreadable"),
        ("decisions/d.dmn", "doctype"),
    }


def test_a_folder_without_diagram_is_refused():
    assert faults({}) == {("process.bpmn", "no_diagram")}


def test_a_giant_file_is_refused():
    files = {"process.bpmn": DIAGRAM, "locale/en.json": " " * (library.MAX_BYTES + 1)}
    assert ("locale/en.json", "file_too_large") in faults(files)


def test_deeply_nested_json_is_refused_and_does_not_break_the_reader():
    assert faults({"process.bpmn": DIAGRAM, "forms/deep.json": "[" * 100_000}) == {("forms/deep.json", "unreadable")}


def test_called_processes_come_before_their_callers():
    order = library.in_order(shipped())
    assert order.index("signing") < order.index("court_mediation")
    assert set(order) == set(shipped())


def test_a_path_without_any_process_says_so(tmp_path):
    with pytest.raises(library.NoProcessHere):
        library.read_folders(tmp_path)
