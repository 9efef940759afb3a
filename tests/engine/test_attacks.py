"""A growing corpus of attacks, each tried at every place where a designer may write: refused by the check, or stopped at run."""

import re
import resource
import time
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from engine.errors import Invalid
from engine.processes import check_functions, importing
from engine.workflow import spiff
from engine.workflow.decisions import DecisionsRefused, parse_decisions
from engine.workflow.xmlfiles import FileRefused
from tests.engine.workflow.spiff import drawing
from tests.engine.workflow.spiff.drawing import NOON, catch, extension, many, node, script, service, told, user, xml

CORPUS = Path(__file__).resolve().parents[1] / "data" / "attacks"
FAMILIES = sorted(path.stem for path in CORPUS.glob("*.txt") if path.stem != "inert")
TEXT = "THE_TEXT"
MOST_SECONDS, MOST_KILOBYTES = 3, 300 * 1024
DATA = {
    "n": 7, "kind": "loan", "docs": [{"id": 1}, {"id": 2}], "party": {"name": "甲"}, "day": date(2026, 3, 2),
    "huge": "x" * 100_000, "commas": [""] * 9_000, "deep": [[[[["x"] * 9] * 9] * 9] * 9] * 3,
}  # fmt: skip


def attacks(family: str) -> list[tuple[str, str]]:
    """Name and text of each attack; `«text»*300` stands for many of them."""
    lines = (CORPUS / f"{family}.txt").read_text(encoding="utf-8").split("\n")
    pairs = [line.split(": ", 1) for line in lines if line]
    return [(name, re.sub(r"«(.*?)»\*(\d+)", lambda found: found[1] * int(found[2]), text)) for name, text in pairs]


def rule():
    decide = extension("<spiffworkflow:calledDecisionId>d</spiffworkflow:calledDecisionId>")
    return node("businessRuleTask", "at", decide), "start > at > end"


def table(source="n", cell="-", answer="1"):
    return (f'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"><decision id="d">'
            f'<decisionTable hitPolicy="FIRST">'
            f'<input><inputExpression><text>{source}</text></inputExpression></input><output name="answer"/>'
            f"<rule><inputEntry><text>{cell}</text></inputEntry><outputEntry><text>{answer}</text></outputEntry></rule>"
            f"</decisionTable></decision></definitions>")


LISTED = many(collection="docs", item="doc", until=TEXT)
PLACES = {
    "arrow": ((drawing.gateway("exclusive", "at"), f"start > at [{TEXT}] > end", "at [n == 8] > other", user("other")), ""),
    "script": ((script("at", f"answer = {TEXT}"), "start > at > end"), ""),
    "parameter": ((service("at", parameters={"template": TEXT}), "start > at > end"), ""),
    "timer": ((catch("at", drawing.timer("timeDate", TEXT)), "start > at > end"), ""),
    "list": ((user("at", many(collection=TEXT, item="doc")), "start > at > end"), ""),
    "until": ((script("at", "a = 1").replace("</bpmn:scriptTask>", f"{LISTED}</bpmn:scriptTask>"), "start > at > end"), ""),
    "assignee": ((user("at", properties={"assignee": TEXT}), "start > at > end"), ""),
    "correlation": ((catch("at", told("message", "m"), properties={"correlation": TEXT}), "start > at > end"), ""),
    "payload": ((node("intermediateThrowEvent", "at", told("message", "m"), {"payload": TEXT}), "start > at > end"), ""),
    "cell": (rule(), table(cell=TEXT)),
    "answer": (rule(), table(answer=TEXT)),
    "input": (rule(), table(source=TEXT)),
}  # fmt: skip


def attempt(place: str, text: str):
    """What comes of a text at a place: "refused" by the check, "stopped" at run, or the run."""
    parts, dmn = PLACES[place]
    written = escape(text, {'"': "&quot;", "\n": "&#10;"})
    diagram = re.sub(rf"<!\[CDATA\[(.*?{TEXT})\]\]>", r"\1", xml(*parts).decode())
    source = spiff.Source("P", diagram.replace(TEXT, written).encode(), (dmn.replace(TEXT, written).encode(),) if dmn else ())
    if any(finding.is_error for finding in spiff.check([source])) or _unknown_functions(source):
        return "refused"
    run = spiff.start(spiff.parse("P", [source]), DATA, spiff.Context(facts=lambda: {"amount": 5}, now=NOON))
    try:
        run.proceed()
    except spiff.RunFailed as failure:
        assert failure.element_id == "at"
        return "stopped"
    return run


