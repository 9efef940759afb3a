"""What came of the play: outcomes, times, anything stuck, callbacks owed and received, signatures checked."""

import shutil
import statistics
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import requests
from sqlalchemy import select

from engine import storage
from engine.cases.models import Case
from engine.cases.outcomes import OUTCOMES
from engine.db import db
from engine.documents import verify
from engine.documents.models import Document
from engine.operations import OPERATIONS
from engine.workflow.models import CallStatus, Incident, OperationCall, UserTask
from webapp.demo.destinies import cells


@dataclass
class Report:
    """The numbers, and whether they are as they should be."""

    cases: int = 0
    outcomes: Counter = field(default_factory=Counter)
    by_regime: dict[str, Counter] = field(default_factory=dict)
    confirmations: Counter = field(default_factory=Counter)
    open_at: Counter = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    owed: int = 0
    received: int = 0
    doubled: int = 0
    repeated: int = 0
    documents: int = 0
    signatures: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        return not (self.outcomes[""] or self.stuck or self.faults or self.doubled) and self.owed == self.received

    def missing(self) -> list[str]:
        """Outcomes that a regime has, and that no case of it came to."""
        return [f"{outcome} in {regime}" for outcome, regime in cells() if not self._count(outcome, regime)]

    def _count(self, outcome: str, regime: str) -> int:
        return self.by_regime.get(regime, Counter())[outcome]

    def _cell(self, outcome: str, regime: str) -> str:
        """How many cases of a regime had an outcome; a stroke where the regime has no such outcome."""
        return str(self._count(outcome, regime) or ("0" if not outcome or (outcome, regime) in cells() else "–"))

    def _table(self) -> list[str]:
        rows = ["  outcome     A     B     C   all"]
        for outcome in ["", *OUTCOMES]:
            each = "".join(f"{self._cell(outcome, regime):>6}" for regime in "ABC")
            rows.append(f"  {outcome or 'open':<7}{each}{self.outcomes[outcome]:>6}")
        return rows

    def lines(self) -> list[str]:
        """The table."""
        rows = [f"{self.cases} cases", *self._table()]
        rows += [f"  confirmation {kind}: {count}" for kind, count in sorted(self.confirmations.items()) if kind]
        rows += [f"  waiting at {place}: {count}" for place, count in sorted(self.open_at.items())]
        if self.seconds:
            rows.append(
                f"seconds from referral to closing: median {statistics.median(self.seconds):.1f}, longest {max(self.seconds):.1f}"
            )
        rows.append(
            f"callbacks owed {self.owed}, received {self.received}, taken twice {self.doubled}, "
            f"repeats recognised {self.repeated}"
        )
        rows.append(f"documents {self.documents}, signatures valid {self.signatures}")
        return rows + [f"STUCK {line}" for line in self.stuck] + [f"FAULT {line}" for line in self.faults]


def of(case_ids: list[int], court_url: str, with_documents: bool = True, aged: Iterable[int] = ()) -> Report:
    """Look at the cases of a play; those that are `aged` (days were made to pass) say nothing about times."""
    told = Report(cases=len(case_ids))
    cases = list(db.session.scalars(select(Case).where(Case.id.in_(case_ids))))
    told.outcomes.update(case.outcome if case.is_closed else "" for case in cases)
    for case in cases:
        told.by_regime.setdefault(case.regime, Counter())[case.outcome if case.is_closed else ""] += 1
    told.confirmations.update(case.confirmation for case in cases)
    timed = [case for case in cases if case.closed_at and case.id not in aged]
    told.seconds = [(case.closed_at - case.received_at).total_seconds() for case in timed]
    _look_for_what_waits(told, [case.id for case in cases if not case.is_closed])
    told.stuck = [f"{row.kind} {row.subject} at {row.element}: {row.detail[:160]}" for row in db.session.scalars(
        select(Incident).where(Incident.case_id.in_(case_ids), Incident.resolved_at.is_(None)))]
    _count_callbacks(told, case_ids, court_url)
    if with_documents:
        _check_documents(told, case_ids)
    return told


def _look_for_what_waits(told: Report, open_ids: list[int]) -> None:
    for case_id in open_ids:
        tasks = list(db.session.scalars(select(UserTask.title).where(UserTask.case_id == case_id, UserTask.status == "open")))
        told.open_at.update(tasks or ["something that is not a person's"])


def _count_callbacks(told: Report, case_ids: list[int], court_url: str) -> None:
    """A callback is owed for each call of a court operation that went to a court's system, which gave a receipt; the court keeps
    its own ledger."""
    outside = [name for name, operation in OPERATIONS.items() if operation.in_order]
    made = db.session.execute(select(OperationCall.id, OperationCall.result).where(
        OperationCall.case_id.in_(case_ids), OperationCall.operation.in_(outside), OperationCall.status == CallStatus.DONE))
    owed = {f"call-{key}" for key, result in made if (result or {}).get("receipt")}
    ledger = requests.get(f"{court_url}/ledger", params={"limit": 100000}, timeout=30).json()
    taken = Counter(row["webhook_id"] for row in ledger["callbacks"]
                    if row["is_signed"] and not row["is_duplicate"] and row["answered"] < 300)
    told.owed, told.received = len(owed), sum(1 for key in owed if key in taken)
    told.doubled = sum(1 for key in owed if taken[key] > 1)
    told.repeated = sum(1 for row in ledger["callbacks"] if row["webhook_id"] in owed and row["is_duplicate"])


def _check_documents(told: Report, case_ids: list[int]) -> None:
    """Every PDF by our own verifier, and signed ones by pdfsig too where it is installed."""
    for document in db.session.scalars(
        select(Document)
        .where(Document.case_id.in_(case_ids), Document.media_type == "application/pdf", Document.created_by != "court")
        .order_by(Document.id)
    ):
        told.documents += 1
        data = storage.get(document.sha256)
        if document.signatures:
            found = verify.verify(data)
            told.signatures += len(found.signatures)
            if not found.ok or len(found.signatures) != len(document.signatures):
                told.faults.append(f"document {document.id}: its signatures do not hold")
            elif shutil.which("pdfsig") and not _pdfsig_agrees(data, len(found.signatures)):
                told.faults.append(f"document {document.id}: pdfsig does not agree")
        elif not data.startswith(b"%PDF-"):
            told.faults.append(f"document {document.id}: not a PDF")


def _pdfsig_agrees(data: bytes, count: int) -> bool:
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(data)
        file.flush()
        said = subprocess.run(["pdfsig", "-nocert", file.name], capture_output=True, text=True, timeout=60).stdout
    return said.count("Signature is Valid") == count
