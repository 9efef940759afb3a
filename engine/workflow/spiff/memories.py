"""What an activity that can be taken back leaves behind when it is done (`compensation`)."""

from SpiffWorkflow.bpmn.specs.defaults import NoneTask

from engine.workflow.spiff.step import Step


class Memory(Step, NoneTask):
    """`handler` could take the activity back: until then its token stands beside the tree, with the data of that moment."""

    is_memory = True
    handler = None
