"""What an institution may say in an application of its own: it is one of the parties, and speaks for that party alone.

Mediation is voluntary, and each party says so itself (《人民法院在线调解规则》第四条; 《人民调解法》第三条, 第十七条);
only its owner agrees to be served electronically (《人民法院在线诉讼规则》第二十九条), and an agent is entrusted by the one for
whom they act (《民事诉讼法》第六十二条). What a bank writes down for its customer is no consent of the customer.
"""

from collections.abc import Iterator

from engine.access.models import Body
from engine.errors import problem
from engine.i18n import _

CONSENT = _("Only this party itself says what it agrees to. It will be asked.")
AGENT = _("Only this party itself names who acts for it.")


def faults(parties: list[dict], sender: Body) -> Iterator[dict]:
    """Everything in these parties that the sending institution has no right to say."""
    own = [party for party in parties if _is(party, sender)]
    if not own:
        yield problem("/parties", "sender-no-party", _("The institution that applies is none of the parties."))
    if len({party["side"] for party in own}) > 1:
        yield problem("/parties", "sender-on-both-sides", _("The institution that applies stands on more than one side."))
    for index, party in enumerate(parties):
        if party.get("body") and party.get("kind") != "legal":
            yield problem(f"/parties/{index}/body", "person-no-institution", _("A natural person is no institution."))
        if not _is(party, sender):
            yield from _said_for_others(f"/parties/{index}", party)


def _is(party: dict, sender: Body) -> bool:
    return party.get("body") == sender.code and party.get("kind") == "legal"


def _said_for_others(pointer: str, party: dict) -> Iterator[dict]:
    for subject, given in (party.get("consents") or {}).items():
        if given is not None:
            yield problem(f"{pointer}/consents/{subject}", "consent-of-another", CONSENT)
    if party.get("agents"):
        yield problem(f"{pointer}/agents", "agent-of-another", AGENT)
