"""How a scripted case may go: what its people want, in which regimes, and the outcomes that may come of it (DOMAIN §1.5).

Outcomes that come by the clock alone (O09, O12, O17) are played by leaving a task undone while days pass for the case.
"""

from dataclasses import dataclass
from datetime import timedelta

from engine import clock


@dataclass(frozen=True)
class Call:
    """Somebody does something on the case's page that is no task: who, which act, what they write, how many times.

    `{tail}` in an answer becomes the last four digits of the case's number.
    """

    who: str  # mediator, coordinator, clerk; applicant, respondent: by their link, or as staff of an institution
    act: str
    answers: dict[str, str]
    times: int = 1
    ends: bool = True  # nobody goes on with the session afterwards


@dataclass(frozen=True)
class Destiny:
    """A way a case goes; `session` is what the mediator writes down, who refuses first depends on who is asked."""

    outcomes: tuple[str, ...]  # the first is what its people want, the others may come of it where their answers are not asked
    session: str = "too_far_apart"
    weight: int = 0  # how often it is drawn for a case that nobody cast
    regimes: str = "ABC"
    call: Call | None = None
    before: tuple[str, ...] = ()  # results of the sessions before the last one
    undone: tuple[str, ...] = ()  # tasks that nobody does: days pass for the case while it waits for these alone
    wish: str = ""  # what a party asks for by its link once the agreement is there; no days pass before
    is_discussed: bool = False  # a draft is shown, asked about and explained before it is handed in


UNPAID = ("confirm_receipt", "report_performance", "note_performance")

DESTINIES = {
    "full": Destiny(("O01",), "agreement_full", 46),
    "partial": Destiny(("O02",), "agreement_partial", 9),
    "on_the_spot": Destiny(("O05",), "performed", 6),
    "too_far": Destiny(("O11",), "too_far_apart", 10),
    "respondent_no": Destiny(("O08", "O07", "O10"), "respondent_unwilling", 7, "AC"),
    "consent_taken_back": Destiny(("O08",), regimes="B", call=Call("respondent", "withdrawal", {
        "reason": "不接受调解，要求由法官审理。", "sure": "yes"})),
    "applicant_leaves": Destiny(("O07",), "applicant_withdraws", 4),
    "unwilling": Destiny(("O10",), "respondent_unwilling", 4),
    "not_accepted": Destiny(("O16",), weight=5),
    "out_of_scope": Destiny(("O22",), regimes="C"),
    "will_not_sign": Destiny(("O13",), "agreement_full", 5),
    "goes_back": Destiny(("O13",), "agreement_full", regimes="B"),  # signs the agreement, but not for the court's letter
    "two_sessions": Destiny(("O01",), "agreement_full", 4, before=("another_session",)),
    "discussed": Destiny(("O01",), "agreement_full", is_discussed=True),
    "evaluated": Destiny(("O01",), "agreement_full", before=("evaluation",)),
    "paid_ahead": Destiny(("O01",), "agreement_full", before=("advance_payment",)),
    "third_party": Destiny(("O01",), "agreement_full", call=Call("mediator", "third", {
        "third_name": "孙保证", "third_kind": "natural", "third_phone": "1660000{tail}", "third_reason": "系本案保证人。"},
        ends=False)),
    "court_supplement": Destiny(("O01",), "agreement_full", regimes="AC"),
    "court_refuses": Destiny(("O01",), "agreement_full", regimes="AC"),
    "payment_order": Destiny(("O01",), "agreement_full", regimes="AC", undone=(*UNPAID, "answer_payment_order")),
    "deed": Destiny(("O01",), "agreement_full", regimes="AC", undone=UNPAID, wish="deed_wanted"),
    "unreachable": Destiny(("O09",), undone=("answer_invitation",)),  # of a docketed case: a third party whom nobody asked before
    "term_over": Destiny(("O12",), undone=("plan_session",)),
    "not_answered": Destiny(("O17",), regimes="AB", undone=("accept_referral",)),
    "proposal": Destiny(("O03",), "no_objection"),
    "small_dispute": Destiny(("O04",), "small_dispute", regimes="AC"),
    "facts_stay": Destiny(("O11",), "too_far_apart"),
    "settled": Destiny(("O06",), call=Call("applicant", "withdrawal", {
        "reason": "双方已自行和解。", "settled": "true", "sure": "yes"})),
    "no_new_mediator": Destiny(("O14",), regimes="AB", call=Call("respondent", "change", {
        "change_reason": "沟通不畅，请求更换。"}, times=2)),
    "no_designation": Destiny(("O15",), regimes="AB", call=Call("respondent", "designation", {
        "designation_reason": "不接受指定，要求由法官处理。"})),
    "returned": Destiny(("O18",), regimes="A", call=Call("clerk", "return", {
        "return_reason": "不适宜在线调解，请到诉讼服务大厅办理。"})),
    "simulated": Destiny(("O19",), call=Call("mediator", "suspicion", {"suspicion_reason": "双方陈述逐字相同，疑似串通。"})),
    "transferred": Destiny(("O20",), call=Call("coordinator", "transfer", {"transfer_reason": "由另一组织办理更便利。"})),
    "impossible": Destiny(("O21",), call=Call("mediator", "impossible", {
        "impossible_ground": "insolvency", "impossible_reason": "一方已进入破产程序。"})),
    "cleared": Destiny(("O01",), "agreement_full", call=Call("mediator", "suspicion", {
        "suspicion_reason": "凭证日期前后不一。"}, ends=False)),
    "appraised": Destiny(("O01",), "agreement_full", call=Call("mediator", "appraisal", {
        "appraisal_subject": "签名笔迹", "appraisal_appraiser": "滨江司法鉴定中心", "appraisal_reason": "一方否认签名。",
        "appraisal_until": (clock.today() + timedelta(days=365)).isoformat()}, ends=False)),
    "recused": Destiny(("O01",), "agreement_full", call=Call("respondent", "recusal", {
        "recusal_ground": "relation", "recusal_reason": "调解员与对方经办人是同学。"}, ends=False)),
}


def cells() -> dict[tuple[str, str], str]:
    """Every outcome in every regime that has it (DOMAIN §1.5): outcome and regime → the first way that leads there."""
    found: dict[tuple[str, str], str] = {}
    for name, each in DESTINIES.items():
        for regime in each.regimes:
            found.setdefault((each.outcomes[0], regime), name)
    return dict(sorted(found.items()))
