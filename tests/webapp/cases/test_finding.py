"""Find a case by what somebody on the telephone says; the only one that fits is opened at once."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from engine import clock
from engine.access.models import BodyKind
from engine.cases.models import Case
from engine.db import transaction
from engine.inbox.lists import finding
from engine.inbox.workspace import desk, narrowed
from engine.notices.models import ServiceAddress
from tests import factories, personas
from workers import runner


@pytest.fixture
def two(refer):
    """Two cases of one court and bank, of different people; the second one gave another telephone for service."""
    consumer, bank = personas.referral()["parties"]
    other = consumer | {"name": "赵小红", "id_number": "310115198805053425", "phone": "16600007777"}
    first = refer()
    second = refer(external_ref="R-2", court_number="（2024）沪0115诉前调777号", parties=[other, bank])
    with transaction() as session:
        person = next(person for person in second.case.participants if person.name == "赵小红")
        session.add(ServiceAddress(case_id=second.case_id, participant_id=person.id, phone="021-6888 8888", postcode="200120",
                                   address="上海市浦东新区一号", agrees=False, channel="staff", recorded_by="x"))
    return first.case.number, second.case.number


@pytest.mark.parametrize(("said", "numbers"), [
    ("16600001234", [0]), ("166 0000 1234", [0]), ("+86-16600007777", [1]), ("１６６００００７７７７", [1]), ("02168888888", [1]),
    ("11010519491231002x", [0]), ("310115198805053425", [1]), ("91350100M000100Y43", [0, 1]),
    ("1660000123", []), ("31011519880505342", []), ("6600001234", []), ("%", []), ("_", []),
    ("赵小", [1]), ("诉前调777", [1]), ("京华银行", [0, 1]),
    ("（2024）沪0115诉前调777号", [1]), ("(2024)沪0115诉前调777", [1]), ("(2024)沪0115", [0, 1]), ("  ", [0, 1])])
def test_a_case_is_found_by_number_party_institution_or_a_whole_telephone_or_id(browser, two, said, numbers):
    clerk = browser("clerk")
    page = clerk.get("/cases/", query_string={"q": said}).text
    assert [number in page for number in two] == [0 in numbers, 1 in numbers]
    for name in ("outsider", "designer"):
        assert not any(number in browser(name).get("/cases/", query_string={"q": said}).text for number in two)


def test_enter_opens_the_only_case_that_fits_and_lists_several(browser, two):
    clerk = browser("clerk")
    answer = clerk.get("/cases/?q=16600007777&go=1")
    assert (answer.status_code, answer.location) == (303, f"/cases/{two[1]}")
    assert clerk.get("/cases/?q=京华&go=1").status_code == 200
    assert clerk.get("/cases/?q=16600007777").status_code == clerk.get("/cases/?q=&go=1").status_code == 200
    assert clerk.get("/cases/?q=16600007777&go=1", headers={"HX-Request": "true"}).status_code == 200
    assert browser("outsider").get("/cases/?q=16600007777&go=1").status_code == 200


@pytest.mark.parametrize(("asked", "found"), [
    ("sector=insurance", [1]), ("judge=周法官", [1]), ("filed_from=2026-03-01&filed_to=2026-03-02", [1]), ("amount_to=100", [1]),
    ("category=credit_card", [0]), ("cause=信用卡纠纷", [0, 1]), ("court_number=(2024)沪0115", [0, 1]), ("outcome=O01", []),
    ("sector=insurance&q=诉前调777", [1])])
def test_the_register_is_narrowed_by_any_field_of_the_case(browser, two, asked, found):
    with transaction() as session:
        case = session.query(Case).filter_by(number=two[1]).one()
        case.sector, case.court_judge, case.filed_on, case.amount = "insurance", "周法官", date(2026, 3, 2), Decimal("99.00")
        case.category = "mortgage"
    page = browser("clerk").get(f"/cases/?{asked}").text
    assert [number in page for number in two] == [0 in found, 1 in found]
    assert not any(number in browser("outsider").get(f"/cases/?{asked}").text for number in two)


@pytest.mark.parametrize("asked", [
    "sector=nonsense", "filed_from=soon&trial=perhaps", "amount_to=10块", "judge=周法官&settled_from=x"])
def test_a_condition_that_makes_no_sense_is_named_and_nothing_is_listed(browser, two, asked):
    page = browser("clerk").text(f"/cases/?{asked}")
    assert "不符合此条件的填写要求" in page and not any(number in page for number in two)
    assert asked.rpartition("=")[2] in page


def test_what_is_not_rare_is_looked_for_among_the_newest_and_says_so(browser, two, monkeypatch):
    clerk = browser("clerk")
    monkeypatch.setattr(narrowed, "LOOKED_AT", 1)
    page = clerk.text("/cases/?sector=banking")
    assert two[1] in page and two[0] not in page and "已查找最新的 1 件案件" in page
    assert "已查找最新的" in clerk.text(f"/cases/?sector=banking&since={clock.today() - timedelta(days=9)}")
    monkeypatch.setattr(finding, "TOGETHER", 0)
    with transaction() as session:
        session.query(Case).filter_by(number=two[0]).one().received_at = clock.now() - timedelta(days=30)
    assert "已查找最新的" not in clerk.text(f"/cases/?sector=banking&since={clock.today() - timedelta(days=9)}")
    page = clerk.text("/cases/?sector=banking&category=credit_card")
    assert two[0] in page and "已查找最新的" not in page, "few have this kind: an index finds them"


def work():
    """The calls that lead to the first tasks are done."""
    while runner.run_call():
        pass


def finds(browser, places: dict[str, str], two, expected: dict[str, list[int]]) -> None:
    """Whoever searches for these finds these of the two."""
    people = {who: browser(who) for who in places}
    for said, numbers in expected.items():
        for who, path in places.items():
            page = people[who].get(path, query_string={"q": said, "view": "available"}).text
            assert [number in page for number in two] == [0 in numbers, 1 in numbers], (who, said)


def test_among_old_cases_a_number_or_name_is_found_by_its_beginning(browser, two, monkeypatch):
    monkeypatch.setattr(finding, "NEWEST_CASES", -1)
    monkeypatch.setattr(finding, "NEWEST_TASKS", 0)
    work()
    finds(browser, {"clerk": "/cases/", "coordinator": "/inbox/"}, two, {
        "赵小红": [1], "赵": [1], "小红": [], "（2024）沪0115诉前调7": [1], "诉前调777": [], "16600001234": [0], "京华": [0, 1]})


def test_of_what_fits_the_newest_are_found_among_what_else_is_demanded(browser, two, monkeypatch):
    monkeypatch.setattr(finding.cases, "__defaults__", (1,))
    monkeypatch.setattr(finding, "FEW", 1)
    work()
    finds(browser, {"clerk": "/cases/", "coordinator": "/inbox/"}, two, {
        "王小": [0], "小红": [1], "2024": [1], "京华": [1], "没有": []})
    finds(browser, {"handler": "/portfolio/"}, two, {"2024": [0, 1], "京华": [0, 1]})
    with transaction() as session:
        session.query(Case).filter_by(number=two[0]).one().stage = "mediating"
    page = browser("clerk").text("/cases/?q=京华&stage=mediating")
    assert two[0] in page and two[1] not in page


def test_a_long_list_of_what_fits_says_that_it_ends(browser, two, monkeypatch):
    monkeypatch.setattr(desk, "PAGE", 1)
    assert "的最新 200 件" in browser("clerk").text("/cases/?q=京华") and "的最新" not in browser("clerk").text("/cases/?q=赵小")


def test_enter_in_the_inbox_opens_the_only_task_or_else_the_only_case(browser, two):
    work()
    coordinator = browser("coordinator")
    answer = coordinator.get("/inbox/?view=available&q=16600001234&go=1")
    assert answer.status_code == 303 and answer.location.startswith("/inbox/tasks/")
    answer = coordinator.get("/inbox/?view=mine&q=16600001234&go=1")
    assert (answer.status_code, answer.location) == (303, f"/cases/{two[0]}")
    assert coordinator.get("/inbox/?view=available&q=京华&go=1").status_code == 200
    assert browser("handler").get("/inbox/?view=mine&q=nobody&go=1").status_code == 200


def test_where_too_many_begin_alike_the_page_says_so_and_days_lead_to_every_case(browser, world, monkeypatch):
    monkeypatch.setattr(finding, "LOOKED_UP", 3)
    monkeypatch.setattr(finding, "NEWEST_CASES", 1)
    monkeypatch.setattr(finding, "TOGETHER", 0)
    with transaction():
        for day in range(1, 7):
            case = factories.case(court_id=world.court.id, title=f"第{day}案", received_at=datetime(2024, 3, day, 4, tzinfo=UTC))
            factories.participant(case, name="王同名")
    clerk = browser("clerk")
    page = clerk.text("/cases/?q=王同")
    assert "未能全部查找" in page and "第1案" not in clerk.text("/cases/?q=王同&since=2024-03-04")
    found = [clerk.text(f"/cases/?q=王同&since=2024-03-0{day}&until=2024-03-0{day + 1}") for day in (1, 3, 5)]
    assert all("未能全部查找" not in each for each in found)
    for day, each in ((1, 0), (2, 0), (3, 1), (4, 1), (5, 2), (6, 2)):
        assert f"第{day}案" in found[each], day
    assert "第1案" not in clerk.text(f"/cases/?q=王同&until=2024-03-02&court={world.organisation.id}")
    assert clerk.get("/cases/?q=王同&since=x&until=9999-99-99&court=y").status_code == 200


def test_a_search_is_looked_up_once(browser, two, monkeypatch):
    asked, between, looked_up = [], finding.between, finding._looked_up
    monkeypatch.setattr(finding, "between", lambda *told: asked.append("days") or between(*told))
    monkeypatch.setattr(finding, "_looked_up", lambda *told: asked.append("text") or looked_up(*told))
    clerk = browser("clerk")
    assert two[1] in clerk.text("/cases/?q=赵小&since=2024-01-01") and asked == ["days", "text"]
    assert two[1] in clerk.text("/cases/?since=2024-01-01") and asked == ["days", "text"], "nothing was typed"


@pytest.mark.db
def test_only_courts_that_still_send_cases_are_offered_and_the_chosen_one(browser, world):
    with transaction():
        gone = factories.body(BodyKind.COURT, name="已撤销人民法院", is_active=False).id
    clerk = browser("clerk")
    assert world.court.name in clerk.text("/cases/") and "已撤销人民法院" not in clerk.text("/cases/")
    assert "已撤销人民法院" in clerk.text(f"/cases/?court={gone}")
