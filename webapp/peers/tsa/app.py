"""The authority's web: time stamps by HTTP (RFC 3161, 3.4), and a word for those who want to see it misbehave."""

import time

from flask import Flask, Response, jsonify, request

from webapp.peers.tsa.stamps import Stamps, refusal

LONGEST = 64 * 1024
KINDS = ("down", "slow", "refuse", "nonsense", "good")


def create_app(stamps: Stamps) -> Flask:
    """Stamps at POST /; POST /control {"mode": "down", "count": 3} spoils the next three (or slow, refuse, nonsense)."""
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = LONGEST
    mood = {"mode": "good", "count": 0, "seconds": 30.0}
    app.extensions["tsa"] = {"stamps": stamps, "made": 0}

    @app.post("/")
    def stamp():
        match _next(mood):
            case "down":
                return jsonify(error="maintenance"), 503
            case "slow":
                time.sleep(mood["seconds"])
            case "refuse":
                return _reply(refusal("system_failure", "out of order"))
            case "nonsense":
                return _reply(b"\x30\x03\x02\x01\x00")
        app.extensions["tsa"]["made"] += 1
        return _reply(stamps.answer(request.get_data()))

    @app.post("/control")
    def control():
        told = request.get_json()
        if told.get("mode") not in KINDS:
            return jsonify(error=f"mode is one of {', '.join(KINDS)}"), 422
        mood.update(mode=told["mode"], count=int(told.get("count", 1)), seconds=float(told.get("seconds", 30)))
        return jsonify(mood)

    @app.get("/")
    def show():
        return jsonify(authority=stamps.certificate.subject.human_friendly, stamps=app.extensions["tsa"]["made"], mood=mood)

    return app


def _next(mood: dict) -> str:
    """How it behaves this time."""
    if mood["count"] <= 0:
        return "good"
    mood["count"] -= 1
    return mood["mode"]


def _reply(body: bytes) -> Response:
    return Response(body, content_type="application/timestamp-reply")
