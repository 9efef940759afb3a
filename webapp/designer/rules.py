"""Which rule is where: terms, close codes, documents and legal tables with the processes in force."""

from itertools import groupby

from flask import render_template
from flask_babel import gettext

from engine.i18n import _
from engine.processes import library, overview, rules
from webapp import i18n
from webapp.designer.door import blueprint
from webapp.identity import current_actor

GRADES = {"S": _("from a secondary source"), "design": _("set by the platform"), "unverified": _("not verified")}
PARTS = {"terms": _("Terms"), "outcomes": _("Close codes"), "documents": _("Documents"), "tables": _("Legal tables")}


@blueprint.get("/rules")
def which_rule():
    """The report, from what is in force now."""
    overview.every(current_actor())
    found = rules.every({key: version.files for key, version in library.published().items()})
    parts = [(part, gettext(PARTS[part]), [_row(key, list(each)) for key, each in groupby(those, lambda rule: rule.key)])
             for part, those in ((part, [rule for rule in found if rule.part == part]) for part in PARTS)]
    return render_template("designer/rules.html", parts=parts)


def _row(key: str, found: list[rules.Rule]) -> dict:
    """One rule with all its places."""
    first = found[0]
    places = [(rule.place, rule.use) for rule in found if rule.place != rules.NOWHERE]
    text = i18n.say(first.text) if first.part == "outcomes" else first.text
    basis, _bracket, grade = first.basis.removesuffix("]").rpartition(" [")
    graded = first.basis.endswith("]") and bool(basis)
    return {"key": key, "text": text, "basis": basis if graded else first.basis, "places": places,
            "grade": i18n.say(GRADES.get(grade, "")) if graded else ""}
