"""All permissions, and which roles have them. The whole right system on one screen."""

from enum import StrEnum

from engine.access.models import Role


class Permission(StrEnum):
    CASE_READ = "case:read"
    CASE_CREATE = "case:create"
    APPLICATION_WRITE = "application:write"  # write an application down: of who comes or calls, or of one's own institution
    CASE_SEARCH = "case:search"
    CASE_MESSAGE = "case:message"  # the court's acceptance, ruling, withdrawal
    CASE_WITHDRAW = "case:withdraw"
    CASE_ASK = "case:ask"  # a party: recusal, change of mediator
    CASE_STEER = "case:steer"  # the mediator: disclosure, appraisal, third party, impossibility
    CASE_SUSPECT = "case:suspect"  # report a simulated mediation
    CASE_TRANSFER = "case:transfer"
    MEDIATOR_KEEP = "mediator:keep"  # the organisation's office: report who cannot go on
    MEDIATOR_REINSTATE = "mediator:reinstate"  # put back who was struck off or dismissed: one asks, another decides
    CONFIRMATION_RECORD = "confirmation:record"  # the court writes down an oral application (CPL-Interp 353)
    CASE_RETURN = "case:return"  # the court takes a referral back, or answers a suspension
    AGENT_APPOINT = "agent:appoint"  # register or end a power of attorney
    CLAIM_REPLY = "claim:reply"  # say something to the claims, hand in evidence: a party; the mediator notes it down
    CASE_NOTE = "case:note"
    CASE_COMMENT = "case:comment"  # talk with colleagues about a case, note calls; never parties
    CASE_REVEAL = "case:reveal"
    CASE_GROUP = "case:group"
    WALL_ASK = "wall:ask"  # the court: ask to read the minutes, where a sham is suspected
    WALL_OPEN = "wall:open"  # its president: allow that
    USER_TASK_READ = "user_task:read"
    USER_TASK_COMPLETE = "user_task:complete"
    USER_TASK_ASSIGN = "user_task:assign"
    ROSTER_KEEP = "roster:keep"  # who of a body is away and who stands in; how much each may hold
    DEADLINE_EXTEND = "deadline:extend"
    SESSION_HOLD = "session:hold"
    SESSION_JOIN = "session:join"
    AGREEMENT_DRAFT = "agreement:draft"
    AGREEMENT_SIGN = "agreement:sign"
    AGREEMENT_SEAL = "agreement:seal"
    DOCUMENT_READ = "document:read"
    DOCUMENT_MAKE = "document:make"  # papers of the mediation, at the desk
    SERVICE_CONFIRM = "service:confirm"  # an address for service; receipt of a document
    SERVICE_NOTE = "service:note"  # what became of paper, what a party said on the telephone
    PROCESS_READ = "process:read"
    PROCESS_EDIT = "process:edit"
    PROCESS_PUBLISH = "process:publish"
    INSTANCE_TRACE = "instance:trace"
    INSTANCE_RETRY = "instance:retry"
    INSTANCE_REPAIR = "instance:repair"  # move, skip, repeat, change, suspend, cancel, open again
    INSTANCE_MIGRATE = "instance:migrate"  # to another version
    STATISTICS_READ = "statistics:read"
    PORTFOLIO_READ = "portfolio:read"  # an institution's own cases together
    CASE_TAKE = "case:take"  # become the handler of a case of one's institution that has none
    HANDLER_ASSIGN = "handler:assign"  # say who of an institution handles which of its cases; of these no more than the head
    AUTHORITY_MANAGE = "authority:manage"  # an institution's limits by sum and its ladder of approvers
    USER_MANAGE = "user:manage"
    BODY_MANAGE = "body:manage"
    AUDIT_READ = "audit:read"  # who did what; no case content


P = Permission

CASE_WORK = {P.CASE_READ, P.CASE_SEARCH, P.USER_TASK_READ, P.USER_TASK_COMPLETE, P.DOCUMENT_READ, P.CASE_NOTE, P.CASE_COMMENT}

