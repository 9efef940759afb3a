"""Files of other modellers: what is understood, changed, refused; what comes out is checked and run."""

import random
import re
import time
from functools import partial
from pathlib import Path

import pytest
from lxml import etree

from engine.errors import Invalid
from engine.processes import checks, importing, library, scenarios
from engine.processes.importing import CHANGED, REFUSED, UNDERSTOOD
from engine.processes.scenarios import Scenario
from engine.workflow import spiff
from engine.workflow.xmlfiles import FileRefused
from tests.engine.processes.test_odd_files import damaged
from tests.workbench import shipped

MODELS = Path(__file__).resolve().parents[2] / "data" / "models"
FILES = sorted(path.name for path in MODELS.glob("*.bpmn"))
TOPICS = {"send-notice": "notices.send"}


def taken(name: str, key: str = "", encoding: str = "") -> importing.Imported:
    content = (MODELS / name).read_bytes()
    if encoding:
        content = content.decode().replace("UTF-8", encoding).encode(encoding)
    return importing.read(content, key, TOPICS)


def errors(imported) -> set[tuple[str, str]]:
    found = checks.errors(checks.check(imported.key, shipped() | {imported.key: imported.files}))
    return {(finding.code, finding.element_id) for finding in found}


def notes(imported, kind) -> dict[str, list[str]]:
    told: dict[str, list[str]] = {}
    for note in imported.of_kind(kind):
        told.setdefault(note.element_id, []).append(note.text)
    return told


NO_LANE = {("no_lane", element) for element in ("UserTask_1", "work", "_3", "a", "b", "id_22222222-71f5-4e8f-a6d1-1f4c3f9f2d10")}


@pytest.mark.parametrize("name", [each for each in FILES if each != "camunda_programs.bpmn"])
def test_a_file_of_each_modeller_becomes_a_process_that_lacks_only_what_its_file_does_not_say(name):
    imported = taken(name)
    assert errors(imported) <= NO_LANE and library.key_of(imported.files) == imported.key
    assert UNDERSTOOD in {note.kind for note in imported.notes} or name == "bare.bpmn"
    codes = {finding.code for finding in checks.check(imported.key, shipped() | {imported.key: imported.files})}
    assert not codes & {"not_drawn", "extension_ignored", "bad_id", "duplicate_id"}


@pytest.mark.parametrize("name", FILES)
def test_taking_in_what_was_taken_in_changes_nothing_more(name):
    first = taken(name)
    again = importing.adapt(first.files[library.DIAGRAM].encode(), first.key)
    assert again.of_kind(CHANGED) == [] and again.files[library.DIAGRAM] == first.files[library.DIAGRAM]


def test_external_tasks_mappings_conditions_loops_forms_and_groups_of_camunda_come_with_it():
    imported = taken("camunda_modeler.bpmn")
    diagram, changed = imported.files["process.bpmn"], notes(imported, CHANGED)

    assert imported.key == "loan_review" and errors(imported) == set()
    assert 'serviceTaskOperator id="notices.send"' in diagram and 'id="template" value="&quot;invitation&quot;"' in diagram
    assert '((approved_amount &gt; 1000) and (outcome == "yes"))' in diagram
    assert 'direction="in" target="double" source="(approved_amount * 2)"' in diagram
    assert "((completed / instances) &gt;= 0.5)" in diagram and 'name="collection" value="parties"' in diagram
    assert '"required": true' in imported.files["forms/task_review.json"]
    assert 'coordinator = "coordinator"' in imported.files["process.toml"]
    assert any("approvedAmount" in text for text in changed["Task_review"]) and "Flow_3" in changed
    assert notes(imported, REFUSED) == {
        "Task_review": ["“taskListener” names a program of that engine; nothing of it runs here."],
    }


def test_a_rule_or_a_message_that_works_by_a_topic_is_a_service_task_or_named():
    content = (MODELS / "camunda_programs.bpmn").read_text(encoding="utf-8")
    content = content.replace('camunda:decisionRef="route"', 'camunda:type="external" camunda:topic="send-notice"')
    content = content.replace('<endEvent id="end"/>', '<endEvent id="end"><messageEventDefinition camunda:type="external" '
                              'camunda:topic="tell"/></endEvent>')  # fmt: skip
    imported = importing.read(content.encode(), "", TOPICS)
    assert '<bpmn:serviceTask id="rule">' in imported.files["process.bpmn"] and "rule" in notes(imported, CHANGED)
    assert not {("decision_unknown", "rule"), ("no_operation", "rule")} & errors(imported)
    assert any("tell" in text for text in notes(imported, REFUSED)["end"])


