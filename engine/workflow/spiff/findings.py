"""How this folder says that a model or a run is wrong: findings about a drawing, one failure of a run."""

from dataclasses import dataclass, field

from engine.errors import DomainError, Invalid
from engine.i18n import Sentence, _


@dataclass(frozen=True)
class Finding:
    """One thing to know about a drawing: an error keeps it from being published, a warning does not."""

    severity: str
    element_id: str | None
    element_name: str | None
    code: str
    message: str
    values: dict = field(default_factory=dict)

    @property
    def is_error(self) -> bool:
        return self.severity == "error"

    def __str__(self):
        return Sentence(_("%(where)s: %(why)s"), {"where": self.element_id or "-", "why": Sentence(self.message, self.values)})


class ModelRefused(Invalid):
    """The drawing cannot be run; `findings` says everything that is wrong with it."""

    message = _("The process model cannot be run.")

    def __init__(self, findings: list[Finding]):
        self.findings = findings
        super().__init__(problems=[_as_problem(finding) for finding in findings if finding.is_error])

    def __str__(self):
        return Sentence.of(str(finding) for finding in self.findings if finding.is_error)


def _as_problem(finding):
    return {
        "pointer": finding.element_id or "",
        "code": finding.code,
        "message": finding.message,
        "values": finding.values,
    }


class RunFailed(DomainError):
    """A run cannot go on as drawn: throw the run away (nothing was saved) and show the element to an operator."""

    message = _("The process cannot go on at “%(element)s”.")

    def __init__(self, element_id: str | None, code: str, message: str, **values):
        self.element_id = element_id
        self._code = code
        super().__init__(message, element=element_id or "-", **values)

    @property
    def code(self) -> str:
        return self._code
