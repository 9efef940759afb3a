"""The office's check of a frozen agreement before anybody signs it, where the organisation wants one.

It comes before the parties sign: with most organisations an agreement takes effect with the last party's signature (Online-Med
19), and what has taken effect cannot be sent back any more. The points are a court's grounds (CPL-Interp 355, 358).
"""

from collections.abc import Mapping

from engine.cases.models import Case
from engine.db import db
from engine.errors import Invalid, problem
from engine.i18n import _
from engine.mediation.models import OrganisationProfile

POINT, RESULT, PASSED = "point_", "quality", "pass"


def is_wanted(case: Case) -> bool:
    """Does the case's organisation want agreements checked by its office first?"""
    profile = db.session.get(OrganisationProfile, case.organisation_id) if case.organisation_id else None
    return bool(profile and profile.quality_check)


def check(answers: Mapping) -> None:
    """With one problem the text does not pass. Raises Invalid."""
    if answers.get(RESULT) == PASSED and any(
            value == "problem" for key, value in answers.items() if key.startswith(POINT)):
        raise Invalid(problems=[problem(f"/{RESULT}", "problem", _("With a problem in one point the text goes back."))])
