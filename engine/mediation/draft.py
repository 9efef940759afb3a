"""A draft of an agreement: what the mediator has written so far, and the clauses that follow from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

NO_DISPUTE_LEFT = "本协议履行完毕后，各方就本案所涉纠纷再无其他争议。"
REST_STAYS = "本协议仅就上述事项达成一致；其余争议由当事人另行处理。"
TABLES = ("terms", "instalments")
TEXTS = ("facts", "responsibility", "costs", "default_clause", "security", "final_clause", "remainder")


@dataclass(frozen=True)
class Draft:
    """Answers of the mediator's form, or the inputs of the operation that freezes: the same names."""

    terms: list = field(default_factory=list)
    instalments: list = field(default_factory=list)
    scope: str = "full"
    facts: str = ""
    responsibility: str = ""  # who answers for what, where the parties have settled that (人民调解法 29)
    costs: str = ""
    default_rate: str = ""  # per cent of the unpaid sum for each day of delay
    accelerates: bool = False  # one instalment missed: everything is due
    default_clause: str = ""
    security: str = ""
    security_by: str = ""  # the party that gives it
    final_clause: str = ""
    remainder: str = ""

    @classmethod
    def of(cls, answers: Mapping, scope: str = "full") -> "Draft":
        """A draft from answers that nobody may have checked yet."""
        tables = {name: [dict(row) for row in answers.get(name) or [] if _says_something(row)] for name in TABLES}
        texts = {name: str(answers.get(name) or "").strip() for name in (*TEXTS, "security_by", "default_rate")}
        return cls(scope=scope, accelerates=answers.get("accelerates") in (True, "true", "yes", "on"), **tables, **texts)

    @property
    def rate(self) -> Decimal | None:
        """The rate of the penalty, or None when there is none or it is no number."""
        try:
            return Decimal(self.default_rate) if self.default_rate else None
        except InvalidOperation:
            return None

    @property
    def breach(self) -> str:
        """What follows late performance, in words (民事调解规定 8: liability for non-performance may be agreed)."""
        sentences = []
        if self.rate:
            sentences.append(f"义务人未按期足额履行给付义务的，以到期未付金额为基数，自逾期之日起至实际付清之日止，按每日{self.rate.normalize():f}%的标准"
                             "向权利人支付违约金。")
        if self.accelerates:
            sentences.append("任何一期未按期足额支付的，全部剩余款项立即到期，权利人有权要求义务人一次性付清。")
        return "".join([*sentences, self.default_clause])

    @property
    def settlement(self) -> str:
        """The final clause, with what stays in dispute when only a part is settled."""
        partial = self.scope == "partial"
        said = self.final_clause or (REST_STAYS if partial else NO_DISPUTE_LEFT)
        return said + (f"\n尚未达成一致的争议：{self.remainder}" if partial and self.remainder else "")

    def texts(self) -> list[tuple[str, str]]:
        """Every text that binds somebody, with its place in the form; what stays in dispute binds nobody."""
        terms = [(f"terms/{number}/{name}", str(one.get(name) or "")) for number, one in enumerate(self.terms)
                 for name in ("text", "method")]
        own = [(name, getattr(self, name)) for name in ("costs", "default_clause", "security", "final_clause")]
        return [(place, text) for place, text in terms + own if text]


def _says_something(row) -> bool:
    """A row that nobody filled in is none."""
    return isinstance(row, Mapping) and any(value not in (None, "") for value in row.values())
