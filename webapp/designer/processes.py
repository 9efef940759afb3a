"""Processes and their versions: what is in force, what runs on it, what every version looked like."""

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from engine.errors import NotFound
from engine.processes import archive, differences, drafts, library, names, overview, starter
from webapp.designer.door import blueprint
from webapp.identity import current_actor


@blueprint.get("/")
def index():
    """All processes, with the drafts that are being worked on."""
    shelves = overview.every(current_actor())
    people = overview.people([draft for shelf in shelves for draft in shelf.drafts])
    return render_template("designer/index.html", shelves=shelves, people=people)


@blueprint.post("/")
def begin():
    """Start a new process, from a pool with a start and an end."""
    key, title = request.form.get("key", "").strip(), request.form.get("title", "").strip()
    draft = drafts.begin(current_actor(), key, starter.folder(key, title or key, request.form.get("title_en", "").strip()))
    return redirect(url_for("designer.diagram", draft_id=draft.id), 303)


@blueprint.get("/processes/<key>")
def process(key):
    """One process: its versions and drafts."""
    shelf = overview.shelf(current_actor(), key)
    return render_template("designer/process.html", shelf=shelf, people=overview.people(shelf.drafts),
                           callers=overview.callers(current_actor(), key))


@blueprint.post("/processes/<key>/drafts")
def change(key):
    """Open a draft from the version in force, or take up one's own."""
    draft = drafts.open(current_actor(), key)
    flash(_("You are working on a draft; what is in force stays as it is until the draft is published."))
    return redirect(url_for("designer.diagram", draft_id=draft.id), 303)


@blueprint.get("/versions/<int:version_id>")
def version(version_id):
    """One version, for reading: its diagram, its files, what it changed."""
    actor = current_actor()
    found = overview.version(actor, version_id)
    shelf = overview.shelf(actor, found.process_key)
    before = next((each for each in shelf.versions if each.number < found.number), None)
    return render_template(
        "designer/version.html", version=found, shelf=shelf, before=before, named=names.every(found.files),
        changes=differences.compare(before.files, found.files) if before else [],
    )


@blueprint.get("/versions/<int:version_id>/files/<path:name>")
def version_file(version_id, name):
    """One file of a version, as text."""
    return as_text(overview.version(current_actor(), version_id).files, name)


@blueprint.get("/versions/<int:version_id>.zip")
def version_zip(version_id):
    """A version to take away, in the layout of the shipped folders."""
    found = overview.version(current_actor(), version_id)
    return as_zip(f"{found.process_key}-v{found.number}", found.process_key, found.files)


def as_zip(name: str, key: str, files: library.Files) -> Response:
    """A folder as a download."""
    answer = Response(archive.pack(key, files), content_type="application/zip")
    answer.headers.set("Content-Disposition", "attachment", filename=f"{name}.zip")
    return answer


def as_text(files: library.Files, name: str) -> Response:
    """A file of a folder as plain text, or as a download when the address asks for it. Raises NotFound."""
    if name not in files:
        raise NotFound()
    answer = Response(files[name], content_type="text/plain; charset=utf-8")
    if "download" in request.args:
        answer.headers.set("Content-Disposition", "attachment", filename=name.rsplit("/", 1)[-1])
    return answer
