"""Duties other than payment that agreements of banks and insurers hold again and again, with the words a court can enforce."""

from engine.i18n import _

DUTIES = {  # id → (title, the words of the clause)
    "credit_record": (_("Withdraw a bad credit record"),
                      "向征信机构报送更正信息，撤销{creditor}因本案所涉业务产生的不良信用记录"),
    "surrender": (_("Cancel the policy"), "为{creditor}办理本案所涉保险合同的解除（退保）手续"),
    "renewal": (_("Renew the policy"), "为{creditor}办理本案所涉保险合同的续保手续"),
    "certificate": (_("Issue a certificate of settlement"), "向{creditor}出具本案所涉债务的结清证明"),
    "release": (_("Release a mortgage or pledge"), "协助{creditor}办理本案所涉抵押（质押）登记的注销手续"),
    "close_account": (_("Close the account or card"), "为{creditor}办理本案所涉账户（信用卡）的注销手续"),
    "documents": (_("Hand over papers"), "向{creditor}交付本案所涉合同、单证的完整副本"),
    "withdraw_complaint": (_("Withdraw a complaint"), "撤回就本案所涉事项对{creditor}提出的投诉"),
    "apology": (_("Apologise"), "向{creditor}书面赔礼道歉"),
    "other": (_("Another duty"), ""),
}


def words(duty: str, creditor: str) -> str:
    """What the debtor does; empty for one that needs words of its own."""
    return DUTIES.get(duty, DUTIES["other"])[1].format(creditor=creditor or "对方当事人")
