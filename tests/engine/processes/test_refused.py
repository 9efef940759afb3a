"""What can be drawn and does not run here: check and publish refuse it by name, with the reason, in Chinese and English."""

from pathlib import Path

import pytest
from babel.support import Translations

from engine.access.actor import SYSTEM
from engine.db import transaction
from engine.processes import checks
from engine.processes.publish import ProcessesRefused, publish
from engine.workflow.spiff.reasons import SEVERAL, WHY
from tests.engine.workflow.spiff.drawing import boundary, catch, gateway, handler, many, node, timer, told, user, xml

CHINESE = Translations.load(Path(__file__).parents[3] / "webapp" / "translations", ["zh"])
ONE = "start > odd > end"
UNDO = "<bpmn:compensateEventDefinition/>"
UNDONE = (boundary("b", "u", UNDO), user("back", isForCompensation="true"),
          node("association", "as", sourceRef="b", targetRef="back"))
ASSIGNED = "<bpmn:assignment><bpmn:from>a</bpmn:from><bpmn:to>b</bpmn:to></bpmn:assignment>"
ASKS = "<bpmn:extensionElements><spiffworkflow:calledDecisionId>d1</spiffworkflow:calledDecisionId></bpmn:extensionElements>"
TABLES = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d"><decision id="d1" name="one">
<informationRequirement id="r1"><requiredDecision href="#d2"/></informationRequirement><decisionTable id="t1">
<input id="i1"><inputExpression id="e1"><text>risk</text></inputExpression></input><output id="o1" name="o"/>
</decisionTable></decision>
<decision id="d2" name="two"><decisionTable id="t2"><output id="o2" name="risk"/></decisionTable></decision>
</definitions>"""


def association(direction: str, inner: str) -> str:
    return f"<bpmn:data{direction}Association>{inner}</bpmn:data{direction}Association>"


REFUSED = {  # what → (parts, the element that is named, the reason)
    "a complex gateway": ((node("complexGateway", "odd"), ONE), "odd", WHY["complexGateway"]),
    "several definitions in one event": ((catch("odd", told("message", "m") + told("signal", "s")), ONE), "odd", SEVERAL),
    "several definitions that must all happen": (
        (node("intermediateCatchEvent", "odd", told("message", "m") + told("signal", "s"), parallelMultiple="true"), ONE),
        "odd", SEVERAL),
    "an event that borrows its definition": (
        (catch("odd", "<bpmn:eventDefinitionRef>elsewhere</bpmn:eventDefinitionRef>"), ONE), "odd", WHY["eventDefinitionRef"]),
    "a process that is taken back as a whole": (
        (user("u"), handler("on", UNDO, user("v"), "on_start > v"), "start > u > end"), "on_start",
        "A process is not taken back as a whole: draw the event sub-process into the sub-process it takes back."),
    "a compensation that begins on the way": ((catch("odd", UNDO), ONE), "odd", WHY["compensateEventDefinition"]),
    "compensation that is not waited for": (
        (user("u"), *UNDONE, node("intermediateThrowEvent", "odd", '<bpmn:compensateEventDefinition waitForCompletion="false"/>'),
         "start > u > odd > end"), "odd", WHY["waitForCompletion"]),
    "a data association with an assignment": ((user("odd", association("Input", ASSIGNED)), ONE), "odd",
                                              WHY["dataInputAssociation"]),
    "a data association with a transformation": (
        (user("odd", association("Output", "<bpmn:transformation>a</bpmn:transformation>")), ONE), "odd",
        WHY["dataOutputAssociation"]),
    "an event-based gateway that waits for all": (
        (gateway("eventBased", "odd", eventGatewayType="Parallel"), catch("c", told("message", "m")), "start > odd > c > end"),
        "odd", WHY["eventGatewayType"]),
    "an event-based gateway that starts a process": (
        (gateway("eventBased", "odd", instantiate="true"), catch("c", told("message", "m")), "odd > c > end"), "odd",
        WHY["instantiate"]),
    "a receive task that starts a process": (
        (node("receiveTask", "odd", messageRef="message_m", instantiate="true"), ONE), "odd", WHY["instantiate"]),
    "an activity that waits for several tokens": ((user("odd", startQuantity="2"), ONE), "odd", WHY["startQuantity"]),
    "an activity that goes on several times": ((user("odd", completionQuantity="2"), ONE), "odd", WHY["completionQuantity"]),
    "an event for some of many": (
        (user("odd", many(times="3").replace("isSequential", 'behavior="One" isSequential')), ONE), "odd", WHY["behavior"]),
    "a script before an activity of another engine": (
        (user("odd", "<bpmn:extensionElements><spiffworkflow:preScript>x = 1</spiffworkflow:preScript></bpmn:extensionElements>"),
         ONE), "odd", WHY["preScript"]),
    "a timer at the end": ((user("u"), node("endEvent", "odd", timer("timeDuration", "P1D")), "start > u > odd"), "odd",
                           "“%(tag)s” is not supported here."),
    "an event nobody knows": ((catch("odd", "<bpmn:strangeEventDefinition/>"), ONE), "odd", "“%(tag)s” is not supported here."),
    "a decision that rests on another": (
        (node("businessRuleTask", "odd", ASKS), ONE), "odd",
        "The decision “%(decision)s” rests on the decision “%(name)s”. Let a business rule task before it ask that one: its"
        " answers are data then."),
    "an element nobody knows": ((node("choreographyTask", "odd"), ONE), "odd", "“%(tag)s” is not supported."),
}


@pytest.mark.parametrize("what", REFUSED)
def test_check_and_publish_refuse_by_name_with_the_reason(app, what):
    parts, element, reason = REFUSED[what]
    folders = {"tried": {"process.bpmn": xml(*parts, key="tried").decode(), "process.toml": 'key = "tried"\ntitle = "试"\n',
                         "decisions/d.dmn": TABLES}}
    told = [each for each in checks.check("tried", folders) if each.is_error and each.element_id == element]
    assert reason in [each.message for each in told]
    with pytest.raises(ProcessesRefused) as refused, transaction():
        publish(SYSTEM, folders)
    assert ("tried/process.bpmn#" + element, reason) in [(each["pointer"], each["message"]) for each in refused.value.problems]
    chinese = CHINESE.ugettext(reason)
    assert chinese != reason and chinese % {"tag": "x", "decision": "x", "name": "y"}
