"""The pages there are, who looks at them, and a register in which there is something to see on each."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import timedelta

from sqlalchemy import select

from engine import clock
from engine.access.models import Participant, Role
from engine.cases.models import ApplicationDraft
from engine.db import db, transaction
from engine.inbox.asking import applying, groups, recorded_forms, recording
from engine.mediation.models import MediationSession
from engine.notices import links
from engine.oversight import evaluators, wall
from engine.processes import drafts
from engine.workflow.models import UserTask, Version
from tests import factories, personas
from tests.journeys.walking import Walk

STEPS = ("who", "against", "dispute", "evidence", "address", "consent")
PAGES = {
    "coordinator": (
        "/inbox/", "/inbox/?view=team", "/inbox/?view=available&sort=priority&columns=amount,stage",
        "/inbox/?view=team&amount_from=x", "/inbox/?view=team&q=没有", "/inbox/tasks/{accepting}", "/inbox/tasks/{accepted}",
        "/inbox/tasks/{accepting}/why", "/account/", "/cases/", "/cases/?q=王", "/cases/{number}",
        "/cases/{number}/beside/process", "/cases/{number}/beside/related", "/cases/none", "/cases/agents/for/{person}",
        "/cases/{number}/mediator", "/serving/",
        "/serving/addresses/of/{person}", "/serving/domiciles/of/{person}", "/papers/{number}",
        "/papers/{number}/mediation_application", "/groups/", "/groups/{group}", "/statistics/", "/roster/",
        "/roster/mediators/{mediator}", "/mediators/", "/triage/", "/admin/", "/applications/",
        "/applications/{noted}", *(f"/applications/{{noted}}/steps/{step}" for step in recorded_forms.STEPS["counter"])),
    "mediator": ("/today/", "/schedule/", "/inbox/", "/inbox/tasks/{disclosing}", "/cases/{number}",
                 "/cases/{number}/claims/reply", "/cases/{number}/claims/evidence", "/room/{room}"),
    "handler": ("/portfolio/", "/schedule/", "/handling/", "/inbox/", "/inbox/tasks/{answering}", "/applications/{applied}",
                "/applications/{applied}/steps/customer", "/applications/{applied}/steps/declared"),
    "limits_keeper": ("/limits/", "/handlers/"),
    "clerk": ("/inbox/", "/objections/received", "/objections/paper", "/oral-applications/", "/wall/cases/{number}"),
    "judge": ("/inbox/",),
    "president": ("/wall/",),
    "other_mediator": ("/inbox/tasks/{evaluating}",),
    "admin": ("/admin/", "/admin/bodies", "/admin/commitments", "/admin/evaluators", "/admin/machines", "/tracing/",
              "/tracing/{instance}", "/tracing/stores", "/tracing/upgrades", "/tracing/upgrades/versions/{version}"),
    "auditor": ("/audit/", "/exports/"),
    "designer": ("/designer/", "/designer/rules", "/designer/processes/performance", "/designer/versions/{version}",
                 "/designer/drafts/{draft}", "/designer/drafts/{draft}/files/process.toml", "/designer/drafts/{draft}/names",
                 "/designer/drafts/{draft}/changes", "/welcome"),
    "nobody": ("/login", "/verify", "/fees", "/fees?matter=personality&amount=120000", "/fees?matter=suit&amount=x",
               "/objections/", "/objections/receipt", "/apply", "/apply/{token}",
               *(f"/apply/{{token}}/steps/{step}" for step in STEPS), "/p/{link}", "/p/{link}/address", "/p/{link}/domicile",
               "/p/{link}/agents", "/p/{link}/claims", "/p/{asked}/claims/reply", "/p/{asked}/tasks/{invited}",
               "/p/{link}/claims/evidence", "/p/nobody"),
}
REFUSED = {("coordinator", "/inbox/?view=team&amount_from=x"): 422, ("coordinator", "/cases/none"): 404,
           ("coordinator", "/admin/"): 403, ("nobody", "/p/nobody"): 404,
           ("nobody", "/fees?matter=suit&amount=x"): 422}
SENT_EMPTY = {  # what a page says when its form is sent with nothing in it
    "coordinator": ("/inbox/tasks/{accepting}", "/cases/agents/for/{person}", "/serving/addresses/of/{person}",
                    "/applications/{noted}/steps/who", "/applications/{noted}/steps/read_back"),
    "mediator": ("/inbox/tasks/{disclosing}", "/cases/{number}/claims/reply"),
    "clerk": ("/wall/cases/{number}", "/oral-applications/"),
    "handler": ("/inbox/tasks/{answering}", "/applications/{applied}/steps/customer"),
    "nobody": ("/login", "/verify", "/apply/{token}/steps/who", "/apply/{token}/steps/dispute", "/p/{asked}/claims/reply",
               "/p/{asked}/tasks/{invited}", "/p/{link}/claims/evidence"),
}
NO_PAGES = {  # files, data, streams, and where one is only sent on
    "account.picture", "cases.diagram", "cases.document", "cases.reading_copy_of", "designer.catalogue",
    "designer.covered", "designer.diagram_data", "designer.draft_zip", "designer.version_file", "designer.version_zip",
    "exports.news", "home.health", "home.index", "live_tasks.ring", "live_tasks.rows", "objections.file",
    "party.address_paper", "party.document", "party.reading_copy_of", "room.events", "schedule.calendar", "serving.address_paper",
    "serving.record", "single_sign_on.back", "single_sign_on.start", "static", "statistics.numbers", "tracing.diagram",
    "tracing.marks",
}
BEYOND = {  # pages that only a step before leads to; and the editor of diagrams, which is for a desk
    "home.second_step", "exports.show", "task_batches.show", "objections.show", "party.draft", "party.read_minutes",
    "room.inside", "wall.read", "tracing.rehearsal", "tracing.upgrade_batch", "designer.try_it", "designer.diagram",
}


def places(refer: Callable, world) -> dict:
    """What stands in the addresses. Signing papers runs a loop of its own, which the browser's thread has already."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(copy_context().run, _made, refer, world).result()


