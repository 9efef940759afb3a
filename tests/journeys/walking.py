"""Walk a case: people complete their tasks through the use cases, calls are worked off as a worker does."""

import subprocess
from datetime import timedelta
from functools import wraps

from sqlalchemy import select

from engine import clock, storage
from engine.access.actor import Actor
from engine.access.models import OneTimeCode, Participant, PartyLink, User
from engine.cases.models import Case
from engine.db import db, transaction
from engine.documents.models import Document
from engine.inbox import effects, tasks
from engine.inbox.asking import attending
from engine.workflow.models import Incident, UserTask, WaitStatus
from tests.trodden import way
from workers import post, runner, timers


def leg(walked):
    """A part of the way that many tests walk."""
    @wraps(walked)
    def found(walk, *args, **texts) -> None:
        way.leg(lambda: walked(walk, *args, **texts), _named(walked), walk.case_id, repr((args, texts)))
    return found


def step(walked):
    """A part of the way that leaves the same for everybody, but is not kept for itself."""
    @wraps(walked)
    def done(walk, *args, **texts) -> None:
        with way.step(_named(walked), walk.case_id, repr((args, texts))):
            walked(walk, *args, **texts)
    return done


def _named(walked) -> str:
    return f"{walked.__module__}.{walked.__qualname__}"


