"""`sutiao processes`: check tells what is wrong and where, publish makes versions, export brings them home."""

import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from engine.processes import library
from tests.workbench import SHIPPED
from webapp.cli import sutiao
from webapp.cli.processes import check


@pytest.fixture
def run(app, settings, monkeypatch):
    """Run the program on the tests' database, in English."""
    monkeypatch.setenv("SUTIAO_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("SUTIAO_DATA", str(settings.data))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    return lambda *words: CliRunner().invoke(sutiao, ["processes", *map(str, words)], catch_exceptions=False)


@pytest.fixture
def folder(tmp_path):
    """A copy of a shipped process that may be broken."""
    return shutil.copytree(SHIPPED / "obligation", tmp_path / "obligation")


def spoil(folder, path, old, new):
    text = (folder / path).read_text(encoding="utf-8")
    assert old in text
    (folder / path).write_text(text.replace(old, new), encoding="utf-8")


def test_publishing_lists_the_new_versions_and_then_nothing(run, folder):
    run("publish", SHIPPED / "grace")
    assert run("publish", folder).output == "obligation 1  履行一项义务\n"
    assert run("publish", folder).output == "Nothing has changed.\n"


def test_a_faulty_process_is_listed_by_element_and_not_published(run, folder):
    spoil(folder, "process.bpmn", 'value="verify_performance"', 'value="note"')
    result = run("publish", folder)
    assert result.exit_code == 1
    assert "obligation/process.bpmn#verify_performance" in result.output
    assert library.published() == {}


def test_a_scenario_that_fails_is_listed_with_its_step(run, folder):
    spoil(folder, "scenarios/in_parts.toml", 'received = "partly"', 'received = "somewhat"')
    result = run("check", folder)
    assert result.exit_code == 1
    assert "obligation/scenarios/in_parts.toml" in result.output
    assert "step 2" in result.output


def test_findings_are_told_in_the_terminals_language(run, folder, monkeypatch):
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    (folder / "process.toml").unlink()
    assert "缺少 process.toml" in run("check", folder).output


def test_what_holds_is_told_without_any_database_and_unasked_of_everything_shipped(monkeypatch):
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    told = CliRunner().invoke(sutiao, ["processes", "check", str(SHIPPED / "obligation")], catch_exceptions=False)
    walks = len(list((SHIPPED / "obligation" / "scenarios").glob("*.toml")))
    assert (told.exit_code, told.output) == (0, f"1 processes, {walks} scenarios: nothing keeps them from being published.\n")
    assert [each.default for each in check.params if each.name == "path"] == [SHIPPED]  # tests/processes walk them all


def test_an_exported_process_is_the_folder_that_was_published(run, folder, tmp_path):
    run("publish", SHIPPED / "grace")
    run("publish", folder)
    assert run("export", "obligation", tmp_path / "out").exit_code == 0
    assert library.read_folder(tmp_path / "out" / "obligation") == library.read_folder(folder)


def test_exporting_what_was_never_published_says_so(run, tmp_path):
    result = run("export", "nothing", tmp_path)
    assert result.exit_code == 1
    assert "nothing" in result.output


def test_a_broken_file_is_named_and_nothing_else_is_said(run, folder):
    (folder / "forms" / "verify_performance.json").write_text("{", encoding="utf-8")
    result = run("check", folder)
    assert result.exit_code == 1
    assert "forms/verify_performance.json" in result.output
    assert "Traceback" not in result.output


def test_coverage_tells_what_no_scenario_walks_through(run, folder):
    assert re.search(r"obligation  (\d+) of \1 elements, (\d+) of \2 arrows", run("check", folder, "--coverage").output)
    (folder / "scenarios" / "default.toml").unlink()
    assert "not walked  verified_to_handle_default" in run("check", folder, "--coverage").output


MODELS = Path(__file__).resolve().parents[2] / "data" / "models"


def test_a_file_of_another_modeller_becomes_a_folder_with_a_list_of_what_became_of_it(run, tmp_path):
    file = MODELS / "camunda_modeler.bpmn"
    result = run("import", file, "--to", tmp_path, "--operation", "send-notice=notices.send")

    assert "changed  loan_review#Flow_3" in result.output and "understood  loan_review#Definitions_1" in result.output
    assert "refused  loan_review#Task_review" in result.output and result.exit_code == 1
    assert (tmp_path / "loan_review" / "forms" / "task_review.json").is_file()
    assert run("check", tmp_path / "loan_review").exit_code == 0
    assert "already a folder" in run("import", file, "--to", tmp_path).output


def test_what_is_in_the_way_is_listed_and_what_is_no_diagram_is_refused(run, tmp_path):
    result = run("import", MODELS / "bare.bpmn", "--to", tmp_path, "--key", "mine")
    assert result.exit_code == 1 and "mine/process.bpmn#a" in result.output
    (tmp_path / "x.bpmn").write_text("<a/>")
    assert "not a BPMN 2.0 diagram" in run("import", tmp_path / "x.bpmn").output
    assert "small letters" in run("import", MODELS / "bare.bpmn", "--to", tmp_path, "--key", "A b").output
