"""The papers of an application for confirmation as one bundle: what belongs in it, and what is there.

CPL-Interp 354: the agreement, proof that the organisation conducted the mediation, proof of property rights concerned, identity,
domicile and contact of both. Confirm-2011 Art. 3: application, service address, power of attorney.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine.access.models import Participant
from engine.cases.models import Case
from engine.documents.models import Document
from engine.i18n import _
from engine.notices import addresses


@dataclass(frozen=True)
class Item:
    """One thing that belongs in the bundle: its papers, or a fact of the register that stands for them."""

    key: str
    title: str
    documents: tuple[Document, ...] = ()
    is_in_register: bool = False

    @property
    def is_there(self) -> bool:
        return bool(self.documents) or self.is_in_register


KINDS = {  # item → (title, kinds of documents)
    "application": (_("Joint application"), ("confirmation_application", "oral_application")),
    "agreement": (_("The agreement"), ("agreement", "deemed_agreement")),
    "proof": (_("The organisation's proof of mediation"), ("mediation_proof",)),
    "identity": (_("Identity, domicile and contact of both"), ("identity",)),
    "service_address": (_("Confirmation of the address for service"), ("service_address",)),
    "power_of_attorney": (_("Power of attorney"), ("power_of_attorney", "signed_power")),
    "property": (_("Proof of property rights concerned"), ("property_proof",)),
    "supplement": (_("Supplemented"), ("supplement",)),
    "undisputed_facts": (_("Undisputed facts"), ("undisputed_facts",)),
}
IF_THERE = ("property", "supplement", "undisputed_facts")  # nothing is missing without them


def of(case: Case, documents: Sequence[Document]) -> list[Item]:
    """The bundle of a case, from the documents the reader may see."""
    parties = [person for person in case.participants if person.role == "party" and person.is_current]
    held = addresses.of_case(case.id)
    known: dict[str, Callable[[], bool]] = {"identity": lambda: all(_is_known(person) for person in parties),
                                            "service_address": lambda: all(person.id in held for person in parties)}
    found = []
    for key, (title, kinds) in KINDS.items():
        if key == "power_of_attorney" and not any(person.role == "agent" and person.is_current for person in case.participants):
            continue
        papers = tuple(document for document in documents if document.kind in kinds)
        item = Item(key, title, papers, known.get(key, bool)())
        if item.is_there or key not in IF_THERE:
            found.append(item)
    return found


def missing(items: Sequence[Item]) -> list[Item]:
    """What the court would have to ask for."""
    return [item for item in items if not item.is_there]


def _is_known(person: Participant) -> bool:
    return bool(person.id_number and (person.phone or person.body_id))
