"""What every template may use: assets, icons, the menu, clocks in words, names of roles and stages."""

from collections.abc import Callable, Iterable
from functools import lru_cache
from urllib.parse import quote, urlencode, urlsplit

from flask import request, url_for
from flask.globals import request_ctx
from flask_babel import gettext
from markupsafe import Markup, escape

from engine import clock
from engine.cases import claimants, intake_fields, masking, origins, outcomes, powers, regimes
from engine.courts import docketed
from engine.documents import shelf, templates
from engine.i18n import _
from engine.oversight import health
from webapp import areas, chips, clocks, i18n, keys_sheet
from webapp.icons import asset, icon
from webapp.identity import current_user, may

UNQUOTED = "!$&'()*+,/:;=@"  # in an address, besides what never is

ROLES = {
    "coordinator": _("Coordinator"),
    "mediator": _("Mediator"), "co_mediator": _("Co-mediator"),
    "clerk": _("Court clerk"),
    "judge": _("Judge"),
    "court_president": _("Court president"),
    "institution_handler": _("Institution handler"),
    "institution_approver": _("Institution approver"),
    "institution_admin": _("Institution's authority administrator"),
    "consumer": _("Consumer"),
    "party": _("Party"),
    "designer": _("Process designer"),
    "approver": _("Process approver"),
    "admin": _("System administrator"),
    "regulator": _("Regulator"),
    "auditor": _("Auditor"),
}
STAGES = {
    "received": _("Received"),
    "accepted": _("Accepted"),
    "consent": _("Asking for consent"),
    "mediating": _("Mediating"),
    "signing": _("Signing"),
    "confirming": _("Judicial confirmation"),
    "performing": _("Performing"),
    "closed": _("Closed"),
}
ENDED_BY_COURT = _("Ended by the court")
SIDES = {"applicant": _("Applicant"), "respondent": _("Respondent"), "third": _("Third party"), "neutral": _("Mediator")}
PROCEDURES = {"ordinary": _("ordinary procedure"), "simplified": _("simplified procedure")}
GROUPED = {
    "added": _("put in"), "waiting": _("waits for the model"), "unwilling": _("does not wait"), "offered": _("offer made"),
    "agreed": _("accepted"), "refused": _("refused"),
}
ADDED = {
    "added": _("put in"), "unknown": _("no such case of the organisation"), "concluded": _("concluded already"),
    "in_a_group": _("in a group already"),
}
ADVANCES = {
    "offered": _("not yet paid"), "agreed": _("agreed, not yet paid"), "declined": _("declined"),
    "paid": _("said to be paid"), "received": _("received"), "missing": _("did not arrive"),
}
BODIES = {
    "court": _("Court"),
    "organisation": _("Mediation organisation"),
    "institution": _("Institution"),
    "regulator": _("Regulator"),
    "platform": _("Platform"),
}


