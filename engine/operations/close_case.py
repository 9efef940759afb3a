"""Close a case."""

from engine.cases import outcomes
from engine.cases.models import Case
from engine.db import locked
from engine.i18n import _
from engine.operations.operation import Operation


class CloseCase(Operation):
    """Close the case: everything is done, the file is only read from now on."""

    name = "cases.close"
    title = _("Close the case")

    def record(self, result, call):
        outcomes.close(locked(Case, call.case_id))
        return {}
