"""What people say about the mediators beside the chair: the office wants one more, somebody leaves, a party objects to one.

Each begins the process `co_mediation`. While an agreement is being signed its text names the mediators, so nobody comes or goes
before the chair takes it back; once it binds, whoever cannot go on is still replaced, and the successor signs in their place.
Nobody comes or goes while a record of undisputed facts is signed, either: it is a matter of days.
"""

from dataclasses import replace

from sqlalchemy import func, select

from engine.access.actor import Actor
from engine.cases.models import Case
from engine.db import db
from engine.forms.components import Component
from engine.forms.form import Form
from engine.mediation import agreement, mediators, panel
from engine.tracks import undisputed
from engine.workflow import messages
from engine.workflow.models import Instance, Message, Version

CHALLENGED, PROCESS = "co_mediator_challenged", "co_mediation"
ABOUT_ONE = ("co_left", "co_recusal")


def _form(act: str, title: str, title_en: str, hint: str, hint_en: str) -> Form:
    return Form.from_row({"id": act, "title": title, "title_en": title_en, "components": [
        {"type": "note", "label": hint, "label_en": hint_en},
        {"key": f"{act}_reason", "type": "textarea", "label": "理由", "label_en": "Reason", "required": True,
         "max_length": 500}]})


WANTED = _form("co_wanted", "增加合议调解员", "Add a mediator beside the chair",
               "重大、疑难、专业性强的纠纷，可以由两名以上调解员调解，现任调解员为首席（特邀调解规定第十三条、在线调解规则第十一条）。",
               "A major, complex or special case may have several mediators; the present one is the chair.")
LEFT = _form("co_left", "合议调解员不能履职", "A co-mediator cannot go on", "随即免去并告知各方。",
             "They are released at once and all are told.")
STEP_DOWN = _form("co_step_down", "自行回避、不再担任合议调解员", "Step down as co-mediator",
                  "应当回避或者不能继续履职的，随即退出，不再查阅本案。",
                  "You leave the case at once and see nothing of it any more.")
RECUSAL = _form("co_recusal", "申请合议调解员回避", "Ask that a co-mediator be recused",
                "由调解员以外的人在一个工作日内决定（特邀调解规定第十五条）；对首席调解员，请用“申请调解员回避”。",
                "Somebody other than the mediators decides within one working day. About the chair, use the other form.")


def form(act: str, plain: Form, case: Case) -> Form:
    """The form of an act; one about a co-mediator asks which."""
    if act not in ABOUT_ONE:
        return plain
    which = Component.from_row({
        "key": f"{act}_co", "type": "select", "label": "合议调解员", "label_en": "Co-mediator", "required": True,
        "values": [{"value": str(one.user_id), "label": one.name} for one in panel.members(case.id)]})
    return replace(plain, components=(plain.components[0], which, *plain.components[1:]))


def is_possible(actor: Actor, case: Case, act: str) -> bool:
    """May somebody come or go, or be objected to, where the case stands?"""
    if case.concluded_at is not None or case.mediator_id is None or mediators.is_in_question(case.id) or _runs(case.id):
        return False
    if agreement.open_for_signing(case.id) is not None and (act == "co_recusal" or not agreement.is_settled(case.id)):
        return False
    if undisputed.open_for_signing(case.id) is not None:
        return False
    members = panel.members(case.id)
    if act == "co_wanted":
        return case.accepted_at is not None and len(members) < panel.MOST
    return bool(members) and (act != "co_step_down" or panel.sits(case.id, actor.user_id))


def tell(actor: Actor, case: Case, message: str, payload: dict) -> None:
    """Begin the process. The caller has asked `is_possible`."""
    told = payload if message != CHALLENGED else payload | {"co": int(payload.get("co") or actor.user_id)}
    earlier = db.session.scalar(select(func.count()).select_from(Message).where(
        Message.case_id == case.id, Message.name == message))
    messages.receive(case.id, message, told, f"{actor.kind}:{actor.user_id or actor.participant_id}",
                     f"{message}:{case.id}:{earlier}", by=actor.name)


def _runs(case_id: int) -> bool:
    query = select(Instance.id).join(Version, Version.id == Instance.version_id).where(
        Instance.case_id == case_id, Version.process_key == PROCESS, Instance.status.in_(messages.LIVE))
    return db.session.scalar(query.limit(1)) is not None
