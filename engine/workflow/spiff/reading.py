"""Names of the BPMN files, and how a file is read or refused with findings."""

import re

from engine.workflow import xmlfiles
from engine.workflow.spiff.findings import Finding, ModelRefused
from engine.workflow.xmlfiles import local

__all__ = ["BPMN", "INSIDES", "MAX_NODES", "NCNAME", "SCOPES", "SPIFF", "local", "read_xml", "refused"]

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
SPIFF = "{http://spiffworkflow.org/bpmn/schema/1.0/core}"
MAX_NODES = 2_000
INSIDES = tuple(BPMN + tag for tag in ("subProcess", "transaction", "adHocSubProcess"))
SCOPES = (BPMN + "process", *INSIDES)

# a name without colon, in the letters people and tools use: safe inside XPath, paths and HTML ids
NCNAME = re.compile(r"[A-Za-z_\u4e00-\u9fff][\w.\-]*\Z")


def read_xml(xml: bytes):
    """The root element of a file, or `ModelRefused`."""
    try:
        return xmlfiles.read_xml(xml)
    except xmlfiles.FileRefused as error:
        raise refused(error.reason, error.message, **error.details) from error


def refused(code: str, message: str, element_id: str | None = None, **values) -> ModelRefused:
    return ModelRefused([Finding("error", element_id, None, code, message, values)])
