"""Days, moments and sums as the templates take them: text, counted in Asia/Shanghai."""

from datetime import datetime
from decimal import Decimal

from engine import clock
from engine.money import capitals

ID_KINDS = {"resident_id": "居民身份证", "passport": "护照", "hk_macao_permit": "港澳居民来往内地通行证",
            "taiwan_permit": "台湾居民来往大陆通行证", "military_id": "军官证",
            "hk_macao_taiwan_residence": "港澳台居民居住证", "foreign_permanent_id": "外国人永久居留身份证", "other": "证件"}
CURRENCIES = {"CNY": "人民币", "USD": "美元", "EUR": "欧元", "HKD": "港币", "GBP": "英镑", "JPY": "日元"}

WAYS = {
    "link": ("本人短信链接", "own link by text message"),
    "staff": ("平台账号（机构人员或者工作人员）", "platform account (an institution's or other staff)"),
    "api": ("机构系统", "the institution's system"),
    "court": ("随案移送", "sent along with the case"),
}


def way(channel: str) -> tuple[str, str]:
    """How somebody told us, in Chinese and in English."""
    return WAYS.get(channel, (channel, channel))


def term(one: dict) -> dict:
    """A term of the agreement, with its sum in figures and in capitals."""
    told = {key: one.get(key, "") for key in ("kind", "debtor", "creditor", "method", "account", "text")}
    currency = CURRENCIES.get(one.get("currency") or "CNY", "")
    if one.get("amount") not in (None, ""):
        told |= money(one["amount"], one.get("currency") or "CNY")
    if one.get("instalments"):
        told["instalments"] = [_sum(part["amount"], currency) | {"due": part["due_on"]} for part in one["instalments"]]
    if one.get("due_on"):
        told["due"] = str(one["due_on"])[:10]
    return {key: value for key, value in told.items() if value}


def money(amount, code: str = "CNY") -> dict:
    """A sum of a currency: figures, capitals, and which money it is."""
    currency = CURRENCIES.get(code, "")
    return _sum(amount, currency) | {"currency": currency, "currency_code": code}


def _sum(text, currency: str) -> dict:
    """A sum in figures and in capitals."""
    amount = Decimal(str(text)).quantize(Decimal("0.01"))
    return {"amount": f"{amount:,.2f}", "amount_words": currency + capitals.in_words(amount)}


def figures(amount) -> str:
    """A sum as papers write it: 12,000.00."""
    return f"{Decimal(str(amount)):,.2f}"


def in_line(amount: Decimal, code: str) -> tuple[str, str]:
    """A sum inside a Chinese and an English line: 8,000.00元, CNY 8,000.00; of other money its code in both."""
    abroad = f"{code} {figures(amount)}"
    return (f"{figures(amount)}元" if code == "CNY" else abroad), abroad


def on_day(moment: datetime | None) -> str:
    """A moment as a day in Asia/Shanghai."""
    return moment.astimezone(clock.SHANGHAI).date().isoformat() if moment else ""


def day_in_chinese(moment: datetime) -> str:
    """A moment as papers name a day inside a sentence: 2024年3月9日."""
    day = moment.astimezone(clock.SHANGHAI).date()
    return f"{day.year}年{day.month}月{day.day}日"


def day_in_english(moment: datetime) -> str:
    """The same in English: 9 March 2024."""
    return f"{moment.astimezone(clock.SHANGHAI):%-d %B %Y}"


def at_minute(moment: datetime | None) -> str:
    """A moment to the minute in Asia/Shanghai."""
    return moment.astimezone(clock.SHANGHAI).strftime("%Y-%m-%dT%H:%M") if moment else ""
