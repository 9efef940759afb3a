"""One good referral at a time: parties, agents, claims that add up, a court number of its year."""

import tomllib
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

from webapp.peers.referral_samples import people

KINDS = tomllib.loads(Path(__file__).with_name("kinds.toml").read_text(encoding="utf-8"))["kind"]
LAST_DAY = date(2024, 12, 31)  # the last on which courts referred before docketing
DAYS = 3 * 365
FIRST_ENTRUSTED = date(2025, 1, 6)
PROCEDURES = ("simplified", "ordinary")
JUDGES = ("林秋实", "高正明", "沈知秋")
CENT = Decimal("0.01")
MATERIALS = ["起诉状", "申请人身份证明", "证据目录", "送达地址确认书", "授权委托书", "调解意愿征询表"]
FORMULA = '=HYPERLINK("http://example.invalid","张三")'
FORMS = ("original", "copy", "electronic")


def make(random: Random, number: int, places) -> dict:
    """A referral of some kind; now and then with many parties, an odd name, a very long text."""
    kind = KINDS[(number - 1) % len(KINDS)] if number <= len(KINDS) else random.choice(KINDS)
    referral = _referral(random, number, places, kind)
    match number % 25:
        case 4 if number == 4:
            referral["parties"][0]["name"] = FORMULA
        case 7:
            lines = range(1, random.randint(200, 700))
            referral["statement"] += "\n\n" + "".join(f"{line}．双方就该笔款项的往来经过另附说明。\n" for line in lines)
        case 11 if kind["by"] == "consumer":
            together = [people.person(random, "applicant") for _ in range(2)]
            for other in together:
                other["consents"]["mediation"] = True
            referral["parties"][1:1] = together
        case 19:
            referral["parties"].append(people.person(random, "third"))
    return referral


def entrusted(referral: dict, number: int, places) -> dict:
    """The same dispute under regime B: docketed in 2025, numbered 民初, entrusted with everybody's consent."""
    filed_on = FIRST_ENTRUSTED + timedelta(days=number * 7 % 330)
    docket = {"docketed_on": (filed_on + timedelta(days=5)).isoformat(), "procedure": PROCEDURES[number % 2],
              "judge": JUDGES[number % len(JUDGES)], "during_trial": number % 16 == 5}
    for party in referral["parties"]:
        if party["side"] != "third":
            party["consents"]["mediation"] = True
    return referral | {
        "external_ref": f"{places.court[1:]}-2025-{number:06}", "filed_on": filed_on.isoformat(), "docket": docket,
        "court_number": f"（2025）{places.court}民初{1000 + number}号",
    }


def plain(random: Random, number: int, places) -> dict:
    """A referral with nothing odd about it: a consumer and the bank on the platform, to be spoiled in one place."""
    referral = _referral(random, number, places, KINDS[0])
    first = referral["parties"][0]
    first |= {"name": people.name(random), "id_type": "resident_id", "id_number": people.resident_number(random)}
    referral["parties"][0]["agents"] = [people.agent(random)]
    referral["organisation"] = places.organisation
    return referral


def _referral(random: Random, number: int, places, kind: dict) -> dict:
    filed_on = LAST_DAY - timedelta(days=random.randrange(DAYS))
    amount = _amount(random, kind)
    happened = filed_on - timedelta(days=random.randint(30, 700))
    told = {"day": f"{happened.year}年{happened.month}月{happened.day}日", "sum": f"{amount:,.2f}"}
    return {
        "external_ref": f"{places.court[1:]}-{filed_on.year}-{number:06}",
        "court_number": f"（{filed_on.year}）{places.court}诉前调{1000 + number}号" if random.random() < 0.85 else None,
        "filed_on": filed_on.isoformat(),
        "organisation": places.organisation if random.random() < 0.4 else None,
        "cause": {**kind["cause"], "list": "2020"},
        "category": kind["category"], "sector": kind["sector"], "region": places.region, "title": "",
        "statement": kind["facts"].format(**told), "amount": f"{amount:.2f}",
        "claims": _claims(kind, amount), "parties": _parties(random, places, kind), "evidence": _evidence(random, kind),
        "details": {"event_on": happened.isoformat(), **kind["details"]},
        "materials": MATERIALS[: random.randint(2, len(MATERIALS))],
    }


def _amount(random: Random, kind: dict) -> Decimal:
    """Small sums are more frequent than large ones."""
    low, high = kind["low"], kind["high"]
    found = low + (high - low) * random.random() ** 3
    return Decimal(round(found * 100)) / 100 if random.random() < 0.6 else Decimal(round(found))


def _claims(kind: dict, amount: Decimal) -> list[dict]:
    """The claims with their shares of the sum; the first one takes what rounding leaves over."""
    shares = [(amount * Decimal(claim["share"])).quantize(CENT) if "share" in claim else None for claim in kind["claims"]]
    first = next(place for place, share in enumerate(shares) if share is not None)
    shares[first] += amount - sum(share for share in shares if share is not None)
    return [{"type": claim["type"], "text": claim["text"], "amount": None if share is None else f"{share:.2f}"}
            for claim, share in zip(kind["claims"], shares, strict=True)]


def _parties(random: Random, places, kind: dict) -> list[dict]:
    institution = _institution(random, places, kind)
    other = people.company if kind["by"] == "business" else people.person
    sides = ("respondent", "applicant") if kind["by"] == "institution" else ("applicant", "respondent")
    parties = [other(random, sides[0]), institution | {"side": sides[1]}]
    for party in parties:
        if party["kind"] == "legal" or random.random() < 0.2:
            party["agents"] = [people.agent(random)]
        if party["side"] == "applicant":
            party["consents"]["mediation"] = True  # a court refers only with the applicant's consent
    return sorted(parties, key=lambda party: party["side"])


def _institution(random: Random, places, kind: dict) -> dict:
    """Mostly the one on the platform; else one that has to be reached by letter and telephone."""
    on_platform = places.bank if kind["sector"] == "banking" else places.insurer
    if random.random() < 0.6:
        code, title, number = on_platform
        return people.company(random, "", title, number, code)
    return people.company(random, "", random.choice(people.BANKS if kind["sector"] == "banking" else people.INSURERS))


def _evidence(random: Random, kind: dict) -> list[dict]:
    return [
        {"no": number, "name": name, "form": random.choice(FORMS), "proves": f"证明{name}所载事实",
         "pages": random.randint(1, 40), "file": None}
        for number, name in enumerate(kind["evidence"], 1)
    ]