SESSIONS = {
    "video": _("by video"), "separate": _("on line, at separate times"), "on_site": _("on site"), "telephone": _("by telephone"),
    "planned": _("planned"), "open": _("going on"), "ended": _("ended"), "cancelled": _("cancelled"),
    "partly": _("for a part of it"),
    "id_card": _("original identity card seen"), "authority": _("authority and professional card seen"),
    "phone": _("called on the number on file"), "known": _("compared with the file"),
}
NOTICES = {
    "queued": _("waiting to be sent"), "sent": _("sent"), "delivered": _("delivered"), "read": _("read"), "failed": _("failed"),
    "unknown": _("not known whether it arrived"),
}
SERVINGS = {
    "open": _("being served"), "served": _("served"), "waiting": _("to be done"), "sent": _("on its way"),
    "arrived": _("arrived"),
    "returned": _("came back"), "failed": _("not served"), "signed_for": _("signed for"), "posted": _("posted"),
    "lost": _("lost"), "ended": _("no longer being served"), "left": _("refused, and left there"),
    "not_found": _("the person cannot be found"), "public_notice": _("public notice"), "published": _("public notice"),
    "receipt": _("the carrier reports delivery"), "read": _("read"), "platform": _("page of the case"), "sms": _("short message"),
    "email": _("e-mail"), "paper": _("post or by hand"),
}
CONFIRMATIONS = {
    "collecting": _("both sides have yet to join"), "sent": _("applied for"), "accepted": _("taken up by the court"),
    "confirmed": _("confirmed"), "not_accepted": _("not taken up"), "rejected": _("rejected"), "withdrawn": _("withdrawn"),
    "deemed_withdrawn": _("treated as withdrawn"), "set_aside": _("the ruling was taken back"),
    "lapsed": _("the time to apply ran out"), "none": _("not applied for"), "performed": _("no longer needed: performed"),
    "applied": _("applied for"),
}
OBJECTIONS = {
    "filed": _("handed in, to be opened"), "opened": _("being examined"), "declined": _("not taken up"), "late": _("too late"),
    "upheld": _("upheld: the ruling is taken back"), "changed": _("upheld in part: the ruling is changed"),
    "rejected": _("rejected"), "party": _("Party"), "interested": _("Interested person"), "case": _("page of the case"),
    "web": _("public page"), "paper": _("on paper"), "api": _("the court's system"),
}
DOCKETINGS = {
    "filed": _("the court examines it"), "docketed": _("docketed"), "not_accepted": _("ruled not to be accepted"),
    "dropped": _("the applicant dropped it"),
}
OBLIGATIONS = {
    "pending": _("not yet"), "claimed": _("said to be performed; to be confirmed"), "partly": _("in part"),
    "performed": _("performed"), "defaulted": _("not performed in time"),
}
DECIDERS = {outcomes.THE_PARTIES: _("the parties together"), "clock": _("the term ran out"), "system": _("the platform")}
PAPER_FORMS = {
    "original": _("original"), "copy": _("copy"), "electronic": _("electronic file"), "e_original": _("electronic original"),
    "e_copy": _("electronic copy"),
}
INSTANCES = {"running": _("running"), "completed": _("completed"), "cancelled": _("cancelled"), "suspended": _("suspended")}
BATCHES = {"running": _("under way"), "stopped": _("stopped"), "done": _("done")}
ITEMS = {
    "waiting": _("waiting"), "done": _("moved"), "blocked": _("held"), "failed": _("failed"), "undone": _("taken back"),
}
WAITINGS = {
    "user_task": _("task"), "call": _("call"), "message": _("message"), "timer": _("clock"), "condition": _("condition"),
}
VALUES = {
    "yes or no": _("yes or no"), "number": _("number"), "text": _("text"), "list": _("list"), "object": _("object"),
    "nothing": _("nothing yet"),
}
WAITS = {"open": _("open"), "done": _("done"), "cancelled": _("no longer needed")}
CALLS = {
    "due": _("due"), "running": _("being worked on"), "stuck": _("stuck"), "done": _("done"),
    "rejected": _("refused by the receiver"), "cancelled": _("no longer needed"),
}
AUDIENCES = {
    "filing": _("both sides, mediator, organisation and court"),
    "signing": _("both sides, the mediator and the organisation's office"), "mediation": _("both sides and the mediator"),
    "side:applicant": _("the applicant's side and the mediator"), "side:respondent": _("the respondent's side and the mediator"),
    "side:third": _("the third party's side and the mediator"), "mediator": _("only the mediator"),
    **dict.fromkeys(("service:applicant", "service:respondent", "service:third"), _("that side and those who serve it")),
    "organisation": _("only the organisation"), "court": _("only the court"),
    "complaint": _("whoever decides on the complaint: the court and the organisation"),
    "staff": _("the mediator and the organisation's office"),
    **dict.fromkeys(("alone:applicant", "alone:respondent", "alone:third"), _("only that side")),
}

LINKS = {
    "transferred": _("Goes on at another organisation as"), "transferred_here": _("Taken over from"),
    "merged": _("Goes on, merged, in"), "merged_here": _("Merged into this case"),
}
AUTHORITY = {
    "asked": _("waiting for approval"), "approved": _("approved"), "refused": _("not approved"),
    "lapsed": _("not approved: nobody answered in time"), "ended": _("ended with the case, undecided"),
}
AUTHORITY_ACTS = {
    "offer": _("an offer"), "accept": _("accepting a proposal"), "sign": _("signing the agreement"),
    "consent": _("a consent that binds"), "pay": _("an advance payment"),
}
AUTHORITY_ANSWERS = {"approve": _("approved"), "refuse": _("refused"), "silent": _("no answer in time")}
SPOKEN = {
    "authority": AUTHORITY, "authority_act": AUTHORITY_ACTS, "authority_answer": AUTHORITY_ANSWERS,
    "link": LINKS,
    "agent": powers.KINDS,
    "obligation": OBLIGATIONS,
    "session": SESSIONS, "notice": NOTICES,
    "serving": SERVINGS, "confirmation": CONFIRMATIONS, "audience": AUDIENCES, "instance": INSTANCES,
    "wait": WAITS, "call": CALLS, "value": VALUES, "batch": BATCHES,
    "item": ITEMS, "waiting": WAITINGS, "procedure": PROCEDURES,
}


