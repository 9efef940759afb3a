"""What courts and people say to a process, in words: for the history of a case, and for systems that ask what it waits for."""

from engine.i18n import _
from engine.mediation import declining
from webapp import i18n

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
    "ruling_received": _("the court says when a party received its ruling"),
    "ruling_objection_decided": _("the court has ruled on the objection to its ruling"),
    "docketing_decided": _("the court says whether it dockets the suit"),
    "complaint_decided": _("the court has decided on a complaint about the mediator"),
    "letter_decided": _("the court says whether it made the mediation letter"),
}
BY_PEOPLE = {
    "withdrawal": _("the application for mediation is withdrawn"),
    "party_leaving": _("one of several parties leaves"),
    "applied_orally": _("both sides apply for confirmation orally at the court"),
    "mediator_challenged": _("the mediator is challenged"),
    "co_mediator_wanted": _("another mediator is wanted"), "co_mediator_challenged": _("a co-mediator is challenged or leaves"),
    "simulation_suspected": _("a suspected sham is reported"),
    "appraisal_asked": _("an appraisal is proposed"),
    "referral_returned": _("the court takes the referral back"),
    "mediation_impossible": _("the mediation cannot go on"),
    "third_party_named": _("a third party is named"),
    "transfer_asked": _("a transfer is proposed"),
    "suspension_decided": _("the court answers the suspension"),
    "extension_requested": _("more time is asked for"),
    "suit_dropped": _("the applicant no longer wants to sue"),
    "redraft": _("the agreement is to be drafted anew"),
    "wait_taken_back": _("a party no longer agrees to wait for the model case"),
    "written_objection": _("an objection on paper came in"),
    "ruling_objection": _("an objection to the court's ruling"),
    "restoration_asked": _("the court is asked to extend the missed thirty days"),
    "confirmation_wanted": _("confirmation is wished for after all"),
    "deed_wanted": _("a notary's deed is wished for"),
    "mediator_complaint": _("a party complains about the mediator"),
    "fee_relief_asked": _("the plaintiff asks to pay the filing fee later, less or not at all"),
    "letter_taken_back": _("the request for a mediation letter is taken back"),
    "confirmation_withdrawal": _("the application for confirmation is taken back"),
}
BY_PLATFORM = {  # nobody said it: what happened in another process or case is passed on
    "model_result": _("the model case of the group has its result"),
    "service_failed": _("a document could not be served"),
    "agreement_changed": _("the agreement was changed"),
    "fully_performed": _("the agreement is fully performed"),
    "instalment_covered": _("an instalment was covered by what was paid too much before"),
    "material_returned": _("the material went back to the court"),
    "objection_entered": _("an objection to the ruling was entered"),
    "objection_ruling_read": _("the ruling on the objection was fetched, or its objector found"),
    "ruling_in_force": _("the ruling was made; the time to object runs"),
    "ruling_taken_back": _("the ruling was taken back"),
    "minutes_laid_open": _("the minutes are put to the parties"),
    "draft_laid_open": _("a draft of the agreement is put to the parties"),
    "task_overdue": _("a task is not done although its term is over"),
    "term_near": _("a term is about to end"),
    "term_moved": _("the end of a term moved"),
}
EVERY = BY_COURTS | BY_PEOPLE | BY_PLATFORM


def declined(code: str) -> str:
    """Why an institution did not take part."""
    found = declining.reasons().get(code)
    return found.in_language(i18n.language()) if found else code
