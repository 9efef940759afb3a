"""What each kind of incident is called, and what a person can do about it."""

from flask_babel import gettext

from engine.i18n import _

WORKERS = _("See whether the workers run and the queue is not too long.")
INCIDENTS = {  # kind → (what happened, what to do)
    "not_started": (_("The case came in, but its process could not start"),
                    _("Mend the process or the data, then try again: the case stands and waits.")),
    "start_failed": (_("A process that should begin could not"), _("Mend what it needs, then try again.")),
    "message_failed": (_("A process could not take a message"), _("The message is kept. Mend the cause, then try again.")),
    "not_passed_on": (_("What a process said could not be passed on"), _("It is kept. Mend the cause, then try again.")),
    "run_failed": (_("A long run broke off"), _("What was done is kept. Mend the cause, then try again.")),
    "run_kills_worker": (_("Something ends the worker that carries it out"),
                         _("It rests and holds up nothing else. Look for what needs too much memory or time, then try again.")),
    "timer_failed": (_("A term ran out, but the process could not follow"), _("Mend the cause, then try again.")),
    "condition_failed": (_("A condition could not be worked out"), _("Mend the data or the drawing, then try again.")),
    "run_overdue": (_("Nobody has gone on with a run"), WORKERS),
    "timer_overdue": (_("A timer is due and nobody took it"), WORKERS),
    "call_overdue": (_("A service call is due and nobody took it"), WORKERS),
    "post_overdue": (_("Something said has not been passed on"), WORKERS),
    "call_stuck": (_("A service call failed for good"), _("Mend the cause, then try again.")),
    "attempts_used_up": (_("A service call was tried as often as it may be"),
                         _("See whether the receiver answers again, then try again.")),
    "worker_died_repeatedly": (_("Workers died over a service call"), _("Look for the cause on the machine, then try again.")),
    "settle_failed": (_("An answer came, but the process could not go on with it"), _("Mend the cause, then try again.")),
    "outcome_unknown": (_("Whether it reached the outside is not known"),
                        _("Ask the receiver. Try again only if it did not arrive: nothing is sent twice by itself.")),
    "refusal_without_way": (_("The operation was refused, and the diagram has no way for that"),
                            _("Mend the data and try again, or move the case by hand.")),
    "unknown_operation": (_("The diagram names an operation that does not exist"), _("Move the case to a version that can run.")),
    "inputs_refused": (_("The diagram hands an operation something it cannot take"), _("Correct the data, then try again.")),
    "not_prepared": (_("What an operation needs could not be read"), _("Mend the cause, then try again.")),
    "effect_after_cancel": (_("Something was done outside after it had been stopped"),
                            _("Tell the receiver, then close the incident with what was agreed.")),
    "waits_for_nothing": (_("An instance runs but waits for nothing"), _("Look where it stands and move it, or cancel it.")),
    "nobody_can_take": (_("Nobody can take a task"), _("Give the role to somebody, or give the task to somebody.")),
    "court_silent": (_("A court's own system does not answer"),
                     _("Ask the court: its system answers by a message, or look whether it took what we sent. The incident "
                       "closes with its answer.")),
    "many_cases_opened": (_("Somebody opened unusually many cases"),
                          _("Ask their body whether it was their work; the audit says which cases. Close the account if need be, "
                            "then close the incident with what was found.")),
    "many_revealed": (_("Somebody saw unusually many parties' data in full"),
                      _("Ask their body whether it was their work; the audit says whose data, and the reasons they gave. Close "
                        "the account if need be, then close the incident with what was found.")),
    "calendar_missing": (_("The holidays of a year are not installed"),
                         _("Take in the State Council's notice: `sutiao calendar add FILE`. Terms are counted anew then.")),
    "not_seen_to": (_("Something overdue could not be put before whoever supervises it"),
                    _("Tell the people yourself, then close the incident.")),
    "reminder_failed": (_("A reminder of a term could not be sent"), _("Tell the people yourself, then close the incident.")),
    "mail_unknown": (_("Whether a mail about terms arrived is not known"),
                     _("Ask whom it was for. It is not sent again; the next one leaves the next morning.")),
    "mail_refused": (_("The mail server refuses the mails about terms to somebody of the staff"),
                     _("Ask them to correct the address in their account: then it is tried again, and the incident closes.")),
    "mail_missed": (_("Mails about terms could not be sent all day"),
                    _("See whether the mail server runs and its settings are right (SUTIAO_SMTP_URL). It closes with the next "
                      "mail that is taken.")),
    "not_delivered": (_("Not all messages of a day are known to have arrived"),
                      _("See the list under “Service of documents”; it closes when all have arrived.")),
    "paper_lies": (_("Papers to be served lie unposted, or nothing is heard of them"),
                   _("See “Service of documents”: have them posted or handed over, and note what became of them.")),
    "signatures_broken": (_("The signatures of a document do not hold"),
                          _("Do not use the document. Restore its file, and find out who changed it.")),
    "no_time_stamp": (_("The time-stamping authority does not answer as it should"),
                      _("Nothing can be signed or sealed until it does. See its address and certificates (SUTIAO_TSA_URL, "
                         "SUTIAO_TSA_TRUST); it is asked again by itself, and the incident closes when it answers.")),
    "not_archived": (_("A signed document could not get its time stamp for the long term"),
                     _("Its signatures hold, but are not yet provable after their certificates run out. Mostly a revocation list "
                       "in SUTIAO_TSA_TRUST is too old, or the file is missing: renew or restore it. "
                       "It is tried again by itself.")),
}
OTHER = (_("A process cannot go on at this place"), _("Look into it: mend the data or the drawing, then try again."))


def incident(kind: str) -> dict:
    """What happened, and what to do about it."""
    title, advice = INCIDENTS.get(kind, OTHER)
    return {"title": gettext(title), "advice": gettext(advice)}
