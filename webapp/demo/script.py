"""What the scripted people answer: each case has a destiny, drawn from the seed and its number."""

from datetime import timedelta
from random import Random

from engine import clock
from webapp.demo.calls import Calls
from webapp.demo.casting import Part, drawn
from webapp.demo.court_script import CourtScript
from webapp.demo.destinies import DESTINIES
from webapp.demo.errands import Errands

AGAIN = 2  # sessions that come to the same once more, before the mediator takes it that they are too far apart


class Script(CourtScript):
    """Answers for every task of every case: the same seed and case, the same answers."""

    def __init__(self, seed: int):
        super().__init__()
        self.seed = seed
        self.parts: dict[str, Part] = {}
        self.only: set[str] = set()  # the cases of this play; empty: every case
        self.calls, self.errands = Calls(self.destiny), Errands(seed, self.destiny)
        self._sessions: dict[str, int] = {}

    def plays(self, case: str) -> bool:
        """Does this case belong to the play? Others are other people's."""
        return not self.only or case in self.only

    def destiny(self, case: str) -> str:
        """How a case is meant to go."""
        return self.parts[case].destiny if case in self.parts else drawn(self.seed, case)

    def leaves_undone(self, element: str, case: str) -> bool:
        """Is this the task that nobody does, so that the clock decides?"""
        return element in DESTINIES[self.destiny(case)].undone

    def side(self, case: str, code: str) -> str:
        """On which side an institution stands in a case."""
        return self.parts[case].sides.get(code, "") if case in self.parts else ""

    def answers(self, element: str, case: str, side: str = "", at: str = "") -> dict[str, str]:
        """What somebody at a place answers to a task; fields not named here keep what the page offers."""
        if element == "decide_transfer":
            return {"move": "transfer", "to_organisation": "HDBX" if at == "BJJR" else "BJJR", "reason": "由另一组织办理更便利。"}
        answer = getattr(self, f"_{element}", None)
        return answer(case, self.destiny(case), side) if answer else {}

    def _accept_referral(self, case, destiny, side):
        if destiny == "not_accepted":
            return {"decision": "refuse", "refusal_reason": "out_of_scope", "reason": "争议不属于本组织受理范围。"}
        return {"decision": "accept"}

    def _review_application(self, case, destiny, side):
        if destiny == "not_accepted":
            return {"decision": "refuse", "refusal_reason": "unclear", "reason": "诉求不明确，经告知后未补正。"}
        if destiny == "out_of_scope":
            return {"decision": "refuse", "refusal_reason": "out_of_scope", "reason": "争议不属于公布的调解范围。"}
        if Random(f"{self.seed} incomplete {case}").random() < 0.15:
            return {"decision": "supplement", "missing_text": "请补充合同编号和付款凭证。", "missing_days": "5"}
        return {"decision": "accept"}

    def _supply_application(self, case, destiny, side):
        return {"supplied": "yes", "statement": "已补充合同编号，付款凭证见附件。"}

    def _review_supplemented(self, case, destiny, side):
        return {"decision": "accept"}

    def _assign_mediator(self, case, destiny, side):
        return {"mediator": "first"}

    def _disclose_conflicts(self, case, destiny, side):
        if Random(f"{self.seed} disclosed {case}").random() < 0.15:
            return {"conflict": "disclosed", "disclosure": "三年前曾在该行办理按揭贷款，已结清。"}
        return {"conflict": "none"}

    def _answer_disclosure(self, case, destiny, side):
        return {"stands": "accept"}

    def _answer_invitation(self, case, destiny, side):
        if destiny == "no_designation" and side == "respondent":
            return {"agrees": "designation", "reason": "不接受指定，要求由法官处理。", "reason_code": "judgment"}
        if destiny == "respondent_no" and side != "applicant":
            return {"agrees": "no", "reason": "已通过其他途径处理。", "reason_code": "decided"}
        return {"agrees": "yes", "e_service": "true"}

    def _report_contact(self, case, destiny, side):
        return {"contact": "unreachable", "contact_reason": "三次电话、两次短信均无回应。"}

    _report_contact_office = _report_contact

    def _answer_joining(self, case, destiny, side):
        return {"agrees": "yes"}

    def _consent_extension(self, case, destiny, side):
        return {"agrees": "yes"}

    def _plan_session(self, case, destiny, side):
        short = Random(f"{self.seed} notice {case}").random() < 0.1  # then everybody is asked
        soon = (clock.now() + timedelta(days=1 if short else 4)).astimezone(clock.SHANGHAI).replace(minute=0, second=0)
        return {"planned_at": f"{soon:%Y-%m-%dT%H:%M}", "mode": "video"}

    def _agree_short_notice(self, case, destiny, side):
        return {"agrees_short_notice": "yes"}

    def _hold_session(self, case, destiny, side):
        self._sessions[case] = self._sessions.get(case, 0) + 1
        results = [*DESTINIES[destiny].before, DESTINIES[destiny].session, *[DESTINIES[destiny].session] * AGAIN, "too_far_apart"]
        return {
            "result": results[min(self._sessions[case], len(results)) - 1],
            "reason": "双方当场表明意见。",
            "session_note": "已核对身份并告知权利义务。",
            "spot_what": "机构当场向消费者转账退还款项。",
            "undisputed": "双方于合同所载日期签订合同，款项已经发放。" if destiny == "facts_stay" else "",
        }

    def _answer_closing(self, case, destiny, side):
        return {"objects": "no"}

    def _choose_organisation_together(self, case, destiny, side):
        return {"organisation_choice": "first" if Random(f"{self.seed} organisation {case}").random() < 0.5 else "court"}

    def _designate_organisation(self, case, destiny, side):
        return {"designated": "first", "party_view": "申请人希望由专业的调解组织办理。", "reason": "名册中没有愿意接受的组织。"}

    def _choose_mediator(self, case, destiny, side):
        return {"choice": "0"}

    @staticmethod
    def _payment(amount: int) -> dict[str, str]:
        return {
            "terms-0-kind": "payment",
            "terms-0-debtor": "last",
            "terms-0-creditor": "first",
            "terms-0-amount": f"{amount}.00",
            "terms-0-due_on": (clock.today() + timedelta(days=30)).isoformat(),
            "terms-0-method": "银行转账",
        }

    def _draft_agreement(self, case, destiny, side):
        part = {"remainder": "其余请求另行解决。"} if destiny == "partial" else {}
        return {
            "facts": "双方对合同关系和争议金额无异议。",
            **self._payment(1000 + Random(case).randrange(90) * 100),
            "default_clause": "逾期履行的，按日支付未付金额万分之二的违约金。",
            "final_clause": "双方就本案再无其他争议。",
            **part,
        }

    def _sign_agreement(self, case, destiny, side):
        if destiny == "will_not_sign" and side != "applicant":
            return {"answer": "refuse", "reason": "对付款期限不能接受。"}
        return {"answer": "sign"}

    def _approve_settlement(self, case, destiny, side):
        return {"decision": "approve"}

    def _sign_as_mediator(self, case, destiny, side):
        return {"confirmed": "true"}

    def _seal_agreement(self, case, destiny, side):
        return {"checked": "true"}

    def _choose_ending(self, case, destiny, side):
        by_letter = destiny in ("partial", "goes_back")
        withdraws = not by_letter and Random(f"{self.seed} end {case}").random() < 0.4
        return {"asked": "withdrawal" if withdraws else "mediation_letter"}

    def _confirm_spot(self, case, destiny, side):
        return {"spot": "yes"}

    def _confirm_performed(self, case, destiny, side):
        return {"is_performed": "yes"}

    def _apply_withdrawal(self, case, destiny, side):
        return {"applies": "yes", "voluntary": "true"}

    def _review_settlement(self, case, destiny, side):
        return {"court_decision": "approve"}

    def _sign_for_letter(self, case, destiny, side):
        return {"answer": "go_back" if destiny == "goes_back" and side != "applicant" else "received"}

    def _record_fee(self, case, destiny, side):
        return {"fee": "refused" if Random(f"{self.seed} fee {case}").random() < 0.3 else "paid"}

    _record_fee_in_time = _record_fee

    def _judge_unpaid(self, case, destiny, side):
        return {"court_decision": "deemed_withdrawn"}

    def _confirm_receipt(self, case, destiny, side):
        return {"received": "fully", "received_on": clock.today().isoformat()}

    def _report_performance(self, case, destiny, side):
        return {"reported_on": clock.today().isoformat(), "report_remark": "已转账。"}

    def _note_performance(self, case, destiny, side):
        return {"performed": "fully", "on": clock.today().isoformat(), "remark": "收款凭证已核对。"}

    def _write_report(self, case, destiny, side):
        return {
            "course": "已组织调解，充分听取双方意见。",
            "reasons": "双方未能就给付方案达成一致。",
            "conduct": "无。",
            "materials-0-name": "起诉状",
            "materials-0-form": "original",
            "materials-0-pages": "3",
        }

    # special tracks

    def _weigh_proposal(self, case, destiny, side):
        return {"facts_agreed": "yes"}

    def _consent_mechanism(self, case, destiny, side):
        return {"agrees": "yes"}

    def _write_proposal(self, case, destiny, side):
        return {"facts": "双方对借款本金无争议。", "proposal_reasons": "参照同类纠纷。", **self._payment(3000)}

    def _record_service(self, case, destiny, side):
        now = clock.now().astimezone(clock.SHANGHAI)
        return {"channel": "in_person", "served_on": f"{now:%Y-%m-%dT%H:%M:%S}", "proof": "当面交付，送达回证已签收。"}

    def _answer_proposal(self, case, destiny, side):
        return {"objection_answer": "accept"}

    def _weigh_small(self, case, destiny, side):
        return {"documentable": "yes", "counterclaim": "no"}

    def _write_opinion(self, case, destiny, side):
        return {"facts": "分期手续费未明示。", "opinion_reasons": "依照信息披露的规定。", **self._payment(300)}

    def _answer_opinion(self, case, destiny, side):
        return {"answer": "sign"}

    def _sign_small_as_mediator(self, case, destiny, side):
        return {"confirmed": "true"}

    def _seal_small(self, case, destiny, side):
        return {"checked": "true"}

    def _consent_facts(self, case, destiny, side):
        return {"agrees": "yes" if destiny == "facts_stay" else "no"}

    def _list_facts(self, case, destiny, side):
        return {"facts_found": "listed", "facts_items-0-text": "双方签订合同，款项已经发放。",
                "facts_items-0-source": "合同、放款凭证"}

    def _sign_facts(self, case, destiny, side):
        return {"answer": "sign"}

    def _sign_facts_as_mediator(self, case, destiny, side):
        return {"confirmed": "true"}

    def _seal_facts(self, case, destiny, side):
        return {"checked": "true"}

    def _request_evaluation(self, case, destiny, side):
        return {"wants": "yes" if side == "applicant" else "neutral"}

    def _choose_evaluator(self, case, destiny, side):
        return {"evaluator": "first", "questions": "违约金条款是否经过提示和说明？"}

    def _declare_evaluator(self, case, destiny, side):
        return {"interest": "no"}

    def _write_evaluation(self, case, destiny, side):
        return {"assumed": "合同由双方签署，条款以普通字体印刷。", "issues-0-issue": "提示说明义务",
                "issues-0-opinion": "难以认定已经履行。", "range": "应付违约金的三成至五成"}

    def _answer_evaluation(self, case, destiny, side):
        return {"view": "basis"}

    def _arrange_advance(self, case, destiny, side):
        return {"payer": "last", "payee": "first", "advance_amount": "500.00", "basis": "agreed"}

    def _agree_advance(self, case, destiny, side):
        return {"agrees_advance": "yes"}

    def _pay_advance(self, case, destiny, side):
        return {"pays": "paid", "paid_on": clock.today().isoformat(), "voucher": "HD20260001"}

    def _confirm_received(self, case, destiny, side):
        return {"received": "yes"}

    def _check_advance(self, case, destiny, side):
        return {"arrived": "yes", "verified_by": "已核对转账凭证。"}

    # turns on the way

    def _choose_again(self, case, destiny, side):
        return {"choosing": "refuse" if destiny == "no_new_mediator" else "office"}

    def _decide_recusal(self, case, destiny, side):
        return {"recusal": "granted", "decision_reason": "可能影响公正。"}

    def _agree_appraisal(self, case, destiny, side):
        return {"agrees": "yes"}

    def _record_appraisal(self, case, destiny, side):
        return {"appraisal_result": "report", "report_on": clock.today().isoformat(), "conclusion": "系本人所签。"}

    def _decide_suspension(self, case, destiny, side):
        if destiny == "cleared":
            return {"suspension": "resume", "decided_with": "organisation", "decision_reason": "已核对原件，债权真实。"}
        return {"suspension": "terminate", "decided_with": "organisation", "decision_reason": "线索已移送。",
                "measures-0-kind": "clues", "measures-0-to": "公安机关"}
