"""Migrations form one line, so that every database knows what comes next."""

import re
from pathlib import Path

VERSIONS = Path(__file__).parents[2] / "migrations" / "versions"


def test_each_migration_follows_another_one_and_no_two_the_same():
    told = {path.name: dict(re.findall(r"^(down_revision|revision) = '?(\w+)'?", path.read_text(encoding="utf-8"), re.MULTILINE))
            for path in VERSIONS.glob("*.py")}
    before = {}
    for name, said in sorted(told.items()):
        assert name.startswith(said["revision"]), f"{name} says it is {said['revision']}"
        assert said["down_revision"] not in before, f"{name} and {before.get(said['down_revision'])} follow the same one"
        before[said["down_revision"]] = name
    assert set(before) - {"None"} < {said["revision"] for said in told.values()}
