"""What keeps a process from being published: each fault names its file, its element and what is wrong."""

import pytest

from engine.processes import checks
from tests.workbench import shipped


def codes(key, **files):
    """Findings as (code, element) after a text in a file was replaced: `diagram=(old, new)`."""
    folder = dict(shipped()[key])
    for name, (old, new) in files.items():
        path = PATHS[name]
        assert old in folder[path]
        folder[path] = folder[path].replace(old, new)
    return {(found.code, found.element_id) for found in checks.check(key, shipped() | {key: folder})}


PATHS = {"diagram": "process.bpmn", "settings": "process.toml", "english": "locale/en.json", "form": "forms/sign_agreement.json"}


@pytest.mark.parametrize(("old", "new", "code", "element"), [
    ('id="mediation.freeze_agreement"', 'id="mediation.freeze"', "operation_unknown", "freeze_agreement"),
    ('<spiffworkflow:parameter id="agreement_id" value="agreement_id" />', "", "input_missing", "make_effective"),
    ('id="agreement_id" value', 'id="agreement" value', "parameter_unknown", "make_effective"),
    ('name="form" value="seal_agreement"', 'name="form" value="seal"', "form_unknown", "seal_agreement"),
    ("signed = true", "signed = open('/etc/passwd').read()", "bad_expression", "note_signed"),
    ("signed = true", "import os", "bad_expression", "note_signed"),
    ('name="term" value="TSIGN"', 'name="term" value="T99"', "term_unknown", "signing_overdue"),
    ("<bpmn:flowNodeRef>seal_agreement</bpmn:flowNodeRef>", "", "no_lane", "seal_agreement"),
    ("name=\"assignee\" value='party[\"id\"]'", 'name="nobody" value=""', "no_assignee", "sign_agreement"),
    ('bpmnElement="seal_agreement"', 'bpmnElement="sealed"', "not_drawn", "seal_agreement"),
    ('name="due" value="TDRAFT"', 'name="due" value="T99"', "term_unknown", "draft_agreement"),
    ('name="due" value="TDRAFT"', 'name="due" value="T44"', "term_without_length", "draft_agreement"),
    ('name="form" value="draft_agreement"', 'name="pauses" value="mediation T99"', "term_unknown", "draft_agreement"),
    ('name="term" value="TSIGN"', 'name="pauses" value="mediation"', "pauses_nothing", "signing_overdue"),
    ('name="due" value="TDRAFT"', 'name="since" value="agreed_at"', "since_without_term", "draft_agreement"),
    ('name="form" value="draft_agreement"', 'name="since" value="now() - days(3)"', "since_name", "draft_agreement"),
    ('name="form" value="draft_agreement"', 'name="stage" value="dreaming"', "stage_unknown", "draft_agreement"),
])
def test_a_fault_in_the_diagram_names_its_element(old, new, code, element):
    assert (code, element) in codes("signing", diagram=(old, new))


@pytest.mark.parametrize(("key", "old", "new", "element"), [
    ("own_intake", 'name="term" value="T06C"', 'name="term" value="T05"', "term_over"),  # consent, called within, counts it
    ("court_mediation", 'name="term" value="T04"', 'name="term" value="T06"', "")])
def test_a_term_that_would_run_twice_at_once_is_refused(key, old, new, element):
    found = {place for code, place in codes(key, diagram=(old, new)) if code == "term_twice"}
    assert found == ({element} if element else set())


def test_a_timer_without_a_moment_names_its_element():
    assert ("bad_expression", "look_again") in codes("performance", diagram=("date(on)", "seven days"))


def test_a_lane_without_role_is_told_at_its_tasks():
    assert ("no_role", "seal_agreement") in codes("signing", settings=('"coordinator"', '"emperor"'))


@pytest.mark.parametrize("file, old", [("process.bpmn", '<bpmn:userTask id="seal_agreement" name="'),
                                       ("locale/en.json", '"seal_agreement": "')])
