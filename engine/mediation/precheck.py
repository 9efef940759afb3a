"""What a court will look for, looked for before anybody signs (CPL-Interp 355, 358, 461; Civil-Mediation 2020, Art. 8).

Each point passes, warns or fails. A point that fails is one on which the law lets no agreement be confirmed or enforced: such
a draft is not frozen. A warning is shown to everybody who signs.
"""

import re
from dataclasses import asdict, dataclass, field
from datetime import date

from engine import clock
from engine.access.models import Participant
from engine.cases import identity, powers
from engine.cases.models import Case
from engine.deadlines.terms import Words
from engine.documents.facts import parties_of
from engine.errors import DomainError, problem
from engine.i18n import _
from engine.mediation import forbidden, terms
from engine.mediation.draft import Draft

PASSES, WARNS, FAILS = "pass", "warn", "fail"
INTERPRETATION = "《最高人民法院关于适用〈中华人民共和国民事诉讼法〉的解释》"
CLEAR = Words(f"{INTERPRETATION}第三百五十八条第五项、第四百六十一条", "CPL Interpretation, Arts. 358(5), 461")
AUTHORITY = Words(f"《中华人民共和国民事诉讼法》第六十二条、{INTERPRETATION}第八十九条",
                  "Civil Procedure Law, Art. 62; CPL Interpretation, Art. 89")
CAPACITY = Words("《中华人民共和国民法典》第十八条至第二十条", "Civil Code, Arts. 18–20")
PENALTY = Words("《最高人民法院关于人民法院民事调解工作若干问题的规定》第八条、《中华人民共和国民法典》第五百八十五条",
                "SPC Provisions on Civil Mediation, Art. 8; Civil Code, Art. 585")
SECURITY = Words("《最高人民法院关于人民法院民事调解工作若干问题的规定》第九条", "SPC Provisions on Civil Mediation, Art. 9")
HIGH_YEARLY_RATE = 24  # per cent; above, a court is likely to lower it (design: a line for the warning, not the law's)
INTEREST = re.compile(r"利息|罚息|违约金|滞纳金|复利")
FIGURE = re.compile(r"\d|[一二三四五六七八九十百千万两壹贰叁肆伍陆柒捌玖拾佰仟]+(?:元|分之)|市场报价利率|LPR")
OWN_KINDS = {"party": "parties", "same": "parties", "term": "totals", "totals": "totals", "count": "definite"}


@dataclass
class Point:
    """One line of the checklist."""

    id: str
    title: str | Words
    article: Words
    verdict: str = PASSES
    findings: list[dict] = field(default_factory=list)

    def note(self, verdict: str, finding: dict) -> None:
        """Something was found; the worst verdict stands."""
        self.findings.append(finding)
        if self.verdict != FAILS:
            self.verdict = verdict


def points(case: Case, draft: Draft) -> list[Point]:
    """The whole checklist over a draft."""
    checked, faults = terms.looked_at(case, draft.terms, draft.scope, draft.remainder, draft.instalments)
    found = _clear(draft, checked, faults)
    found += [_penalty(draft), _security(case, draft), _authority(case), _capacity(case)]
    return found + [_words(rule, draft) for rule in forbidden.rules()]


def failures(checklist: list[Point]) -> list[dict]:
    """What keeps a draft from being signed, as problems of the form."""
    return [finding for point in checklist if point.verdict == FAILS for finding in point.findings]


def as_rows(checklist: list[Point]) -> list[dict]:
    """The checklist as it is kept with the agreement: what was shown to whoever signed."""
    rows = [asdict(point) for point in checklist]
    for row, point in zip(rows, checklist, strict=True):
        row["title"] = asdict(point.title) if isinstance(point.title, Words) else {"message": point.title}
    return rows


def _clear(draft: Draft, checked: list[dict], faults: list[dict]) -> list[Point]:
    """Debtor, creditor, sum or act, day, manner and account of each duty; instalments that come to the sum."""
    found = {"parties": Point("parties", _("Each duty says who owes and to whom"), CLEAR),
             "definite": Point("definite", _("Each duty has its sum or act, its day, manner and account"), CLEAR),
             "totals": Point("totals", _("Figures, capitals and instalments agree"), CLEAR)}
    for fault in faults:
        kind = "parties" if fault["pointer"].endswith(("/debtor", "/creditor")) else OWN_KINDS.get(fault["code"], "definite")
        found[kind].note(FAILS, fault)
    for number, one in enumerate(checked):
        _how(found["definite"], f"terms/{number}", number + 1, one)
    return list(found.values())


