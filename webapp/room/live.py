"""What keeps a room alive between pages: the stream of news, signals between browsers, the pulse of who is here.

The stream holds neither a transaction nor a connection while it waits. The database alone knows the room: a restarted web
server goes on where the last one stopped, and a browser says which signal it has seen last.
"""

import json
import time

from flask import Response, current_app, request

from engine.db import after_commit, db, transaction
from engine.errors import DomainError
from engine.mediation import presence, signals
from webapp import i18n
from webapp.app import without_transaction
from webapp.room import bell, showing
from webapp.room.entering import Pass, Visitor, blueprint, recognise, shown_pass, visitor

LOOK_SECONDS = 0.5
BEAT_SECONDS = 5  # a page answers each beat with its pulse: timers sleep in hidden windows, events do not
LONGEST_SECONDS = 600  # then the browser asks again, and is recognised anew
MOST_WINDOWS = 4  # of one visitor: each open stream holds a thread of the server, and those are for everybody

_open: list["Stream"] = []  # of this process, the newest last


@blueprint.post("/<room>/signals")
def send_signals(room):
    """Tell other seats something: `{"signals": [{kind, to, body}]}`."""
    who = visitor(room)
    told = request.get_json(silent=True)
    signals.send(who.actor, who.meeting.id, told.get("signals") if isinstance(told, dict) else None)
    after_commit(bell.ring, who.meeting.id)
    return "", 204


@blueprint.post("/<room>/pulse")
def pulse(room):
    """The page is still open. Answers whether the seat had been given up meanwhile."""
    who = visitor(room)
    before = [(each.id, each.state) for each in who.meeting.attendances]
    _seat, was_away = presence.beat(who.actor, who.meeting.id)
    if before != [(each.id, each.state) for each in who.meeting.attendances]:
        after_commit(bell.ring, who.meeting.id)
    return {"was_away": was_away}


@blueprint.get("/<room>/events")
@without_transaction
def events(room):
    """Server-sent events: `state` when the room looks different, `signals` when somebody told this seat something."""
    with transaction(write=False):
        shown = shown_pass(room)
        meeting_id = visitor(room).meeting.id
        last = request.headers.get("Last-Event-ID", request.args.get("after"), type=_number)
        stream = Stream(shown, meeting_id, signals.newest(meeting_id) if last is None else last, i18n.language())
    app = current_app._get_current_object()
    db.session.remove()
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return Response(stream.run(app), mimetype="text/event-stream", headers=headers)


def _number(text: str) -> int:
    return min(int(text), 2**31 - 1)  # ids are 32 bits wide in PostgreSQL


class Stream:
    """The news of one room for one page."""

    def __init__(self, shown: Pass, meeting_id: int, last: int, language: str):
        self.shown, self.meeting_id, self.last, self.language = shown, meeting_id, last, language
        self.state, self.mark, self.recognised_at = "", None, 0.0

    def run(self, app):
        """Look, tell, wait; until the page is closed, or its visitor no longer belongs here or has opened too many others."""
        _open.append(self)
        try:
            yield from self._tell(app)
        finally:
            _open.remove(self)

    def _tell(self, app):
        started = beat_at = time.monotonic()
        yield "retry: 1000\n\nevent: beat\ndata: {}\n\n"
        while time.monotonic() - started < LONGEST_SECONDS:
            heard = bell.heard(self.meeting_id)
            try:
                yield self.look(app)
                is_over = self not in [each for each in _open if each.shown == self.shown][-MOST_WINDOWS:]
            except DomainError:
                is_over = True
            if is_over:
                yield "event: over\ndata: {}\n\n"
                return
            if time.monotonic() - beat_at > BEAT_SECONDS:
                beat_at = time.monotonic()
                yield "event: beat\ndata: {}\n\n"
            bell.wait(self.meeting_id, heard, LOOK_SECONDS)

    def look(self, app) -> str:
        """What is new since the last look, as events."""
        with app.app_context(), i18n.speaking(self.language), transaction(write=False):
            mark = presence.mark(self.meeting_id)
            if mark == self.mark and time.monotonic() - self.recognised_at < BEAT_SECONDS:
                return ""
            who = recognise(self.shown)
            self.mark, self.recognised_at = mark, time.monotonic()
            return self._state(who) + self._signals(who)

    def _state(self, who: Visitor) -> str:
        state = json.dumps(showing.state(who), ensure_ascii=False)
        if state == self.state:
            return ""
        self.state = state
        return f"event: state\ndata: {state}\n\n"

    def _signals(self, who: Visitor) -> str:
        told = signals.after(self.meeting_id, who.seat, self.last) if who.seat else []
        if not told:
            return ""
        self.last = told[-1].id
        data = json.dumps([{"from": one.sender, "kind": one.kind, "body": one.body} for one in told], ensure_ascii=False)
        return f"id: {self.last}\nevent: signals\ndata: {data}\n\n"
