"""The pages of a room and what one may do there. Each act works as a plain form; the island sends the same by fetch."""

from flask import flash, redirect, render_template, request, url_for

from engine import config
from engine.db import after_commit
from engine.errors import DomainError, NotFound
from engine.inbox.lists import queries
from engine.mediation import minutes, sessions
from webapp import errors
from webapp.identity import current_user
from webapp.room import bell, showing, turn, words
from webapp.room.entering import Visitor, blueprint, keep_link, visitor

LIVE = ("events", "send_signals", "pulse", "leave", "end", "write_minutes", "freeze_minutes", "answer_minutes")


@blueprint.get("/<room>")
def door(room):
    """Try camera and microphone, read who will see and hear you, go in."""
    if "link" in request.args:
        answer = redirect(keep_link(room, request.args["link"]).to("door"), 303)
        answer.headers["Referrer-Policy"] = "no-referrer"
        return answer
    if "seat" not in request.args and current_user() is None:
        return redirect(url_for("home.login", next=url_for("room.door", room=room)), 303)
    who = visitor(room)
    return render_template("room/door.html", who=who, case=who.case, meeting=who.meeting, props=_props(who, "door"),
                           is_over=who.meeting.status in showing.OVER)


@blueprint.get("/<room>/inside")
def inside(room):
    """The waiting room, and the meeting itself once the mediator has let one in."""
    who = visitor(room)
    if who.seat is None or who.seat.state == "expected" and who.meeting.status not in showing.OVER:
        return redirect(who.to("door"), 303)
    state = showing.state(who)
    return render_template("room/inside.html", who=who, case=who.case, meeting=who.meeting, state=state, task=_task(who),
                           props=_props(who, "inside") | {"state": state}, notice=words.notice(state))


def _props(who: Visitor, page: str) -> dict:
    """What the island needs to know."""
    servers = turn.ice_servers(config.current(), who.seat.id if who.seat else 0)
    return {
        "page": page, "words": words.words(), "holds": who.holds_it, "hasVideo": who.meeting.is_online,
        "icons": url_for("static", filename="dist/icons.svg"), "iceServers": servers,
        "urls": {name: who.to(name) for name in LIVE} | {"answer_door": who.to("answer_door", seat_id=0, answer="admit")},
    }


def _task(who: Visitor):
    """The mediator's open task of this case: where the result of the meeting goes."""
    if not who.holds_it:
        return None
    return next((task for task in queries.mine(who.actor) if task.case_id == who.case.id), None)


@blueprint.post("/<room>/enter")
def enter(room):
    """The mediator opens the room; everybody else knocks."""
    who = visitor(room)
    if who.holds_it:
        sessions.open(who.actor, who.meeting.id)
    sessions.knock(who.actor, who.meeting.id)
    return _done(who)


@blueprint.post("/<room>/leave")
def leave(room):
    """Go away; whoever was let in may come back."""
    who = visitor(room)
    sessions.leave(who.actor, who.meeting.id)
    return _done(who, "door")


@blueprint.post("/<room>/seats/<int:seat_id>/<any(admit, refuse):answer>")
def answer_door(room, seat_id, answer):
    """The mediator lets somebody in, or not."""
    who = visitor(room)
    act = sessions.admit if answer == "admit" else sessions.refuse
    act(who.actor, who.meeting.id, seat_id)
    return _done(who)


@blueprint.post("/<room>/end")
def end(room):
    """The mediator ends the meeting for everybody."""
    who = visitor(room)
    sessions.end(who.actor, who.meeting.id)
    return _done(who)


@blueprint.post("/<room>/minutes")
def write_minutes(room):
    """The mediator keeps the minutes; the page does so by itself while they write."""
    who = visitor(room)
    minutes.write(who.actor, who.meeting.id, request.form.get("minutes", "").replace("\r\n", "\n"))
    return _done(who)


@blueprint.post("/<room>/minutes/freeze")
def freeze_minutes(room):
    """The mediator closes the minutes and puts them to the parties."""
    who = visitor(room)
    if "minutes" in request.form and who.meeting.minutes_frozen_at is None:
        minutes.write(who.actor, who.meeting.id, request.form["minutes"].replace("\r\n", "\n"))
    minutes.freeze(who.actor, who.meeting.id)
    return _done(who)


@blueprint.post("/<room>/minutes/answer")
def answer_minutes(room):
    """A party confirms the minutes, or says which words are wrong."""
    who = visitor(room)
    if who.holds_it or request.form.get("answer") not in ("confirmed", "objected"):
        raise minutes.MinutesUnusable()
    minutes.answer(who.actor, who.meeting.id, request.form["answer"] == "confirmed", request.form.get("remark", "")[:2000])
    return _done(who)


def _done(who: Visitor, page: str = "inside"):
    """Nothing more to say to the island; a plain form goes on to a page."""
    after_commit(bell.ring, who.meeting.id)
    return ("", 204) if wants_json() else redirect(who.to(page), 303)


def wants_json() -> bool:
    """Did the island ask, rather than a form?"""
    return request.accept_mimetypes.best == "application/json"


@blueprint.errorhandler(DomainError)
def refuse(error):
    """A sentence for the island to show; a plain form comes back to its page with it."""
    status, message, problems = errors.told(error)
    sentences = [each["message"] for each in problems] or [message]
    if wants_json():
        return {"message": " ".join(sentences)}, status
    if request.method == "POST" and not isinstance(error, NotFound) and request.view_args:
        flash(" ".join(sentences), "error")
        values = {"seat": request.args["seat"]} if "seat" in request.args else {}
        return redirect(url_for("room.door", room=request.view_args["room"], **values), 303)
    return errors.respond(error)