def _unknown_functions(source) -> bool:
    try:
        tables = [table for dmn in source.decisions for table in parse_decisions(dmn).values()]
    except (DecisionsRefused, FileRefused):
        return True
    return any(check_functions.elements(spiff.read(source)["P"])) or any(check_functions.tables(tables))


def test_the_corpus_grows_only_and_every_trick_has_a_name_of_its_own():
    names = [(family, name) for family in FAMILIES for name, _text in attacks(family)]
    assert len(names) >= 200 and len(set(names)) == len(names)


@pytest.mark.filterwarnings("ignore::SyntaxWarning")
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("family", FAMILIES)
def test_an_attack_is_refused_or_stopped_whatever_the_place(family, place):
    before, got_through = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, {}
    for name, text in attacks(family):
        begun = time.process_time()
        came = attempt(place, text)
        took = time.process_time() - begun
        if came not in ("refused", "stopped") or took > MOST_SECONDS:
            got_through[name] = (came, round(took, 1))
    assert got_through == {}
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MOST_KILOBYTES


@pytest.mark.parametrize(("name", "text"), attacks("inert"))
def test_a_text_that_looks_like_an_attack_stays_a_text(name, text):
    run = attempt("script", text)
    assert run.is_completed and run.data["answer"] == text[1:-1]
    assert attempt("answer", text).data["answer"] == text[1:-1]


def nested(depth: int) -> bytes:
    body = '<bpmn:userTask id="u"/>'
    for number in range(depth):
        body = f'<bpmn:subProcess id="s{number}">{body}</bpmn:subProcess>'
    return xml(body)


def test_sub_processes_run_as_deep_as_a_file_may_be_and_deeper_files_are_refused():
    definition = spiff.parse("P", [spiff.Source("P", nested(240))])
    run = spiff.start(definition, {}, spiff.Context(now=NOON))
    run.proceed()
    run = spiff.load(definition, run.save(), spiff.Context(now=NOON))
    run.complete(run.waits()[0].token, {})
    run.proceed()
    assert run.is_completed
    for depth in (300, 20_000):
        assert [each.code for each in spiff.check([spiff.Source("P", nested(depth))])] == ["not_xml"]


HEADS = {
    "document type": "<!DOCTYPE d>", "entity": '<!DOCTYPE d [<!ENTITY e "x">]>',
    "external": '<!DOCTYPE d SYSTEM "file:///etc/passwd">',
    "parameter": '<!DOCTYPE d [<!ENTITY % e SYSTEM "http://127.0.0.1/e"> %e;]>',
    "laughs": '<!DOCTYPE d [<!ENTITY a "xxxxxxxxxx"><!ENTITY b "&a;&a;&a;&a;&a;&a;"><!ENTITY e "&b;&b;&b;&b;&b;&b;">]>',
}  # fmt: skip


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
@pytest.mark.parametrize("read", [
    parse_decisions, importing.read, lambda content: spiff.read(spiff.Source("P", content)),
], ids=["table", "import", "diagram"])  # fmt: skip
def test_no_door_reads_document_types_or_entities(head, read):
    for body in (table("&e;"), xml(user("u")).decode().replace("<bpmn:userTask", "&e;<bpmn:userTask")):
        with pytest.raises(Invalid):
            read((head + body).encode())


def test_nothing_outside_the_file_is_read(tmp_path):
    secret = tmp_path / "secret.xml"
    secret.write_text("<secret/>")
    include = f'<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="{secret.as_uri()}"/>'
    drawn = xml(user("u")).decode().replace("<bpmn:userTask", f"{include}<bpmn:userTask")
    assert "secret/" not in importing.read(drawn.encode()).files["process.bpmn"].replace(secret.as_uri(), "")
