"""Everything a service task can do. Designers pick from this list; adding an operation is one module and one line here."""

from engine.errors import NotFound
from engine.i18n import _
from engine.operations.accept_application import AcceptApplication
from engine.operations.accept_case import AcceptCase
from engine.operations.answer_proposal import AnswerProposal
from engine.operations.appoint_mediator import AppointMediator
from engine.operations.ask_evaluator import AskEvaluator
from engine.operations.assess_default import AssessDefault
from engine.operations.assign_organisation import AssignOrganisation, ProposeOrganisations
from engine.operations.check_assistance import CheckAssistance
from engine.operations.check_small_dispute import CheckSmallDispute
from engine.operations.climb_authority import AskApprover, NoteApproval
from engine.operations.close_case import CloseCase
from engine.operations.co_mediators import JoinPanel, LeavePanel
from engine.operations.conclude_case import ConcludeCase
from engine.operations.decide_application import DecideApplication
from engine.operations.deem_agreed import DeemAgreed
from engine.operations.draw_mediator import DrawMediator
from engine.operations.drop_facts import DropFacts
from engine.operations.end_docketed import EndDocketed
from engine.operations.extend_deadline import ExtendDeadline
from engine.operations.failed_service import DeemServed, MakePublicNotice, PublishNotice, ServeAgain, StopServing
from engine.operations.file_application import FileApplication
from engine.operations.find_courts import FindCourts
from engine.operations.freeze_agreement import FreezeAgreement
from engine.operations.freeze_facts import FreezeFacts
from engine.operations.generate_document import GenerateDocument
from engine.operations.hand_over import HandOver
from engine.operations.join_group import JoinGroup
from engine.operations.keep_facts import KeepFacts
from engine.operations.make_agreement_effective import MakeAgreementEffective
from engine.operations.make_court_notice import MakeCourtNotice
from engine.operations.make_court_order import MakeCourtOrder
from engine.operations.make_court_paper import MakeCourtPaper
from engine.operations.make_docketing_paper import MakeDocketingPaper
from engine.operations.make_evaluation import MakeEvaluation
from engine.operations.make_group_offer import MakeGroupOffer
from engine.operations.make_proposal import MakeProposal
from engine.operations.make_ruling import MakeRuling
from engine.operations.note_advance import NoteAdvance
from engine.operations.note_all_performed import NoteAllPerformed
from engine.operations.note_deed import NoteDeed
from engine.operations.note_evaluation import NoteEvaluation
from engine.operations.note_group import NoteGroup
from engine.operations.note_no_application import NoteNoApplication
from engine.operations.note_performance import NotePerformance
from engine.operations.note_ruling_receipt import NoteRulingReceipt
from engine.operations.objections import (
    DecideObjection,
    FileObjection,
    MakeObjectionNotice,
    MakeObjectionRuling,
    NoteObjectionServed,
    SettleObjectionTime,
    TellObjection,
)
from engine.operations.offer_advance import OfferAdvance
from engine.operations.open_complaint import OpenComplaint
from engine.operations.operation import Operation
from engine.operations.parties import AddThirdParty, AdmitThirdParty, ReleaseParties
from engine.operations.plan_performance import PlanPerformance
from engine.operations.plan_session import PlanSession
from engine.operations.propose_evaluators import ProposeEvaluators
from engine.operations.propose_mediators import ProposeMediators
from engine.operations.record_oral_application import RecordOralApplication
from engine.operations.record_ruling import RecordRuling
from engine.operations.release_mediator import ReleaseMediator
from engine.operations.report_outcome import ReportOutcome
from engine.operations.report_progress import ReportProgress
from engine.operations.request_confirmation import RequestConfirmation
from engine.operations.request_ending import RequestEnding
from engine.operations.seal_for_institution import SealForInstitution
from engine.operations.send_mail import SendMail
from engine.operations.send_notice import SendNotice
from engine.operations.serve_proposal import ServeProposal
from engine.operations.settle_opinion import SettleOpinion
from engine.operations.strike_off_mediator import StrikeOffMediator
from engine.operations.tell_application import TellApplication
from engine.operations.transfer_case import TransferCase
from engine.operations.void_agreement import VoidAgreement

OPERATIONS: dict[str, Operation] = {
    operation.name: operation
    for operation in (
        AssignOrganisation(),
        ProposeOrganisations(),
        AcceptCase(),
        ConcludeCase(),
        CloseCase(),
        HandOver(),
        ProposeMediators(),
        DrawMediator(),
        AppointMediator(),
        ReleaseMediator(),
        OpenComplaint(),
        StrikeOffMediator(),
        VoidAgreement(),
        JoinPanel(),
        LeavePanel(),
        ReleaseParties(),
        AddThirdParty(),
        AdmitThirdParty(),
        TransferCase(),
        PlanSession(),
        FreezeAgreement(),
        MakeAgreementEffective(),
        ExtendDeadline(),
        GenerateDocument(),
        SendNotice(),
        ServeAgain(),
        StopServing(),
        MakePublicNotice(),
        PublishNotice(),
        DeemServed(),
        SendMail(),
        ReportProgress(),
        ReportOutcome(),
        FindCourts(),
        RequestConfirmation(),
        TellApplication(),
        MakeCourtPaper(),
        RequestEnding(),
        EndDocketed(),
        AcceptApplication(),
        MakeCourtNotice(),
        MakeRuling(),
        RecordOralApplication(),
        RecordRuling(),
        NoteNoApplication(),
        NoteRulingReceipt(),
        CheckAssistance(),
        MakeProposal(),
        ServeProposal(),
        AnswerProposal(),
        DeemAgreed(),
        FreezeFacts(),
        KeepFacts(),
        DropFacts(),
        PlanPerformance(),
        NotePerformance(),
        NoteAllPerformed(),
        AssessDefault(),
        FileApplication(),
        DecideApplication(),
        MakeCourtOrder(),
        MakeDocketingPaper(),
        FileObjection(),
        SettleObjectionTime(),
        MakeObjectionRuling(),
        DecideObjection(),
        MakeObjectionNotice(),
        NoteObjectionServed(),
        TellObjection(),
        NoteDeed(),
        CheckSmallDispute(),
        SealForInstitution(),
        SettleOpinion(),
        OfferAdvance(),
        NoteAdvance(),
        JoinGroup(),
        NoteGroup(),
        MakeGroupOffer(),
        ProposeEvaluators(),
        AskEvaluator(),
        NoteEvaluation(),
        MakeEvaluation(),
        AskApprover(),
        NoteApproval(),
    )
}


class UnknownOperation(NotFound):
    """No operation has this name."""

    message = _("There is no operation “%(name)s”.")


def get(name: str) -> Operation:
    """An operation by its name. Raises UnknownOperation."""
    if name not in OPERATIONS:
        raise UnknownOperation(name=name)
    return OPERATIONS[name]