def test_a_name_there_is_no_room_for_is_told(file, old):
    found = _found("signing", file, old, old + "长" * 200)
    assert [(each.code, each.element_id) for each in found if each.is_error] == [("name_too_long", "seal_agreement")]


@pytest.mark.parametrize("name", ["title", "title_en"])
def test_a_title_there_is_no_room_for_is_told_with_its_file(name):
    found = _found("signing", "process.toml", f'{name} = "', f'{name} = "' + "长" * 200)
    assert [(each.code, each.file) for each in found if each.is_error] == [("title_too_long", "process.toml")]


def test_a_name_without_english_is_a_warning():
    found = _found("signing", "locale/en.json", '"seal_agreement": ', '"nothing": ')
    assert [(each.code, each.element_id, each.is_error) for each in found] == [("english_missing", "seal_agreement", False)]


def test_a_form_that_cannot_be_shown_is_told_with_its_place():
    found = _found("signing", "forms/sign_agreement.json", '"radio"', '"slider"')
    place = ("forms/sign_agreement.json", "/components/1/type")
    assert place in {(each.file, each.element_id) for each in found if each.code == "form_faulty"}


def test_a_decision_that_is_not_there_is_told():
    folder = {path: text for path, text in shipped()["closing"].items() if not path.startswith("decisions/")}
    found = checks.check("closing", shipped() | {"closing": folder})
    assert ("decision_unknown", "choose_closing") in {(each.code, each.element_id) for each in found}


def test_a_called_process_that_is_not_there_is_told():
    folders = {key: files for key, files in shipped().items() if key != "agreement_signing"}
    found = checks.check("court_mediation", folders)
    assert ("called_process_unknown", "sign") in {(each.code, each.element_id) for each in found}


def test_processes_that_call_each_other_in_a_circle_are_told():
    signing = dict(shipped()["signing"])
    signing["process.bpmn"] = signing["process.bpmn"].replace(
        '<bpmn:scriptTask id="note_signed"',
        '<bpmn:callActivity id="round" calledElement="court_mediation" />\n<bpmn:scriptTask id="note_signed"')
    found = checks.check("signing", shipped() | {"signing": signing})
    assert "calls_itself" in {each.code for each in found}


def test_a_process_that_starts_cases_needs_a_scenario():
    folder = {path: text for path, text in shipped()["own_intake"].items() if not path.startswith("scenarios/")}
    assert "no_scenario" in {each.code for each in checks.check("own_intake", shipped() | {"own_intake": folder})}


def test_a_scenario_that_says_nothing_is_told():
    folder = shipped()["signing"] | {"scenarios/odd.toml": 'title = "x"\n[[step]]\ncomplet = "draft_agreement"\n'}
    found = checks.check("signing", shipped() | {"signing": folder})
    assert [each.file for each in found if each.code == "scenario_faulty"] == ["scenarios/odd.toml"]


@pytest.mark.parametrize("diagram", ["", "<", "plain text", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "<a/>"])
def test_a_diagram_that_is_no_diagram_is_refused_and_nothing_breaks(diagram):
    assert checks.errors(checks.check("signing", shipped() | {"signing": shipped()["signing"] | {"process.bpmn": diagram}}))


def _found(key, path, old, new):
    folder = dict(shipped()[key])
    folder[path] = folder[path].replace(old, new)
    return checks.check(key, shipped() | {key: folder})


def test_an_unknown_function_in_a_decision_table_is_found_with_rule_and_column():
    files = dict(shipped()["closing"])
    path = next(name for name in files if name.startswith("decisions/"))
    files[path] = files[path].replace("<text>-</text>", "<text>open(?)</text>", 1)
    [finding] = checks.errors(checks.check("closing", shipped() | {"closing": files}))
    assert (finding.code, finding.file, finding.values) == ("function_unknown", path, {"name": "open()"})
    assert " / " in finding.element_name
