"""The version of the agreement that is discussed, as its readers see it: clauses, what changed, questions and answers."""

from dataclasses import dataclass

from engine.access.actor import Actor
from engine.access.policy import sees
from engine.cases.models import Case
from engine.mediation import agreement, clauses, questions
from engine.mediation.clauses import Change
from engine.mediation.models import Agreement, ClauseQuestion


@dataclass(frozen=True)
class Reading:
    """One version beside the one before it."""

    agreement: Agreement
    before: Agreement | None
    changes: list[Change]
    questions: dict[str, list[ClauseQuestion]]  # by clause; those about clauses that are gone under ""

    @property
    def unanswered(self) -> int:
        return sum(not one.answered_at for asked in self.questions.values() for one in asked)


def of(actor: Actor, case: Case) -> Reading | None:
    """What this person may read; None when nothing is discussed or it is not theirs to see."""
    found = agreement.discussed(case.id)
    if found is None or not sees(actor, found[0]):
        return None
    now, before = found
    changes, asked = clauses.differences(before, now), {}
    known = {one.clause.key for one in changes}
    for question in questions.of_case(actor, case.id):
        asked.setdefault(question.clause if question.clause in known else "", []).append(question)
    return Reading(now, before, changes, asked)
