"""Names that Camunda 7, Activiti and Flowable give their additions: three namespaces, the same words."""

import re

from engine.processes.importing.drawing import EXTENSIONS, local

CAMUNDA = re.compile(r"\{http://(camunda\.org/schema/1\.0/bpmn|activiti\.(org|com)/bpmn|flowable\.org/bpmn)\}")


def said(node, name: str) -> str:
    """An attribute of theirs, and it is taken out; empty when there is none."""
    for key in node.attrib:
        if CAMUNDA.match(key) and key.endswith(f"}}{name}"):
            return node.attrib.pop(key).strip()
    return ""


def entries(node, name: str) -> list:
    """Additions of theirs to an element, of one name."""
    return [each for each in node.iterfind(f"{EXTENSIONS}/*") if CAMUNDA.match(each.tag) and local(each) == name]
