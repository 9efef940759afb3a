"""Files handed in with a task's answers: a diagram says by the property `takes` which kind they are and who may see them."""

import hashlib

from flask import request

from engine import storage
from engine.access.models import Participant
from engine.db import db
from engine.documents import shelf
from engine.documents.models import Document
from engine.errors import Invalid, problem
from engine.forms.form import Form
from engine.i18n import _
from engine.inbox import effects
from engine.workflow.models import UserTask
from webapp.api import uploads

FIELD, MOST = "files", 10


def wanted(task: UserTask) -> bool:
    """Does this task take files?"""
    return bool(task.is_open and effects.property_of(task, "takes"))


def sent(task: UserTask) -> list[uploads.Upload]:
    """The files that came with the answers, each found good. Raises Invalid with what is wrong with them."""
    if not effects.property_of(task, "takes"):
        return []
    found = received()
    kinds = effects.property_of(task, "media").split()
    if found and kinds and any(one.media_type not in kinds for one in found):
        wrong = problem(f"/{FIELD}", "kind", _("Hand in a PDF or a JPEG picture."))
        raise Invalid(_("A file cannot be taken."), problems=[wrong])
    return found


def enough(task: UserTask, answers: dict) -> list[uploads.Upload]:
    """The same; and some answers are nothing without a file: those that the task's property `needs_file` names."""
    files = sent(task)
    key, _equals, value = effects.property_of(task, "needs_file").partition("=")
    if key and not files and answers.get(key) == value:
        raise Invalid(_("A file is missing."), problems=[problem(f"/{FIELD}", "missing", _("Please add the file."))])
    return files


def received() -> list[uploads.Upload]:
    """The files of this request, each found good. Raises Invalid with what is wrong with them."""
    found, problems = [], []
    for file in [each for each in request.files.getlist(FIELD) if each.filename][:MOST]:
        upload, wrong = uploads.judged(FIELD, file.filename, file.read(uploads.MAX_FILE + 1))
        problems += [{**one, "pointer": f"/{FIELD}"} for one in wrong]
        found += [upload] if upload else []
    if problems:
        raise Invalid(_("A file cannot be taken."), problems=problems)
    return found


def answered(form: Form) -> dict[str, list[uploads.Upload]]:
    """The files of this request that the form's own fields ask for, each found good. Raises Invalid with all that is wrong."""
    found, problems = {}, []
    for component in [each for each in form.questions if each.type == "file"]:
        found[component.key] = []
        for file in [each for each in request.files.getlist(component.key) if each.filename][:MOST + 1]:
            file.stream.seek(0)  # it may have been looked at before
            upload, wrong = uploads.judged(component.key, file.filename, file.read(uploads.MAX_FILE + 1))
            problems += [{**one, "pointer": f"/{component.key}"} for one in wrong]
            found[component.key] += [upload] if upload else []
    if problems:
        raise Invalid(_("A file cannot be taken."), problems=problems)
    return found


def as_answers(form: Form) -> dict[str, list[dict]]:
    """What the process keeps of them: name, kind, size and hash."""
    return {key: [{"name": one.name, "media_type": one.media_type, "size": len(one.data),
                   "sha256": hashlib.sha256(one.data).hexdigest()} for one in found] for key, found in answered(form).items()}


def keep_answered(task: UserTask, form: Form | None, by: str) -> list[Document]:
    """Put them on the case's shelf, of the kind and for the audience that the form says."""
    if form is None or task.case_id is None:
        return []
    person = db.session.get(Participant, task.participant_id) if task.participant_id else None
    asked, side = {each.key: each.extra for each in form.questions}, person.side if person else ""
    kept = [shelf.put(task.case_id, asked[key].get("document_kind", "evidence"), one.name.rpartition(".")[0] or one.name,
                      one.data, asked[key].get("audience", "filing"), media_type=one.media_type, filename=one.name, side=side,
                      created_by=by[:200])
            for key, found in answered(form).items() if task.answers.get(key) for one in found]
    effects.keep_files(task, kept)
    return kept


def stored() -> list[dict]:
    """The files of this request, kept in storage under their hash: `sha256, name, media_type, size`. Raises Invalid."""
    return [{"sha256": storage.put(upload.data), "name": upload.name, "media_type": upload.media_type, "size": len(upload.data)}
            for upload in received()]


def keep(task: UserTask, files: list[uploads.Upload], by: str) -> list[Document]:
    """Put them on the case's shelf, as from the side of whoever answers."""
    if not files:
        return []
    kind, _space, audience = effects.property_of(task, "takes").partition(" ")
    person = db.session.get(Participant, task.participant_id) if task.participant_id else None
    kept = [shelf.put(task.case_id, kind, upload.name.rpartition(".")[0] or upload.name, upload.data, audience or "filing",
                      media_type=upload.media_type, filename=upload.name, side=person.side if person else "", created_by=by[:200])
            for upload in files]
    effects.keep_files(task, kept)
    return kept