def _how(definite: Point, at: str, number: int, one: dict) -> None:
    if one.get("kind") == "payment":
        for name, message in (("method", _("Term %(number)s does not say how it is paid.")),
                              ("account", _("Term %(number)s names no account."))):
            if not one.get(name):
                definite.note(WARNS, problem(f"{at}/{name}", "missing", message, number=number))
    elif one and not one.get("due_on"):
        definite.note(FAILS, problem(f"{at}/due_on", "missing", _("Term %(number)s has no day."), number=number))
    for part in one.get("instalments") or [one]:
        if part.get("due_on") and date.fromisoformat(part["due_on"]) < clock.today():
            definite.note(WARNS, problem(f"{at}/due_on", "past", _("Term %(number)s: %(day)s has passed already."),
                                         number=number, day=part["due_on"]))


def _penalty(draft: Draft) -> Point:
    """Interest and penalty can be worked out: from a rate, or a sum."""
    point = Point("penalty", _("Interest and penalty can be worked out"), PENALTY)
    if draft.default_rate and (draft.rate is None or not 0 < draft.rate <= 1):
        point.note(FAILS, problem("default_rate", "rate", _("The rate for each day is more than 0 and at most 1 per cent.")))
    elif draft.rate and draft.rate * 365 > HIGH_YEARLY_RATE:
        point.note(WARNS, problem("default_rate", "high", _("%(rate)s%% a year: a court may lower it when asked."),
                                  rate=f"{draft.rate * 365:.2f}"))
    for place, text in draft.texts():
        if INTEREST.search(text) and not FIGURE.search(text):
            point.note(FAILS, problem(place, "rate", _("Interest or a penalty is named without a rate or a sum.")))
    return point


def _security(case: Case, draft: Draft) -> Point:
    """Who gives security signs: a party of the case, or a third person taken into it."""
    point = Point("security", _("Whoever gives security signs"), SECURITY)
    people = {str(one.id) for one in parties_of(case)} | {one.name for one in parties_of(case)}
    if draft.security and draft.security_by not in people:
        point.note(FAILS, problem("security_by", "missing", _("Say which party gives the security; a third person must first be "
                                                              "taken into the case.")))
    return point


def _authority(case: Case) -> Point:
    """Who signs for a party may bind it: an agent has special authority, a company its representative or its own staff."""
    point = Point("authority", _("Everybody who signs may bind the party"), AUTHORITY)
    for person in parties_of(case):
        agents = powers.agents_of(person)
        for agent in agents:
            if not powers.may(agent, "settle"):
                point.note(WARNS, problem("", "general", _("%(agent)s has no special authority: %(party)s must sign in person."),
                                          agent=agent.name, party=person.name))
        able = person.body_id or person.user_id or person.phone or any(powers.may(agent, "settle") for agent in agents)
        if not able:
            point.note(WARNS, problem("", "nobody", _("%(party)s has no telephone, no account and no agent with special "
                                                      "authority: it has to sign on paper."), party=person.name))
        elif person.kind != "natural" and not (person.body_id or person.representative or agents):
            point.note(WARNS, problem("", "representative", _("%(party)s: the name of its representative is missing."),
                                      party=person.name))
    return point


def _capacity(case: Case) -> Point:
    """A minor acts through the legal representative."""
    point = Point("capacity", _("Everybody may bind themselves"), CAPACITY)
    for person in parties_of(case):
        if (age := _age(person)) is None or age >= 18:
            continue
        if not any(powers.may(agent, "settle") for agent in powers.agents_of(person)):
            point.note(FAILS, problem("", "minor", _("%(party)s is under eighteen: the legal representative must sign."),
                                      party=person.name))
    return point


def _age(person: Participant) -> int | None:
    if person.kind != "natural" or person.id_type != "resident_id":
        return None
    try:
        born = identity.resident_number(person.id_number).born_on
    except DomainError:
        return None
    today = clock.today()
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _words(rule: forbidden.Rule, draft: Draft) -> Point:
    point = Point(rule.id, rule.title, rule.article)
    for place, words in forbidden.found(rule, draft.texts()):
        point.note(FAILS if rule.blocks else WARNS, problem(place, rule.id, _("It says: “%(words)s”."), words=words[:60]))
    return point
