"""What every page of a draft shows: who wrote it, where it stands, and what the reader may do with it."""

from dataclasses import dataclass

from flask import url_for

from engine.access.permissions import Permission
from engine.processes import drafts, library, overview
from engine.processes.models import Draft
from webapp.identity import current_actor, may


@dataclass(frozen=True)
class Shown:
    """A draft for its reader."""

    draft: Draft
    people: dict[int, str]

    @classmethod
    def of(cls, draft: Draft) -> "Shown":
        return cls(draft, overview.people([draft]))

    @property
    def author(self) -> str:
        return self.people.get(self.draft.author_id, "")

    @property
    def decided_by(self) -> str:
        return self.people.get(self.draft.decided_by_id, "")

    @property
    def title_en(self) -> str:
        return library.settings_of(self.draft.files).get("title_en", "")

    @property
    def is_mine(self) -> bool:
        return self.draft.author_id == current_actor().user_id

    @property
    def may_edit(self) -> bool:
        return self.is_mine and self.draft.status in (drafts.OPEN, drafts.SUBMITTED) and may(Permission.PROCESS_EDIT)

    @property
    def may_decide(self) -> bool:
        return not self.is_mine and self.draft.status == drafts.SUBMITTED and may(Permission.PROCESS_PUBLISH)

    def files(self, folder: str) -> list[str]:
        """The files of one folder, in order."""
        return sorted(name for name in self.draft.files if name.startswith(f"{folder}/"))

    def place_of(self, finding: dict) -> str:
        """Where a finding is mended."""
        if finding["process"] != self.draft.process_key:
            return url_for("designer.process", key=finding["process"])
        if finding["file"] == library.DIAGRAM or finding["file"] not in self.draft.files:
            return url_for("designer.diagram", draft_id=self.draft.id, element=finding["element"] or None)
        return url_for("designer.file", draft_id=self.draft.id, name=finding["file"])


def draft_of(draft_id: int) -> Shown:
    """A draft, for a page."""
    return Shown.of(drafts.get(current_actor(), draft_id))
