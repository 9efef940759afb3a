"""What pages say a hundred times is made in a shorter way, and is the same."""

import pytest
from flask import url_for

from webapp import i18n
from webapp.presenting import addresses, options_of


@pytest.mark.parametrize("number", ["BENCH-1", "（2024）沪0115诉前调1号", "a b%c?d#e", "x&'(y)*+,:;=@z", "~tilde_-."])
def test_an_address_made_from_its_beginning_is_what_the_map_gives(site, number):
    with site.test_request_context():
        assert addresses("cases.show", "number")(number) == url_for("cases.show", number=number)


def test_an_address_of_a_row_is_what_the_map_gives(site):
    with site.test_request_context():
        assert addresses("inbox.show", "task_id")(17) == url_for("inbox.show", task_id=17)


def test_options_say_which_is_chosen_and_hide_no_sign_of_markup():
    pairs = [("a", "A & B"), ("b", "<b>")]

    assert str(options_of(pairs, "b")) == '<option value="a">A &amp; B</option><option value="b" selected>&lt;b&gt;</option>'
    assert " selected" not in options_of(pairs)


def test_what_is_said_in_another_language_meanwhile_changes_nothing_after_it(site):
    with site.test_request_context():
        assert i18n.gettext("Claim") == "领取"
        with i18n.speaking("en"):
            assert i18n.gettext("Claim") == "Claim"
            with i18n.speaking("zh"):
                assert i18n.gettext("Claim") == "领取"
            assert i18n.ngettext("%(num)s day left", "%(num)s days left", 1) == "1 day left"
        assert i18n.gettext("Claim") == "领取"
