"""What one of many may ask: which one it is, how many there are, done and under way; also in the words of other tools.

These are no data: nobody sees them who does not ask, and nothing of them is left behind. Camunda counts from 0 and knows one
under way in a row; the standard calls the same by longer names (BPMN 2.0, tables 10.30 and 10.31).
"""

OURS = {"instances": "all", "completed": "done", "active": "active"}  # give way to data of these names
WORDS = {
    "loop_counter": "index",
    "loopCounter": "index",
    "nrOfInstances": "all",
    "nrOfCompletedInstances": "done",
    "nrOfActiveInstances": "active",
    "numberOfInstances": "all",
    "numberOfCompletedInstances": "done",
    "numberOfActiveInstances": "active",
    "numberOfTerminatedInstances": "terminated",
}
ASKED = OURS.keys() | WORDS.keys()


def told(token, asked) -> dict:
    """Of these words those that mean something at a token: it is one of many, or in a sub-process that is."""
    known = _counts(token) if ASKED & asked else {}
    words = {word: known[meant] for word, meant in WORDS.items() if word in asked and meant in known}
    return words | {word: known[meant] for word, meant in OURS.items() if word in asked - token.data.keys() and meant in known}


def _counts(token) -> dict:
    while token is not None and token.element is not None:
        if token.is_instance and token.element.repeats:
            return token.parent.task_spec.counts(token.parent, token.internal_data["index"])
        token = token.workflow.around()
    return {}
