"""The simulator's own web: it takes callbacks, shows what happened, and can be told to misbehave."""

import json
import time

from flask import Flask, abort, jsonify, redirect, render_template, request
from standardwebhooks import Webhook, WebhookVerificationError

from webapp.peers.court import judges
from webapp.peers.court.desks import answers
from webapp.peers.court.ledger import Ledger
from webapp.peers.court.moods import KINDS, Moods
from webapp.peers.court.sender import Sender
from webapp.peers.court.setup import Court, Setup

LONGEST_PAUSE = 60


def create_app(setup: Setup, start: bool = True) -> Flask:
    """The simulator, with its sender running unless told otherwise."""
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = 1024 * 1024
    ledger, moods = Ledger(setup.ledger), Moods()
    sender = Sender(setup, ledger, moods)
    app.extensions["court"] = {"setup": setup, "ledger": ledger, "moods": moods, "sender": sender}
    _receive(app, setup, ledger, moods)
    _show(app, setup, ledger, moods)
    _steer(app, ledger, moods, sender)
    if start:
        sender.start()
    return app


def _receive(app: Flask, setup: Setup, ledger: Ledger, moods: Moods) -> None:
    @app.post("/callbacks/<code>")
    def callback(code):
        court = setup.courts.get(code) or abort(404)
        body, key = request.get_data(), request.headers.get("webhook-id", "")
        told, signed = _read(court, body)
        if moods.take("slow"):
            time.sleep(min(moods.seconds, LONGEST_PAUSE))
        if moods.take("down"):
            ledger.take(code, key, told, signed, 503)
            return jsonify(error="maintenance"), 503
        if not signed:
            ledger.take(code, key, told, False, 401)
            return jsonify(error="the signature does not fit"), 401
        seen = ledger.take(code, key, told, True, 200)
        if seen["is_first"]:
            consider(setup, ledger, court, key, told)
        if moods.take("lossy"):
            return jsonify(error="broke down after taking it"), 500
        return jsonify(receipt=f"{code}-{key}")


def _read(court: Court, body: bytes) -> tuple[dict, bool]:
    try:
        told = Webhook(court.callback_secret).verify(body, dict(request.headers))
        return (told, True) if isinstance(told, dict) else ({}, False)
    except (WebhookVerificationError, ValueError):
        pass
    try:
        told = json.loads(body)
    except ValueError:
        told = None
    return (told if isinstance(told, dict) else {}), False


def consider(setup: Setup, ledger: Ledger, court: Court, key: str, told: dict) -> None:
    """What the court does about a callback: what it is asked for it takes up, or not, and decides."""
    case = str(told.get("case"))
    path = f"/api/v1/cases/{case}/messages"
    found = judges.decide(case, told.get("data") or {}, setup.rules)
    for word in answers(setup.rules, ledger, court, told, found):
        said = f"{key}-{word.name}{word.serial}"
        body = {"name": word.name, "message_id": said, "payload": word.payload}
        ledger.send(court.code, word.name, path, f"{court.code}-{said}", body, word.after)


def _show(app: Flask, setup: Setup, ledger: Ledger, moods: Moods) -> None:
    @app.get("/")
    def index():
        left = len(setup.referrals) - ledger.sent_referrals()
        return render_template("court.html", setup=setup, sums=ledger.sums(), callbacks=ledger.callbacks(60), kinds=KINDS,
                               outgoing=ledger.outgoing(60), moods=moods.left(), left=left)

    @app.get("/ledger")
    def told():
        limit = min(request.args.get("limit", 1000, int), 100_000)
        return jsonify(sums=ledger.sums(), callbacks=ledger.callbacks(limit), outgoing=ledger.outgoing(limit))

    @app.get("/health")
    def health():
        return jsonify(status="ok", courts=list(setup.courts))

    @app.template_filter("clock")
    def clock(moment):
        return time.strftime("%H:%M:%S", time.localtime(moment)) if moment else ""


def _steer(app: Flask, ledger: Ledger, moods: Moods, sender: Sender) -> None:
    @app.post("/control")
    def control():
        asked = request.get_json(silent=True) if request.is_json else request.form.to_dict() or request.args.to_dict()
        try:
            kind, count = str(asked["mode"]), int(asked.get("count", 1))
            moods.tell(kind, count, float(asked["seconds"]) if asked.get("seconds") else None)
        except (KeyError, TypeError, ValueError):
            return jsonify(error=f"mode is one of good, {', '.join(KINDS)}; count and seconds are numbers"), 422
        return _answer(moods.left())

    @app.post("/send")
    def send():
        asked = request.get_json(silent=True) if request.is_json else request.form.to_dict()
        if isinstance(asked, dict) and isinstance(asked.get("referral"), dict):
            return jsonify(key=sender.give(asked["referral"], str(asked.get("court") or "")))
        try:
            return _answer({"sent": sender.give_out(int((asked or {}).get("count", 1)))})
        except (TypeError, ValueError):
            return jsonify(error="count is a number"), 422


def _answer(told: dict):
    return jsonify(told) if request.is_json or not request.form else redirect("/", 303)
