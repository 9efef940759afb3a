"""One draft: where it stands, its diagram, its files; hand it in, give it up, take it away."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from engine.errors import Invalid
from engine.processes import drafts, importing, names, uploads
from webapp import errors, security
from webapp.designer import imports, processes
from webapp.designer.door import blueprint, findings_of, shown
from webapp.designer.showing import Shown, draft_of
from webapp.designer.words import island_words
from webapp.identity import current_actor


@blueprint.get("/drafts/<int:draft_id>")
def draft(draft_id):
    """The draft at a glance: files, findings, what to do next."""
    return _overview(draft_of(draft_id))


def _overview(seen: Shown, refused: Invalid | None = None):
    found = [shown(finding) for finding in drafts.check(current_actor(), seen.draft.id)]
    message = errors.told(refused)[1] if refused else ""
    page = render_template("designer/draft.html", seen=seen, draft=seen.draft, found=found, message=message,
                           refusals=findings_of(refused) if refused else [], notes=getattr(refused, "notes", []))
    return (page, 422) if refused else page


@blueprint.get("/drafts/<int:draft_id>/diagram")
def diagram(draft_id):
    """The diagram: to edit for the author, to read for everybody else; the same as a list beside it."""
    seen = draft_of(draft_id)
    return render_template("designer/diagram.html", seen=seen, draft=seen.draft, named=names.every(seen.draft.files),
                           words=island_words())


@blueprint.post("/drafts/<int:draft_id>/upload")
@security.uploads
def upload(draft_id):
    """Take files into the draft, or say everything that is wrong with them."""
    sent = {file.filename: file.read() for file in request.files.getlist("files") if file.filename}
    try:
        taken = uploads.take(current_actor(), draft_id, sent, request.form.get("revision", 0, int))
    except Invalid as refused:
        return _overview(draft_of(draft_id), refused)
    flash(_("The files are in the draft."))
    if any(note.kind != importing.UNDERSTOOD for note in taken.notes):
        return imports.told(taken)
    return redirect(url_for("designer.draft", draft_id=draft_id), 303)


@blueprint.post("/drafts/<int:draft_id>/submit")
def submit(draft_id):
    """Hand the draft to an approver, once checks and scenarios hold."""
    try:
        drafts.submit(current_actor(), draft_id, request.form.get("note", "").strip()[:2000])
    except Invalid as refused:
        return _overview(draft_of(draft_id), refused)
    flash(_("The draft waits for somebody else to publish it."))
    return redirect(url_for("designer.draft", draft_id=draft_id), 303)


@blueprint.post("/drafts/<int:draft_id>/drop")
def drop(draft_id):
    """Give the draft up."""
    given_up = drafts.drop(current_actor(), draft_id)
    flash(_("The draft is given up; it stays on record."))
    is_published = given_up.base_version_id is not None
    target = url_for("designer.process", key=given_up.process_key) if is_published else url_for("designer.index")
    return redirect(target, 303)


@blueprint.get("/drafts/<int:draft_id>.zip")
def draft_zip(draft_id):
    """The draft to take away, in the layout of the shipped folders."""
    found = drafts.get(current_actor(), draft_id)
    return processes.as_zip(f"{found.process_key}-draft-{found.id}", found.process_key, found.files)
