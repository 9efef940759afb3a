"""Work a group's offer out for one case."""

from marshmallow import Schema, fields

from engine.cases.models import Case
from engine.db import db, locked
from engine.documents import facts, wording
from engine.i18n import _
from engine.mediation import terms
from engine.operations import papers
from engine.operations.operation import Operation, titled
from engine.tracks import groups, proposals


class MakeGroupOffer(Operation):
    """Work the group's offer out with this case's own parties and sum, and print it; it binds nobody without acceptance."""

    name = "tracks.make_group_offer"
    title = _("Make the offer after the model case")
    timeout_seconds = 30

    class Outputs(Schema):
        proposal_id = titled(fields.Integer, _("Proposal"))
        terms = titled(fields.List, _("Terms"), cls_or_instance=fields.Dict())

    def prepare(self, call):
        case = db.session.get(Case, call.case_id)
        group, offered = groups.group_of(case.id), groups.offer_for(case)
        checked = terms.check(case, offered)
        said = facts.of("group_offer", case, papers.number(case, "group_offer"), papers.verification(),
                        terms=[wording.term(one) for one in checked], group={"name": group.name, "issues": group.issues,
                                                                              "result": group.result})
        return papers.order("group_offer", said, "mediation", {"organisation": case.organisation}) | {
            "terms": checked, "offered": offered}

    def run(self, inputs, call):
        return papers.make(call.snapshot)

    def record(self, result, call):
        case = locked(Case, call.case_id)
        document = papers.keep(result, call.snapshot, call)
        made = proposals.put(case, "group_offer", document, call.snapshot["terms"], {"reasons": groups.group_of(case.id).result})
        groups.note(case.id, "offered")
        return {"proposal_id": made.id, "terms": call.snapshot["offered"]}
