"""The lists of tasks: the address says which one, with what conditions, in what order."""

from functools import partial
from urllib.parse import urlencode

from flask import redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from engine.access import roster
from engine.access.actor import Actor
from engine.access.permissions import Permission
from engine.access.policy import may, require
from engine.errors import Invalid
from engine.inbox import batches
from engine.inbox.lists import asked, case_fields, conditions, pages, queries, views, walking
from engine.inbox.models import TaskView
from engine.inbox.sharing import lending
from engine.inbox.workspace import commenting, desk
from engine.workflow.models import UserTask
from webapp import errors, htmx
from webapp.identity import current_actor
from webapp.inbox import narrowing, rows, undoing, words
from webapp.inbox.routes import blueprint

ONE_BY_ONE = ("watched", "paused", "lent")  # nothing is done here with several at once


@blueprint.get("/")
def index():
    """One of the lists, as the address asks."""
    actor = worker()
    saved = saved_by_address(actor)
    told, counts = _told(request.args, saved), {} if htmx.wants_fragment() else pages.counts(actor)
    if told.get("view") not in queries.VIEWS:
        counts = counts or pages.counts(actor)
        told["view"] = next((name for name in ("mine", "available", "team") if counts[name]), "mine")
    try:
        wanted = asked.read(told, list(queries.VIEWS), list(pages.SORTS), actor)
        page = pages.read(actor, wanted, request.args.get("after", ""), request.args.get("before", ""))
    except Invalid as refused:
        return _page(actor, asked.Asked(**_tolerable(told)), pages.Page([]), counts, told, saved, refused), 422
    if htmx.goes_there() and not (page.before or page.after) and (place := _only(actor, page.tasks, wanted.search)):
        return redirect(place, 303)
    return _page(actor, wanted, page, counts, told, saved)


def _only(actor: Actor, tasks: list[UserTask], search: str) -> str:
    """Where the only task or case is that the search finds; nowhere when there are several, or none."""
    if tasks:
        return url_for("inbox.show", task_id=tasks[0].id) if len(tasks) == 1 else ""
    found = desk.search(actor, search, limit=2) if may(actor, Permission.CASE_SEARCH) else []
    return url_for("cases.show", number=found[0].number) if len(found) == 1 else ""


def worker() -> Actor:
    """Whoever asks, if tasks are theirs to do at all."""
    actor = current_actor()
    require(actor, Permission.USER_TASK_COMPLETE)
    return actor


def saved_by_address(actor: Actor) -> TaskView | None:
    """The kept list that the address names. Raises NotFound."""
    return views.get(actor, request.args.get("saved", 0, int)) if "saved" in request.args else None


def _told(values: MultiDict, saved: TaskView | None = None) -> dict[str, str]:
    """What is asked for, as one text each: several choices of one condition come as several values."""
    if saved is not None:
        return {"q": "", **saved.asked} | ({"q": htmx.search_text()} if htmx.search_text() else {})
    names = ("view", "sort", "columns", *conditions.every())
    return {name: ",".join(values.getlist(name)) for name in names if any(values.getlist(name))} | {"q": htmx.search_text(values)}


def wanted_by(actor: Actor, values: MultiDict, saved: TaskView | None = None) -> asked.Asked:
    """The same, understood. Raises Invalid."""
    return asked.read(_told(values, saved), list(queries.VIEWS), list(pages.SORTS), actor)


def _tolerable(told: dict[str, str]) -> dict:
    """Of what cannot be answered, what the page can be drawn with."""
    return {"view": told["view"], "search": told["q"]}


def _page(actor: Actor, wanted: asked.Asked, page: pages.Page, counts: dict, told: dict, saved: TaskView | None,
          refused: Invalid | None = None):
    shown, team = rows.read(actor, wanted, page.tasks), desk.team(actor)
    return htmx.render(
        "inbox/index.html", "inbox/_rows.html", view=wanted.view, counts=counts, most=pages.MOST_COUNTED, q=wanted.search,
        asked=wanted, told=told, page=page, tasks=shown, sorts=list(pages.SORTS), address=partial(address, saved=saved),
        views=words.titles(), columns=_columns(), conditions=words.conditions(), choices=partial(narrowing.choices, team),
        offers=partial(narrowing.offers, actor), chosen=narrowing.chips(wanted, team, address),
        answer_label=narrowing.answer_label, more_of_case=list(case_fields.CONDITIONS),
        fields=narrowing.fields_offered(told, request.args.get("field", ""), "more" in request.args),
        problems=errors.said(refused) if refused else [], looks_at=walking.LOOKED_AT, most_found=desk.MOST_FOUND,
        wrong=errors.told(refused)[1] if refused and not refused.problems else "",
        choosing=wanted.view not in ONE_BY_ONE and len(shown) > 1, team=team, undo=undoing.offered(),
        under_way=batches.running(actor), borrowers=partial(lending.colleagues, actor),
        live=_live(wanted.view), named=commenting.named(actor), away=roster.away([actor.user_id]).get(actor.user_id), saved=saved,
        kept=[] if htmx.wants_fragment() else _kept(actor), may_share=views.may_share(actor),
        may_delete=saved is not None and views.may_delete(actor, saved),
    )


def address(wanted: asked.Asked, /, without: tuple[str, ...] = (), saved: TaskView | None = None, **changes) -> str:
    """The address of this list, changed; always of its first page unless `after` or `before` is said. A kept list that is asked
    for something else is that list no longer."""
    told = wanted.told()
    if saved is not None and not without and changes.keys() <= {"after", "before"}:
        told = {"saved": str(saved.id), **({"q": wanted.search} if wanted.search else {})}
    told = {name: value for name, value in (told | changes).items() if value and name not in without}
    return f"{url_for('inbox.index')}?{urlencode(told, safe=',')}"


def _kept(actor: Actor) -> list[dict]:
    """The lists that this person keeps or shares in, each with how many tasks it has for them; none: it asks for what is gone."""
    kept = []
    for view in views.of(actor):
        try:
            number = pages.count(actor, views.wanted(actor, view))
        except Invalid:
            number = None
        kept.append({"view": view, "number": number, "is_own": view.user_id == actor.user_id})
    return kept


def _live(view: str) -> dict:
    return {"rows": url_for("live_tasks.rows"), "bell": url_for("live_tasks.ring"), "view": view,
            "over": _("You are no longer signed in: the list stands still.")}


def _columns() -> dict[str, str]:
    """All that a row can show, by name."""
    titles = words.columns()
    return {name: titles.get(name) or narrowing.answer_label(name) for name in asked.columns()}
