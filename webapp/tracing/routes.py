"""Search, one instance with everything it waits or waited for, and what is done to calls and incidents."""

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _

from engine.cases import masking
from engine.errors import NotFound
from engine.oversight import actions, overlay, queries, repairs
from webapp import htmx
from webapp.identity import current_actor
from webapp.tracing import words

blueprint = Blueprint("tracing", __name__)

blueprint.app_template_global("incident_words")(words.incident)

STATES = ("", "stuck", "running", "suspended", "ended")


@blueprint.get("/")
def index():
    """What is open now, and the search."""
    actor = current_actor()
    text, state = htmx.search_text(), request.args.get("state", "")
    page = htmx.page_number()
    rows = queries.search(actor, text, state if state in STATES else "", queries.PAGE + 1, (page - 1) * queries.PAGE)
    return htmx.render("tracing/index.html", "tracing/_rows.html", rows=rows[:queries.PAGE], q=text, state=state, page=page,
                       more=len(rows) > queries.PAGE, incidents=queries.incidents(actor), counts=queries.counts(actor),
                       holds_back=actions.holds_back)


@blueprint.get("/<int:instance_id>")
def show(instance_id):
    """One instance: diagrams with position and history, waits, calls, messages, timers, trace."""
    actor = current_actor()
    instance = queries.get(actor, instance_id)
    private = queries.private_names(instance)
    return render_template(
        "tracing/show.html", instance=instance, desk=repairs.desk(actor, instance),
        number=queries.number(instance), holds_back=actions.holds_back, rows=queries.waits(instance),
        attempts=queries.attempts(instance), received=queries.received(instance), sheets=overlay.sheets(instance),
        history=[entry for entry in queries.history(instance) if entry.event != "moved"], operator_events=queries.OPERATOR_EVENTS,
        actor_name=lambda name: masking.mask_name(name) if name in private else name,
        diagram_url=lambda sheet: url_for("tracing.diagram", instance_id=instance.id, process_key=sheet.key),
    )


@blueprint.get("/<int:instance_id>/overlay.json")
def marks(instance_id):
    """Position and history of an instance, for whoever draws it: diagram → element → state and times."""
    instance = queries.get(current_actor(), instance_id)
    sheets = overlay.sheets(instance)
    return jsonify({
        "instance": instance.id, "status": instance.status, "stage": instance.stage,
        "processes": [
            {"key": sheet.key, "title": sheet.title, "is_active": sheet.is_active, "marks": sheet.marks(),
             "times": {step.element: step.times for step in sheet.steps if step.times},
             "xml": url_for("tracing.diagram", instance_id=instance.id, process_key=sheet.key)}
            for sheet in sheets
        ],
    })


@blueprint.get("/<int:instance_id>/diagrams/<process_key>.bpmn")
def diagram(instance_id, process_key):
    """One diagram of the instance, as drawn."""
    instance = queries.get(current_actor(), instance_id)
    sheet = next((each for each in overlay.sheets(instance) if each.key == process_key), None)
    if sheet is None:
        raise NotFound()
    return Response(sheet.xml, content_type="application/xml; charset=utf-8")


@blueprint.post("/calls/<int:call_id>/retry")
def retry(call_id):
    """Have a stuck call tried again; the reason stays in the case's history."""
    call = actions.retry_call(current_actor(), call_id, request.form.get("reason", ""))
    flash(_("The call is due again; a worker will take it at once."))
    return redirect(url_for("tracing.show", instance_id=call.instance_id), 303)


@blueprint.post("/incidents/<int:incident_id>/try-again")
def try_again(incident_id):
    """Have tried again what an incident holds back; the reason stays in the case's history."""
    incident = actions.try_again(current_actor(), incident_id, request.form.get("reason", ""))
    flash(_("It is due again; a worker will take it at once."))
    return _back(incident)


@blueprint.post("/incidents/<int:incident_id>/resolve")
def resolve(incident_id):
    """Close an incident that needs nothing more."""
    incident = actions.resolve(current_actor(), incident_id, request.form.get("reason", ""))
    flash(_("The incident is closed."))
    return _back(incident)


def _back(incident):
    target = url_for("tracing.show", instance_id=incident.instance_id) if incident.instance_id else url_for("tracing.index")
    return redirect(target, 303)
