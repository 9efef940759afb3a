"""Every route is public by the rule table, belongs to a door with its own key, or turns strangers and outsiders away."""

import re

from engine.db import transaction
from tests import factories
from webapp import identity
from webapp.audit.actions import ACTIONS
from webapp.rules import RULES, Door

PUBLIC = {endpoint for endpoint, rule in RULES.items() if rule.door == Door.PUBLIC}
OWN = {endpoint for endpoint, rule in RULES.items() if rule.door == Door.OWN}  # about nobody and nothing else
TOKENS = ("/api/", "/p/", "/room/", "/hooks/", "/apply/")  # token, link or signature: their own tests deny
ANSWERS = {"int": "1", "string": "x", "default": "x", "path": "x"}


def rules(site):
    return [rule for rule in site.url_map.iter_rules() if rule.endpoint not in PUBLIC]


def address(rule) -> str:
    """The rule's address with something in its places."""
    return re.sub(r"<(?:(\w+)(?:\([^)]*\))?:)?\w+>", lambda found: ANSWERS.get(found[1] or "default", "x"), rule.rule)


def staff_doors(site):
    return [rule for rule in rules(site) if not rule.rule.startswith(TOKENS)]


def methods(rule):
    return sorted(rule.methods - {"HEAD", "OPTIONS"})


def ask(browser, method, path):
    """One request with the form token, so that nothing but the right decides; JSON where JSON is spoken."""
    if method == "GET":
        return browser.get(path)
    if path.endswith(".json"):
        return browser.send_json(method, path, {"files": {}, "revision": 1})
    return browser.post(path)


def test_what_the_table_calls_public_is_open_and_nothing_else_is(site):
    for rule in site.url_map.iter_rules():
        is_open = getattr(site.view_functions[rule.endpoint], "is_public", False)
        assert not is_open or rule.endpoint in PUBLIC, rule.endpoint
        assert is_open or rule.endpoint not in PUBLIC or rule.rule.startswith(identity.OTHER_DOORS), rule.endpoint


def test_a_stranger_is_sent_to_the_sign_in_everywhere(site, stranger):
    for rule in staff_doors(site):
        for method in methods(rule):
            answer = ask(stranger, method, address(rule))
            assert answer.status_code == 303 and "/login" in answer.headers["Location"], (method, rule.rule)


def test_an_account_without_a_role_gets_nothing(site, stranger, world):
    with transaction():
        user = factories.user("无角色")
    stranger.sign_in(user)
    for rule in staff_doors(site):
        if rule.endpoint in OWN and not rule.arguments:
            continue
        for method in methods(rule):
            answer = ask(stranger, method, address(rule))
            assert answer.status_code in (403, 404), (method, rule.rule, answer.status_code)


def test_doors_with_a_key_of_their_own_refuse_without_it(site, stranger):
    for rule in rules(site):
        if not rule.rule.startswith(TOKENS) or rule.endpoint == "api_token.token":
            continue
        for method in methods(rule):
            answer = ask(stranger, method, address(rule))
            assert answer.status_code in (303, 401, 403, 404, 410, 415, 422), (method, rule.rule, answer.status_code)
            assert answer.status_code != 303 or "/login" in answer.headers["Location"], (method, rule.rule)


def test_every_action_that_is_written_down_has_a_name(site):
    views = site.view_functions
    told = {rule.endpoint for rule in site.url_map.iter_rules()
            if rule.methods & {"POST", "PUT", "PATCH", "DELETE"} or getattr(views[rule.endpoint], "opens", False)}
    assert told - set(ACTIONS) == set(), "name it in webapp/audit/actions.py"
    assert set(ACTIONS) <= set(views)