def init_app(app) -> None:
    """Give all of it to the templates."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    globals_ = {
        "asset": asset, "icon": icon, "menu": areas.mine, "menu_parts": areas.parts, "STAGES": STAGES, "chip": chips.chip,
        "chip_drawn": chips.drawn, "due_drawn": chips.due, "addresses": addresses,
        "keys_sheet": keys_sheet.drawn,
        "has_english": templates.is_in_english, "holds": shelf.holds, "paper_versions": shelf.versions,
        "here_in": here_in, "here_with": here_with, "options_of": options_of,
        "jump_place": areas.jump_place, "warnings": warnings, "now": clock.now,
    }
    for name, thing in globals_.items():
        app.jinja_env.globals[name] = thing
    for name, table in SPOKEN.items():
        app.jinja_env.globals[f"{name}_words"] = _in_words(table)
    app.jinja_env.globals |= {"clock_told": clocks.told, "clock_badges": clocks.badges, "term_of_extension": clocks.of_extension}
    words = {"role": ROLES, "stage": STAGES, "side": SIDES, "body_kind": BODIES, "advance_status": ADVANCES,
             "group_state": GROUPED, "objection": OBJECTIONS, "docketing": DOCKETINGS, "group_added": ADDED,
             "paper_form": PAPER_FORMS, "decider": DECIDERS}
    for name, table in words.items():
        app.add_template_filter(_in_words(table), name)
    app.add_template_filter(regime)
    app.add_template_filter(claimant)
    app.jinja_env.globals["claimant_rule"] = claimant_rule
    app.jinja_env.globals["stage_in"] = stage_in
    app.jinja_env.globals |= {"regime_words": regime_words, "intake_details": intake_details, "limitation": limitation,
                               "written_down": written_down,
                               "ending_title": docketed.title}
    for mask in (masking.mask_name, masking.mask_party, masking.mask_id, masking.mask_phone):
        app.add_template_filter(mask)


def claimant(key: str) -> str:
    """Consumer, business or institution, in the reader's language."""
    found = claimants.every().get(key)
    return key if found is None else found.en if i18n.language() == "en" else found.zh


def claimant_rule(case) -> str:
    """Which rules hang on who claims."""
    found = claimants.every().get(case.claimant)
    return found.article["en" if i18n.language() == "en" else "zh"] if found else ""


def regime(code: str) -> str:
    """The name of a regime, 立案前委派调解; a code nobody knows stays as it is."""
    return regimes.get(code).say("title").in_language(i18n.language()) if code in regimes.every() else code


def stage_in(key: str, regime_code: str = "") -> str:
    """The name of a stage; a docketed case is ended by the court where others are confirmed."""
    return i18n.say(ENDED_BY_COURT if (key, regime_code) == ("confirming", "B") else STAGES.get(key, key))


def regime_words(case, name: str) -> str:
    """What people of this case's regime call something: `referral`, `mediation`, `failure` …"""
    return regimes.get(case.regime).say(name, case.during_trial).in_language(i18n.language())


def intake_details(case) -> list[tuple[str, str]]:
    """What was asked at intake, by label."""
    return intake_fields.shown(case.details or {}, case.category, i18n.language())


def written_down(case) -> str:
    """Who of the staff wrote the application down, when and how; nothing where its sender did so."""
    row = origins.written_down(case.id)
    if row is None:
        return ""
    proof, told = row.proof or {}, {"who": row.recorded_by, "when": i18n.moment(row.received_at)}
    if proof.get("channel") == "institution":
        return gettext("Applied for in the browser by %(who)s for the institution on %(when)s.", **told)
    said = (gettext("Written down by %(who)s at the counter on %(when)s.", **told) if proof.get("channel") == "counter"
            else gettext("Written down by %(who)s on the telephone on %(when)s.", **told))
    how = [origins.IDENTITY.get(proof.get("identity")), origins.SOURCES.get(proof.get("source"))]
    words = [pair[i18n.language() == "en"] for pair in how if pair]
    words += [gettext("read back to the applicant")] if proof.get("read_back") else []
    return said + " " + "; ".join(words) if i18n.language() == "en" else said + "；".join(words) + "。"


def limitation(case) -> intake_fields.Limitation | None:
    """When the claim will be barred, as a hint."""
    return intake_fields.limitation(case.details or {}, case.category)


def _in_words(table: dict):
    return lambda key: i18n.say(table.get(key, key or ""))


def options_of(pairs: Iterable[tuple], chosen: str | None = None) -> Markup:
    """The options of a select or of what is offered, from values and words: some hundred on a page, mostly as before."""
    return _options(tuple(pairs), chosen)


@lru_cache(maxsize=256)
def _options(pairs: tuple[tuple, ...], chosen: str | None) -> Markup:
    drawn = (f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>{escape(word)}</option>'
             for value, word in pairs)
    return Markup("".join(drawn))


def addresses(endpoint: str, name: str) -> Callable[[int | str], str]:
    """The addresses of many things of one kind, which differ in what ends them: the map is asked once."""
    above = url_for(endpoint, **{name: "0"}).removesuffix("0")
    return lambda key: f"{above}{quote(str(key), safe=UNQUOTED)}"


def here_in(language: str) -> str:
    """This page in another language."""
    return here_with("lang", language)


def here_with(question: str, answer: str) -> str:
    """This page asked for differently; where only forms are sent to, the page that the form stood on."""
    shown = request.method != "POST" or "GET" in request_ctx.url_adapter.allowed_methods()
    path = request.path if shown else urlsplit(request.referrer or "").path
    if request.endpoint is None or not path:
        return f"/?{question}={answer}"
    asked = [(name, value) for name, value in request.args.items(multi=True) if name != question] if shown else []
    return f"/{quote(path.lstrip('/'), safe='/%' if not shown else '/')}?{urlencode([*asked, (question, answer)])}"


def warnings() -> list[str]:
    """What whoever runs the system should know on every page."""
    if current_user() is None or not may("instance:retry"):
        return []
    return [i18n.say(warning) for warning in health.warnings()]
