"""Why, in words: whose a task is and how it came to them, who may take it, which rule keeps somebody from something."""

from flask_babel import gettext

from engine.access.permissions import PARTY_PERMISSIONS, ROLE_PERMISSIONS, Permission
from engine.errors import Forbidden
from engine.i18n import _
from engine.inbox.sharing.why import Why
from webapp import i18n, presenting
from webapp.identity import current_actor

P = Permission
RIGHTS = {
    P.CASE_READ: _("read the case"), P.CASE_CREATE: _("bring in a case"), P.CASE_SEARCH: _("search cases"),
    P.APPLICATION_WRITE: _("write down an application for mediation"),
    P.CASE_MESSAGE: _("receive and answer what is for the court"), P.CASE_WITHDRAW: _("withdraw the application"),
    P.CASE_ASK: _("ask, as a party, for recusal or another mediator"), P.CASE_STEER: _("lead the mediation"),
    P.CASE_SUSPECT: _("report a suspected sham"), P.CASE_TRANSFER: _("transfer or merge cases"),
    P.MEDIATOR_KEEP: _("replace a mediator who cannot go on"),
    P.MEDIATOR_REINSTATE: _("put back a mediator who was struck off or dismissed"),
    P.CONFIRMATION_RECORD: _("write down an oral application for confirmation"),
    P.CASE_RETURN: _("take a referral back"), P.AGENT_APPOINT: _("register powers of attorney"),
    P.CASE_NOTE: _("write notes on the case"), P.CASE_COMMENT: _("talk with colleagues about the case"),
    P.CASE_REVEAL: _("see a party's data in full"), P.CASE_GROUP: _("work with groups of cases"),
    P.USER_TASK_READ: _("read tasks"), P.USER_TASK_COMPLETE: _("work on tasks"),
    P.USER_TASK_ASSIGN: _("give tasks to colleagues"),
    P.ROSTER_KEEP: _("keep the roster: who is away, who stands in, how much each may hold"),
    P.DEADLINE_EXTEND: _("extend a term"), P.SESSION_HOLD: _("hold mediation sessions"),
    P.SESSION_JOIN: _("take part in mediation sessions"), P.AGREEMENT_DRAFT: _("draft the agreement"),
    P.AGREEMENT_SIGN: _("sign the agreement"), P.AGREEMENT_SEAL: _("put the organisation's seal on the agreement"),
    P.DOCUMENT_READ: _("read documents"), P.DOCUMENT_MAKE: _("make papers of the mediation"),
    P.SERVICE_CONFIRM: _("confirm addresses for service and receipts"),
    P.SERVICE_NOTE: _("note what became of service"), P.PROCESS_READ: _("look at processes"), P.PROCESS_EDIT: _("draw processes"),
    P.PROCESS_PUBLISH: _("approve and publish processes"), P.INSTANCE_TRACE: _("trace running processes"),
    P.INSTANCE_RETRY: _("have failed steps tried again"), P.INSTANCE_REPAIR: _("repair running processes"),
    P.INSTANCE_MIGRATE: _("move running processes to another version"), P.STATISTICS_READ: _("read statistics"),
    P.CASE_TAKE: _("take a case of one's institution that nobody handles"),
    P.HANDLER_ASSIGN: _("say who of an institution handles its cases"),
    P.AUTHORITY_MANAGE: _("keep an institution's limits of authority"), P.USER_MANAGE: _("manage accounts and roles"),
    P.WALL_ASK: _("ask to read the minutes where a sham is suspected"),
    P.WALL_OPEN: _("open the minutes to somebody of one's court"),
    P.BODY_MANAGE: _("manage courts, organisations and institutions"), P.AUDIT_READ: _("read the audit"),
}


def told(why: Why) -> str:
    """One sentence: whose the task is, and how it came to them."""
    role, when = presenting.ROLES.get(why.task.role, why.task.role), i18n.short(why.at)
    role = i18n.say(role)
    match why.how:
        case "claimed" if why.is_own:
            return gettext("It is yours: you took it on %(when)s.", when=when)
        case "claimed":
            return gettext("%(who)s took it on %(when)s.", who=why.holder, when=when)
        case "assigned" if why.is_own:
            return gettext("It is yours: %(by)s gave it to you on %(when)s.", by=why.by, when=when)
        case "assigned":
            return gettext("%(by)s gave it to %(who)s on %(when)s.", by=why.by, who=why.holder, when=when)
        case "lent" if why.is_own:
            return gettext("%(by)s lent it to you on %(when)s: you may complete it or give it back.", by=why.by, when=when)
        case "lent":
            return gettext("%(by)s lent it to %(who)s on %(when)s.", by=why.by, who=why.holder, when=when)
        case "returned" if why.is_own:
            return gettext("It is yours: it was lent, and you have it again since %(when)s.", when=when)
        case "returned":
            return gettext("It was lent; %(who)s has it again since %(when)s.", who=why.holder, when=when)
        case "given":
            return _given(why, when)
        case "named" if why.is_own:
            return gettext("It is yours: the process gives it to you as %(role)s of this case.", role=role)
        case "named":
            return gettext("The process gives it to %(who)s as %(role)s of this case.", who=why.holder, role=role)
        case "party":
            return gettext("It is asked of %(who)s as a party; whoever acts for this party may answer.", who=why.holder)
        case "free":
            return gettext("Nobody has taken it. Whoever is %(role)s at %(body)s may take it.", role=role,
                           body=i18n.text_of(why.body, "name") if why.body else "")
    return gettext("It has ended.")


def _given(why: Why, when: str) -> str:
    """By load or by lot, among how many."""
    number = len([each for each in why.draw.rated if each["eligible"]]) if why.draw else 0
    if why.draw and why.draw.way == "lot":
        return gettext("The lot gave it to %(who)s on %(when)s, among %(n)s people.", who=why.holder, when=when, n=number)
    return gettext("It went to %(who)s on %(when)s, who had fewest open tasks among %(n)s people.", who=why.holder, when=when,
                   n=number)


def refused(error: Forbidden) -> list[str]:
    """The rule behind a refusal: what right is needed, who has it, what the asker is. Empty when the error itself names it."""
    permission = error.details.get("permission")
    if permission not in RIGHTS:
        return []
    between = ", " if i18n.language() == "en" else "、"
    holders = [i18n.say(presenting.ROLES[role]) for role, given in ROLE_PERMISSIONS.items() if permission in given]
    holders += [i18n.say(presenting.ROLES["party"])] if permission in PARTY_PERMISSIONS else []
    own = [i18n.say(presenting.ROLES.get(role, role)) for role in sorted(current_actor().roles)]
    lines = [gettext("Rule: this takes the right to %(right)s.", right=i18n.say(RIGHTS[permission])),
             gettext("It belongs to: %(roles)s, each within their own cases.", roles=between.join(holders))]
    return lines + ([gettext("You are here as: %(roles)s.", roles=between.join(own))] if own else [])
