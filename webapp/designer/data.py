"""JSON for the islands: everything the diagram's panel offers, saving, checking."""

from collections.abc import Iterable, Mapping

from flask import jsonify, request, url_for
from flask_babel import gettext

from engine import expressions, operations
from engine.deadlines import terms
from engine.errors import Invalid, problem
from engine.i18n import _
from engine.processes import check_content, drafts, library, overview, settings
from engine.workflow.decisions import DecisionsRefused, parse_decisions
from engine.workflow.xmlfiles import FileRefused
from webapp import app, clocks, i18n, presenting, security
from webapp.designer.door import blueprint, shown
from webapp.designer.words import island_words
from webapp.identity import current_actor

OF_THE_CASE = (  # what expressions of a diagram know besides the basic functions
    ("case", 'case["amount"]', _("What the register says about the case: amount, category, regime, parties …")),
    ("term", 'term("T06")', _("The moment at which a term of the table ends when it begins now.")),
    ("today", "today()", _("This day in Beijing.")),
    ("now", "now()", _("This moment.")),
)


class DataRefused(Invalid):
    """The island sent something that is not a change of a draft."""

    message = _("The change could not be read.")


@blueprint.get("/operations.json")
def catalogue():
    """Everything a service task can do."""
    overview.every(current_actor())
    return jsonify([operation.describe(gettext) for operation in operations.OPERATIONS.values()])


@blueprint.get("/drafts/<int:draft_id>/diagram.json")
def diagram_data(draft_id):
    """The diagram with everything its panel offers to choose from."""
    draft = drafts.get(current_actor(), draft_id)
    return jsonify(
        revision=draft.revision, xml=draft.files[library.DIAGRAM], english=library.english_of(draft.files),
        lanes=library.settings_of(draft.files).get("lanes", {}), words=island_words(), language=i18n.language(),
        choices=_choices(draft), csrf_header="X-CSRFToken",
    )


def _choices(draft) -> dict:
    in_force = library.published()
    return {
        "forms": [_form(draft, name) for name in sorted(draft.files) if name.startswith("forms/")],
        "decisions": _decisions(draft.files),
        "processes": [{"value": key, "label": i18n.text_of(version)} for key, version in sorted(in_force.items())],
        "operations": [operation.describe(gettext) for operation in operations.OPERATIONS.values()],
        "terms": [_term(term) for term in terms.every()],
        "functions": [*(_function(*each) for each in OF_THE_CASE), *expressions.describe_functions(gettext)],
        "stages": _worded(check_content.STAGES, presenting.STAGES),
        "roles": _worded(sorted(map(str, check_content.ROLES)), presenting.ROLES),
    }


def _worded(keys: Iterable[str], words: Mapping[str, str]) -> list[dict]:
    return [{"value": key, "label": gettext(words.get(key, key))} for key in keys]


def _function(name: str, usage: str, about: str) -> dict:
    return {"name": name, "usage": usage, "about": gettext(about)}


def _form(draft, name: str) -> dict:
    key = name.removeprefix("forms/").removesuffix(".json")
    return {"value": key, "url": url_for("designer.file", draft_id=draft.id, name=name)}


def _decisions(files: library.Files) -> list[dict]:
    found = []
    for name in sorted(each for each in files if each.startswith("decisions/")):
        try:
            found += parse_decisions(files[name].encode()).values()
        except (DecisionsRefused, FileRefused):
            continue  # told as a finding
    return [{"value": table.id, "label": table.name or table.id} for table in found]


def _term(term) -> dict:
    language = i18n.language()
    return {
        "value": term.id, "label": f"{term.id} {term.title.in_language(language)}", "fixed": term.has_fixed_length,
        "words": [term.name, term.family], "length": clocks.length(term), "article": term.article.in_language(language),
        **clocks.badge(term),
    }


@blueprint.post("/drafts/<int:draft_id>/diagram.json")
@security.uploads
def save_diagram(draft_id):
    """Keep the diagram with its English names and roles of lanes."""
    draft = drafts.get(current_actor(), draft_id)
    saved = drafts.save(current_actor(), draft_id, _changes(draft.files, _sent()), _revision(_sent()))
    return jsonify(revision=saved.revision, saved_at=i18n.moment(saved.changed_at))


@blueprint.post("/drafts/<int:draft_id>/check.json")
@app.only_reads
@security.uploads
def check(draft_id):
    """Everything to know about what is on the screen, saved or not."""
    draft = drafts.get(current_actor(), draft_id)
    found = drafts.check(current_actor(), draft_id, _changes(draft.files, _sent()))
    return jsonify(findings=[shown(finding) for finding in found])


@blueprint.get("/drafts/<int:draft_id>/coverage.json")
def covered(draft_id):
    """Every element and arrow with the scenarios that come by; those without any are still to be shown."""
    found = drafts.covered(current_actor(), draft_id)
    parts = [{"id": part.id, "what": part.what, "name": part.name, "walked_by": part.walked_by} for part in found.parts]
    return jsonify(process=found.process_key, parts=parts, missed=[part.id for part in found.missed])


@blueprint.post("/drafts/<int:draft_id>/files.json")
@security.uploads
def save_files(draft_id):
    """Keep changed files (the island of decision tables)."""
    sent = _sent()
    files = sent.get("files")
    if not _are_texts(files):
        raise DataRefused(problems=[problem("/files", "type", _("This must be texts by file name."))])
    saved = drafts.save(current_actor(), draft_id, files, _revision(sent))
    return jsonify(revision=saved.revision, saved_at=i18n.moment(saved.changed_at))


def _sent() -> Mapping:
    sent = request.get_json(silent=True)
    if not isinstance(sent, dict):
        raise DataRefused(problems=[problem("", "json", _("This must be a JSON object."))])
    return sent


def _revision(sent: Mapping) -> int:
    if not isinstance(sent.get("revision"), int):
        raise DataRefused(problems=[problem("/revision", "type", _("This must be a whole number."))])
    return sent["revision"]


def _changes(files: library.Files, sent: Mapping) -> dict[str, str]:
    """The files that differ: the diagram, and what belongs to it in process.toml and the English names."""
    faults = [problem(f"/{name}", "type", _("This must be texts by name.")) for name in ("english", "lanes")
              if not _are_texts(sent.get(name, {}))]
    if not isinstance(sent.get("xml"), str):
        faults.append(problem("/xml", "type", _("This must be the diagram's text.")))
    if faults:
        raise DataRefused(problems=faults)
    changes = {library.DIAGRAM: sent["xml"]}
    changes |= settings.with_english(files, sent["english"]) if "english" in sent else {}
    return changes | (settings.with_lanes(files, sent["lanes"]) if "lanes" in sent else {})


def _are_texts(sent) -> bool:
    return isinstance(sent, dict) and all(isinstance(text, str) for text in sent.values())
