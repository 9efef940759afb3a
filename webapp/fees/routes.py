"""The calculator of court fees: a page anybody may ask, its answer stands in its address. Nothing is kept."""

from decimal import Decimal

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from engine.errors import Invalid
from engine.forms.form import Form
from engine.money import fees
from engine.money.fees import Reckoning
from webapp import i18n
from webapp.asking import Asking
from webapp.identity import public

blueprint = Blueprint("fees", __name__)

FORM = Form.from_row({"id": "fees", "components": [
    {"key": "matter", "type": "select", "label": "办理什么事项", "label_en": "What for", "required": True,
     "values": [{"value": key, "label": rule.zh, "label_en": rule.en} for key, rule in fees.every().items()]},
    {"key": "amount", "type": "money", "label": "涉及金额（元）", "label_en": "Sum (CNY)", "required": True, "min": "0",
     "description": "可以写 123456.78、123,456.78 或者 12万。", "description_en": "Such as 123456.78, 123,456.78 or 12万."}]})


@blueprint.get("")
@blueprint.get("/")
@public
def index():
    """The question; with an answer in the address, the fee and the way to it."""
    asked = {key: request.args.get(key, "").strip()[:40] for key in ("matter", "amount")}
    if not any(asked.values()):
        return _page(Asking.fresh(FORM, {}, {"matter": "suit"}))
    asking = Asking.fresh(FORM, {}, asked)
    try:
        told = FORM.check(asked)
    except Invalid as refused:
        return _page(asking.refused(refused), status=422)
    claim = Decimal(told["amount"])
    return _page(asking, fees.reckon(told["matter"], claim), _ways(told["matter"], claim))


def _page(asking: Asking, reckoned: Reckoning | None = None, ways: list[dict] | None = None, status: int = 200):
    return render_template("fees/index.html", asking=asking, reckoned=reckoned, ways=ways or [], percent=_percent,
                           plain=_plain, case=None), status


def _ways(matter: str, claim: Decimal) -> list[dict]:
    """The ways a dispute about this sum may go, from a suit to mediation, and what each costs in court and saves."""
    suit = fees.reckon("personality" if matter == "personality" else "suit", claim)
    order = [(_("Payment order, when nobody objects"), fees.reckon("payment_order", claim).fee)]
    ways = [(_("Suit, to a judgment in the ordinary procedure"), suit.fee),
            (_("Suit in the simplified procedure, or ended by mediation in court or withdrawal"), _half(suit)),
            *(order if matter != "personality" else []),
            (_("Mediation without a suit, confirmed by the court if you wish"), fees.reckon("confirmation", claim).fee)]
    return [{"way": way, "fee": fee, "saved": suit.fee - fee} for way, fee in ways]


def _half(suit: Reckoning) -> Decimal:
    """Arts. 15 and 16 halve the fee of every suit."""
    return fees.cents(suit.fee / 2)


def _percent(rate: Decimal) -> str:
    """`2.5%`."""
    return f"{(rate * 100).normalize():f}%"


def _plain(amount: Decimal) -> str:
    """`120,000`, with cents only where there are some."""
    return i18n.money(amount).removesuffix(".00")
