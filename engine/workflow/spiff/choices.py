"""Gateways that choose one way: by conditions, or by what comes first. Those where ways meet are in `joins`."""

from SpiffWorkflow.bpmn.specs.defaults import EventBasedGateway, ExclusiveGateway

from engine.workflow.spiff import events
from engine.workflow.spiff.step import Step, no_way_out


class Choice(Step, ExclusiveGateway):
    """The first arrow whose condition holds, in the order drawn in the file."""

    def exits_for(self, token):
        for each in self.exits:
            if each[0].condition and not each[0].is_default and self.holds(token, each[0]):
                return [each]
        default = [each for each in self.exits if each[0].is_default] or [each for each in self.exits if not each[0].condition]
        if self.exits and not default:
            raise no_way_out(self.element)
        return default[:1]


class Listening(Step, EventBasedGateway):
    """Waits for whichever of the events after it comes first."""

    def connect(self, child):
        """The library would move the events into the gateway; here they stay with their own elements."""

    def arrive(self, token):
        token._set_state(events.STARTED)
        for _flow, spec in self.exits:
            events.listen(token.spawn(spec))
        return False