def _made(refer: Callable, world) -> dict:
    first = _evaluated(refer, world)
    second = refer(external_ref="R-2", court_number="（2024）沪0115诉前调124号")
    _invited(second, world)
    third = refer(external_ref="R-3", court_number="（2024）沪0115诉前调125号", parties=_the_other_way_round())
    _invited(third, world)
    fourth = refer(external_ref="R-4", court_number="（2024）沪0115诉前调126号")
    fourth.do("accept_referral", decision="accept")
    fourth.do("assign_mediator", mediator=str(world.mediator.id))
    fifth = refer(external_ref="R-5", court_number="（2024）沪0115诉前调127号")
    fifth.work()
    with transaction():
        factories.nobody_handles(fourth.case)
        applicant, consumer = _linked(first, "applicant", "page"), _linked(third, "respondent", "asked")
        wall.ask(world.actor("clerk"), second.case, "两案当事人、代理人与收款账户相同，陈述一字不差。")
        group = groups.create(world.actor("coordinator"), {"name": "手续费批次", "issues": "手续费是否明示"})
        task = db.session.scalar(select(UserTask).where(UserTask.element == "declare_evaluator"))
        return {
            "number": first.case.number, "person": applicant.id, "evaluating": task.id, "instance": task.instance_id,
            "group": group.id, "mediator": world.mediator.id, "room": db.session.scalar(select(MediationSession.room)),
            "link": links.token("page"), "asked": links.token("asked"), "token": _application(),
            "answering": _task(second, "answer_invitation"),
            "invited": _task(third, "answer_invitation", participant_id=consumer.id),
            "disclosing": _task(fourth, "disclose_conflicts"), "accepted": _task(fourth, "accept_referral"),
            "accepting": _task(fifth, "accept_referral"), **_of_designer(world), "noted": _noted(world),
            "applied": recording.begin(world.actor("handler"), "institution").id}


def _evaluated(refer: Callable, world) -> Walk:
    """A case in mediation, in which somebody is to give a neutral evaluation."""
    walk = refer()
    with transaction():
        evaluators.keep(world.actor("admin"), world.other_mediator.id, "保险法")
        factories.user("授权管理员", Role.INSTITUTION_ADMIN, world.bank, login="limits_keeper")
    walk.to_mediation()
    walk.to_result("evaluation")
    walk.do("choose_evaluator", evaluator=str(world.other_mediator.id), questions="免责条款是否生效")
    for wants in ("yes", "neutral"):
        walk.do("request_evaluation", wants=wants)
    return walk


def _invited(walk: Walk, world) -> None:
    """The other side is asked whether it takes part."""
    walk.do("accept_referral", decision="accept")
    walk.do("assign_mediator", mediator=str(world.mediator.id))
    walk.do("disclose_conflicts", conflict="none")


def _the_other_way_round() -> list[dict]:
    """The parties of a case in which the bank asks something of the consumer, whom nobody has asked yet."""
    sides = {"applicant": "respondent", "respondent": "applicant"}
    return [{**party, "side": sides[party["side"]], "consents": {}} for party in reversed(personas.referral()["parties"])]


def _linked(walk: Walk, side: str, key: str) -> Participant:
    """A party, who has a link."""
    found = db.session.scalar(select(Participant).where(
        Participant.case_id == walk.case_id, Participant.side == side, Participant.role == "party"))
    links.issue(found, key)
    return found


def _task(walk: Walk, element: str, **more) -> int:
    return db.session.scalar(select(UserTask.id).filter_by(case_id=walk.case_id, element=element, **more))


def _application() -> str:
    """The token of a draft whose telephone is proven."""
    token = "a-token-of-the-tests"
    db.session.add(ApplicationDraft(
        token_hash=applying._hash(token), phone="16600001234", told={}, unfinished={}, files=[], proven_at=clock.now(),
        expires_at=clock.now() + timedelta(days=1)))
    return token


def _noted(world) -> int:
    """An application that the office began to write down."""
    actor = world.actor("coordinator")
    draft = recording.begin(actor, "counter")
    recording.keep(actor, draft.id, "who", {
        "channel": "counter", "identity": "counter", "name": "王小明", "id_type": "resident_id", "phone": "16600001234",
        "id_number": "11010519491231002X", "home": "上海市浦东新区世纪大道一号"})
    return draft.id


def _of_designer(world) -> dict:
    """A version, and a draft that begins from it."""
    version = db.session.scalar(select(Version).where(Version.process_key == "performance"))
    return {"version": version.id, "draft": drafts.open(world.actor("designer"), "performance").id}
