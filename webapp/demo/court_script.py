"""What the scripted people answer before a court and after a default: confirmation, payment order, deed, enforcement."""

from datetime import timedelta
from random import Random

from engine import clock

CONTRACTS_ONLY = ("payment_order", "deed")  # nobody applies for confirmation: what follows a default is played
BEFORE_THE_COURT = ("court_supplement", "court_refuses")


class CourtScript:
    """The part of the script that comes after the agreement."""

    seed: int

    def __init__(self):
        self._refused: set[str] = set()  # whose agreement the court rejected once
        self._incomplete: set[str] = set()  # whose complaint was found incomplete once
        self._asked_for_time: set[str] = set()  # whose debtor asked for time once

    def _join_application(self, case, destiny, side):
        unwilling = destiny in CONTRACTS_ONLY or (
            destiny not in BEFORE_THE_COURT and Random(f"{self.seed} confirm {case}").random() < 0.25)
        return {"joins": "no" if unwilling else "yes", "truthful": "true", "court": "first"}

    def _review_application_court(self, case, destiny, side):
        if destiny == "court_supplement":
            until = (clock.today() + timedelta(days=5)).isoformat()
            return {"decision": "supplement", "court_reason": "请补充代理人的授权委托书。", "supplement_by": until}
        return {"decision": "accepted", "both_present": "true"}

    def _supplement_materials(self, case, destiny, side):
        return {"supplied": "done", "statement": "已补充，见说明。"}

    def _review_supplement(self, case, destiny, side):
        return {"decision": "accepted", "both_present": "true"}

    def _choose_next(self, case, destiny, side):
        return {"next": "change" if destiny == "court_refuses" else "sue", "remark": ""}

    def _apply_again(self, case, destiny, side):
        return {"joins": "no"}

    def _verify_together(self, case, destiny, side):
        return {"verified_by": "on_site", "identities_checked": "true", "warned": "true", "attendance": "both",
                "statements": "双方均称协议系自愿达成，内容清楚，没有损害他人。"}

    def _decide_confirmation(self, case, destiny, side):
        if destiny == "court_refuses" and case not in self._refused:
            self._refused.add(case)  # once: the agreement is changed then
            return {"decision": "rejected", "grounds_358": "unclear", "court_ground": "unclear",
                    "court_reason": "协议第一项没有写明给付方式，内容不明确。"}
        return {"decision": "confirmed"}

    def _ask_court(self, case, destiny, side):
        return {"found_decision": "waiting"}

    def _prove_receipt(self, case, destiny, side):
        return {"receipt": "waiting"}

    # after a failed referral

    def _examine_complaint(self, case, destiny, side):
        drawn = Random(f"{self.seed} docketing {case}").random()
        if drawn < 0.15 and case not in self._incomplete:
            self._incomplete.add(case)
            until = (clock.today() + timedelta(days=5)).isoformat()
            return {"suit": "supplement", "missing_text": "请补充被告的准确名称和住所。", "missing_by": until}
        if drawn > 0.9:
            return {"suit": "not_accepted", "court_reason": "双方订有仲裁协议，建议裁定不予受理。"}
        return {"suit": "docketed"}

    def _judge_suit(self, case, destiny, side):
        return {"suit": "not_accepted", "court_reason": "双方订有有效的仲裁协议，应当申请仲裁。"}

    def _supply_complaint(self, case, destiny, side):
        return {"supplied": "yes", "statement": "已补充被告的名称和住所。"}

    def _supervise_docketing(self, case, destiny, side):
        return {"supervision": "请在三日内审查完毕。"}

    def _supervise_office(self, case, destiny, side):
        return {"supervision": "请尽快办理。"}

    _supervise_organisation = _supervise_court = _supervise_office

    def _supervise_designation(self, case, destiny, side):
        return {"supervision": "请在一个工作日内指定。"}

    # after a default

    def _handle_default(self, case, destiny, side):
        if destiny == "deed" and case not in self._asked_for_time:
            self._asked_for_time.add(case)  # once: then it is not paid all the same
            until = (clock.today() + timedelta(days=5)).isoformat()
            return {"default_result": "grace", "grace_until": until, "default_remark": "对方请求宽限五日。"}
        return {"default_result": "default", "default_remark": "电话联系，对方表示暂不履行。"}

    def _grant_grace(self, case, destiny, side):
        return {"grants_grace": "yes"}

    def _choose_remedy(self, case, destiny, side):
        return {"remedy": "payment_order" if destiny == "payment_order" else "none"}

    def _apply_payment_order(self, case, destiny, side):
        return {"apply": "yes", "is_money": "true", "is_due": "true", "no_counter_duty": "true", "servable": "true",
                "not_preserved": "true", "claim": "1000.00", "court": "first", "facts": "协议约定的款项到期未付。"}

    def _accept_payment_order(self, case, destiny, side):
        return {"decision": "accepted"}

    def _examine_payment_order(self, case, destiny, side):
        return {"decision": "issue"}

    def _serve_payment_order(self, case, destiny, side):
        return {"served": "yes", "served_on": clock.today().isoformat()}

    def _accept_deed(self, case, destiny, side):
        return {"accepts": "yes"}

    def _register_deed(self, case, destiny, side):
        return {"deed": "made", "notary": "滨江市公证处", "deed_number": f"（2026）滨江证字第{case[-4:]}号",
                "deed_on": clock.today().isoformat()}

    def _ask_certificate(self, case, destiny, side):
        return {"asks": "yes"}

    def _register_certificate(self, case, destiny, side):
        return {"certificate": "issued", "certificate_number": f"（2026）滨江执字第{case[-4:]}号",
                "certificate_on": clock.today().isoformat()}

    def _ask_enforcement(self, case, destiny, side):
        asks = destiny in CONTRACTS_ONLY
        return {"enforce": "yes", "principal": "1000.00", "interest": "true", "court": "first"} if asks else {"enforce": "no"}

    _ask_enforcement_late = _ask_enforcement

    def _register_enforcement(self, case, destiny, side):
        return {"decision": "accepted"}
