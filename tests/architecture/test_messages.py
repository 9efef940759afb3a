"""Every text of a message is sent by somebody: a diagram, the table of terms, or code. What nobody sends is not kept."""

import ast
import re
from pathlib import Path

from engine.deadlines import terms
from engine.notices import templates, words
from engine.oversight import clocks
from tests.architecture.test_imports import ROOT

SENDS = re.compile(r'serviceTaskOperator id="notices\.send(?:_mail)?".*?id="template" value=(["\'])(.*?)\1 />', re.S)
CHOOSERS = {"template_for", "_invitation", "_closing"}
TABLES = (words.SESSIONS, words.TOMORROW, words.RULINGS, words.ENDED_FOR_OTHERS)


def by_diagrams() -> set[str]:
    told = [found[1] for path in ROOT.glob("bpmn/*/process.bpmn") for found in SENDS.findall(path.read_text(encoding="utf-8"))]
    return {name for each in told for name in re.findall(r'"(\w+)"', each.replace("&quot;", '"'))}


def by_terms() -> set[str]:
    return {term.message for term in terms.every() if term.message} | {clocks.NEAR, clocks.MOVED}


def by_choice() -> set[str]:
    """What `words` makes of a name for a person."""
    module = ast.parse(Path(words.__file__).read_text(encoding="utf-8"))
    returns = [each for one in module.body if isinstance(one, ast.FunctionDef) and one.name in CHOOSERS
               for each in ast.walk(one) if isinstance(each, ast.Return)]
    named = {each.value for one in returns for each in ast.walk(one) if isinstance(each, ast.Constant)}
    return named | {name for table in TABLES for name in table.values()}


def by_code() -> set[str]:
    """First words of calls of `send.write` and `templates.write`, said there or as a constant of the module."""
    found = set()
    for path in (ROOT / "engine" / "notices").glob("*.py"):
        module = ast.parse(path.read_text(encoding="utf-8"))
        simple = [one for one in module.body if isinstance(one, ast.Assign) and isinstance(one.value, ast.Constant)]
        constants = {name.id: one.value.value for one in simple for name in one.targets if isinstance(name, ast.Name)}
        given = [one for call in ast.walk(module) if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)
                 and call.func.attr == "write" for one in call.args]
        found |= {one.value for one in given if isinstance(one, ast.Constant)}
        found |= {constants.get(one.id) for one in given if isinstance(one, ast.Name)}
    return found


def test_every_message_has_a_sender():
    sent = by_diagrams() | by_terms() | by_choice() | by_code()

    assert {"invitation", "sign_reminder", "session_on_site", "document_served", "code"} <= sent
    assert sorted(set(templates.names()) - sent) == []
