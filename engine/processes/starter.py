"""How new things begin: a process of a pool with a start and an end, a form, a decision table, a scenario."""

import json
import re
from xml.sax.saxutils import quoteattr

from engine.errors import Conflict, Invalid
from engine.i18n import _
from engine.processes.library import DIAGRAM, ENGLISH, SETTINGS
from engine.processes.settings import as_toml

NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
DIAGRAM_TEXT = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" id="{key}_definitions" targetNamespace="https://sutiao.example/bpmn">
  <bpmn:collaboration id="{key}_collaboration"><bpmn:participant id="{key}_pool" name={title} processRef="{key}" /></bpmn:collaboration>
  <bpmn:process id="{key}" name={title} isExecutable="true">
    <bpmn:laneSet id="{key}_lanes">
      <bpmn:lane id="coordinator" name="调解组织管理员">
        <bpmn:flowNodeRef>begun</bpmn:flowNodeRef><bpmn:flowNodeRef>ended</bpmn:flowNodeRef>
      </bpmn:lane>
    </bpmn:laneSet>
    <bpmn:startEvent id="begun" name="开始"><bpmn:outgoing>begun_to_ended</bpmn:outgoing></bpmn:startEvent>
    <bpmn:endEvent id="ended" name="结束"><bpmn:incoming>begun_to_ended</bpmn:incoming></bpmn:endEvent>
    <bpmn:sequenceFlow id="begun_to_ended" sourceRef="begun" targetRef="ended" />
  </bpmn:process>
  <bpmndi:BPMNDiagram id="{key}_diagram"><bpmndi:BPMNPlane id="{key}_plane" bpmnElement="{key}_collaboration">
    <bpmndi:BPMNShape id="{key}_pool_di" bpmnElement="{key}_pool" isHorizontal="true"><dc:Bounds x="160" y="80" width="700" height="220" /></bpmndi:BPMNShape>
    <bpmndi:BPMNShape id="coordinator_di" bpmnElement="coordinator" isHorizontal="true"><dc:Bounds x="190" y="80" width="670" height="220" /></bpmndi:BPMNShape>
    <bpmndi:BPMNShape id="begun_di" bpmnElement="begun"><dc:Bounds x="250" y="172" width="36" height="36" /></bpmndi:BPMNShape>
    <bpmndi:BPMNShape id="ended_di" bpmnElement="ended"><dc:Bounds x="760" y="172" width="36" height="36" /></bpmndi:BPMNShape>
    <bpmndi:BPMNEdge id="begun_to_ended_di" bpmnElement="begun_to_ended"><di:waypoint x="286" y="190" /><di:waypoint x="760" y="190" /></bpmndi:BPMNEdge>
  </bpmndi:BPMNPlane></bpmndi:BPMNDiagram>
</bpmn:definitions>
"""  # noqa: E501
TABLE_TEXT = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="{name}_definitions" name="{name}" namespace="https://sutiao.example/dmn">
  <decision id="{name}" name="{name}">
    <decisionTable id="{name}_table" hitPolicy="FIRST">
      <input id="{name}_amount" label="标的额（元）">
        <inputExpression id="{name}_amount_expression" typeRef="number">
          <text>decimal(case["amount"] or 0)</text>
        </inputExpression>
      </input>
      <output id="{name}_result" label="结果" name="result" typeRef="string" />
      <rule id="{name}_rule_1">
        <inputEntry id="{name}_rule_1_in_1"><text>-</text></inputEntry>
        <outputEntry id="{name}_rule_1_out_1"><text>"yes"</text></outputEntry>
      </rule>
    </decisionTable>
  </decision>
</definitions>
"""
SCENARIO_TEXT = 'title = "{name}"\ntitle_en = "{name}"\n\n[[step]]\nexpect = "begun"\n'


class NameUnusable(Invalid):
    message = _("A name is made of small letters, digits and underscores, and begins with a letter.")


class KindUnknown(Invalid):
    message = _("A form, a decision table or a scenario can be begun here.")


class FileExists(Conflict):
    message = _("There is already a file %(file)s.")


def folder(key: str, title: str, title_en: str = "") -> dict[str, str]:
    """The files of a process that begins and ends. Raises NameUnusable."""
    _refuse_unusable(key)
    name_en = title_en or title
    english = {key: name_en, f"{key}_pool": name_en, "coordinator": "Coordinator", "begun": "Begun", "ended": "Ended"}
    return {
        DIAGRAM: DIAGRAM_TEXT.format(key=key, title=quoteattr(title)),
        SETTINGS: as_toml({"key": key, "title": title, "title_en": title_en, "owner": "mediation", "start": {"by": "call"},
                           "lanes": {"调解组织管理员": "coordinator"}}),
        ENGLISH: json.dumps(english, ensure_ascii=False, indent=2) + "\n",
        "scenarios/runs_through.toml": 'title = "从头到尾"\ntitle_en = "From beginning to end"\n\n[[step]]\nend = "ended"\n',
    }


def file(kind: str, name: str) -> tuple[str, str]:
    """Path and text of a new file. Raises NameUnusable, KindUnknown."""
    _refuse_unusable(name)
    match kind:
        case "form":
            empty = {"id": name, "title": name, "title_en": "", "components": [
                {"key": "remark", "type": "textarea", "label": "说明", "label_en": "Remark", "required": True}]}
            return f"forms/{name}.json", json.dumps(empty, ensure_ascii=False, indent=2) + "\n"
        case "decision":
            return f"decisions/{name}.dmn", TABLE_TEXT.format(name=name)
        case "scenario":
            return f"scenarios/{name}.toml", SCENARIO_TEXT.format(name=name)
    raise KindUnknown()


def _refuse_unusable(name: str) -> None:
    if not NAME.fullmatch(name):
        raise NameUnusable()
