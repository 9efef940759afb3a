"""The files beside the diagram: decision tables, forms with a preview, scenarios, settings, and the English names."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from engine.errors import Conflict, DomainError, Invalid, NotFound
from engine.forms.form import Form, FormRefused
from engine.processes import drafts, library, names, settings, starter
from webapp import app, errors, security
from webapp.asking import Asking
from webapp.designer import processes
from webapp.designer.door import blueprint, shown
from webapp.designer.showing import draft_of
from webapp.designer.words import island_words
from webapp.identity import current_actor


@blueprint.get("/drafts/<int:draft_id>/files/<path:name>")
def file(draft_id, name):
    """One file: a table to edit, a form with its preview, or the text."""
    seen = draft_of(draft_id)
    if "download" in request.args or name not in seen.draft.files:
        return processes.as_text(seen.draft.files, name)
    return _editor(seen, name, seen.draft.files[name])


def _editor(seen, name, text, refused: DomainError | None = None):
    status, message, problems = errors.told(refused) if refused else (200, "", [])
    found = [shown(finding) for finding in drafts.check(current_actor(), seen.draft.id) if finding.file == name]
    return render_template("designer/file.html", seen=seen, draft=seen.draft, name=name, text=text, message=message,
                           problems=problems, found=found, words=island_words(), **_preview(name, text)), status


@blueprint.post("/drafts/<int:draft_id>/files/<path:name>")
@security.uploads
def save_file(draft_id, name):
    """Keep the text of a file; what somebody else saved meanwhile is not overwritten, and nothing typed is lost."""
    seen, text = draft_of(draft_id), request.form.get("text", "").replace("\r\n", "\n")
    if name not in seen.draft.files:
        raise NotFound()
    try:
        drafts.save(current_actor(), draft_id, {name: text}, request.form.get("revision", 0, int))
    except (Invalid, Conflict) as refused:
        return _editor(seen, name, text, refused)
    flash(_("%(file)s is saved.", file=name))
    return redirect(url_for("designer.file", draft_id=draft_id, name=name), 303)


@blueprint.post("/drafts/<int:draft_id>/files")
def add_file(draft_id):
    """Begin a new form, decision table or scenario."""
    name, text = starter.file(request.form.get("kind", ""), request.form.get("name", "").strip())
    seen = draft_of(draft_id)
    if name in seen.draft.files:
        raise starter.FileExists(file=name)
    drafts.save(current_actor(), draft_id, {name: text}, request.form.get("revision", 0, int))
    return redirect(url_for("designer.file", draft_id=draft_id, name=name), 303)


@blueprint.post("/drafts/<int:draft_id>/remove/<path:name>")
def remove_file(draft_id, name):
    """Take a file out of the draft."""
    if name not in draft_of(draft_id).draft.files:
        raise NotFound()
    drafts.save(current_actor(), draft_id, {name: None}, request.form.get("revision", 0, int))
    flash(_("%(file)s is no longer in the draft.", file=name))
    return redirect(url_for("designer.draft", draft_id=draft_id), 303)


@blueprint.post("/drafts/<int:draft_id>/preview")
@app.only_reads
@security.uploads
def preview(draft_id):
    """A form as people will see it, from the text in the editor."""
    draft_of(draft_id)
    return render_template("designer/_preview.html", **_preview("forms/preview.json", request.form.get("text", "")))


def _preview(name: str, text: str) -> dict:
    """A form to show, or what is wrong with its file."""
    if not name.startswith("forms/"):
        return {"asking": None, "faults": []}
    try:
        return {"asking": Asking.fresh(Form.read(text, name.removeprefix("forms/").removesuffix(".json")), {}), "faults": []}
    except FormRefused as refused:
        return {"asking": None, "faults": errors.said(refused)}


@blueprint.get("/drafts/<int:draft_id>/names")
def english(draft_id):
    """Titles and all names with their English beside them."""
    seen = draft_of(draft_id)
    return render_template("designer/names.html", seen=seen, draft=seen.draft, named=names.every(seen.draft.files))


@blueprint.post("/drafts/<int:draft_id>/names")
def save_english(draft_id):
    """Keep the English names and the titles."""
    files = draft_of(draft_id).draft.files
    sent = {key.removeprefix("en:"): text[:300] for key, text in request.form.items() if key.startswith("en:")}
    title, title_en = (request.form.get(key, "").strip()[:200] for key in ("title", "title_en"))
    changes = settings.with_english(files, {**library.english_of(files), **sent}) | settings.with_titles(files, title, title_en)
    drafts.save(current_actor(), draft_id, changes, request.form.get("revision", 0, int))
    flash(_("The names are saved."))
    return redirect(url_for("designer.english", draft_id=draft_id), 303)


