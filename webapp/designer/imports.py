"""Take in a diagram of another modeller, and show what was understood, what was changed and what was refused."""

from flask import render_template, request

from engine.i18n import _
from engine.processes import importing, uploads
from webapp import security
from webapp.designer.door import blueprint, shown
from webapp.designer.showing import Shown
from webapp.identity import current_actor

KINDS = {importing.REFUSED: _("refused"), importing.CHANGED: _("changed"), importing.UNDERSTOOD: _("understood")}


@blueprint.post("/import")
@security.uploads
def take_in():
    """Begin a draft with the diagram of another modeller."""
    sent = {file.filename: file.read() for file in request.files.getlist("files") if file.filename}
    lines = (line.partition("=") for line in request.form.get("operations", "").splitlines())
    topics = {topic.strip(): name.strip() for topic, _sign, name in lines if name.strip()}
    return told(uploads.begin(current_actor(), sent, request.form.get("key", "").strip(), topics))


def told(taken: uploads.Taken):
    """The list of what became of the diagram's parts, and what still keeps the draft from being handed in."""
    seen = Shown.of(taken.draft)
    found = [shown(each) for each in uploads.still_wrong(current_actor(), taken.draft)]
    return render_template("designer/imported.html", seen=seen, draft=taken.draft, notes=taken.notes, kinds=KINDS, found=found)
