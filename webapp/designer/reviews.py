"""Before a draft is in force: try its scenarios, see what changed, publish it or send it back."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from engine.errors import Invalid
from engine.processes import coverage, differences, drafts, overview, scenarios
from webapp import errors
from webapp.designer.door import blueprint, findings_of
from webapp.designer.showing import draft_of
from webapp.identity import current_actor


@blueprint.get("/drafts/<int:draft_id>/scenarios")
def try_it(draft_id):
    """Walk all scenarios in memory and show every step."""
    seen, told = draft_of(draft_id), drafts.walk(current_actor(), draft_id)
    try:
        written = {each.name: each for each in scenarios.of(seen.draft.files)}
    except scenarios.ScenarioRefused:
        written = {}
    return render_template("designer/scenarios.html", seen=seen, draft=seen.draft, reports=told, written=written,
                           passed=sum(report.passed for report in told),
                           covered=coverage.of(seen.draft.process_key, seen.draft.files, told))


@blueprint.get("/drafts/<int:draft_id>/changes")
def changes(draft_id):
    """What the draft changes, file by file and element by element; the approver decides here."""
    return _changes(draft_of(draft_id))


def _changes(seen, refused: Invalid | None = None):
    base = overview.version(current_actor(), seen.draft.base_version_id) if seen.draft.base_version_id else None
    found = differences.compare(base.files if base else {}, seen.draft.files)
    message = errors.told(refused)[1] if refused else ""
    page = render_template("designer/changes.html", seen=seen, draft=seen.draft, base=base, changes=found, message=message,
                           refusals=findings_of(refused) if refused else [])
    return (page, 422) if refused else page


@blueprint.post("/drafts/<int:draft_id>/approve")
def approve(draft_id):
    """Put the draft in force; instances that run stay on their version."""
    try:
        version = drafts.approve(current_actor(), draft_id, request.form.get("remark", "").strip()[:2000])
    except Invalid as refused:
        return _changes(draft_of(draft_id), refused)
    flash(_("Version %(number)s is in force: new cases run on it, running ones stay on theirs.", number=version.number) if version
          else _("What the draft says is already in force."))
    return redirect(url_for("designer.process", key=draft_of(draft_id).draft.process_key), 303)


@blueprint.post("/drafts/<int:draft_id>/reject")
def reject(draft_id):
    """Send the draft back to its author, saying why."""
    try:
        drafts.reject(current_actor(), draft_id, request.form.get("remark", "")[:2000])
    except Invalid as refused:
        return _changes(draft_of(draft_id), refused)
    flash(_("The draft went back to its author."))
    return redirect(url_for("designer.index"), 303)
