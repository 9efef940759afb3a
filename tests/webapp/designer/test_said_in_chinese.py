"""What is wrong with a diagram is said in the reader's language down to the reason inside the reason."""

import re

import pytest

from engine.i18n import Sentence, _
from engine.processes import checks
from engine.workflow.spiff import ModelRefused, Source, parse
from tests.engine.workflow.spiff.drawing import catch, gateway, node, script, timer, user, xml
from webapp import errors, i18n
from webapp.cli import processes
from webapp.designer import door

TABLE = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d"><decision id="d1" name="路由">
<decisionTable><input id="i" label="金额"><inputExpression id="x"><text>amount</text></inputExpression></input>
<output id="o" name="o"/>
<rule id="r"><inputEntry id="a"><text>[1..</text></inputEntry><outputEntry id="b"><text>1</text></outputEntry></rule>
</decisionTable></decision></definitions>"""
CALLED = "<bpmn:extensionElements><spiffworkflow:calledDecisionId>d1</spiffworkflow:calledDecisionId></bpmn:extensionElements>"
FAULTY = {
    "a span": (catch("e", timer("timeDuration", "P1X")), "start > e > end"),
    "a day": (catch("e", timer("timeDate", "2026-13-45")), "start > e > end"),
    "a cycle": (catch("e", timer("timeCycle", "R/PT0S")), "start > e > end"),
    "an expression": (user("u"), gateway("exclusive", "x"), "start > u > x > end [(a]", "x > end"),
    "a script": (script("s", "n == 1"), "start > s > end"),
    "a cell": (node("businessRuleTask", "r", CALLED), "start > r > end"),
}  # fmt: skip


def folders(*parts):
    return {"tried": {"process.bpmn": xml(*parts, key="tried").decode(), "process.toml": 'key = "tried"\ntitle = "试"\n',
                      "decisions/d.dmn": TABLE}}


@pytest.mark.parametrize("what", FAULTY)
def test_the_reason_is_chinese_too(site, what, monkeypatch):
    found = [each for each in checks.check("tried", folders(*FAULTY[what])) if each.code in (
        "timer_unreadable", "bad_expression", "bad_decision")]  # fmt: skip
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    with site.test_request_context("/"):
        said = [door.shown(each)["message"] for each in found] + [processes.told(each.message, **each.values) for each in found]
    assert said and not [each for each in said if re.search("[a-z]{3}", each)]


def test_an_error_that_names_findings_is_chinese_throughout(site):
    with pytest.raises(ModelRefused) as refused, site.test_request_context("/"):
        parse("P", [Source("P", xml(*FAULTY["a span"]))])
    with site.test_request_context("/"):
        assert i18n.say(str(refused.value)) == "e：时间“P1X”不能使用（不是 P3D、PT2H 这样的时长）。"
        assert errors.said(refused.value)[0]["message"] == "时间“P1X”不能使用（不是 P3D、PT2H 这样的时长）。"
    with site.test_request_context("/?lang=en"):
        assert "not a span" in i18n.say(str(refused.value))


def test_what_people_wrote_is_never_taken_for_a_text_of_ours(site):
    """“Close” is a word of the catalog; as somebody's word it stays."""
    said = Sentence(_("%(where)s: %(why)s"), {"where": "Close", "why": Sentence.of(["Close", _("Close")])})
    with site.test_request_context("/"):
        assert i18n.say(said) == f"Close：Close; {i18n.gettext('Close')}"
        assert i18n.gettext("Close") != "Close"
    assert said == "Close: Close; Close"
