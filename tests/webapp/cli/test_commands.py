"""The program as a whole: every command is there, teaches, and refuses in one sentence."""

import click
import pytest
from click.testing import CliRunner

from engine.errors import Invalid, problem
from webapp.cli import COMMANDS, sentences, sutiao


def all_commands(group=sutiao, path=()):
    """Every command of the program, with the words that call it."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from all_commands(command, (*path, name))


def test_help_lists_every_command():
    shown = CliRunner().invoke(sutiao, ["--help"]).output

    assert all(f"  {name} " in shown for name in COMMANDS)


def test_every_command_teaches():
    for words, command in all_commands():
        shown = CliRunner().invoke(sutiao, [*words, "--help"])
        assert shown.exit_code == 0, words
        assert len(command.help or "") > 60, f"{' '.join(words)} explains nothing"


def test_an_unknown_command_is_refused_by_name():
    refused = CliRunner().invoke(sutiao, ["mediate"])

    assert refused.exit_code == 2
    assert "mediate" in refused.output


def test_a_wrong_setting_is_refused_in_one_sentence(monkeypatch):
    monkeypatch.setenv("SUTIAO_PORT", "eighty")
    refused = CliRunner().invoke(sutiao, ["settings"])

    assert refused.exit_code == 1
    assert refused.output == "sutiao: SUTIAO_PORT must be a whole number, not 'eighty'.\n"


def test_secrets_are_not_shown(monkeypatch):
    monkeypatch.setenv("SUTIAO_SECRET_KEY", "do-not-tell")
    shown = CliRunner().invoke(sutiao, ["settings"]).output

    assert "SUTIAO_SECRET_KEY = (set)" in shown
    assert "do-not-tell" not in shown


def test_all_problems_of_an_error_are_told():
    error = Invalid(problems=[problem("/a", "late", "%(day)s is too late.", day="31"), problem("/b", "gone", "Missing.")])

    assert sentences(error).splitlines()[1:] == ["  /a: 31 is too late.", "  /b: Missing."]


@pytest.mark.parametrize("name", COMMANDS)
def test_each_module_holds_the_command_of_its_name(name):
    assert sutiao.get_command(click.Context(sutiao), name).name == name
