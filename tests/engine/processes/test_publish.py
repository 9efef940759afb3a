"""Publishing: what changed gets a version, all or nothing; the same content twice makes none."""

import pytest
from sqlalchemy import func, select

from engine.access.actor import SYSTEM
from engine.db import db, transaction
from engine.errors import Forbidden
from engine.processes import library
from engine.processes.publish import ProcessesRefused, publish
from engine.workflow.models import Version
from tests.workbench import shipped


def published(folders, actor=SYSTEM):
    with transaction():
        return publish(actor, folders)


def test_every_shipped_process_is_published_once_with_its_files_its_hash_and_what_it_calls(app):
    made = {each.process_key: each for each in published(shipped())}
    assert set(made) == set(shipped()) and published(shipped()) == []
    version = made["court_mediation"]
    assert version.files == shipped()["court_mediation"]
    assert version.sha256 == library.digest(version.files)
    assert {"handling", "agreement_signing", "confirmation", "closing"} <= set(version.calls)
    assert version.number == 1


@pytest.mark.usefixtures("shipped")
def test_only_what_changed_gets_a_new_version(app):
    changed = shipped()["closing"] | {"process.toml": shipped()["closing"]["process.toml"].replace("结案与退回", "结案")}
    assert [(each.process_key, each.number) for each in published(shipped() | {"closing": changed})] == [("closing", 2)]


def test_a_fault_in_one_process_publishes_none(app):
    broken = shipped()["closing"] | {"forms/write_report.json": "{}"}
    with pytest.raises(ProcessesRefused) as refused:
        published(shipped() | {"closing": broken})
    assert {finding.process_key for finding in refused.value.findings} == {"closing"}
    with transaction(write=False):
        assert db.session.scalar(select(func.count(Version.id))) == 0


@pytest.mark.usefixtures("shipped")
def test_a_change_that_breaks_a_callers_scenario_is_refused(app):
    path = "decisions/session_result.dmn"
    changed = shipped()["mediation"] | {path: shipped()["mediation"][path].replace('"O11"', '"O10"')}
    with pytest.raises(ProcessesRefused) as refused:
        published({"mediation": changed})
    assert ("court_mediation", "too_far_apart") in {(report.process_key, report.scenario) for report in refused.value.reports}


def test_who_may_not_publish_is_refused(app, world):
    with pytest.raises(Forbidden):
        published(shipped(), world.actor("designer"))
