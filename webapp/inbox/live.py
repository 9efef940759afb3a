"""What keeps a list of tasks up to date while somebody looks at it: how its rows stand now, and a bell that says when to ask.

The bell is a stream that says nothing but “look”. Each one holds a thread of the web server, and those are for everybody: above a
limit, or where news from other processes do not come through, a page asks every second and a half instead. Who only looks on in
this way does not keep their session alive.
"""

import hashlib
import json
import time

from flask import Blueprint, Response, request
from flask_babel import ngettext

from engine import bell
from engine.access.permissions import Permission
from engine.access.policy import require
from engine.db import db
from engine.errors import Invalid, NotFound
from engine.inbox.lists import live, queries
from webapp.app import without_transaction
from webapp.identity import background, current_actor
from webapp.inbox import lists, words

blueprint = Blueprint("live_tasks", __name__)

MOST_STREAMS, MOST_WINDOWS = 64, 2  # of this process; of one person
BEAT_SECONDS, LONGEST_SECONDS = 5, 600
QUIET_SECONDS = 0.5  # between two news: whoever looks again sees all that happened meanwhile

_open: list["Stream"] = []  # the newest last


@blueprint.get("/live")
@background
def rows():
    """How the rows that a page shows stand, and how many new ones there are; 304 when nothing has changed."""
    actor = current_actor()
    require(actor, Permission.USER_TASK_COMPLETE)
    shown = _numbers(request.args.get("tasks", ""))
    told = {"rows": {key: _told(one) for key, one in live.standings(actor, shown).items()}, "fresh": _fresh(actor, shown)}
    body = json.dumps(told, ensure_ascii=False)
    answer = Response(body, mimetype="application/json", headers={"Cache-Control": "private, no-cache", "Vary": "Cookie"})
    answer.set_etag(hashlib.sha256(body.encode()).hexdigest()[:32])
    return answer.make_conditional(request)


def _numbers(text: str) -> list[int]:
    """Ids of tasks, as many as a page shows."""
    return [int(each) for each in text.split(",")[:queries.PAGE] if each.isascii() and each.isdigit() and len(each) < 10]


def _fresh(actor, shown: list[int]) -> str:
    if request.args.get("after") or request.args.get("before"):
        return ""
    try:
        number = live.fresh(actor, lists.wanted_by(actor, request.args, lists.saved_by_address(actor)), shown)
    except (Invalid, NotFound):
        return ""
    return ngettext("%(num)s new task: show it", "%(num)s new tasks: show them", number) if number else ""


def _told(one: live.Standing) -> dict:
    return {"state": one.state, "text": words.standing(one)}


@blueprint.get("/live/bell")
@background
@without_transaction
def ring():
    """Server-sent events: `look` when something may have changed, `mode` whether that can be relied on."""
    actor = current_actor()
    require(actor, Permission.USER_TASK_COMPLETE)
    bodies = frozenset(body for at in actor.roles.values() for body in at if body is not None)
    db.session.remove()
    if len(_open) >= MOST_STREAMS:
        return "", 204  # a browser does not ask again by itself
    return Response(Stream(actor.user_id, bodies).run(), mimetype="text/event-stream",
                    headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})


class Stream:
    """The bell of one page."""

    def __init__(self, user_id: int, bodies: frozenset[int]):
        self.user_id, self.bodies = user_id, tuple(bodies)

    def run(self):
        """Ring until the page is closed, or its reader has opened too many others."""
        _open.append(self)
        try:
            yield from self._tell()
        finally:
            _open.remove(self)

    def _tell(self):
        started, heard = time.monotonic(), bell.tasks.heard(*self.bodies)
        yield "retry: 2000\n\n" + self._mode()
        while time.monotonic() - started < LONGEST_SECONDS:
            rang = bell.tasks.wait(heard, BEAT_SECONDS, *self.bodies)
            if self not in [each for each in _open if each.user_id == self.user_id][-MOST_WINDOWS:]:
                yield "event: over\ndata: {}\n\n"
                return
            heard = bell.tasks.heard(*self.bodies)
            yield "event: look\ndata: {}\n\n" if rang else self._mode()
            if rang:
                time.sleep(QUIET_SECONDS)

    @staticmethod
    def _mode() -> str:
        return f'event: mode\ndata: {"bell" if bell.is_listening() else "poll"}\n\n'