class Walk:
    """One case on its way."""

    def __init__(self, world, case: Case):
        self.world, self.case_id = world, case.id

    @property
    def case(self) -> Case:
        db.session.expire_all()
        return db.session.get(Case, self.case_id)

    @step
    def work(self) -> None:
        """Let the calls run until nothing is due."""
        while runner.run_call() or post.carry():
            pass
        open_ones = select(Incident).where(Incident.resolved_at.is_(None))
        stuck = [(row.kind, row.detail, row.element) for row in db.session.scalars(open_ones)]
        assert not stuck, stuck

    def open(self) -> list[str]:
        """The elements of the tasks that wait now."""
        db.session.expire_all()
        return sorted(task.element for task in self._open())

    def _open(self, element: str = "") -> list[UserTask]:
        query = select(UserTask).where(UserTask.case_id == self.case_id, UserTask.status == WaitStatus.OPEN).order_by(UserTask.id)
        return [task for task in db.session.scalars(query) if element in ("", task.element)]

    @step
    def do(self, element: str, by: str = "", **answers) -> None:
        """One person completes the oldest open task of an element, and the workers do what follows."""
        self.work()
        if element == "assign_mediator" and "choose_mediator" in self.open():
            self.do("choose_mediator", choice="0")  # all have agreed and may choose together: they leave it to the organisation
        found = self._open(element)
        assert found, f"no open task {element}; open: {self.open()}"
        with transaction():
            task = db.session.get(UserTask, found[0].id)
            seen = {}
            if (to_sign := effects.to_sign(task)) is not None:
                self._prove_telephone(task, to_sign[0].frozen_sha256)
                seen = {"hash_shown": to_sign[0].frozen_sha256, "address": "127.0.0.1"}
            given = {**self._everybody_came(task), **answers} if element == "hold_session" else answers
            tasks.complete(self._who(task, by), task.id, given, seen)
        self.work()

    @staticmethod
    def _everybody_came(task: UserTask) -> dict:
        """At a meeting elsewhere than in the room: everybody expected, with their identity cards."""
        return {field: [{**row, "came": "present", "identity": "id_card"} for row in rows]
                for field, rows in attending.before(task).items()}

    def _prove_telephone(self, task: UserTask, frozen: str) -> None:
        """What entering the right one-time code leaves behind (the code itself goes to the telephone only)."""
        link = self.link(task.participant_id) if task.participant_id else None
        if link is not None:
            db.session.add(OneTimeCode(link_id=link.id, purpose="sign", bound_to=frozen, code_hash="", used_at=clock.now(),
                                       expires_at=clock.now()))
            db.session.flush()

    def link(self, participant_id: int) -> PartyLink | None:
        """The newest link a party was sent."""
        newest = select(PartyLink).where(PartyLink.participant_id == participant_id).order_by(PartyLink.id.desc())
        return db.session.scalar(newest)

    def _who(self, task: UserTask, by: str) -> Actor:
        if by:
            return self.world.actor(by)
        if task.assignee_id:
            return Actor.of_user(db.session.get(User, task.assignee_id))
        if task.participant_id:
            person = db.session.get(Participant, task.participant_id)
            if person.body_id:
                return self.world.actor("handler")
            return Actor.of_party(self.link(person.id), person)
        return self.world.actor({"coordinator": "coordinator", "clerk": "clerk", "judge": "judge",
                                  "court_president": "president"}[task.role])

    def printed(self, kind: str) -> str:
        """What stands on the newest paper of a kind, without its spaces."""
        key = db.session.scalar(select(Document.sha256).where(
            Document.case_id == self.case_id, Document.kind == kind).order_by(Document.id.desc()).limit(1))
        told = subprocess.run(["pdftotext", "-", "-"], input=storage.get(key), capture_output=True, check=True)
        return "".join(told.stdout.decode().split())

    # legs of the way that many journeys share

    @leg
    def to_mediation(self) -> None:
        """Accepted, a mediator found, both sides willing."""
        self.do("accept_referral", decision="accept")
        self.to_mediation_once_accepted()

    @leg
    def to_mediation_once_accepted(self) -> None:
        """A mediator found, both sides willing."""
        self.do("assign_mediator", mediator=str(self.world.mediator.id))
        self.do("disclose_conflicts", conflict="none")
        while "answer_invitation" in self.open():
            self.do("answer_invitation", agrees="yes", e_service=True)

    @leg
    def to_result(self, result: str) -> None:
        """A session was held and had this result."""
        day = (clock.now() + timedelta(days=3)).isoformat()
        self.do("plan_session", planned_at=day, mode="on_site", place="调解中心一号室")
        self.do("hold_session", result=result, reason="当事人当场表示", spot_what="被申请人当场转账八千元", spot_amount="8000.00")
        while "confirm_spot" in self.open():
            self.do("confirm_spot", spot="yes")

    @leg
    def nobody_objects(self) -> None:
        """The parties were told why the mediation is to end, and let it end."""
        while "answer_closing" in self.open():
            self.do("answer_closing", objects="no")

    @leg
    def to_signing(self, account="", **texts) -> None:
        """The agreed terms are written down and frozen."""
        applicant, respondent = (str(person.id) for person in self.case.participants if person.role == "party")
        term = {"kind": "payment", "debtor": respondent, "creditor": applicant, "amount": "8000.00", "method": "转账",
                "due_on": (clock.today() + timedelta(days=30)).isoformat(), "account": account, "text": ""}
        self.do("draft_agreement", terms=[term], facts="双方对事实无争议。", final_clause="本案纠纷一次性了结。", **texts)

    @leg
    def to_effect(self) -> None:
        """Everybody signs, and the organisation seals."""
        self.do("sign_agreement", answer="sign")
        self.do("sign_agreement", answer="sign")
        self.do("sign_as_mediator", confirmed=True)
        self.do("seal_agreement", checked=True)

    @leg
    def to_a_ruling(self) -> None:
        """Both apply, the court accepts, hears them together and confirms."""
        self.do("join_application", joins="yes", truthful=True)
        self.do("join_application", joins="yes", truthful=True)
        self.do("review_application_court", decision="accepted", both_present=True)
        self.do("verify_together", **VERIFIED)
        self.do("decide_confirmation", decision="confirmed")

    def to_the_end(self) -> None:
        """Whatever is left to write down after the decision is written down."""
        self.work()
        while self.open() and not self.case.is_closed:
            element = self.open()[0]
            self.do(element, **LAST_WORDS[element])

    @step
    def pass_time(self, **span) -> None:
        """Let time go by, and fire what is due."""
        clock.move(timedelta(**span))
        timers.fire_due()
        self.work()


VERIFIED = {"verified_by": "on_site", "identities_checked": True, "warned": True, "attendance": "both",
            "statements": "双方均称协议系自愿达成，内容清楚。"}

LAST_WORDS = {
    "write_office_report": {"course": "收到材料，尚未调解。", "reasons": "见结案原因。", "conduct": "",
                            "materials": [{"name": "起诉状", "form": "original", "pages": 3}]},
    "answer_closing": {"objects": "no"},
    "consent_facts": {"agrees": "no"},
    "note_performance": {"performed": "fully", "on": "2026-01-05"},
    "write_report": {"course": "经调解未成。", "reasons": "见上。", "conduct": "",
                     "materials": [{"name": "起诉状", "form": "original", "pages": 3}]},
    "confirm_receipt": {"received": "fully", "received_on": "2026-01-05"},
    "report_performance": {"reported_amount": "8000.00", "reported_on": "2026-01-05"},
    "join_application": {"joins": "no", "truthful": True},
}