ROLE_PERMISSIONS: dict[str, set[Permission]] = {
    Role.COORDINATOR: CASE_WORK | {
        P.CASE_GROUP, P.USER_TASK_ASSIGN, P.ROSTER_KEEP, P.AGREEMENT_SEAL, P.STATISTICS_READ, P.CASE_CREATE, P.CASE_REVEAL,
        P.APPLICATION_WRITE, P.SERVICE_CONFIRM, P.SERVICE_NOTE, P.DOCUMENT_MAKE, P.CASE_SUSPECT, P.CASE_TRANSFER,
        P.MEDIATOR_KEEP, P.MEDIATOR_REINSTATE, P.AGENT_APPOINT},
    Role.MEDIATOR: CASE_WORK | {
        P.DEADLINE_EXTEND, P.SESSION_HOLD, P.SESSION_JOIN, P.AGREEMENT_DRAFT, P.AGREEMENT_SIGN, P.CASE_WITHDRAW, P.CASE_REVEAL,
        P.SERVICE_CONFIRM, P.SERVICE_NOTE, P.DOCUMENT_MAKE, P.CASE_STEER, P.CASE_SUSPECT, P.AGENT_APPOINT, P.CLAIM_REPLY},
    Role.CLERK: CASE_WORK | {
        P.CASE_SUSPECT, P.CASE_RETURN, P.STATISTICS_READ, P.CASE_CREATE, P.CASE_WITHDRAW, P.CASE_MESSAGE, P.CASE_REVEAL,
        P.SERVICE_CONFIRM, P.SERVICE_NOTE, P.WALL_ASK, P.MEDIATOR_REINSTATE, P.CONFIRMATION_RECORD},
    Role.JUDGE: CASE_WORK | {P.WALL_ASK},
    Role.COURT_PRESIDENT: {P.CASE_READ, P.CASE_SEARCH, P.USER_TASK_READ, P.USER_TASK_COMPLETE, P.DOCUMENT_READ, P.CASE_COMMENT,
                           P.ROSTER_KEEP, P.WALL_OPEN},
    Role.INSTITUTION_HANDLER: CASE_WORK | {
        P.USER_TASK_ASSIGN, P.SESSION_JOIN, P.AGREEMENT_SIGN, P.STATISTICS_READ, P.CASE_WITHDRAW, P.CASE_CREATE,
        P.APPLICATION_WRITE, P.SERVICE_CONFIRM, P.CASE_ASK, P.AGENT_APPOINT, P.CLAIM_REPLY,
        P.PORTFOLIO_READ, P.CASE_TAKE},
    Role.INSTITUTION_APPROVER: {P.CASE_READ, P.CASE_SEARCH, P.USER_TASK_READ, P.USER_TASK_COMPLETE, P.DOCUMENT_READ,
                                P.CASE_COMMENT, P.PORTFOLIO_READ},
    Role.INSTITUTION_ADMIN: {P.AUTHORITY_MANAGE, P.ROSTER_KEEP, P.HANDLER_ASSIGN},
    Role.CONSUMER: {P.CASE_READ, P.USER_TASK_READ, P.USER_TASK_COMPLETE, P.DOCUMENT_READ, P.SESSION_JOIN, P.AGREEMENT_SIGN,
                    P.CASE_CREATE, P.CASE_WITHDRAW, P.SERVICE_CONFIRM, P.CASE_ASK, P.AGENT_APPOINT, P.CLAIM_REPLY},
    Role.DESIGNER: {P.PROCESS_READ, P.PROCESS_EDIT},
    Role.APPROVER: {P.PROCESS_READ, P.PROCESS_PUBLISH},
    Role.ADMIN: {P.INSTANCE_TRACE, P.INSTANCE_RETRY, P.INSTANCE_REPAIR, P.INSTANCE_MIGRATE, P.USER_MANAGE,
                 P.BODY_MANAGE},
    Role.REGULATOR: {P.STATISTICS_READ},
    Role.AUDITOR: {P.PROCESS_READ, P.INSTANCE_TRACE, P.AUDIT_READ},
}

ASKED_PERMISSIONS = {P.CASE_READ, P.USER_TASK_READ, P.USER_TASK_COMPLETE, P.DOCUMENT_READ}  # a mediator before the appointment
BESIDE_PERMISSIONS = CASE_WORK | {P.SESSION_JOIN, P.AGREEMENT_SIGN, P.CASE_SUSPECT}  # a mediator beside the chair
PARTY_PERMISSIONS = {P.CASE_READ, P.USER_TASK_READ, P.USER_TASK_COMPLETE, P.DOCUMENT_READ, P.SESSION_JOIN, P.AGREEMENT_SIGN,
                     P.CASE_WITHDRAW, P.SERVICE_CONFIRM, P.CASE_ASK, P.AGENT_APPOINT, P.CLAIM_REPLY}
CLIENT_PERMISSIONS = {P.CASE_CREATE, P.CASE_READ, P.CASE_SEARCH, P.CASE_MESSAGE, P.CASE_WITHDRAW, P.DOCUMENT_READ}
READING = {P.CASE_READ, P.CASE_SEARCH, P.CASE_REVEAL, P.USER_TASK_READ, P.DOCUMENT_READ, P.WALL_ASK}  # what the archive leaves
