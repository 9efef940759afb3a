"""Which rule is where: every rule has its place in diagrams, decisions and operations."""

from engine.cases import outcomes
from engine.deadlines import terms
from engine.processes import rules
from tests.workbench import SHIPPED, shipped

COMMAND = "the page is not up to date: `.venv/bin/sutiao processes rules` writes it anew"


def test_the_page_is_what_the_diagrams_and_tables_make_of_it():
    assert (SHIPPED / "RULES.md").read_text(encoding="utf-8") == rules.page(shipped()), COMMAND


def test_a_term_that_no_diagram_uses_says_who_keeps_it_and_why():
    found = [rule for rule in rules.every(shipped()) if rule.part == "terms"]
    unused, used = ({rule.key for rule in found if (rule.place == rules.NOWHERE) is nowhere} for nowhere in (True, False))
    assert {id for id in unused if terms.get(id).kept is None} == set()
    assert {id for id in used if terms.get(id).kept is not None} == set()
    assert unused.isdisjoint({"T02", "T04", "T06", "T07", "T08", "T11", "T12", "T14", "T18", "T19", "T24", "T27"})


def test_a_due_day_that_no_timer_ends_is_seen_to():
    """Nothing is only a coloured day in a list: what is late follows the diagram, or goes to whoever supervises it."""
    uses = {}
    for rule in rules.every(shipped()):
        if rule.part == "terms":
            uses.setdefault(rule.key, set()).add(rule.use)
    only_due = {id for id, found in uses.items() if "办理" in found and not found & {"届满", rules.SEES_TO}}
    assert only_due == {"TAPPR", "TDESP", "TDOCKP"}, "a court president's own: nobody above them is here"
    seen_to = {id for id, found in uses.items() if rules.SEES_TO in found}
    assert {"T13", "T15", "T20", "T22", "T23", "T45", "T46", "TFSEAL", "TFEE", "TUNPAID", "TPOOBJ"} <= seen_to


def test_every_paper_is_made_somewhere():
    found = {(rule.key, rule.place) for rule in rules.every(shipped()) if rule.part == "documents"}
    assert {name for name, place in found if place == rules.NOWHERE} == set()
    assert {
        ("handover_list", "cases.hand_over"), ("handover_list", "engine/operations/desk_papers.json"),
        ("consent_record", "engine/operations/desk_papers.json"), ("undisputed_facts", "tracks.freeze_facts"),
        ("service_record", "engine/operations/serving_papers.py"), ("entrustment_letter", "court_mediation#make_letter"),
        ("extension_consent", "extension#make_consent_paper"),
    } <= found


def test_every_term_and_close_code_has_its_line_and_every_place_is_an_element_or_file():
    found = rules.every(shipped())
    keys = {rule.key for rule in found}
    assert {term.id for term in terms.every()} | set(outcomes.OUTCOMES) <= keys
    assert any(rule.key == "T04" and rule.place == "court_mediation#acceptance_overdue" for rule in found)
    assert len({rule.line for rule in found}) == len(found)
