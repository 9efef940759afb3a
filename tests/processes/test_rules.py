"""Which rule is where: every rule has its place in diagrams, decisions and operations."""

from engine.cases import outcomes
from engine.deadlines import terms
from engine.processes import rules
from tests.workbench import shipped


def test_every_term_and_close_code_has_its_line_and_every_place_is_an_element_or_file():
    found = rules.every(shipped())
    keys = {rule.key for rule in found}
    assert {term.id for term in terms.every()} | set(outcomes.OUTCOMES) <= keys
    assert any(rule.key == "T04" and rule.place == "court_mediation#acceptance_overdue" for rule in found)
    assert len({rule.line for rule in found}) == len(found)
