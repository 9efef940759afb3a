"""Who drew a file, and what its tool left in it that only the tool needs."""

import re
from collections import Counter

from engine.i18n import _
from engine.processes.importing.drawing import EXTENSIONS, Drawing, drop, local

STANDARD = tuple(
    "{" + space for space in (
        "http://www.omg.org/spec/BPMN/20100524/", "http://www.omg.org/spec/DD/20100524/", "http://www.w3.org/",
        "http://spiffworkflow.org/", "http://bpmn.io/schema/",
    )
)  # fmt: skip
MEANINGFUL = re.compile(
    r"\{http://camunda\.org/schema/zeebe/1\.0\}(?!versionTag|modelerTemplate|userTask)|.*(script|listener)\Z", re.IGNORECASE
)
TOOLS = {
    "camunda.org": "Camunda", "activiti": "Activiti", "flowable": "Flowable", "signavio": "Signavio", "bizagi": "Bizagi",
    "yaoqiang": "Yaoqiang", "trisotech": "Trisotech", "omnigroup": "OmniGraffle", "adonis": "ADONIS", "bonitasoft": "Bonita",
    "jboss": "jBPM", "drools": "jBPM", "bpmn.io": "bpmn-js",
}  # fmt: skip


def recognise(drawing: Drawing) -> str:
    """The tool, as the file or its namespaces tell."""
    said = drawing.root.get("exporter") or ""
    spaces = " ".join({uri for node in drawing.root.iter() for uri in node.nsmap.values()})
    spaces += drawing.root.get("targetNamespace") or ""
    tool = said or next((name for sign, name in TOOLS.items() if sign in spaces.lower()), "")
    if tool:
        version = drawing.root.get("exporterVersion") or ""
        drawing.understood(drawing.root, _("Drawn with %(tool)s."), tool=f"{tool} {version}".strip()[:80])
    return tool


def strip(drawing: Drawing) -> None:
    """Leave out what tools add for themselves, and say how much of what."""
    left_out = Counter()
    for node in list(drawing.root.iter()):
        for name in [each for each in node.attrib if _is_foreign(each)]:
            left_out[name.split("}")[1]] += 1
            del node.attrib[name]
        if _is_foreign(node.tag) and node.getparent() is not None:
            if MEANINGFUL.match(node.tag) and node.getparent().tag == EXTENSIONS:
                drawing.refused(node, _("“%(name)s” has nothing that answers to it here and was left out."), name=local(node))
            else:
                left_out[local(node)] += 1
            drop(node)
    for empty in [each for each in drawing.root.iter(EXTENSIONS) if not len(each)]:
        drop(empty)
    if left_out:
        names = ", ".join(f"{name} ×{count}" for name, count in sorted(left_out.items())[:12])
        drawing.changed(None, _("Additions of the tool were left out: %(names)s."), names=names)


def _is_foreign(tag: str) -> bool:
    return tag.startswith("{") and not tag.startswith(STANDARD)
