"""Every route is public by this list, belongs to a door with its own key, or turns strangers and outsiders away."""

import re

from engine.db import transaction
from tests import factories
from webapp import identity
from webapp.audit.actions import ACTIONS

PUBLIC = {
    "static": "built files", "home.index": "the way to sign in", "home.login": "sign in", "home.enter": "sign in",
    "passkeys.begin": "sign in", "passkeys.enter": "sign in", "single_sign_on.start": "sign in", "single_sign_on.back": "sign in",
    "home.enter_demo": "sign in", "home.second_step": "sign in", "home.enter_code": "sign in",
    "home.logout": "sign out", "home.health": "for machines that watch us",
    "api-docs.openapi_json": "what the API says of itself", "applying.start": "a person applies",
    "applying.begin": "a person applies", "verify.index": "is this message ours?", "verify.check": "is it?",
    "objections.index": "for people outside a case", "objections.hand_in": "they object", "objections.receipt": "with a receipt",
    "objections.look_up": "with a receipt", "objections.ruling": "with a receipt",
}
TOKENS = ("/api/", "/p/", "/room/", "/hooks/", "/apply/")  # token, link or signature: their own tests deny
OWN_START = {  # for whoever is signed in, about nobody and nothing else
    "home.empty", "account.index", "account.change_password", "account.begin", "account.picture", "account.confirm",
    "account.end", "account.switch_keys", "account.choose_start",
    "account.begin_passkey", "account.keep_passkey",
}
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


def test_the_list_names_only_routes_that_exist_and_are_public(site):
    for endpoint in PUBLIC:
        view = site.view_functions[endpoint]
        rule = next(site.url_map.iter_rules(endpoint))
        assert getattr(view, "is_public", False) or rule.rule.startswith(identity.OTHER_DOORS), endpoint


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
        if rule.endpoint in OWN_START:
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
