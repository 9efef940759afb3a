"""Whatever the program says, it says in Chinese too."""

from webapp.cli.translations import marked, missing


def test_every_marked_message_has_a_chinese_translation():
    assert missing("zh") == {}


def test_messages_are_found_in_code_and_templates():
    places = {place.rsplit(":", 1)[0].rsplit(".", 1)[1] for place in marked().values()}

    assert {"py", "html"} <= places
