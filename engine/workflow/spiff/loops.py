"""Standard loops: one activity again and again, each round seeing what the one before changed."""

from SpiffWorkflow.bpmn.specs.defaults import StandardLoopTask

from engine.expressions import ExpressionRefused, compile_expression
from engine.i18n import _
from engine.workflow.spiff import branches
from engine.workflow.spiff.findings import Finding
from engine.workflow.spiff.many import _Many

COUNTER = "loop_counter"  # rounds done so far, known to the condition and to the round itself


class Looping(_Many, StandardLoopTask):
    """Holds the rounds of a loop; a loop that asks first may have none."""

    def act(self, token):
        token.internal_data = {**token.internal_data, "begun": 0}
        if self.element.loop.before and not self._goes_on(token):
            return self.close(token)
        self.begin_one(token)
        return None

    def counts(self, token, index: int) -> dict[str, int]:
        return {"index": index}

    def given(self, token, index: int) -> dict:
        return token.data | {COUNTER: index}

    def one_done(self, token, child) -> None:
        branches.write(token, {key: child.data[key] for key in branches.changed(child.frames) if key != COUNTER})
        token.workflow._remove_task(child.id)
        if self._goes_on(token):
            self.begin_one(token)
        else:
            self.close(token)
            token.complete()

    def _goes_on(self, token) -> bool:
        loop, done = self.element.loop, token.internal_data["begun"]
        if loop.most and done >= int(loop.most):
            return False
        counts = {COUNTER: done, "loopCounter": done}
        return not loop.condition or bool(token.workflow.script_engine.evaluate(token, loop.condition, counts))


def rule(_process, element) -> list[Finding]:
    """A loop belongs to an activity and says when it ends."""
    loop = element.loop
    if loop is None:
        return []
    found = []
    if not element.is_activity or element.many:
        found.append(_refused(element, "loop_here", _("This element cannot be repeated by a loop.")))
    if not loop.condition and not loop.most:
        found.append(_refused(element, "loop_endless", _("The loop says neither a condition nor how often at most.")))
    if loop.most and not (loop.most.isascii() and loop.most.isdecimal() and int(loop.most[:9]) > 0):
        found.append(_refused(element, "loop_most", _("The loop's maximum must be a number from 1 on.")))
    try:
        compile_expression(loop.condition or "true")
    except ExpressionRefused as error:
        found.append(_refused(element, "bad_expression", _("%(where)s: %(why)s"), where=_("loop condition"), why=str(error)))
    return found


def _refused(element, code, message, **values) -> Finding:
    return Finding("error", element.id, element.name, code, message, values)
