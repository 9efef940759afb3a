"""What the scripted people answer: each case has a destiny, drawn from the seed and its number."""

from datetime import timedelta
from random import Random

from engine import clock

DESTINIES = {  # destiny → weight
    "full": 46, "partial": 9, "on_the_spot": 6, "too_far": 10, "respondent_no": 7, "applicant_leaves": 4, "unwilling": 4,
    "not_accepted": 5, "will_not_sign": 5, "two_sessions": 4,
}
RESULTS = {
    "full": "agreement_full", "partial": "agreement_partial", "on_the_spot": "performed", "too_far": "too_far_apart",
    "applicant_leaves": "applicant_withdraws", "unwilling": "respondent_unwilling", "will_not_sign": "agreement_full",
    "two_sessions": "agreement_full", "respondent_no": "respondent_unwilling", "not_accepted": "too_far_apart",
}


class Script:
    """Answers for every task of every case: the same seed and case, the same answers."""

    def __init__(self, seed: int):
        self.seed = seed
        self._sessions: dict[str, int] = {}

    def destiny(self, case: str) -> str:
        """How a case is meant to go."""
        return Random(f"{self.seed} {case}").choices(list(DESTINIES), list(DESTINIES.values()))[0]

    def answers(self, element: str, case: str, side: str = "") -> dict[str, str]:
        """What somebody answers to a task; fields not named here keep what the page offers."""
        answer = getattr(self, f"_{element}", None)
        return answer(case, self.destiny(case), side) if answer else {}

    def _accept_referral(self, case, destiny, side):
        if destiny == "not_accepted":
            return {"decision": "refuse", "refusal_reason": "out_of_scope", "reason": "争议不属于本组织受理范围。"}
        return {"decision": "accept"}

    _review_application = _accept_referral

    def _assign_mediator(self, case, destiny, side):
        return {"mediator": "first"}

    def _disclose_conflicts(self, case, destiny, side):
        return {"conflict": "none"}

    def _answer_invitation(self, case, destiny, side):
        if destiny == "respondent_no" and side != "applicant":
            return {"agrees": "no", "reason": "已通过其他途径处理。"}
        return {"agrees": "yes", "e_service": "true", "recording": "true"}

    def _consent_extension(self, case, destiny, side):
        return {"agrees": "yes"}

    def _plan_session(self, case, destiny, side):
        soon = (clock.now() + timedelta(days=1)).astimezone(clock.SHANGHAI).replace(minute=0, second=0)
        return {"planned_at": f"{soon:%Y-%m-%dT%H:%M}", "mode": "video"}

    def _hold_session(self, case, destiny, side):
        self._sessions[case] = self._sessions.get(case, 0) + 1
        again = destiny == "two_sessions" and self._sessions[case] == 1
        return {
            "result": "another_session" if again else RESULTS[destiny],
            "reason": "双方当场表明意见。",
            "session_note": "已核对身份并告知权利义务。",
        }

    def _answer_closing(self, case, destiny, side):
        return {"objects": "no"}

    def _choose_mediator(self, case, destiny, side):
        return {"choice": "0"}

    def _draft_agreement(self, case, destiny, side):
        due = (clock.today() + timedelta(days=30)).isoformat()
        part = {"remainder": "其余请求另行解决。"} if destiny == "partial" else {}
        return {
            "facts": "双方对合同关系和争议金额无异议。",
            "terms-0-kind": "payment",
            "terms-0-debtor": "last",
            "terms-0-creditor": "first",
            "terms-0-amount": f"{1000 + Random(case).randrange(90) * 100}.00",
            "terms-0-due_on": due,
            "terms-0-method": "银行转账",
            "default_clause": "逾期履行的，按日支付未付金额万分之二的违约金。",
            "final_clause": "双方就本案再无其他争议。",
            **part,
        }

    def _sign_agreement(self, case, destiny, side):
        if destiny == "will_not_sign" and side != "applicant":
            return {"answer": "refuse", "reason": "对付款期限不能接受。"}
        return {"answer": "sign"}

    def _sign_as_mediator(self, case, destiny, side):
        return {"confirmed": "true"}

    def _seal_agreement(self, case, destiny, side):
        return {"checked": "true"}

    def _join_application(self, case, destiny, side):
        unwilling = Random(f"{self.seed} confirm {case}").random() < 0.25
        return {"joins": "no" if unwilling else "yes", "truthful": "true"}

    def _review_application_court(self, case, destiny, side):
        return {"decision": "accepted", "both_present": "true"}

    def _verify_together(self, case, destiny, side):
        return {"verified_by": "on_site", "identities_checked": "true", "warned": "true", "attendance": "both",
                "statements": "双方均称协议系自愿达成，内容清楚，没有损害他人。"}

    def _decide_confirmation(self, case, destiny, side):
        return {"decision": "confirmed"}

    def _choose_ending(self, case, destiny, side):
        partial = destiny == "partial"
        return {"asked": "withdrawal" if not partial and Random(f"{self.seed} end {case}").random() < 0.4 else "mediation_letter"}

    def _apply_withdrawal(self, case, destiny, side):
        return {"applies": "yes", "voluntary": "true"}

    def _review_settlement(self, case, destiny, side):
        return {"court_decision": "approve"}

    def _sign_for_letter(self, case, destiny, side):
        goes_back = side != "applicant" and Random(f"{self.seed} letter {case}").random() < 0.1
        return {"answer": "go_back" if goes_back else "received"}

    def _record_fee(self, case, destiny, side):
        return {"fee": "refused" if Random(f"{self.seed} fee {case}").random() < 0.3 else "paid"}

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
            "materials": "起诉状；身份证明；证据材料",
        }
