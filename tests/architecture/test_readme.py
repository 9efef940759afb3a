"""The front door tells the truth: its settings, commands, words for paths, and pictures are those of the code."""

import re
from dataclasses import fields

import click
import pytest

from engine.config import PREFIX, Settings
from tests.architecture.test_imports import ROOT
from webapp.cli import COMMANDS, sutiao

TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = ["README.md", "engine/README.md", "bpmn/README.md"]


def section(heading: str) -> str:
    """The text below a heading whose English half this is, up to the next one."""
    return re.search(rf"^## [^\n]*{heading}\n(.*?)(?=^## |\Z)", TEXT, re.S | re.M)[1]


def rows(heading: str) -> list[list[str]]:
    """The cells of a section's table, without its head."""
    lines = [line.strip().strip("|").split(" | ") for line in section(heading).splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line] for line in lines[2:]]


def test_the_table_of_settings_is_the_code_s():
    shown = {"": "—", "True": "`true`", "False": "`false`"}
    known = [[f"`{PREFIX}{field.name.upper()}`", shown.get(str(field.default), f"`{field.default}`"), field.metadata["meaning"]]
             for field in fields(Settings)]

    assert rows("Settings") == known


def test_the_table_of_commands_is_the_code_s():
    assert rows("Commands") == [[f"`sutiao {name}`", meaning] for name, (_module, meaning) in COMMANDS.items()]


@pytest.mark.parametrize("page", PAGES)
def test_every_command_a_page_names_exists_with_its_options(page):
    found = re.findall(r"`sutiao ([a-z][^`|]*)`", (ROOT / page).read_text(encoding="utf-8"))
    for line in found:
        words, context = line.split(), click.Context(sutiao, info_name="sutiao")
        command = sutiao
        while isinstance(command, click.Group) and words:
            command, context = command.get_command(context, words.pop(0)), click.Context(command, parent=context)
            assert command is not None, line
        options = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in words if word.startswith("--")} - {"--help"} <= options, line


def test_every_path_of_the_map_exists():
    lines = re.search(r"```\n(.*?)```", section("The map"), re.S)[1].splitlines()
    folder, seen, missing = "", 0, []
    for line in lines:
        paths = re.findall(r"[a-z_/]+/(?=\s)", line.split("   ")[0] + " ")
        paths = paths or re.findall(r"^\s*([a-z_/]+/)", line)
        folder = paths[0] if not line.startswith(" ") else folder
        seen += len(paths)
        missing += [path for path in paths if not (ROOT / (path if path == folder else folder + path)).is_dir()]

    assert seen > 40 and missing == []


@pytest.mark.parametrize("page", PAGES)
def test_every_link_and_picture_of_a_page_is_there(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    found = re.findall(r"\]\(([^)#]+)\)", text) + re.findall(r"`((?:bpmn|engine|webapp|workers|tests|migrations)/[\w./]+)`", text)

    assert [path for path in found if not path.startswith("http") and not ((ROOT / page).parent / path).exists()
            and not (ROOT / path).exists()] == []


def test_the_way_of_a_referral_names_files_and_functions_that_are_there():
    text = section("The way of a referral")
    named = re.findall(r"\b((?:api|inbox|party|cases|workflow|operations|courts)(?:/\w+)?/\w+\.py)(?: (\w+))?", text)
    places = [[ROOT / top / path for top in ("engine", "webapp")] for path, _function in named]

    assert len(named) > 8
    for (path, function), options in zip(named, places, strict=True):
        there = [option for option in options if option.exists()]
        assert there, path
        if function and function.islower() and function not in ("client", "run"):
            assert any(f"def {function}(" in option.read_text() for option in there), (path, function)


def test_the_targets_of_make_that_pages_name_exist():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.M))

    assert set(re.findall(r"\bmake ([a-z]+)`", TEXT)) <= targets
