"""The gateway's web: it takes short messages under a key, and shows everything that was sent."""

import re
import time

from flask import Flask, jsonify, render_template, request
from markupsafe import Markup, escape

from webapp.peers.sink.box import Box
from webapp.peers.sink.receipts import Receipts

NUMBER = re.compile(r"\+?[0-9]{5,20}")
LINK = re.compile(r"https?://[^\s，。【】<>\"]+")
LONGEST = 2000
ANCHOR = Markup('<a href="{0}" target="_blank" rel="noreferrer">{0}</a>')
UNREACHABLE = "0000"  # numbers that end like this are switched off: their receipts say failed


def create_app(box: Box, sms_key: str = "", receipts_to: str = "", receipt_after: float = 1.0, start: bool = True) -> Flask:
    """The gateway; with an address for receipts, deliveries are reported there."""
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = 64 * 1024
    receipts = Receipts(box, receipts_to, sms_key)
    app.extensions["sink"] = {"box": box, "receipts": receipts}
    _gateway(app, box, sms_key, receipt_after)
    _pages(app, box)
    if start:
        receipts.start()
    return app


def _gateway(app: Flask, box: Box, sms_key: str, receipt_after: float) -> None:
    @app.post("/sms")
    def sms():
        if sms_key and request.headers.get("authorization") != f"Bearer {sms_key}":
            return jsonify(error="the key does not fit"), 401
        told, key = request.get_json(silent=True), request.headers.get("idempotency-key", "")
        faults = _faults(told, key)
        if faults:
            return jsonify(error="; ".join(faults)), 422
        kept = box.put("sms", key, told["to"], told["text"], told.get("sign", ""))
        box.owe_receipt(key, "failed" if told["to"].endswith(UNREACHABLE) else "delivered", receipt_after)
        return jsonify(id=f"SMS{kept['id']}")


def _faults(told, key: str) -> list[str]:
    if not isinstance(told, dict):
        return ["a JSON object is needed"]
    faults = []
    if not 1 <= len(key) <= 200:
        faults.append("an Idempotency-Key is needed")
    if not isinstance(told.get("to"), str) or not NUMBER.fullmatch(told["to"]):
        faults.append("to is no telephone number")
    if not isinstance(told.get("text"), str) or not 1 <= len(told["text"]) <= LONGEST:
        faults.append("text is empty or too long")
    return faults


def _pages(app: Flask, box: Box) -> None:
    @app.get("/")
    def index():
        asked = request.args.get("to", "")
        return render_template("sink.html", messages=box.messages(asked, 100), asked=asked)

    @app.get("/messages")
    def messages():
        limit = min(request.args.get("limit", 200, int), 100_000)
        after = request.args.get("after", 0, int)
        return jsonify(messages=box.messages(request.args.get("to", ""), limit, after))

    @app.get("/health")
    def health():
        return jsonify(status="ok")

    @app.template_filter("linked")
    def linked(text):
        """The text with its links to click on."""
        pieces, done = [], 0
        for found in LINK.finditer(text):
            address = escape(found.group())
            pieces += [escape(text[done:found.start()]), ANCHOR.format(address)]
            done = found.end()
        return Markup("").join([*pieces, escape(text[done:])])

    @app.template_filter("clock")
    def clock(moment):
        return time.strftime("%m-%d %H:%M:%S", time.localtime(moment))
