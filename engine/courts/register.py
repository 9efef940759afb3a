"""The courts on the platform: their level, their rules, how to reach their systems, and their systems' credentials."""

import base64
import secrets
from urllib.parse import urlsplit

from sqlalchemy import select

from engine.access.actor import Actor
from engine.access.models import ApiClient, Body, BodyKind
from engine.access.permissions import Permission
from engine.access.policy import require
from engine.cases import court_numbers, regimes
from engine.courts.models import CourtProfile
from engine.db import db
from engine.errors import Conflict, DomainError, Invalid, NotFound, problem
from engine.i18n import _
from engine.workflow import trace

LEVELS = ("basic", "intermediate", "high", "supreme")
DESIGNATIONS = ("choice", "rule")
SCOPES = "referrals cases documents messages"


class CourtRefused(Invalid):
    message = _("The court cannot be added like this.")


class CourtKnown(Conflict):
    message = _("The court %(code)s is on the platform already.")


class CourtUnknown(NotFound):
    message = _("There is no court %(code)s on the platform.")


def add(actor: Actor, code: str, name: str, region: str = "", **settings) -> CourtProfile:
    """Put a court on the platform. Raises CourtRefused with every fault, CourtKnown."""
    require(actor, Permission.BODY_MANAGE)
    code, name = code.strip(), " ".join(name.split())
    level = settings.get("level") or _level_of(code)
    faults = _faults(code, name, level, settings.get("callback_url", "")) + _regime_faults(settings.get("regime_setting"))
    if faults:
        raise CourtRefused(problems=faults)
    if db.session.scalar(select(Body.id).where(Body.code == code)):
        raise CourtKnown(code=code)
    body = Body(kind=BodyKind.COURT, code=code, name=name, name_en=settings.get("name_en", ""),
                region=region or _region_of(code), phone=settings.get("phone", ""))
    db.session.add(body)
    db.session.flush()
    profile = CourtProfile(body_id=body.id, level=level, regime_setting=settings.get("regime_setting") or "",
                           decides_here=bool(settings.get("decides_here")), callback_url=settings.get("callback_url", ""),
                           callback_secret=new_callback_secret())
    profile.body = body
    db.session.add(profile)
    db.session.flush()
    return profile


def find(actor: Actor, code: str) -> CourtProfile:
    """A court by its code. Raises CourtUnknown."""
    require(actor, Permission.BODY_MANAGE)
    found = db.session.scalar(select(CourtProfile).join(Body, Body.id == CourtProfile.body_id).where(Body.code == code.strip()))
    if found is None:
        raise CourtUnknown(code=code)
    return found


def every(actor: Actor) -> list[CourtProfile]:
    """All courts, by code."""
    require(actor, Permission.BODY_MANAGE)
    return list(db.session.scalars(select(CourtProfile).join(Body, Body.id == CourtProfile.body_id).order_by(Body.code)))


def set_regime(actor: Actor, code: str, setting: str) -> CourtProfile:
    """Which referrals are taken from the court: "A" before docketing, "B" docketed only, "" by date. Raises CourtRefused."""
    profile = find(actor, code)
    if faults := _regime_faults(setting):
        raise CourtRefused(problems=faults)
    profile.regime_setting = setting
    db.session.flush()
    return profile


def set_designation(actor: Actor, code: str, by: str, source: str = "") -> CourtProfile:
    """Who designates the organisation: the parties together, else the court's clerk (在线调解规则 10); or at once the table,
    where the court has agreed to that (总对总) and the basis is named. Raises CourtRefused.
    """
    profile, source = find(actor, code), source.strip()
    if by not in DESIGNATIONS:
        raise CourtRefused(problems=[problem("/by", "choice", _("An organisation is designated by choice or by rule."))])
    if by == "rule" and not 2 <= len(source) <= 200:
        wanted = _("Name the basis on which the table designates (2–200 signs).")
        raise CourtRefused(problems=[problem("/source", "required", wanted)])
    profile.designates_by, profile.designates_source = by, source if by == "rule" else ""
    trace.write(None, "court_designation_set", actor.name, note=source, court=code, by=by)
    db.session.flush()
    return profile


def set_callback(actor: Actor, code: str, url: str, new_secret: bool = False) -> CourtProfile:
    """Where the court's system takes our messages; with a new secret the old one no longer signs. Raises CourtRefused."""
    profile = find(actor, code)
    if faults := _callback_faults(url):
        raise CourtRefused(problems=faults)
    profile.callback_url = url
    if new_secret or not profile.callback_secret:
        profile.callback_secret = new_callback_secret()
    db.session.flush()
    return profile


def give_access(actor: Actor, profile: CourtProfile, secret_hash: str) -> ApiClient:
    """Credentials for the court's system; its earlier ones no longer work."""
    require(actor, Permission.BODY_MANAGE)
    for old in db.session.scalars(select(ApiClient).where(ApiClient.body_id == profile.body_id, ApiClient.is_active)):
        old.is_active = False
    client = ApiClient(body_id=profile.body_id, client_id=f"court-{secrets.token_hex(6)}", secret_hash=secret_hash, scopes=SCOPES)
    db.session.add(client)
    db.session.flush()
    return client


def new_callback_secret() -> str:
    """A Standard Webhooks secret."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()


def _faults(code: str, name: str, level: str, url: str) -> list[dict]:
    faults = []
    try:
        court_numbers.check_code(code)
    except DomainError as error:
        faults.append(problem("/code", "code", error.message, **error.details))
    if not 1 <= len(name) <= 200:
        faults.append(problem("/name", "name", _("A name has 1 to 200 characters.")))
    if level not in LEVELS:
        faults.append(problem("/level", "choice", _("%(value)s is not a level of court."), value=level))
    return faults + _callback_faults(url)


def _regime_faults(setting: str | None) -> list[dict]:
    if (setting or "") in regimes.SETTINGS:
        return []
    return [problem("/regime_setting", "choice", _("A court keeps to regime A, to regime B, or goes by date."))]


def _callback_faults(url: str) -> list[dict]:
    parts = urlsplit(url)
    if not url or parts.scheme in ("http", "https") and parts.hostname and len(url) <= 500 and url.isprintable():
        return []
    return [problem("/callback_url", "url", _("%(value)s is not an address that takes messages."), value=url[:100])]


def _level_of(code: str) -> str:
    try:
        return court_numbers.level(code)
    except DomainError:
        return "basic"


def _region_of(code: str) -> str:
    return court_numbers.area_of(code)
