"""The areas of the desk: which ones somebody has, where they begin, and which stand in the head of the page."""

import unicodedata

from flask import current_app, g, request, session, url_for

from engine import clock
from engine.i18n import _
from engine.inbox.sharing import handing_out, handling
from webapp import i18n, looks
from webapp.identity import current_actor, current_user, may

MENU = [  # endpoint, permission, label, icon, the key after g
    ("inbox.index", "user_task:complete", _("Tasks"), "inbox", "i"),
    ("today.index", "session:hold", _("Today"), "calendar", "d"),
    ("schedule.index", "session:join", _("Schedule"), "calendar", "n"),
    ("triage.index", "case:group", _("Triage"), "stack", "w"),
    ("cases.index", "case:search", _("Cases"), "folders", "c"),
    ("portfolio.index", "portfolio:read", _("Portfolio"), "briefcase", "f"),
    ("handling.free", "case:take", _("Without a handler"), "user-plus", "h"),
    ("handlers.index", "handler:assign", _("Handlers"), "users", "y"),
    ("serving.index", "service:note", _("Service"), "send", "v"),
    ("objections.received", "case:message", _("Objections"), "message", "o"),
    ("wall.index", "wall:open", _("Minutes opened"), "shield-check", "x"),
    ("groups.index", "case:group", _("Groups"), "files", "b"),
    ("statistics.index", "statistics:read", _("Statistics"), "chart-bar", "s"),
    ("designer.index", "process:read", _("Processes"), "sitemap", "p"),
    ("tracing.index", "instance:trace", _("Tracing"), "radar", "t"),
    ("roster.index", "roster:keep", _("Roster"), "calendar", "r"),
    ("reinstating.index", "mediator:reinstate", _("Put mediators back"), "history", "k"),
    ("limits.index", "authority:manage", _("Authority"), "shield-check", "l"),
    ("audit.index", "audit:read", _("Audit"), "history", "a"),
    ("admin.index", "user:manage", _("Administration"), "settings", "m"),
]
STARTS = {"mediator": "today.index", "coordinator": "triage.index", "institution_handler": "portfolio.index"}  # else the first
LETTERS = {  # the first letters of the Chinese names, as an input method takes them
    "inbox.index": "rw", "today.index": "jt", "schedule.index": "rc", "triage.index": "fpt", "cases.index": "aj",
    "portfolio.index": "jgaj", "serving.index": "sd", "objections.received": "cdyy", "wall.index": "blkf",
    "groups.index": "pc", "statistics.index": "tj",
    "designer.index": "lc", "tracing.index": "zz", "roster.index": "zsmc", "reinstating.index": "hftjyzg", "limits.index": "sq",
    "audit.index": "sj", "admin.index": "gl", "handling.free": "dlaj", "handlers.index": "jbfg",
}
COUNTED = {"handling.free": handling.count, "handlers.index": handing_out.count}  # what nobody has: it stands in no other list
COUNTED_FOR = 30  # seconds
SEARCHES = ("cases.index", "inbox.index")  # where what was typed into the box that jumps is looked for: the first that is theirs
ROOM = {"normal": 66, "large": 42}  # of one row at 1,280 px, in letters; a Chinese sign takes two of them
AROUND = 4  # an area's own air and icon


def mine() -> list[dict]:
    """The areas this person has: asked for several times for a page."""
    user, known = current_user(), g.setdefault("areas", {})
    if user is None:
        return []
    if user.id not in known:
        known[user.id] = _mine()
    return known[user.id]


def _mine() -> list[dict]:
    here = request.blueprint or ""
    return [
        {"endpoint": endpoint, "url": url_for(endpoint), "label": i18n.say(label), "icon": name, "key": key,
         "letters": LETTERS[endpoint], "count": _count(endpoint, here) if endpoint in COUNTED else 0,
         "is_here": here == endpoint.split(".")[0]}
        for endpoint, permission, label, name, key in MENU
        if endpoint in current_app.view_functions and may(permission) and not _has_no_tasks(endpoint)
    ]


def _count(endpoint: str, here: str) -> int:
    """How many nobody has: asked anew in the area itself, elsewhere what the session says of half a minute ago at most."""
    now, kept = int(clock.now().timestamp()), session.get("counts", {})
    number, at = kept.get(endpoint, (0, 0))
    if here == endpoint.split(".")[0] or not 0 <= now - at < COUNTED_FOR:
        number = COUNTED[endpoint](current_actor())
        session["counts"] = {**kept, endpoint: (number, now)}
    return number


def count_anew() -> None:
    """Somebody changed what is counted: the next page counts it."""
    session.pop("counts", None)


def parts() -> tuple[list[dict], list[dict]]:
    """The areas that stand in the head of a page, and those behind “More”: the one that is open is never behind it."""
    areas, room = mine(), ROOM[looks.type_size()]
    if sum(map(_width, areas)) <= room:
        return areas, []
    room -= 13  # for “More areas” itself
    shown = [area for area in areas if area["is_here"]]
    room -= sum(map(_width, shown))
    for area in areas:
        if area not in shown and (room := room - _width(area)) >= 0:
            shown.append(area)
    return [area for area in areas if area in shown], [area for area in areas if area not in shown]


def _width(area: dict) -> int:
    words = f"{area['label']} {area['count'] or ''}".rstrip()
    return AROUND + sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in words)


def start(user) -> dict | None:
    """Where somebody begins: the area they chose while it is theirs, else that of their role, else their first; None: nowhere."""
    areas = {area["endpoint"]: area for area in mine()}
    chosen = [user.start_page, *(STARTS.get(grant.role, "") for grant in user.grants if grant.is_in_force)]
    return next((areas[each] for each in chosen if each in areas), next(iter(areas.values()), None))


def _has_no_tasks(endpoint: str) -> bool:
    """A consumer's tasks come by link; the staff's inbox is not for them alone."""
    return endpoint == "inbox.index" and not current_actor().roles


def jump_place() -> str:
    """Where the box that jumps searches; empty: there is nothing that this person could search."""
    areas = {area["endpoint"]: area["url"] for area in mine()}
    return next((areas[each] for each in SEARCHES if each in areas), "")
