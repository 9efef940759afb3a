"""What a clock tells when it is asked: how long, from when, by which rule, what made it stand still, who may give more time."""

from dataclasses import dataclass

from engine import clock
from engine.cases import regimes
from engine.cases.models import Case
from engine.deadlines import clocks, saying, terms
from engine.deadlines.models import Deadline
from engine.deadlines.terms import Term
from engine.errors import NotFound
from engine.i18n import _
from webapp import i18n

SOURCES = {  # how sure a row of the table is
    "P": "", "S": _("by a secondary source"), "unverified": _("not yet checked against the text"),
    "design": _("this platform's default, not a rule of law"),
}


@dataclass(frozen=True)
class Told:
    """One term of a case in the reader's language. `left`: days of extension the law still allows; None: no cap."""

    row: Deadline
    term: Term
    title: str
    length: str
    starts: str
    article: str
    source: str
    expiry: str
    explanation: str
    extension: str
    used: int
    left: int | None


def told(row: Deadline) -> Told | None:
    """A term of a case; None when the table does not have it any more."""
    term = term_of(row.term)
    if term is None:
        return None
    language, used = i18n.language(), sum(each["days"] for each in row.extensions)
    extension, cap = term.extension, None
    if extension is not None:
        cap = extension.cap_on((row.ended_at or clock.now()).astimezone(clock.SHANGHAI).date())
    return Told(
        row, term, title=term.title.in_language(language), length=length(term, row.length),
        starts=term.starts.in_language(language), article=term.article.in_language(language),
        source=i18n.say(SOURCES[term.source]),
        expiry=term.expiry.in_language(language), explanation=row.explanation.get(language, ""),
        extension=extension.words.in_language(language) if extension else "", used=used,
        left=None if cap is None else max(cap - used, 0),
    )


def of_extension(case: Case) -> str:
    """What the mediation term of a case says about more time, for whoever is about to ask for it: rule, article, days used and
    left; nothing while it does not run."""
    row = clocks.running(case.id, regimes.get(case.regime).term(case.procedure))
    known = told(row) if row else None
    if known is None:
        return ""
    said = i18n.say(_("%(term)s: %(rule)s. %(article)s."),
                    {"term": known.title, "rule": known.extension, "article": known.article})
    given = _("%(used)s days have been given so far.") if known.left is None else _(
        "%(used)s days have been given so far, %(left)s are left.")
    return f"{said} {i18n.say(given, {'used': known.used, 'left': known.left})}"


def badges(drawn: dict[str, str]) -> list[dict]:
    """For a drawing: which element has which term, how long it is, and under which article."""
    found = [(element, term_of(key)) for element, key in drawn.items()]
    return [{"element": element, **badge(term)} for element, term in found if term]


def badge(term: Term) -> dict:
    """A term in a few signs, and in a sentence."""
    language = i18n.language()
    title = f"{term.title.in_language(language)} · {term.article.in_language(language)}"
    return {"text": f"{term.id} {length(term)}", "title": title}


def length(term: Term, number: int | None = None) -> str:
    """`30日`, `3 working days`."""
    return saying.length(term.unit, term.length if number is None else number).in_language(i18n.language())


def term_of(key: str) -> Term | None:
    """A term by its id, or None."""
    try:
        return terms.get(key)
    except NotFound:
        return None
