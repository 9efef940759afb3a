"""Catalogs are gathered from parts, and parts may not contradict each other."""

from gettext import GNUTranslations

import pytest

from webapp.cli import Refused
from webapp.cli.translations import compile_language

HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'


def entry(message: str, translation: str) -> str:
    return f'msgid "{message}"\nmsgstr "{translation}"\n\n'


@pytest.fixture
def chinese(tmp_path):
    """A language folder with a main catalog that translates one word."""
    folder = tmp_path / "zh"
    (folder / "LC_MESSAGES").mkdir(parents=True)
    (folder / "parts").mkdir()
    (folder / "LC_MESSAGES" / "messages.po").write_text(HEADER + entry("Case", "案件"))
    return folder


def test_the_main_catalog_and_its_parts_become_one(chinese):
    (chinese / "parts" / "inbox.po").write_text(HEADER + entry("Inbox", "待办") + entry("Case", "案件"))

    assert compile_language(chinese) == 2
    with (chinese / "LC_MESSAGES" / "messages.mo").open("rb") as file:
        catalog = GNUTranslations(file)
    assert [catalog.gettext(word) for word in ("Case", "Inbox")] == ["案件", "待办"]


def test_one_message_with_two_translations_is_refused_naming_both_files(chinese):
    (chinese / "parts" / "api.po").write_text(HEADER + entry("Case", "事项"))

    with pytest.raises(Refused, match=r"'案件' in messages\.po and '事项' in api\.po"):
        compile_language(chinese)


def test_a_part_that_cannot_be_read_is_named(chinese):
    (chinese / "parts" / "api.po").write_text(HEADER + 'msgid "Broken"\nmsgst "断"\n')

    with pytest.raises(Refused, match=r"api\.po"):
        compile_language(chinese)


def test_a_message_not_yet_translated_stays_english(chinese):
    (chinese / "parts" / "api.po").write_text(HEADER + entry("Later", ""))

    assert compile_language(chinese) == 1
