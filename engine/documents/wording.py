"""Days, moments and sums as the templates take them: text, counted in Asia/Shanghai."""

from datetime import datetime
from decimal import Decimal

from engine import clock
from engine.money import capitals


def term(one: dict) -> dict:
    """A term of the agreement, with its sum in figures and in capitals."""
    told = {key: one.get(key, "") for key in ("kind", "debtor", "creditor", "method", "account", "text")}
    if one.get("amount") not in (None, ""):
        amount = Decimal(str(one["amount"]))
        told |= {"amount": f"{amount:,.2f}", "amount_words": f"人民币{capitals.in_words(amount.quantize(Decimal('0.01')))}"}
    if one.get("due_on"):
        told["due"] = str(one["due_on"])[:10]
    return {key: value for key, value in told.items() if value}


def on_day(moment: datetime | None) -> str:
    """A moment as a day in Asia/Shanghai."""
    return moment.astimezone(clock.SHANGHAI).date().isoformat() if moment else ""


def at_minute(moment: datetime | None) -> str:
    """A moment to the minute in Asia/Shanghai."""
    return moment.astimezone(clock.SHANGHAI).strftime("%Y-%m-%dT%H:%M") if moment else ""