@pytest.mark.parametrize(("binding", "kind", "written"), [
    ("latest", UNDERSTOOD, False), ("deployment", CHANGED, True), ("version", REFUSED, False),
])  # fmt: skip
def test_which_version_is_called_comes_along_as_far_as_we_have_it(binding, kind, written):
    content = (MODELS / "camunda_modeler.bpmn").read_text(encoding="utf-8").replace('Binding="latest"', f'Binding="{binding}"')
    imported = importing.read(content.encode(), "", TOPICS)
    assert ('name="binding" value="published"' in imported.files["process.bpmn"]) is written
    assert any("version" in text or "binding" in text for text in notes(imported, kind)["Call_follow"])


def test_a_called_process_of_camunda_gets_nothing_that_is_not_named():
    """There nothing goes in unasked; everything did here, and what it changed came back."""
    content = (MODELS / "camunda_modeler.bpmn").read_text(encoding="utf-8")
    for said in re.findall(r"<camunda:(?:in|out) [^>]*/>", content):
        content = content.replace(said, "")
    imported = importing.read(content.encode(), "", TOPICS)
    assert any("nothing goes into" in text for text in notes(imported, CHANGED)["Call_follow"])
    definition = spiff.read(spiff.Source(imported.key, imported.files["process.bpmn"].encode()))
    call = definition[imported.key].elements["Call_follow"]
    assert call.only and call.ins == call.outs == ()


@pytest.mark.parametrize(("old", "new", "element", "told"), [
    ('<camunda:in source="approvedAmount" target="amount"/>', '<camunda:in variables="all"/>', "Call_follow", "one way only"),
    ('type="long">', 'type="long" defaultValue="5">', "Task_review", "defaultValue"),
    ('name="required"', 'name="min" config="3"', "Task_review", "min"),
    ('type="long"', 'type="file"', "Task_review", "file"),
    ('<bpmn:process ', '<bpmn:message id="m" name="m_${key}"/><bpmn:process ', "m", "m_${key}"),
    ('<camunda:inputParameter name="to">${parties}', '<camunda:inputParameter name="whom">${parties}', "Task_notice", "whom"),
    ('name="sent">${sent}', 'name="sent">${sent.count}', "Task_notice", "sent"),
    ('Groups="coordinator" camunda:formKey=""', 'Users="zhang" camunda:formKey="f"', "Task_review", "zhang"),
    ('${wait}', '${bean.wait()}', "Event_late", "bean.wait()"),
])  # fmt: skip
def test_what_would_run_otherwise_here_is_refused_by_name_and_not_dropped_quietly(old, new, element, told):
    content = (MODELS / "camunda_modeler.bpmn").read_text(encoding="utf-8")
    assert old in content
    refused = notes(importing.read(content.replace(old, new).encode(), "", TOPICS), REFUSED)
    assert any(told in text for text in refused[element])


WALK = """
title = "x"
data = {wait = "P3D"}
[[step]]
complete = "Task_review"
answers = {approved_amount = 5000, outcome = "yes"}
[[step]]
complete = "note_performance"
answers = {performed = "fully", on = "= today()"}
[[step]]
complete = "Task_each"
[[step]]
end = "Event_end"
"""


def test_an_imported_process_runs_as_it_was_drawn():
    imported = taken("camunda_modeler.bpmn")
    folders = shipped() | {imported.key: imported.files}
    report = scenarios.run(imported.key, folders, Scenario.read(WALK, "x"))
    assert report.passed, report.why
    assert ("loan_review", "Task_notice") in report.path and ("performance", "note_performance") in report.path
    late = scenarios.run(imported.key, folders, Scenario.read(WALK.replace('complete = "Task_each"', 'clock = "P3D"'), "x"))
    assert late.passed and ("loan_review", "Event_late") in late.path


def test_a_script_that_lies_beside_the_file_is_not_said_to_be_understood():
    content = (MODELS / "camunda_programs.bpmn").read_text(encoding="utf-8")
    outside = re.sub(r'(<scriptTask id="groovy"[^>]*>).*?(</scriptTask>)', r"\1\2", content, flags=re.DOTALL)
    assert outside != content
    imported = importing.read(outside.encode(), "", TOPICS)
    assert "groovy" not in notes(imported, UNDERSTOOD) and "groovy" in notes(imported, REFUSED)["groovy"][0]


def test_programs_are_refused_by_name_and_nothing_of_them_runs():
    imported = taken("camunda_programs.bpmn")
    refused = notes(imported, REFUSED)
    assert {"java", "bean", "topic", "groovy", "person", "f7", "rule"} <= refused.keys() and "juel" not in refused
    assert "groovy" in refused["groovy"][0] and "unknown-topic" in refused["topic"][0]
    assert errors(imported) == {
        ("no_operation", "java"), ("no_operation", "bean"), ("no_operation", "topic"), ("bad_expression", "groovy"),
        ("bad_expression", "x"), ("decision_unknown", "rule"), ("no_lane", "person"),
    }  # fmt: skip
    diagram = imported.files["process.bpmn"]
    assert "twice = (n * 2)" in diagram and "camunda" not in diagram


