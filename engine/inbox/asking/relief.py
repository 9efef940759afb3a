"""What goes along when a plaintiff asks to pay the filing fee later, less or not at all: ground, fee, files of proof."""

from engine.access.models import Participant
from engine.cases.models import Case
from engine.courts import docketed, fee_relief
from engine.documents import shelf
from engine.errors import Invalid, problem
from engine.i18n import _

PROOF = "supplement"


class OnlyNaturalPersons(Invalid):
    """Art. 44: nobody else is let off altogether."""

    message = _("Only natural persons may be let off the fee altogether: ask to pay later or less.")


def told(case: Case, person: Participant, ground: str, files: list[dict]) -> dict:
    """What the court is told besides the party's words; the proof goes on the court's shelf. Raises OnlyNaturalPersons."""
    found, is_natural = fee_relief.grounds()[ground], person.kind == "natural"
    if found.natural and not is_natural:
        raise OnlyNaturalPersons(problems=[problem("/fee_relief_ground", "natural", OnlyNaturalPersons.message)])
    for file in files:
        title = file["name"].rpartition(".")[0] or file["name"]
        shelf.enter(case.id, PROOF, title, file["sha256"], file["size"], "court", media_type=file["media_type"],
                    filename=file["name"], side=person.side, created_by=person.name)
    names = "、".join(file["name"] for file in files)
    return {"natural": is_natural, "asked": {"zh": found.said, "en": found.said_en}, "fee": f"{docketed.filing_fee(case):,.2f}",
            "files": names or "未提交", "asker": person.name}
