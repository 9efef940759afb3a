"""The mediation organisation: chosen by the parties together, else designated by the court's clerk, or at once by rule."""

import pytest
from sqlalchemy import select

from engine.access.actor import SYSTEM, Actor
from engine.cases import messages
from engine.cases.referral_rules import ReferralRefused
from engine.courts import applications, docketed, register
from engine.courts import messages as court_messages
from engine.courts.models import CourtProfile
from engine.courts.register import CourtRefused
from engine.db import db, transaction
from engine.deadlines import due_at
from engine.deadlines.models import Deadline
from engine.documents.models import Document
from engine.inbox import tasks
from engine.inbox.asking import acts
from engine.workflow import starts, versions
from engine.workflow.models import UserTask
from tests import personas


@pytest.fixture
def undesignated(refer, world):
    """A referral that names no organisation, of a court that lets the parties choose; both sides agreed unless told otherwise."""
    def undesignated(both=True, **changes):
        with transaction():
            db.session.get(CourtProfile, world.court.id).designates_by = "choice"
        parties = personas.referral()["parties"]
        parties[1] = {**parties[1], "consents": {"mediation": both, "e_service": True}}
        walk = refer(organisation=None, parties=parties, **changes)
        walk.work()
        return walk
    return undesignated


def open_task(walk, element) -> UserTask:
    return db.session.scalar(select(UserTask).where(
        UserTask.case_id == walk.case_id, UserTask.element == element, UserTask.status == "open"))


def letter_of_delegation(walk) -> Document | None:
    return paper(walk, "entrustment_letter")


def paper(walk, kind) -> Document | None:
    return db.session.scalar(select(Document).where(Document.case_id == walk.case_id, Document.kind == kind))


def closing_papers(walk) -> list[str]:
    return [sent["kind"] for sent in court_messages.outcome(walk.case)["documents"]]


def term(walk, name) -> Deadline:
    return db.session.scalar(select(Deadline).where(Deadline.case_id == walk.case_id, Deadline.term == name))


def test_both_agreed_and_choose_the_same_organisation_within_two_working_days(undesignated):
    walk = undesignated()
    assert walk.open() == ["choose_organisation_together"] * 2 and term(walk, "T03") is not None
    offered = [one["id"] for one in open_task(walk, "choose_organisation_together").data["organisation_choices"]]
    assert offered[0] == "BJJR" and offered[-1] == "court" and set(offered) == {"BJJR", "HDBX", "court"}

    walk.do("choose_organisation_together", organisation_choice="HDBX")
    walk.do("choose_organisation_together", organisation_choice="HDBX")

    assert walk.open() == ["accept_referral"] and walk.case.organisation.code == "HDBX"


def test_without_a_joint_choice_the_clerk_designates_within_three_working_days_of_the_application(undesignated):
    walk = undesignated()
    walk.pass_time(days=5)

    assert "choose_organisation_together" not in walk.open() and "designate_organisation" in walk.open()
    assert term(walk, "T02").due_at == due_at("T02", walk.case.received_at)
    walk.do("designate_organisation", designated="BJJR", party_view="无特别要求")

    assert walk.case.organisation.code == "BJJR" and walk.open() == ["accept_referral"]
    letter = letter_of_delegation(walk)
    assert (letter.title, letter.audience, letter.signatures[0].kind) == ("委派调解函", "filing", "court")
    assert letter.told["addressee"] == walk.case.organisation.name
    assert (letter.told["days"], letter.told["clerk"]) == ("30", "书记员甲")
    assert {side["role"] for side in letter.told["sides"]} == {"申请人", "被申请人"} and "judge" not in letter.told


@pytest.mark.parametrize(("decides_here", "organisation"), [(False, None), (True, "BJJR")])
def test_the_letter_comes_from_the_courts_own_system_unless_it_designates_and_decides_here(refer, decides_here, organisation):
    walk = refer(decides_here=decides_here, organisation=organisation)
    walk.work()

    assert walk.open() == ["accept_referral"] and letter_of_delegation(walk) is None


def test_where_only_one_side_agreed_the_clerk_designates_at_once_and_is_reminded_when_late(undesignated):
    walk = undesignated(both=False)
    assert walk.open() == ["designate_organisation"] and term(walk, "T03") is None

    walk.pass_time(days=6)

    assert term(walk, "T02").status == "missed" and walk.open() == ["designate_organisation", "supervise_designation"]
    assert term(walk, "TDESP").status == "running", "its president sees to it"
    walk.do("designate_organisation", designated="HDBX")
    assert walk.open() == ["accept_referral"] and term(walk, "TDESP").status in ("met", "cancelled")


def test_whoever_refuses_is_not_offered_again(undesignated):
    walk = undesignated(both=False)
    walk.do("designate_organisation", designated="BJJR")
    walk.do("accept_referral", decision="refuse", refusal_reason="beyond_skills", reason="超出专业能力")

    assert walk.open() == ["designate_organisation"]
    assert [one["id"] for one in open_task(walk, "designate_organisation").data["designable"]] == ["HDBX", "none"]
    walk.do("designate_organisation", designated="none", reason="名册中没有其他组织，可以直接立案")

    assert walk.case.is_closed and walk.case.outcome == "O16"
    assert closing_papers(walk) == ["early_end_notice"]
    notice = paper(walk, "early_end_notice").told
    assert notice["tried"] == ["京华银行业保险业纠纷调解中心：不予接受：超出专业能力"] and "asked" not in notice


