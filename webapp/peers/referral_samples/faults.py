"""Twenty ways in which a referral can be wrong. Each spoils a good one and says where the fault should be found, and its code."""

BLANKS = "\u3164\u2800\u3164"  # signs that are letters or symbols by their class and show nothing


def bad_resident_check(referral, _all):
    """公民身份号码校验码错误"""
    number = referral["parties"][0]["id_number"]
    referral["parties"][0]["id_number"] = number[:17] + ("1" if number[17] != "1" else "2")
    return "/parties/0/id_number", "resident-number-check-wrong"


def birth_that_does_not_exist(referral, _all):
    """公民身份号码出生日期不存在"""
    referral["parties"][0]["id_number"] = "310199199002300018"
    return "/parties/0/id_number", "resident-number-birth-wrong"


def bad_credit_code_check(referral, _all):
    """统一社会信用代码校验码错误"""
    referral["parties"][1]["id_number"] = "91350100M000100Y44"
    return "/parties/1/id_number", "credit-code-check-wrong"


def unknown_cause(referral, _all):
    """案由不属于银行业保险业纠纷"""
    referral["cause"] |= {"code": "10", "name": "离婚纠纷"}
    return "/cause", "unknown-cause"


def cause_number_of_another_list(referral, _all):
    """案由编号与案由版本不符"""
    referral["cause"]["code"] = "115.2"
    return "/cause", "cause-code-wrong"


def list_not_in_force(referral, _all):
    """案由版本在起诉时尚未施行"""
    referral["cause"] |= {"code": "115.2", "list": "2026"}
    return "/cause", "cause-list-not-in-force"


def no_respondent(referral, _all):
    """缺少被申请人"""
    referral["parties"][1] |= {"side": "applicant", "consents": {"mediation": True, "e_service": True}}
    return "/parties", "no-respondent"


def negative_amount(referral, _all):
    """标的额为负数"""
    referral["amount"] = "-500.00"
    return "/amount", "format"


def sums_differ(referral, _all):
    """各项请求金额之和与标的额不一致"""
    referral["amount"] = f"{float(referral['amount']) + 100:.2f}"
    return "/amount", "sum-differs"


def same_reference_twice(referral, everyone):
    """来文编号与本批另一行重复"""
    referral["external_ref"] = everyone[0]["external_ref"]
    return "/external_ref", "already"


def filed_in_the_future(referral, _all):
    """起诉日期晚于今天"""
    referral |= {"filed_on": "2099-01-04", "court_number": None}
    referral["cause"] |= {"code": "115.2", "list": "2026"}
    return "/filed_on", "in-the-future"


def filed_after_referrals_ended(referral, _all):
    """2025年起应先立案，不得诉前委派"""
    referral |= {"filed_on": "2025-03-04", "court_number": None}
    return "/filed_on", "docketing-required"


def unknown_organisation(referral, _all):
    """委派的调解组织不存在"""
    referral["organisation"] = "NOSUCH"
    return "/organisation", "unknown-organisation"


def unknown_institution(referral, _all):
    """被申请人机构代码不存在"""
    referral["parties"][1]["body"] = "NOBANK"
    return "/parties/1/body", "unknown-institution"


def blank_name(referral, _all):
    """姓名只有不可见字符"""
    referral["parties"][0]["name"] = BLANKS
    return "/parties/0/name", "blank"


def text_too_long(referral, _all):
    """事实与理由超过两万字"""
    referral["statement"] = "申请人多次与被申请人协商未果。" * 1400
    return "/statement", "too_long"


def malformed_court_number(referral, _all):
    """案号格式错误"""
    referral["court_number"] = "2024年浦东诉前调第12号"
    return "/court_number", "court-number-malformed"


def number_of_another_court(referral, _all):
    """案号属于另一法院"""
    referral["court_number"] = f"（{referral['filed_on'][:4]}）京0102诉前调88号"
    return "/court_number", "other-court"


def malformed_phone(referral, _all):
    """电话号码格式错误"""
    referral["parties"][0]["phone"] = "请加微信"
    return "/parties/0/phone", "format"


def agent_without_authority(referral, _all):
    """代理人未注明代理权限"""
    del referral["parties"][0]["agents"][0]["authority"]
    return "/parties/0/agents/0/authority", "required"


EVERY = [
    bad_resident_check, birth_that_does_not_exist, bad_credit_code_check, unknown_cause, cause_number_of_another_list,
    list_not_in_force, no_respondent, negative_amount, sums_differ, same_reference_twice, filed_in_the_future,
    filed_after_referrals_ended, unknown_organisation, unknown_institution, blank_name, text_too_long, malformed_court_number,
    number_of_another_court, malformed_phone, agent_without_authority,
]
