"""The door for people and courts. `create_app` is all wiring on one screen."""

from importlib import import_module

import engine
from engine.config import Settings
from webapp import app as door
from webapp import errors, gate, i18n, identity, looks, presenting, proxies, security

AREAS = {  # module → address; a module offers `blueprint`, or `init_app(app)` when it has several
    "webapp.home": "",
    "webapp.inbox": "/inbox",
    "webapp.cases": "/cases",
    "webapp.today": "/today",
    "webapp.schedule": "/schedule",
    "webapp.triage": "/triage",
    "webapp.portfolio": "/portfolio",
    "webapp.exports": "/exports",
    "webapp.handling": "/handling",
    "webapp.handlers": "/handlers",
    "webapp.tracing": "/tracing",
    "webapp.papers": "/papers",
    "webapp.serving": "/serving",
    "webapp.groups": "/groups",
    "webapp.statistics": "/statistics",
    "webapp.limits": "/limits",
    "webapp.roster": "/roster",
    "webapp.applying": "/apply",
    "webapp.recording": "/applications",
    "webapp.account": "/account",
    "webapp.admin": "/admin",
    "webapp.audit": "/audit",
    "webapp.designer": "/designer",
    "webapp.party": "/p",
    "webapp.verify": "/verify",
    "webapp.fees": "/fees",
    "webapp.objections": "/objections",
    "webapp.orally": "/oral-applications",
    "webapp.wall": "/wall",
    "webapp.reinstating": "/mediators",
    "webapp.room": "/room",
    "webapp.hooks": "/hooks",
    "webapp.api": "/api/v1",
}


def create_app(settings: Settings | None = None) -> door.WebApp:
    """The web application, ready to serve."""
    settings = settings or Settings.from_env()
    app = door.WebApp("webapp", static_folder="static")
    engine.init_app(app, settings)
    proxies.init_app(app, settings)
    security.init_app(app, settings)
    i18n.init_app(app)
    looks.init_app(app)
    identity.init_app(app)
    presenting.init_app(app)
    errors.init_app(app)
    for module, address in AREAS.items():
        _open(app, module, address)
    gate.close(app)
    return app


def _open(app, module: str, address: str) -> None:
    area = import_module(module)
    if hasattr(area, "init_app"):
        area.init_app(app)
    else:
        app.register_blueprint(area.blueprint, url_prefix=address or None)