def test_where_none_fits_the_suit_goes_back_to_be_docketed_in_seven_days(undesignated):
    with transaction():
        starts.renew(versions.latest("docketing"))
    walk = undesignated(both=False)
    walk.do("designate_organisation", designated="none", reason="名册中没有适合的组织")
    walk.work()

    assert walk.case.is_closed and walk.case.outcome == "O21" and closing_papers(walk) == ["early_end_notice"]
    told = paper(walk, "early_end_notice").told
    assert told["how"] == "none_fits" and told["remedies"][0].startswith("坚持起诉的")
    assert walk.open() == ["examine_complaint"] and term(walk, "T01").status == "running"
    walk.do("examine_complaint", suit="docketed")
    assert applications.latest(walk.case_id, "docketing").status == "docketed"
    assert paper(walk, "docketing_notice").told["begun"] == "no"


@pytest.mark.db
def test_a_docketed_case_settled_while_they_choose_is_ended_by_the_court_on_the_plaintiffs_application(undesignated):
    suit = personas.docketed()
    walk = undesignated(**{key: suit[key] for key in ("court_number", "filed_on", "docket")})
    party = next(one for one in walk.case.participants if one.side == "applicant")
    with transaction():
        acts.tell(Actor.of_party(walk.link(party.id), party), walk.case, "withdrawal", {"reason": "已自行和解", "settled": True})
    walk.work()
    assert walk.open() == ["apply_withdrawal"] and walk.case.outcome == "O06"

    walk.do("apply_withdrawal", applies="yes", voluntary=True)
    walk.do("review_settlement", checked=["voluntary", "lawful"], court_decision="approve")

    assert walk.case.is_closed and walk.case.outcome == "O06" and closing_papers(walk) == ["early_end_notice"]
    assert paper(walk, "docket_ruling") is not None and docketed.of_case(walk.case_id).kind == "withdrawal"


@pytest.mark.db
def test_a_docketed_case_the_court_takes_back_while_designating_goes_to_trial_without_a_report(undesignated):
    suit = personas.docketed()
    walk = undesignated(**{key: suit[key] for key in ("court_number", "filed_on", "docket")})
    walk.pass_time(days=5)
    with transaction():
        acts.tell(walk.world.actor("clerk"), walk.case, "return", {"return_reason": "原告要求尽快开庭"})
    walk.work()

    assert walk.open() == ["record_fee"] and walk.case.outcome == "O21" and closing_papers(walk) == ["early_end_notice"]
    told = paper(walk, "early_end_notice").told
    assert (told["how"], told["reason"]) == ("returned", "原告要求尽快开庭")
    assert told["remedies"][0].startswith("由人民法院转入审理")


def test_a_party_withdraws_while_the_organisation_is_open(undesignated):
    walk = undesignated(both=False)
    with transaction():
        acts.tell(walk.world.actor("clerk"), walk.case, "withdrawal", {"reason": "双方自行和解", "settled": True})
    walk.work()

    assert walk.case.is_closed and walk.case.outcome == "O06" and closing_papers(walk) == ["early_end_notice"]


def test_a_respondent_who_no_longer_agrees_is_why_no_mediation_began(undesignated):
    with transaction():
        starts.renew(versions.latest("docketing"))
    walk = undesignated(both=False)
    with transaction():
        acts.tell(walk.world.actor("handler"), walk.case, "withdrawal", {"reason": "不愿调解"})
    walk.work()
    assert walk.case.is_closed and walk.case.outcome == "O08"
    walk.do("examine_complaint", suit="docketed")

    words = walk.printed("docketing_notice")
    assert "因有当事人不同意调解，调解没有开始" in words and "没有调解组织接受" not in words and "无争议事实" not in words


def test_a_courts_system_designates_by_a_message_and_only_what_there_is(undesignated, world):
    walk = undesignated(both=False)
    court = world.actor("court_system")
    with pytest.raises(ReferralRefused), transaction():
        messages.hear(court, walk.case, "organisation_designated", {"designated": "NOBODY"}, "D-1")
    with transaction():
        messages.hear(court, walk.case, "organisation_designated", {"designated": "HDBX"}, "D-2")
    walk.work()

    assert walk.case.organisation.code == "HDBX" and walk.open() == ["accept_referral"]


def test_the_table_designates_at_once_only_for_a_court_that_named_the_basis(refer, world):
    with pytest.raises(CourtRefused), transaction():
        register.set_designation(SYSTEM, "沪0115", "rule", "")
    with transaction():
        register.set_designation(SYSTEM, "沪0115", "rule", "总对总在线诉调对接工作机制")

    walk = refer(organisation=None)
    walk.work()

    assert walk.open() == ["accept_referral"] and walk.case.organisation.code == "BJJR"


def test_a_party_answers_only_with_an_organisation_of_the_register(undesignated):
    walk = undesignated()
    with pytest.raises(Exception, match="another look"), transaction():
        task = open_task(walk, "choose_organisation_together")
        tasks.complete(walk._who(task, ""), task.id, {"organisation_choice": "XXXX"})
    assert walk.open() == ["choose_organisation_together"] * 2
