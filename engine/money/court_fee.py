"""What a case costs in court, for comparison and for payment orders: 诉讼费用交纳办法 (Order No. 481) Arts. 8, 13–16."""

from decimal import Decimal

from engine.money.fees import reckon


def property_case(claim: Decimal) -> Decimal:
    """The filing fee of a property case, Art. 13(1). Raises ClaimNegative, as all of these."""
    return reckon("suit", claim).fee


def halved(claim: Decimal) -> Decimal:
    """The fee when the case ends by mediation or withdrawal (Art. 15) or runs in the simplified procedure (Art. 16)."""
    return reckon("suit_settled", claim).fee


def payment_order(claim: Decimal) -> Decimal:
    """The fee of a payment order: a third, Art. 14(3)."""
    return reckon("payment_order", claim).fee


def preservation(claim: Decimal) -> Decimal:
    """The fee of a preservation, Art. 14(2): at most 5,000."""
    return reckon("preservation", claim).fee


def judicial_confirmation(claim: Decimal) -> Decimal:
    """Confirmation of a mediation agreement is free of charge, whatever the sum."""
    return reckon("confirmation", claim).fee
