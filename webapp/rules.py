"""Who may come through which route: one rule for each, and none without. A route that is not here is not opened at all.

A rule says which door the route belongs to and, at the staff's door, by which permissions it is passed. Whether somebody is
related to the case that the address names is decided behind it, by the engine (engine/access/policy.py).
"""

from dataclasses import dataclass
from enum import StrEnum

from engine.access.permissions import Permission as P


class Door(StrEnum):
    PUBLIC = "public"  # anybody: it tells and takes what anybody may know and give
    OWN = "own"  # whoever is signed in, about themselves
    STAFF = "staff"  # whoever is signed in and has one of the permissions
    LINK = "link"  # whoever holds the link of one party; a room takes its people's log-in too
    SYSTEM = "system"  # a court's or institution's system, by its access token
    SIGNED = "signed"  # a machine that signs what it sends


@dataclass(frozen=True)
class Rule:
    """What opens a route."""

    door: Door
    permissions: frozenset[P] = frozenset()  # at the staff's door: one of these
    scope: str = ""  # at the systems' door: what the access token must cover


def _open(door: Door, endpoints: str) -> dict[str, Rule]:
    return dict.fromkeys(endpoints.split(), Rule(door))


def _staff(permissions: P | set[P], endpoints: str) -> dict[str, Rule]:
    among = frozenset({permissions} if isinstance(permissions, P) else permissions)
    return dict.fromkeys(endpoints.split(), Rule(Door.STAFF, among))


def _systems(scope: str, endpoints: str) -> dict[str, Rule]:
    return dict.fromkeys(endpoints.split(), Rule(Door.SYSTEM, scope=scope))


WHAT_CASES_HEAR = {P.DEADLINE_EXTEND, P.CASE_WITHDRAW, P.AGREEMENT_DRAFT, P.CASE_ASK, P.CASE_STEER, P.CASE_SUSPECT,
                   P.CASE_TRANSFER, P.CASE_RETURN, P.MEDIATOR_KEEP, P.CONFIRMATION_RECORD}
EVERY_BODYS_STAFF = {P.USER_TASK_COMPLETE, P.ROSTER_KEEP, P.STATISTICS_READ}

