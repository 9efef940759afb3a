"""Relief from the filing fee (诉讼费用交纳办法 44–48): grounds on which a plaintiff asks for it, and what was decided."""

import tomllib
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from sqlalchemy import select

from engine.cases.models import Case
from engine.courts import docketed
from engine.db import db
from engine.money.amounts import cents
from engine.workflow.models import UserTask, WaitStatus

TABLE = Path(__file__).with_name("tables") / "fee_relief.toml"
KINDS = {"deferral": ("缓交", "Pay later"), "reduction": ("减交", "Pay less"), "exemption": ("免交", "Pay nothing")}
DECIDING = "decide_relief"  # the judge's user task


@dataclass(frozen=True)
class Ground:
    """One ground of relief."""

    code: str
    kind: str
    zh: str
    en: str
    article: str
    article_en: str
    source: str
    natural: bool = False

    @property
    def said(self) -> str:
        return f"{KINDS[self.kind][0]}：{self.zh}（{self.article}）"

    @property
    def said_en(self) -> str:
        return f"{KINDS[self.kind][1]}: {self.en} ({self.article_en})"


@cache
def grounds() -> dict[str, Ground]:
    """All grounds: of paying later, less, nothing."""
    rows = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    return {code: Ground(code, **row) for code, row in rows.items()}


def decided(case_id: int) -> dict:
    """What the judge decided last; empty: nothing yet."""
    found = db.session.scalar(select(UserTask.answers).where(
        UserTask.case_id == case_id, UserTask.element == DECIDING, UserTask.status == WaitStatus.DONE
    ).order_by(UserTask.closed_at.desc(), UserTask.id.desc()).limit(1))
    return found or {}


def to_pay(case: Case, told: dict) -> Decimal:
    """What is left of the filing fee after a decision."""
    fee = docketed.filing_fee(case)
    match told.get("relief_decision"):
        case "exemption":
            return cents(Decimal(0))
        case "reduction":
            return cents(fee * (100 - int(told["relief_percent"])) / 100)
    return fee