def test_ids_that_cannot_be_ours_are_renamed_and_everything_follows():
    imported = taken("bizagi.bpmn")
    root = etree.fromstring(imported.files["process.bpmn"].encode())
    ids = [node.get("id") for node in root.iter() if node.get("id")]
    assert len(ids) == len(set(ids)) and not any("{" in each for each in ids)
    flow = next(node for node in root.iter("{*}sequenceFlow"))
    assert {flow.get("sourceRef"), flow.get("targetRef")} <= set(ids)
    assert flow.get("id") in {node.text for node in root.iter("{*}outgoing")}


def test_qualified_references_are_followed():
    diagram = taken("yaoqiang.bpmn").files["process.bpmn"]
    assert "tns:" not in diagram and 'sourceRef="_2"' in diagram and 'default="_9"' in diagram


def test_of_several_pools_the_executable_one_runs_and_the_others_stay_as_pictures():
    imported = taken("two_pools.bpmn")
    assert imported.key == "centre" and "法院" in notes(imported, CHANGED)["court"][0]
    diagram = imported.files["process.bpmn"]
    assert diagram.index('<bpmn:process id="centre"') < diagram.index('<bpmn:process id="court"')
    assert 'isExecutable="false"' in diagram


@pytest.mark.parametrize("encoding", ["UTF-16", "GB18030"])
def test_the_encoding_of_a_file_does_not_matter(encoding):
    assert taken("signavio.bpmn", encoding=encoding).files == taken("signavio.bpmn").files


def test_the_key_may_be_chosen():
    imported = taken("signavio.bpmn", "talks")
    assert imported.key == library.key_of(imported.files) == "talks"
    assert 'processRef="talks"' in imported.files["process.bpmn"]


@pytest.mark.parametrize("name", ["bare.bpmn", "camunda_modeler.bpmn", "two_pools.bpmn"])
def test_a_file_without_a_picture_is_laid_out_with_nothing_on_top_of_another(name):
    root = etree.fromstring(taken(name).files["process.bpmn"].encode())
    parents = {node.get("id"): node.getparent().get("id") for node in root.iter("{*}*") if node.get("id") and node is not root}
    guards = {node.get("id") for node in root.iter("{*}boundaryEvent")}
    boxes = {}
    for shape in root.iter("{*}BPMNShape"):
        bounds = shape.find("{*}Bounds")
        boxes[shape.get("bpmnElement")] = tuple(float(bounds.get(each)) for each in ("x", "y", "width", "height"))
    drawn = [each for each in boxes if each not in guards and not each.endswith(("_pool", "p2")) and "_lane" not in each]
    for number, one in enumerate(drawn):
        for other in drawn[number + 1:]:
            if parents.get(one) == parents.get(other):
                assert not _overlap(boxes[one], boxes[other]), (one, other)
        if parents.get(one) in boxes:
            assert _within(boxes[one], boxes[parents[one]]), one


def _overlap(one, other) -> bool:
    return (one[0] < other[0] + other[2] and other[0] < one[0] + one[2]
            and one[1] < other[1] + other[3] and other[1] < one[1] + one[3])


def _within(inner, outer) -> bool:
    return (outer[0] <= inner[0] and outer[1] <= inner[1] and inner[0] + inner[2] <= outer[0] + outer[2]
            and inner[1] + inner[3] <= outer[1] + outer[3])


ZEEBE = b"""<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0">
<process id="p" isExecutable="true"><startEvent id="s"/><exclusiveGateway id="x" default="f3"/><endEvent id="e"/>
<serviceTask id="t"><extensionElements><zeebe:taskDefinition type="pay"/></extensionElements></serviceTask>
<sequenceFlow id="f1" sourceRef="s" targetRef="x"/><sequenceFlow id="f3" sourceRef="x" targetRef="e"/>
<sequenceFlow id="f2" sourceRef="x" targetRef="t">
<conditionExpression>=order.total &gt; 5 and not(paid)</conditionExpression></sequenceFlow>
<sequenceFlow id="f4" sourceRef="t" targetRef="e"/></process></definitions>"""


def test_conditions_of_camunda_8_are_read_and_its_workers_are_named():
    imported = importing.read(ZEEBE)
    assert '((get(order, "total") &gt; 5) and (not paid))' in imported.files["process.bpmn"]
    assert notes(imported, REFUSED) == {"t": ["“taskDefinition” has nothing that answers to it here and was left out."]}
    assert errors(imported) == {("no_operation", "t")}