RULES: dict[str, Rule] = {
    **_open(Door.PUBLIC, """
        static home.index home.login home.enter home.enter_demo home.second_step home.enter_code home.logout home.health
        passkeys.begin passkeys.enter single_sign_on.start single_sign_on.back
        applying.start applying.begin applying.show applying.code applying.step applying.answer applying.submit
        verify.index verify.check objections.index objections.hand_in objections.receipt objections.look_up objections.ruling
        fees.index
        api-docs.openapi_json api_token.token api_problems.show api_intake.show"""),
    **_open(Door.OWN, """
        home.empty account.index account.change_password account.begin account.picture account.confirm account.end
        account.switch_keys account.move_keys account.choose_start account.choose_mail account.begin_passkey account.keep_passkey
        account.rename_passkey account.remove_passkey"""),
    **_open(Door.LINK, """
        party.overview party.act party.address party.address_paper party.document party.reading_copy_of party.domicile
        party.draft party.ask party.read_minutes party.answer_minutes party.opened party.received party.task party.complete
        party.code party.withdraw party_claims.show party_claims.evidence party_claims.reply party_drafts.save
        party_drafts.drop agents_of_party.appoint agents_of_party.dismiss afterwards.wish afterwards.withdraw_application
        room.door room.inside room.enter room.leave room.end room.events room.pulse room.send_signals room.answer_door
        room.write_minutes room.freeze_minutes room.answer_minutes"""),
    **_open(Door.SIGNED, "hooks.sms"),
    **_systems("referrals", "api_referrals.create api_referrals.create_batch"),
    **_systems("applications", "api_referrals.apply"),
    **_systems("cases", "api_cases.index api_cases.show api_cases.events"),
    **_systems("documents", "api_cases.documents api_cases.content"),
    **_systems("messages", "api_messages.create api_objections.create"),
    # tasks
    **_staff(P.USER_TASK_COMPLETE, """
        inbox.index inbox.claim inbox.release inbox.complete live_tasks.rows live_tasks.ring task_views.save task_views.delete
        task_batches.show task_batches.stop task_batches.undo many_tasks.act many_tasks.complete many_tasks.preview
        many_tasks.undo many_tasks.watch many_tasks.snooze many_tasks.label
        task_drafts.save task_drafts.drop lending.lend lending.take_back"""),
    **_staff(P.USER_TASK_READ, "inbox.show inbox.why inbox.refresh"),
    **_staff(P.USER_TASK_ASSIGN, "inbox.assign many_tasks.prioritise"),
    # a case
    **_staff(P.CASE_SEARCH, "cases.index"),
    **_staff(P.APPLICATION_WRITE, """
        recording.index recording.begin recording.show recording.step recording.answer recording.submit recording.drop"""),
    **_staff(P.CASE_READ, "cases.show cases.diagram cases.recover beside.show looking.seen"),
    **_staff(P.CASE_COMMENT, "talking.comment talking.read talking.take_back talking.call"),
    **_staff(P.CASE_NOTE, "cases.note"),
    **_staff(P.CASE_REVEAL, "revealing.show"),
    **_staff(P.CASE_STEER, "cases.note_needs"),
    **_staff(WHAT_CASES_HEAR, "cases.act"),
    **_staff(P.CLAIM_REPLY, "claim_replies.reply claim_replies.evidence"),
    **_staff(P.AGENT_APPOINT, "agents.appoint agents.dismiss"),
    **_staff(P.AGREEMENT_DRAFT, "cases.answer cases.object_on_paper cases.on_paper"),
    **_staff(P.AGREEMENT_SIGN, "cases.ask cases.ask_authority cases.wish"),
    **_staff(P.DOCUMENT_READ, """
        cases.document cases.reading_copy_of cases.examine serving.record serving.address_paper"""),
    **_staff(P.DOCUMENT_MAKE, "papers.index papers.ask papers.make"),
    **_staff(P.SERVICE_CONFIRM, "serving.address serving.domicile"),
    **_staff(P.SERVICE_NOTE, "serving.index serving.note serving.again serving.settle_gap"),
    # desks
    **_staff(P.CASE_GROUP, """
        cases.why_mediator groups.index groups.create groups.show groups.add groups.contact groups.choose groups.offer
        triage.index triage.plan triage.several triage.assign triage.merge"""),
    **_staff(P.SESSION_HOLD, "today.index"),
    **_staff(P.SESSION_JOIN, "schedule.index schedule.calendar"),
    **_staff(P.PORTFOLIO_READ, "portfolio.index portfolio.assign exports.portfolio"),
    **_staff(P.CLAIM_REPLY, "portfolio.reply portfolio.look portfolio.look_at_invitations portfolio.answer"),
    **_staff(P.CASE_TAKE, "handling.free handling.take"),
    **_staff(P.HANDLER_ASSIGN, "handlers.index handlers.hand_out handlers.hand_over"),
    **_staff(P.AUTHORITY_MANAGE, "limits.index limits.add limits.revoke limits.refresh"),
    **_staff(P.CASE_MESSAGE, """
        objections.received objections.show objections.file objections.open_up objections.decline objections.paper
        objections.register"""),
    **_staff(P.CONFIRMATION_RECORD, "orally.index orally.record"),
    **_staff(P.WALL_ASK, "wall.show wall.ask wall.read wall.close"),
    **_staff(P.WALL_OPEN, "wall.index wall.answer"),
    **_staff(EVERY_BODYS_STAFF, "roster.index roster.enter roster.end"),
    **_staff(P.ROSTER_KEEP, "roster.set_most roster.set_lot roster.mediator roster.keep_mediator"),
    **_staff(P.MEDIATOR_REINSTATE, "reinstating.index reinstating.ask reinstating.decide"),
    **_staff(P.STATISTICS_READ, "statistics.index statistics.numbers"),
    # processes
    **_staff(P.PROCESS_READ, """
        designer.index designer.process designer.version designer.version_zip designer.version_file designer.which_rule
        designer.catalogue designer.draft designer.draft_zip designer.changes designer.covered designer.diagram
        designer.diagram_data designer.file designer.english designer.try_it designer.check designer.preview"""),
    **_staff(P.PROCESS_EDIT, """
        designer.begin designer.take_in designer.change designer.save_diagram designer.drop designer.add_file
        designer.save_files designer.save_file designer.save_english designer.remove_file designer.submit designer.upload"""),
    **_staff(P.PROCESS_PUBLISH, "designer.approve designer.reject"),
    # operations
    **_staff(P.INSTANCE_TRACE, """
        tracing.index tracing.show tracing.diagram tracing.marks tracing.rehearsal tracing.stores_index tracing.upgrades_index
        tracing.upgrade_batch tracing.upgrade_to"""),
    **_staff(P.INSTANCE_RETRY, "tracing.retry tracing.resolve tracing.try_again admin.machines"),
    **_staff(P.INSTANCE_REPAIR, """
        tracing.cancel tracing.move tracing.reopen tracing.repeat tracing.resume tracing.skip tracing.suspend tracing.change
        tracing.put_store"""),
    **_staff(P.INSTANCE_MIGRATE, "tracing.begin_upgrade tracing.stop_upgrade tracing.undo_upgrade"),
    **_staff(P.USER_MANAGE, """
        admin.index admin.add admin.set_active admin.grant admin.revoke admin.end_second_factor"""),
    **_staff(P.BODY_MANAGE, """
        admin.bodies admin.add_body admin.set_organisation admin.set_designation admin.commitments admin.add_commitment
        admin.revoke_commitment admin.evaluators admin.keep_evaluator"""),
    **_staff({P.PORTFOLIO_READ, P.AUDIT_READ}, "exports.index exports.show exports.file exports.drop exports.news"),
    **_staff(P.AUDIT_READ, "audit.index exports.audit"),
}
