"""What courts and people say to a process, in words: for the history of a case, and for systems that ask what it waits for."""

from engine.i18n import _

BY_COURTS = {
    "confirmation_accepted": _("the court takes up the application for confirmation"),
    "confirmation_not_accepted": _("the court does not take up the application"),
    "confirmation_ruled": _("the court rules on the application"),
    "confirmation_supplement": _("the court asks for a supplement"),
    "confirmation_hearing": _("the court has set a hearing"),
    "organisation_designated": _("the court designates the organisation"),
    "payment_order_admission": _("the court says whether it takes the application for a payment order up"),
    "payment_order_decision": _("the court has decided on the payment order"),
    "payment_order_service": _("the court says whether the payment order was served"),
    "payment_order_objection": _("the debtor objected at the court"),
    "payment_order_objection_decision": _("the court has decided on the objection to the payment order"),
    "enforcement_admission": _("the court says whether it takes the enforcement up"),
    "docket_decided": _("the court decides on the docketed case"),
    "ruling_objection_decided": _("the court has ruled on the objection to its ruling"),
    "docketing_decided": _("the court says whether it dockets the suit"),
}
BY_PEOPLE = {
    "withdrawal": _("the application for mediation is withdrawn"),
    "party_leaving": _("one of several parties leaves"),
    "mediator_challenged": _("the mediator is challenged"),
    "simulation_suspected": _("a suspected sham is reported"),
    "appraisal_asked": _("an appraisal is proposed"),
    "referral_returned": _("the court takes the referral back"),
    "mediation_impossible": _("the mediation cannot go on"),
    "third_party_named": _("a third party is named"),
    "transfer_asked": _("a transfer is proposed"),
    "suspension_decided": _("the court answers the suspension"),
    "extension_requested": _("more time is asked for"),
    "suit_dropped": _("the applicant no longer wants to sue"),
}
EVERY = BY_COURTS | BY_PEOPLE
