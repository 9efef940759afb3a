"""An agreement clause by clause, in the words that are printed, and how one version differs from another."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from engine.documents import wording
from engine.i18n import _
from engine.mediation.models import Agreement

TEXTS = (("facts", _("Facts and points in dispute")), ("responsibility", _("Responsibility")), ("terms", ""),
         ("costs", _("Costs")), ("default_clause", _("Default")),
         ("security", _("Security")), ("final_clause", _("Final clause")), ("remainder", _("What stays in dispute")))
TOKEN = re.compile(r"\d[\d,.]*|[A-Za-z]+|\s+|.", re.S)


@dataclass(frozen=True)
class Clause:
    """One clause: its key in questions, its number among the terms (0 for others), what it is called, its words."""

    key: str
    number: int
    title: str
    text: str


@dataclass(frozen=True)
class Change:
    """One clause beside its earlier self: same, changed, added, removed; pieces are (same|added|removed, text)."""

    kind: str
    clause: Clause
    pieces: tuple[tuple[str, str], ...]


def of(agreement: Agreement) -> list[Clause]:
    """The clauses that say something, in their order."""
    found = []
    for name, title in TEXTS:
        if name == "terms":
            found += [Clause(f"term-{at}", at, _("Clause"), sentence(one)) for at, one in enumerate(agreement.terms, 1)]
        elif text := getattr(agreement, name):
            found.append(Clause(name, 0, title, text))
    return found


def sentence(term: dict) -> str:
    """A checked term in the words of the printed agreement."""
    told = wording.term(term)
    due = f"，于{_day(told['due'])}前付清" if told.get("due") and not told.get("instalments") else ""
    tail = "".join((f"，支付方式：{told['method']}" if told.get("method") else "",
                    f"，收款账户：{told['account']}" if told.get("account") else ""))
    if term["kind"] != "payment":
        limit = f"（期限：{_day(told['due'])}前）" if told.get("due") else ""
        return f"{told.get('debtor', '')}{told.get('text', '').rstrip('。.')}{limit}。"
    rows = enumerate(told.get("instalments", ()), 1)
    parts = "".join(f"；第{number}期：{_day(part['due'])}前支付{part['amount']}元" for number, part in rows)
    return (f"{told['debtor']}应向{told['creditor']}支付{told['currency']}{told['amount']}元（大写：{told['amount_words']}）"
            f"{due}{tail}{parts}。{told.get('text', '')}")


def differences(old: Agreement | None, new: Agreement) -> list[Change]:
    """How the new version differs from the old one, clause by clause; everything is added when there is no old one."""
    before, after = of(old) if old else [], of(new)
    matcher = SequenceMatcher(None, [_told(one) for one in before], [_told(one) for one in after], autojunk=False)
    found = []
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            found += [Change("same", one, (("same", one.text),)) for one in after[k:m]]
        else:
            found += _replaced(before[i:j], after[k:m])
    return found


def _replaced(gone: list[Clause], come: list[Clause]) -> list[Change]:
    """Clauses of one kind that took each other's place are changed; the rest is removed or added."""
    found, left = [], list(gone)
    for clause in come:
        earlier = next((one for one in left if one.title == clause.title), None)
        if earlier is None:
            found.append(Change("added", clause, (("added", clause.text),)))
            continue
        left.remove(earlier)
        found.append(Change("changed", clause, tuple(_pieces(earlier.text, clause.text))))
    return found + [Change("removed", one, (("removed", one.text),)) for one in left]


def _pieces(old: str, new: str) -> list[tuple[str, str]]:
    """Numbers and words change as wholes, so that people can read what became of them."""
    a, b = TOKEN.findall(old), TOKEN.findall(new)
    pieces = []
    for tag, i, j, k, m in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(("same", "".join(b[k:m])))
        else:
            pieces += [(kind, text) for kind, text in (("removed", "".join(a[i:j])), ("added", "".join(b[k:m]))) if text]
    return pieces


def _told(clause: Clause) -> tuple[str, str]:
    return clause.title, clause.text


def _day(iso: str) -> str:
    year, month, day = iso[:10].split("-")
    return f"{int(year)}年{int(month)}月{int(day)}日"
