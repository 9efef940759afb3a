"""What enforcement costs: 诉讼费用交纳办法 (Order No. 481) Art. 14(1). Not prepaid, borne by the debtor (Arts. 20, 38)."""

from decimal import Decimal

from engine.money.fees import reckon


def fee(claim: Decimal) -> Decimal:
    """The fee for enforcing a claim of so much. Raises ClaimNegative."""
    return reckon("enforcement", claim).fee
