"""Large type, for who reads better so: asked for in the address or chosen before, on every page, without scripts.

Sizes follow 《移动互联网应用适老化通用设计规范》: main text of at least 18 pt, main targets of at least 60 px.
"""

from flask import request

TYPES = ("normal", "large")
COOKIE = "type"


def init_app(app) -> None:
    """Remember what was chosen; tell the templates."""
    app.after_request(_remember)
    app.add_template_global(type_size)


def type_size() -> str:
    """normal or large."""
    asked = request.args.get("type", "")
    chosen = asked if asked in TYPES else request.cookies.get(COOKIE, "")
    return chosen if chosen in TYPES else "normal"


def _remember(response):
    if request.args.get("type", "") in TYPES:
        response.set_cookie(COOKIE, request.args["type"], max_age=365 * 86400, samesite="Lax", httponly=True,
                            secure=request.is_secure)
    return response
