"""Why something that can be drawn does not run here, and what to draw instead, by the name the standard gives it."""

from engine.i18n import _

SEVERAL = _(
    "An event with several definitions would wait for one of them, or for all. Draw one event"
    " for each, behind an event-based or a parallel gateway."
)
_CHANGES = _(
    "The arrow changes data on its way: an assignment, a transformation or another name. "
    "Write that as a script task, as an input of the operation or as a mapping of the call."
)
WHY = {
    "complexGateway": _(
        "A complex gateway has no rule that two tools read alike. Draw it with inclusive or "
        "parallel gateways and conditions."
    ),
    "eventDefinitionRef": _(
        "The event borrows its definition from elsewhere in the file. Say in the event itself "
        "what it waits for or says."
    ),
    "waitForCompletion": _(
        "It would go on before everything is taken back; here a compensation event waits for "
        "that. Draw what need not wait on a branch of its own."
    ),
    "dataInputAssociation": _CHANGES,
    "dataOutputAssociation": _CHANGES,
    "compensateEventDefinition": _(
        "Compensation begins at an event on the border of an activity that is done, with an "
        "association to who takes it back, or in an event sub-process of the sub-process that it takes "
        "back; not here."
    ),
    "eventGatewayType": _(
        "A gateway that waits for all of its events is a parallel gateway with the events behind "
        "it."
    ),
    "instantiate": _("It would begin a process. Begin it by a start event."),
    "startQuantity": _(
        "It would wait for several arrivals before it begins once. Draw a parallel gateway before"
        " it."
    ),
    "completionQuantity": _(
        "It would go on several times when it is done once. Draw a parallel gateway behind it."
    ),
    "method": _(
        "A transaction here is taken back by compensation, not by storing or restoring what it "
        "was before. Leave the method out, and draw who takes back what."
    ),
    "ordering": _("The activities of an ad-hoc sub-process are done in parallel or in a row (Parallel, Sequential)."),
    "behavior": _(
        "It would throw an event for some of its instances. Draw the event inside the activity."
    ),
    "preScript": _("Write a script task before it."),
    "postScript": _("Write a script task behind it."),
}
