"""Arrows point down only: the contracts of pyproject.toml hold."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from engine import jobs

ROOT = Path(__file__).parents[2]
SOURCES = [file for folder in ("engine", "webapp", "workers") for file in (ROOT / folder).rglob("*.py")
           if "node_modules" not in file.parts]


def test_all_import_contracts_are_kept(tmp_path):
    # a process of its own: the linter turns off the logs of the process it runs in
    program = Path(sys.executable).with_name("lint-imports")
    told = subprocess.run([program, "--no-logo", "--cache-dir", tmp_path], cwd=ROOT, capture_output=True, text=True)

    assert told.returncode == 0, told.stdout + told.stderr


def test_the_engine_wakes_the_other_side_by_a_name_that_exists():
    for name in (jobs.RUN_CALL, jobs.RUN_ANY, jobs.GO_ON):
        module, _, function = name.rpartition(".")
        source = (ROOT / module.replace(".", "/")).with_suffix(".py").read_text()
        assert function in [node.name for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)], name


def test_only_one_file_names_the_workers():
    naming = [file for file in (ROOT / "engine").rglob("*.py") if '"workers.' in file.read_text()]

    assert naming == [ROOT / "engine" / "jobs.py"]


@pytest.mark.parametrize("folder", ["engine", "webapp", "workers"])
def test_every_folder_with_code_is_a_package(folder):
    with_code = {file.parent for file in SOURCES if file.is_relative_to(ROOT / folder)}

    assert [str(path) for path in with_code if not (path / "__init__.py").exists()] == []
