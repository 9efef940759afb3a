"""The mediator's forms with every kind of field: parties to pick, instalments that must add up, reasons with formatting."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine import clock
from engine.access.models import Participant
from engine.db import db
from engine.documents.models import Document
from engine.mediation.models import Agreement
from engine.tracks.models import Proposal
from tests.webapp.inbox.test_tasks import task_of

REASONS = "<h3>依据</h3><p>参照<strong>同类</strong>纠纷。</p><ul><li>本金无争议</li></ul><script>x()</script>"


def day(after: int) -> str:
    return (clock.today() + timedelta(days=after)).isoformat()


def typed(walk, *parts, **more) -> dict:
    """The form as a page sends it: one payment of 8,000, in these parts."""
    applicant, respondent = db.session.scalars(select(Participant.id).where(
        Participant.case_id == walk.case_id, Participant.role == "party").order_by(Participant.side)).all()
    term = {"kind": "payment", "debtor": respondent, "creditor": applicant, "amount": "8000", "due_on": day(30), "method": "转账"}
    rows = [{"term": 1, "due_on": day(30 * at), "amount": amount} for at, amount in enumerate(parts, 1)]
    flat = {f"terms-0-{key}": value for key, value in term.items()}
    flat |= {f"instalments-{at}-{key}": value for at, row in enumerate(rows) for key, value in row.items()}
    return flat | {"facts": "双方对借款本金无争议。", "final_clause": "一次性了结。"} | more


@pytest.mark.db
def test_instalments_are_kept_found_again_refused_until_they_add_up_and_signed(browser, refer):
    walk = refer()
    walk.to_mediation()
    walk.to_result("agreement_full")
    task, desk, phone = task_of(walk, "draft_agreement"), browser("mediator"), browser("mediator")
    page = f"/inbox/tasks/{task.id}"
    assert 'name="instalments-0-term"' in desk.text(page) and 'name="terms-0-debtor"' in desk.text(page)

    assert desk.post(f"{page}/draft", **typed(walk, "3000", "4000")).status_code == 200
    again = phone.text(f"{page}?draft=1")
    assert 'value="3000"' in again and "第1条合计 7,000.00" in again
    more = phone.post(f"{page}/complete", add_row="instalments", **typed(walk, "3000", "4000")).text
    assert 'name="instalments-2-amount"' in more

    refused = desk.post(f"{page}/complete", **typed(walk, "3000", "4000"))
    assert refused.status_code == 422 and "第1条的各期合计为7,000.00，应为8,000.00" in refused.text
    assert 'value="4000"' in refused.text, "what was typed stands there still"
    wrong = typed(walk, "8000") | {"instalments-0-term": "2"}
    assert "第2条不是给付金钱的条款" in desk.post(f"{page}/complete", **wrong).text

    assert desk.post(f"{page}/complete", **typed(walk, "3000", "5000")).status_code == 303
    late = phone.post(f"{page}/complete", **typed(walk, "2000", "6000"))
    assert late.status_code == 409 and "2,000.00" in late.text and "5,000.00" in late.text
    walk.work()
    signed = db.session.scalars(select(Agreement).where(Agreement.case_id == walk.case_id).order_by(Agreement.id)).all()[-1]
    assert [part["amount"] for part in signed.terms[0]["instalments"]] == ["3000.00", "5000.00"]


@pytest.mark.db
def test_a_proposals_reasons_are_printed_with_their_formatting_and_its_instalments(browser, refer):
    walk = refer()
    walk.to_mediation()
    walk.to_result("no_objection")
    walk.do("weigh_proposal", facts_agreed="yes")
    for _side in "ab":
        walk.do("consent_mechanism", agrees="yes")
    task, desk = task_of(walk, "write_proposal"), browser("mediator")
    assert "data-rich" in desk.text(f"/inbox/tasks/{task.id}") and "rich.js" in desk.text(f"/inbox/tasks/{task.id}")

    answers = typed(walk, "3000", "5000", proposal_reasons=REASONS)
    assert desk.post(f"/inbox/tasks/{task.id}/complete", **answers).status_code == 303

    assert "依据\n参照同类纠纷。\n本金无争议" in desk.text(f"/inbox/tasks/{task.id}")
    walk.work()
    made = db.session.scalar(select(Proposal).where(Proposal.case_id == walk.case_id))
    assert made.reasons == "依据\n参照同类纠纷。\n本金无争议" and len(made.terms[0]["instalments"]) == 2
    told = db.session.get(Document, made.document_id).told["reasons"]
    assert [block["kind"] for block in told] == ["heading", "paragraph", "bullets"]
    assert {"text": "同类", "strong": True} in told[1]["items"][0]
