"""Operators move running cases to another version: look ahead, rehearse, begin, follow, take back."""

import pytest
from sqlalchemy import select

from engine.db import db, transaction
from engine.processes import library
from engine.workflow.models import Instance, Version
from engine.workflow.motion import UpgradeItem
from workers import upgrades as duty


@pytest.fixture
def newer(refer, shipped):
    """A running case, and a version of its process that came after it."""
    walk = refer()
    files = shipped["court_mediation"]
    files = files | {"process.toml": files["process.toml"] + "\n# changed\n"}
    with transaction():
        version = Version(process_key="court_mediation", number=2, sha256=library.digest(files), title="委派", files=files,
                          calls=library.calls_of(files))
        db.session.add(version)
        db.session.flush()
        walk.version_id = version.id
    walk.instance_id = db.session.scalar(select(Instance.id))
    return walk


def number(walk) -> int:
    db.session.rollback()
    return db.session.scalar(select(Version.number).join(Instance, Instance.version_id == Version.id))


def test_the_way_of_an_upgrade_through_the_pages(browser, newer):
    admin = browser("admin")
    outlook = f"/tracing/upgrades/versions/{newer.version_id}"
    rehearsal = f"/tracing/{newer.instance_id}/rehearsal/{newer.version_id}"
    assert outlook in admin.text("/tracing/upgrades") and rehearsal in admin.text(outlook)
    rehearsal = admin.text(rehearsal)
    assert "在副本上试行" in rehearsal and number(newer) == 1

    answer = admin.post(f"/tracing/upgrades/versions/{newer.version_id}", reason="更正流程", mapping="")
    batch = answer.headers["Location"]
    assert answer.status_code == 303 and "等待中 1" in admin.text(batch)
    duty.look()

    assert "已转移 1" in admin.text(batch) and number(newer) == 2
    assert "管理员将本案转到流程的另一版本" in browser("clerk").text(f"/cases/{newer.case.number}")
    page, after = admin.text(f"/tracing/{newer.instance_id}"), db.session.get(Version, newer.version_id).sha256
    assert f"<code>{after[:12]}</code>" in page
    item = db.session.scalar(select(UpgradeItem.id))
    assert admin.post(f"/tracing/upgrades/items/{item}/undo", reason="").status_code == 422
    assert admin.post(f"/tracing/upgrades/items/{item}/undo", reason="撤回").status_code == 303
    assert number(newer) == 1 and "已退回 1" in admin.text(batch)
    assert admin.post(f"/tracing/upgrades/items/{item}/undo", reason="再来").status_code == 409


def test_a_reason_and_a_readable_mapping_are_needed(browser, newer):
    admin, path = browser("admin"), f"/tracing/upgrades/versions/{newer.version_id}"
    assert admin.post(path, reason=" ", mapping="").status_code == 422
    assert admin.post(path, reason="更正", mapping="nonsense").status_code == 422
    assert admin.post(path, reason="更正", mapping="court_mediation/x = nowhere").status_code == 422
    assert admin.get(f"{path}?mapping=nonsense").status_code == 422
    assert db.session.scalar(select(UpgradeItem)) is None


def test_a_batch_is_stopped(browser, newer):
    admin = browser("admin")
    batch = admin.post(f"/tracing/upgrades/versions/{newer.version_id}", reason="更正流程").headers["Location"]
    assert admin.post(f"{batch}/stop").status_code == 303 and "已停止" in admin.text(batch)
    assert duty.look() == 0 and number(newer) == 1


@pytest.mark.parametrize("who", ["coordinator", "mediator", "clerk", "designer"])
def test_only_administrators_see_and_do_it(browser, newer, who):
    person = browser(who)
    assert person.get("/tracing/upgrades").status_code == 403
    assert person.post(f"/tracing/upgrades/versions/{newer.version_id}", reason="试一试").status_code == 403


def test_what_is_not_there_is_404(browser, newer):
    admin = browser("admin")
    for path in ("/tracing/upgrades/99999", "/tracing/upgrades/versions/99999", f"/tracing/{newer.instance_id}/rehearsal/99999"):
        assert admin.get(path).status_code == 404
    assert admin.post("/tracing/upgrades/items/99999/undo", reason="试一试").status_code == 404
