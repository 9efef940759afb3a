"""The simulator's own file: where we are, which courts it plays, how they decide.

    base_url = "http://127.0.0.1:8080"
    ledger = "court-ledger.sqlite3"        # beside this file

    [[court]]
    code = "沪0115"
    name = "上海市浦东新区人民法院"
    client_id = "…"                        # as `sutiao courts add` printed them
    client_secret = "…"
    callback_secret = "whsec_…"

    [referrals]
    file = "referrals.json"
    seconds_between = 0                    # 0: only when asked to

    [rules]                                # percent of the cases, chosen by the case number: the same case, the same decision
    not_accepted = 4
    rejected = 4
    withdrawn = 2
    accept_after_seconds = 1
    decide_after_seconds = 2
    supplements = false                    # ask for a supplement in confirmation cases, and rule when it is there
    hears = false                          # set a hearing in confirmation cases before ruling
    series = "诉前调确"
    largest_amount = "5000000"             # above it the application is not accepted
"""

import json
import tomllib
from dataclasses import dataclass, field, fields
from decimal import Decimal
from pathlib import Path


class SetupWrong(Exception):
    """The file is missing or says something that makes no sense; the text tells what."""


@dataclass(frozen=True)
class Court:
    """One court that is played, with its credentials."""

    code: str
    name: str
    client_id: str
    client_secret: str
    callback_secret: str


@dataclass(frozen=True)
class Rules:
    """How its judges decide."""

    not_accepted: int = 4
    rejected: int = 4
    withdrawn: int = 2
    accept_after_seconds: float = 1
    decide_after_seconds: float = 2
    hears: bool = False
    supplements: bool = False
    series: str = "诉前调确"
    largest_amount: Decimal = Decimal("5000000")


@dataclass(frozen=True)
class Setup:
    """Everything the simulator was told."""

    base_url: str
    ledger: Path
    courts: dict[str, Court]
    rules: Rules = Rules()
    referrals: list[dict] = field(default_factory=list)
    seconds_between: float = 0

    @classmethod
    def read(cls, path: Path) -> "Setup":
        """Read the file. Raises SetupWrong."""
        try:
            told = tomllib.loads(path.read_text(encoding="utf-8"))
            courts = [Court(**row) for row in told["court"]]
            sending = told.get("referrals", {})
            return cls(
                base_url=told["base_url"].rstrip("/"), ledger=path.parent / told.get("ledger", "court-ledger.sqlite3"),
                courts={court.code: court for court in courts}, rules=_rules(told.get("rules", {})),
                referrals=_referrals(path.parent, sending.get("file", "")),
                seconds_between=float(sending.get("seconds_between", 0)),
            )
        except FileNotFoundError as error:
            raise SetupWrong(f"There is no file {error.filename}.") from error
        except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
            raise SetupWrong(f"{path}: {error}.") from error


def write(path: Path, base_url: str, courts: list[Court], referrals: str = "", seconds_between: float = 0, **rules) -> None:
    """Write such a file: for whoever sets up a demo or a test."""
    lines = [f"base_url = {_text(base_url)}"]
    for court in courts:
        lines += ["", "[[court]]", *(f"{one.name} = {_text(getattr(court, one.name))}" for one in fields(Court))]
    if referrals:
        lines += ["", "[referrals]", f"file = {_text(referrals)}", f"seconds_between = {seconds_between}"]
    if rules:
        lines += ["", "[rules]", *(f"{name} = {json.dumps(told, ensure_ascii=False)}" for name, told in rules.items())]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    path.chmod(0o600)  # it holds secrets


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _rules(told: dict) -> Rules:
    known = {one.name for one in fields(Rules)}
    if unknown := told.keys() - known:
        raise ValueError(f"unknown rule {', '.join(sorted(unknown))}")
    rules = Rules(**{**told, "largest_amount": Decimal(str(told.get("largest_amount", Rules.largest_amount)))})
    if not 0 <= rules.not_accepted + rules.rejected + rules.withdrawn <= 100:
        raise ValueError("the shares of not_accepted, rejected and withdrawn are percent of the cases")
    return rules


def _referrals(folder: Path, name: str) -> list[dict]:
    if not name:
        return []
    rows = json.loads((folder / name).read_text(encoding="utf-8"))
    if not isinstance(rows, list):
        raise ValueError(f"{name} holds no list of referrals")
    return rows
