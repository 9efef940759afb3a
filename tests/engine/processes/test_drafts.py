"""Drafts: drawn by one person, published by another; a stale copy, a fault or a stranger changes nothing."""

from dataclasses import replace

import pytest

from engine.access.actor import SYSTEM
from engine.db import db, transaction
from engine.errors import Forbidden
from engine.processes import drafts
from engine.processes.library import FolderRefused, published
from engine.processes.publish import ProcessesRefused, publish
from engine.workflow.models import Version
from tests.workbench import shipped

TITLE = "process.toml"


@pytest.fixture
def process(app):
    with transaction():
        publish(SYSTEM, {name: shipped()[name] for name in ("obligation", "grace")})
    return "obligation"


def done(act, *args, **more):
    with transaction():
        return act(*args, **more)


def renamed(draft, to="回访"):
    return {TITLE: draft.files[TITLE].replace("履行一项义务", to)}


@pytest.fixture
def draft(process, world):
    return done(drafts.open, world.actor("designer"), process)


def test_a_draft_starts_with_the_files_of_the_version_in_force(draft):
    assert draft.files == shipped()["obligation"]


def test_opening_twice_takes_up_the_same_draft(draft, world):
    assert done(drafts.open, world.actor("designer"), "obligation").id == draft.id


def test_a_saved_change_is_kept_and_moves_the_revision(draft, world):
    saved = done(drafts.save, world.actor("designer"), draft.id, renamed(draft), draft.revision)
    assert (saved.title, saved.revision) == ("回访", 2)


def test_saving_an_outdated_copy_is_refused_and_changes_nothing(draft, world):
    done(drafts.save, world.actor("designer"), draft.id, renamed(draft, "甲"), 1)
    with pytest.raises(drafts.DraftChanged):
        done(drafts.save, world.actor("designer"), draft.id, renamed(draft, "乙"), 1)
    with transaction(write=False):
        assert drafts.get(SYSTEM, draft.id).title == "甲"


@pytest.mark.parametrize("diagram", [
    "<not closed", "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x>&e;</x>", "x" * 3_000_000])
def test_a_hostile_diagram_is_refused_with_its_file_named(draft, world, diagram):
    with pytest.raises(FolderRefused) as refused:
        done(drafts.save, world.actor("designer"), draft.id, {"process.bpmn": diagram}, draft.revision)
    assert [fault["pointer"] for fault in refused.value.problems] == ["process.bpmn"]


def test_an_approver_publishes_and_the_version_names_both(draft, world):
    done(drafts.save, world.actor("designer"), draft.id, renamed(draft), draft.revision)
    done(drafts.submit, world.actor("designer"), draft.id, "短一些的名称")
    version = done(drafts.approve, world.actor("approver"), draft.id)
    assert (version.number, version.author, version.published_by, version.note) == (
        2, world.designer.name, world.approver.name, "短一些的名称")


def test_the_author_may_not_publish_even_with_the_right_to(draft, world):
    done(drafts.submit, world.actor("designer"), draft.id)
    author = world.actor("designer")
    both = replace(author, roles={**author.roles, "approver": frozenset({None})})
    with pytest.raises(drafts.AuthorMayNotApprove):
        done(drafts.approve, both, draft.id)


def test_a_draft_that_fails_its_scenarios_cannot_be_submitted(draft, world):
    broken = {"scenarios/in_parts.toml": draft.files["scenarios/in_parts.toml"].replace("obligation_performed", "elsewhere")}
    done(drafts.save, world.actor("designer"), draft.id, broken, draft.revision)
    with pytest.raises(ProcessesRefused) as refused:
        done(drafts.submit, world.actor("designer"), draft.id)
    assert [report.scenario for report in refused.value.reports] == ["in_parts"]


def test_saving_after_submitting_takes_the_submission_back(draft, world):
    done(drafts.submit, world.actor("designer"), draft.id)
    with transaction(write=False):
        revision = drafts.get(SYSTEM, draft.id).revision
    done(drafts.save, world.actor("designer"), draft.id, renamed(draft), revision)
    with pytest.raises(drafts.NotSubmitted):
        done(drafts.approve, world.actor("approver"), draft.id)


def test_a_rejected_draft_goes_back_with_the_reason(draft, world):
    done(drafts.submit, world.actor("designer"), draft.id)
    back = done(drafts.reject, world.actor("approver"), draft.id, "名称不规范")
    assert (back.status, back.remark) == ("open", "名称不规范")
    with pytest.raises(drafts.NotSubmitted):
        done(drafts.reject, world.actor("approver"), draft.id, "again")


def test_a_draft_of_an_older_version_is_not_published_over_a_newer(draft, world):
    done(drafts.submit, world.actor("designer"), draft.id)
    done(publish, SYSTEM, {"obligation": {**shipped()["obligation"], **renamed(draft, "履行")}})
    with pytest.raises(drafts.DraftOutdated):
        done(drafts.approve, world.actor("approver"), draft.id)
    with transaction(write=False):
        assert published()["obligation"].number == 2


def test_others_may_read_but_not_change_a_draft(draft, world):
    with pytest.raises(Forbidden):
        done(drafts.save, world.actor("approver"), draft.id, renamed(draft), draft.revision)
    with pytest.raises(Forbidden):
        done(drafts.open, world.actor("mediator"), "obligation")


def test_a_new_process_begins_as_a_draft_and_may_not_take_a_known_name(draft, world):
    files = shipped()["closing"]
    assert done(drafts.begin, world.actor("designer"), "closing", files).base_version_id is None
    with pytest.raises(drafts.ProcessExists):
        done(drafts.begin, world.actor("designer"), "obligation", files)


def test_a_dropped_draft_changes_no_more(draft, world):
    done(drafts.drop, world.actor("designer"), draft.id)
    with pytest.raises(drafts.DraftClosed):
        done(drafts.submit, world.actor("designer"), draft.id)


def test_trying_a_draft_walks_its_scenarios(draft, world):
    with transaction(write=False):
        reports = drafts.walk(world.actor("designer"), draft.id)
        assert len(reports) >= 5 and all(report.passed for report in reports)
        assert drafts.check(world.actor("approver"), draft.id) == []
        assert db.session.query(Version).filter_by(process_key="obligation").count() == 1
