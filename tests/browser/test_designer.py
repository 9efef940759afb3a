"""The drawing board in a real browser: draw, save, check, hand in; a second person publishes; tables and forms."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from engine.cases import intake
from engine.db import db, transaction
from engine.processes import checks, differences, library
from engine.processes.models import Draft
from engine.workflow import spiff, versions
from engine.workflow.models import Instance, Version
from tests import personas
from tests.browser.people import address, chromium, sit_down  # noqa: F401

pytestmark = pytest.mark.browser


@pytest.fixture
def board(sit_down):  # noqa: F811
    """Open a process for changing: `board("performance")`."""
    def opened(key: str):
        page = sit_down("designer")
        page.goto(f"/designer/processes/{key}")
        page.get_by_role("button", name="修改").click()
        page.wait_for_selector("[data-island=designer][data-island-state=ready]")
        return page
    return opened


def choose(page, element: str) -> None:
    """Select an element from the list beside the board."""
    page.click(f".outline-row[data-element={element}]")
    expect(page.locator("#bio-properties-panel-id")).to_have_value(element)


def fill(page, field: str, value: str) -> None:
    """Fill a field of the panel and leave it."""
    page.fill(f"#bio-properties-panel-{field}", value)
    page.keyboard.press("Tab")


def save(page) -> None:
    page.click("[data-act=save]")
    expect(page.locator(".toolbar-said")).to_contain_text("已保存")


def latest_draft() -> Draft:
    with transaction(write=False):
        db.session.expire_all()
        return db.session.scalar(select(Draft).order_by(Draft.id.desc()))


def refer(world, number: int) -> int:
    with transaction():
        referral = personas.referral(f"R-{number}", court_number=f"（2024）沪0115诉前调{number}号")
        return intake.accept(world.actor("court_system"), referral).id


def version_of(case_id: int, process_key: str) -> int:
    """The number of the version an instance is bound to."""
    with transaction(write=False):
        bindings = db.session.scalar(select(Instance.bindings).where(Instance.case_id == case_id))
        return db.session.get(Version, bindings[process_key]).number


def test_a_task_is_renamed_checked_handed_in_and_published_by_somebody_else(board, sit_down, world, shipped):  # noqa: F811
    before = refer(world, 1)
    page = board("performance")
    add_form(page, shipped["performance"]["forms/note_performance.json"])
    choose(page, "note_performance")
    fill(page, "name", "核实履行情况")
    fill(page, "english", "Verify the performance")
    page.select_option("#bio-properties-panel-form", "visit")
    save(page)
    page.click("[data-act=check]")
    expect(page.locator(".findings-head")).to_contain_text("没有发现问题")
    hand_in(page)
    assert '"note_performance": "Verify the performance"' in latest_draft().files["locale/en.json"]

    approver = sit_down("approver")
    approver.goto(page.url)
    approver.get_by_role("link", name="查看改动并审批").click()
    expect(approver.locator("[data-file='process.bpmn']")).to_contain_text("核实履行情况")
    approver.get_by_role("button", name="发布").click()
    expect(approver.locator("[data-version='2']")).to_contain_text("生效")
    expect(approver.locator("[data-version='1'] .running")).to_have_text("1")

    assert (version_of(before, "performance"), version_of(refer(world, 2), "performance")) == (1, 2)


def add_form(page, form: str) -> None:
    """A second form, begun on the overview, with this text; then back to the board."""
    board = page.url
    page.goto(board.removesuffix("/diagram"))
    page.fill("#name", "visit")
    page.get_by_role("button", name="新增").click()
    page.wait_for_url("**/files/forms/visit.json")
    page.fill("#text", form.replace('"id": "note_performance"', '"id": "visit"'))
    expect(page.locator("#preview #f-performed")).to_be_visible()
    page.get_by_role("button", name="保存").click()
    page.goto(board)
    page.wait_for_selector("[data-island-state=ready]")


def hand_in(page) -> None:
    page.goto(page.url.removesuffix("/diagram"))
    page.fill("#note", "说法更清楚")
    page.get_by_role("button", name="检查、演练全部场景并提交").click()
    expect(page.locator("h1")).to_contain_text("待审批")


def test_a_finding_leads_to_its_element(board):
    page = board("performance")
    choose(page, "look_again")
    fill(page, "time", "date(on).year")
    page.click("[data-act=check]")
    finding = page.locator(".finding-error[data-element=look_again]")
    expect(finding).to_be_visible()
    choose(page, "performance_due")
    finding.click()

    expect(page.locator("#bio-properties-panel-id")).to_have_value("look_again")
    expect(page.locator(".outline-row[aria-current]")).to_have_attribute("data-element", "look_again")


def test_a_term_is_found_by_its_article_and_stands_on_the_diagram(board):
    page = board("performance")
    choose(page, "look_again")
    page.fill("[data-entry-id=term] input[type=search]", "第二百五十条")
    page.select_option("#bio-properties-panel-term", "T19")
    about = page.locator("[data-entry-id=term] .bio-properties-panel-description")
    expect(about).to_contain_text("2年 · 《中华人民共和国民事诉讼法》")
    expect(page.locator(".term-badge")).to_have_text("T19 2年")
    save(page)
    assert '<spiffworkflow:property name="term" value="T19" />' in latest_draft().files["process.bpmn"]


def test_a_called_process_is_bound_and_given_its_data_in_the_panel(board):
    page = board("court_mediation")
    expect(page.locator(".term-badge", has_text="T04 3个工作日").first).to_be_attached()
    choose(page, "close")
    page.locator("#bio-properties-panel-gives_back").check()
    choose(page, "sign")
    page.select_option("#bio-properties-panel-binding", "published")
    fill(page, "data-in", "why = reason\nsum = case['amount']")
    page.locator("#bio-properties-panel-only").check()
    page.click("[data-group-id=group-pauses] .bio-properties-panel-group-header")
    fill(page, "pauses", "mediation")
    expect(page.locator("#bio-properties-panel-gives_back")).to_have_count(0)
    save(page)
    called = spiff.read(versions.source("court_mediation", latest_draft().files))["court_mediation"].elements["sign"]
    assert (called.ins, called.only, called.pauses) == ((("why", "reason"), ("sum", "case['amount']")), True, ["mediation"])
    assert called.properties["binding"] == "published"
    drawn = spiff.read(versions.source("court_mediation", latest_draft().files))["court_mediation"]
    assert drawn.elements["close"].properties["gives_back"] == "named" and not drawn.elements["close"].only


def test_a_data_store_is_drawn_and_named(board):
    page = board("performance")
    page.click("[data-action='create.data-store']")
    place = page.locator(".djs-container").bounding_box()
    page.mouse.click(place["x"] + place["width"] / 2, place["y"] + place["height"] - 60)
    fill(page, "store", "rate")
    save(page)
    assert '<spiffworkflow:property name="store" value="rate" />' in latest_draft().files["process.bpmn"]


def test_whoever_saves_an_old_copy_is_told(board):
    page = board("performance")
    other = page.context.new_page()
    other.goto(page.url)
    other.wait_for_selector("[data-island-state=ready]")
    for each, name in ((page, "甲"), (other, "乙")):
        choose(each, "note_performance")
        fill(each, "name", name)
    save(page)
    other.click("[data-act=save]")

    expect(other.locator(".toolbar-said.bad")).to_contain_text("重新打开")
    assert "甲" in latest_draft().files["process.bpmn"]


def test_a_service_task_gets_an_operation_and_its_inputs(board):
    page = board("court_mediation")
    choose(page, "generate_receipt")
    page.select_option("#bio-properties-panel-operation", "notices.send")
    fill(page, "input-template", '"invitation"')
    fill(page, "input-to", '"parties"')
    save(page)

    process = spiff.read(versions.source("court_mediation", latest_draft().files))["court_mediation"]
    task = process.elements["generate_receipt"]
    assert (task.operation, task.parameters) == ("notices.send", {"template": '"invitation"', "to": '"parties"'})


def test_an_arrow_gets_a_condition_a_lane_a_role_and_a_timer_a_term(board):
    page = board("performance")
    page.evaluate("""() => {
        const modeler = document.querySelector('[data-island]').desk.modeler;
        modeler.get('selection').select(modeler.get('elementRegistry').get('performance_known_to_look_again'));
    }""")
    fill(page, "condition", 'performed == "later" and on != None')
    choose(page, "mediator")
    page.select_option("#bio-properties-panel-role", "coordinator")
    choose(page, "look_again")
    page.select_option("#bio-properties-panel-term", "T04")
    fill(page, "since", "effective_at")
    save(page)

    files = latest_draft().files
    assert '"调解员" = "coordinator"' in files["process.toml"]
    assert 'performed == "later" and on != None' in files["process.bpmn"] and 'term("T04")' in files["process.bpmn"]
    timed = spiff.read(versions.source("performance", files))["performance"].elements["look_again"]
    assert timed.properties["since"] == "effective_at" and timed.event.timer == ("date", 'term("T04", effective_at)')


def english_names(page) -> dict:
    return page.evaluate("() => document.querySelector('[data-island]').desk.modeler.get('names').english")


def test_what_is_undone_is_as_it_was(board):
    page = board("performance")
    choose(page, "note_performance")
    fill(page, "id", "note_it")
    fill(page, "english", "Note it")
    assert english_names(page)["note_it"] == "Note it"
    page.click("[data-act=undo]")
    page.click("[data-act=undo]")

    names = english_names(page)
    assert names["note_performance"] == "Follow up" and "note_it" not in names


def test_the_list_reaches_every_element_by_keyboard(board):
    page = board("performance")
    page.locator(".desk-outline input").focus()
    page.keyboard.type("look_again")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.locator("#bio-properties-panel-id")).to_have_value("look_again")


def test_the_mark_of_the_drawing_library_stays_visible_and_the_board_speaks_chinese(board):
    page = board("performance")

    expect(page.locator(".bjs-powered-by")).to_be_visible()
    expect(page.locator(".djs-palette").get_by_role("button", name="创建任务")).to_be_visible()
    choose(page, "note_performance")
    expect(page.locator(".bio-properties-panel-group-header-title").first).to_have_text("基本信息")


def test_drawing_and_saving_changes_nothing_by_itself(board, shipped):
    page = board("performance")
    drawn = page.evaluate("""async (diagrams) => {
        const { modeler } = document.querySelector('[data-island]').desk;
        const saved = {};
        for (const [key, xml] of Object.entries(diagrams)) {
            await modeler.importXML(xml);
            saved[key] = (await modeler.saveXML({ format: true })).xml;
        }
        return saved;
    }""", {key: files[library.DIAGRAM] for key, files in shipped.items()})
    folders = {key: {**files, library.DIAGRAM: drawn[key]} for key, files in shipped.items()}

    for key, files in folders.items():
        assert [change.elements for change in differences.compare(shipped[key], files)] in ([], [[]]), key
        assert checks.errors(checks.check(key, folders)) == [], key


def test_a_decision_table_is_edited_and_saved(board):
    page = board("closing")
    page.goto(page.url.replace("/diagram", "/files/decisions/closing.dmn"))
    page.wait_for_selector("[data-island=decisions][data-island-state=ready]")
    expect(page.locator(".tables-board")).to_contain_text("命中规则")
    cell = page.locator("td.output-cell").first
    before = cell.inner_text()
    cell.click()
    page.keyboard.press("Control+A")
    page.keyboard.type("False" if before != "False" else "True")
    page.keyboard.press("Tab")
    save(page)

    expect(cell).to_have_text("False" if before != "False" else "True")
    draft = latest_draft()
    assert draft.revision == 2 and differences.compare({"decisions/closing.dmn": ""}, draft.files)