def test_an_empty_condition_is_asked_for_and_that_of_a_default_arrow_left_out():
    bare = ZEEBE.replace(b"=order.total &gt; 5 and not(paid)", b"")
    for said in (b"<conditionExpression/>", b"<conditionExpression>otherwise!</conditionExpression>"):
        drawn = bare.replace(b'<sequenceFlow id="f3" sourceRef="x" targetRef="e"/>',
                             b'<sequenceFlow id="f3" sourceRef="x" targetRef="e">' + said + b"</sequenceFlow>")  # fmt: skip
        imported = importing.read(drawn)
        assert ["default" in text for text in notes(imported, CHANGED)["f3"]] == [True]
        assert {code for code, _place in errors(imported)} == {"condition_empty"}


def test_habits_of_tools_that_mean_nothing_are_left_out_and_told():
    odd = ZEEBE.replace(b'<serviceTask id="t">', b'<serviceTask id="t" startQuantity="0">').replace(b"=order.total", b"${!paid}")
    odd = odd.replace(b" &gt; 5 and not(paid)", b"").replace(b"<conditionExpression>", b'<conditionExpression language="js">')
    imported = importing.read(odd.replace(b'isExecutable="true">', b'isExecutable="true"><performer id="boss"/>'))
    assert errors(imported) == {("no_operation", "t")}
    assert {"t", "f2"} <= notes(imported, CHANGED).keys() and "(not paid)" in imported.files["process.bpmn"]


@pytest.mark.parametrize(("content", "refusal"), [
    (b"", FileRefused), (b"no xml", FileRefused), (b"<a/>", importing.NotADiagram), (b"<!DOCTYPE a []><a/>", FileRefused),
    (b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>', Exception),
    (b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p"/></definitions>', Exception),
])  # fmt: skip
def test_what_is_no_diagram_is_refused(content, refusal):
    with pytest.raises(refusal if refusal is not Exception else importing.pools.NoProcess):
        importing.read(content)


PARTS = re.compile(r"\s[\w:]+=\"[^\"]*\"|<(\w+:?\w*)[^<>]*/>|<(\w+:?\w*)\b[^<>]*>[^<]*</\2>")


def spoilt(text: str, chance: random.Random) -> str:
    """The text with attributes or elements missing, or put where others were."""
    for _round in range(chance.randint(1, 4)):
        if chance.randrange(5) == 0:
            text = damaged(text, chance)
        elif found := list(PARTS.finditer(text)):
            part, other = chance.choice(found), chance.choice(found)
            text = text[:part.start()] + chance.choice(["", other[0], other[0] + part[0]]) + text[part.end():]
    return text


@pytest.mark.parametrize("seed", range(20))
def test_damaged_files_are_refused_or_taken_in_with_findings_but_never_break_the_reader(seed):
    chance = random.Random(seed)
    for _each in range(10):
        content = spoilt((MODELS / chance.choice(FILES)).read_text(encoding="utf-8"), chance).encode()
        for take in (partial(importing.read, operations=TOPICS), partial(importing.adapt, key="mine")):
            try:
                imported = take(content)
            except Invalid:
                continue
            assert all(note.text for note in imported.notes)
            assert all(finding.text for finding in checks.check(imported.key, {imported.key: imported.files}))


def test_our_own_diagrams_are_taken_letter_by_letter():
    for key, files in shipped().items():
        again = importing.adapt(files["process.bpmn"].encode(), key)
        assert again.files == {"process.bpmn": files["process.bpmn"]} and again.of_kind(CHANGED) == []


def large(body: str) -> bytes:
    head = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">'
    return f'{head}<process id="p" isExecutable="true"><userTask id="u"/>{body}</process></definitions>'.encode()


TANGLE = "".join(f'<userTask id="u{n}"/>' for n in range(1_500)) + "".join(
    f'<sequenceFlow id="f{n}" sourceRef="u{n % 1500}" targetRef="u{n * 13 % 1500}"/>' for n in range(3_000))
TWICE = '<documentation id="a"/>' * 20_000


@pytest.mark.parametrize("body", [TANGLE, TWICE], ids=["a tangle", "one id twenty thousand times"])
def test_the_oddest_files_are_taken_in_within_seconds(body):
    """A file of half a megabyte with one id all over took minutes."""
    begun = time.process_time()
    assert importing.read(large(body)).files
    assert time.process_time() - begun < 10


@pytest.mark.parametrize("part", ['<userTask id="u{n}"/>', '<sequenceFlow id="f{n}" sourceRef="u" targetRef="u"/>'])
def test_more_than_a_process_may_have_is_refused_before_anything_is_done_with_it(part):
    with pytest.raises(importing.TooLarge):
        importing.read(large("".join(part.format(n=n) for n in range(4_500))))
