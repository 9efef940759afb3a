"""Which mediation organisation: list those of the court's register, and give the case to one."""

from marshmallow import Schema, fields
from sqlalchemy import func, select

from engine.access.models import Body, BodyKind
from engine.cases import claimants
from engine.cases.models import Case
from engine.db import db, locked
from engine.i18n import _
from engine.mediation.models import OrganisationProfile
from engine.operations.operation import Operation, Rejected, titled


class ProposeOrganisations(Operation):
    """List the organisations on the court's register (特邀调解组织名册) with what speaks for each, the table's suggestion first.

    A court without a register of its own may choose from all.
    """

    name = "cases.propose_organisations"
    title = _("Propose mediation organisations")

    class Inputs(Schema):
        suggested = titled(fields.String, _("Code of the organisation that the table suggests"), load_default="", allow_none=True)
        reason = titled(fields.String, _("Reason"), load_default="", allow_none=True)
        without = titled(fields.List, _("Codes that are left out"), cls_or_instance=fields.String(), load_default=list)

    class Outputs(Schema):
        organisations = titled(fields.List, _("Organisations with what speaks for them"), cls_or_instance=fields.Dict())

    def record(self, result, call):
        asked, case = call.inputs, db.session.get(Case, call.case_id)
        return {"organisations": candidates(case, asked["suggested"] or "", asked["reason"] or "", asked["without"])}


class AssignOrganisation(Operation):
    """Give the case to the mediation organisation of this code; its coordinator is asked next."""

    name = "cases.assign_organisation"
    title = _("Assign a mediation organisation")
    errors = {"no_organisation": _("No active mediation organisation has this code")}

    class Inputs(Schema):
        organisation = titled(fields.String, _("Code of the organisation"), required=True)

    class Outputs(Schema):
        organisation = titled(fields.String, _("Code of the organisation"))

    def record(self, result, call):
        code = call.inputs["organisation"]
        body = db.session.scalar(select(Body).where(Body.code == code, Body.kind == BodyKind.ORGANISATION, Body.is_active))
        if body is None:
            raise Rejected("no_organisation", code)
        locked(Case, call.case_id).organisation_id = body.id
        return {"organisation": body.code}


def candidates(case: Case, suggested: str, reason: str, without: list[str]) -> list[dict]:
    """The organisations of the register as a form's list takes them; fitting sector and region before the others, then fewest
    open cases."""
    rows = db.session.execute(select(Body, OrganisationProfile).outerjoin(
        OrganisationProfile, OrganisationProfile.body_id == Body.id).where(
        Body.kind == BodyKind.ORGANISATION, Body.is_active)).all()
    rows = [row for row in rows if claimants.may_go_to(case.claimant, row[1].kind if row[1] else "")]
    code = case.court.code if case.court else ""
    register = [row for row in rows if row[1] and code in row[1].invited_by] or rows
    rows = [row for row in register if row[0].code not in without]
    loads = dict(db.session.execute(select(Case.organisation_id, func.count()).where(
        Case.organisation_id.in_([body.id for body, _profile in rows]), Case.concluded_at.is_(None)
    ).group_by(Case.organisation_id)).all())
    found = [_told(case, body, profile, loads.get(body.id, 0), suggested, reason) for body, profile in rows]
    order = sorted(found, key=lambda one: (one["id"] != suggested, -one.pop("fit"), one["load"], one["id"]))
    return [one | {"reason": "；".join(filter(None, one["reason"]))} for one in order]


def _told(case: Case, body: Body, profile: OrganisationProfile | None, load: int, suggested: str, reason: str) -> dict:
    sector = bool(profile and case.sector in profile.sectors)
    near = bool(profile and case.region and any(case.region.startswith(prefix) for prefix in profile.regions))
    why = [f"平台建议：{reason}" if body.code == suggested else "", "专业对口" if sector else "", "在本地区" if near else "",
           f"在办{load}件"]
    return {"id": body.code, "name": body.name, "name_en": body.name_en, "reason": why, "load": load, "fit": sector + near}
