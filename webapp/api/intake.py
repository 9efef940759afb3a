"""GET /intake-fields/{category}: what is asked at intake by kind of dispute, for whoever draws the form."""

from flask_smorest import Blueprint

from engine.cases import causes, intake_fields
from engine.errors import NotFound
from engine.forms.components import Component
from webapp.api import describe, incoming, presenting
from webapp.identity import public

blueprint = Blueprint("api_intake", __name__, description="What is asked at intake")
blueprint.before_request(incoming.receive)


@blueprint.get("/intake-fields/<category>")
@describe.operation("What is asked at intake for a category", answer="IntakeFields", problems=(404,), public=True)
@public
def show(category: str):
    """The questions whose answers go into `details` of a referral or application, by group; none is compulsory."""
    found = causes.categories().get(category)
    if found is None:
        raise NotFound()
    return {"category": found.slug, "name": presenting.words(found.zh, found.en), "sector": found.sector,
            "parts": [_part(part) for part in intake_fields.parts(category)]}


def _part(part: intake_fields.Part) -> dict:
    return {"name": part.name, "title": presenting.words(part.title.zh, part.title.en), "basis": part.basis,
            "fields": [_field(question) for question in part.form.questions]}


def _field(question: Component) -> dict:
    values = [{"value": str(choice.value), "label": presenting.words(choice.label, choice.label_en)}
              for choice in question.values]
    return {"key": question.key, "type": question.type, "label": presenting.words(question.label, question.label_en),
            "max_length": question.max_length, "values": values}
