"""Accounts and roles."""

import re

import pytest
from sqlalchemy import select

from engine.access.models import RoleGrant, User
from engine.db import db


def user_of(login: str) -> User | None:
    db.session.rollback()
    return db.session.scalar(select(User).where(User.login == login).execution_options(populate_existing=True))


def test_a_new_account_can_sign_in_with_the_password_shown_once(browser, stranger, world):
    admin = browser("admin")
    admin.post("/admin/users", login="zhang", name="张书记员", body=world.court.id)
    password = re.search(r"密码 (\S+) 登录", admin.text("/admin/"))[1]

    assert stranger.post("/login", login="zhang", password=password).status_code == 303
    assert password not in admin.text("/admin/")


def test_faults_of_an_account_are_told_all_at_once(browser):
    answer = browser("admin").post("/admin/users", login="Ä!", name="", body=999999)

    assert answer.status_code == 422 and answer.text.count('href="#new-') == 3


def test_a_role_given_holds_at_once_and_taken_away_no_longer(browser, world):
    admin, mediator = browser("admin"), browser("mediator")

    admin.post(f"/admin/users/{world.mediator.id}/roles", role="coordinator")
    assert mediator.get("/statistics/").status_code == 200
    grant = db.session.scalar(select(RoleGrant).where(RoleGrant.user_id == world.mediator.id, RoleGrant.role == "coordinator"))
    admin.post(f"/admin/grants/{grant.id}/revoke")
    assert mediator.get("/statistics/").status_code == 403


def test_a_role_belongs_to_its_kind_of_body(browser, world):
    assert browser("admin").post(f"/admin/users/{world.clerk.id}/roles", role="mediator").status_code == 422
    assert browser("admin").post(f"/admin/users/{world.clerk.id}/roles", role="emperor").status_code == 422


def test_a_closed_account_is_out_with_its_next_request(browser, world):
    admin, clerk = browser("admin"), browser("clerk")

    admin.post(f"/admin/users/{world.clerk.id}/active", active="0")

    assert clerk.get("/inbox/").status_code == 303 and not user_of("clerk").is_active


def test_somebody_stays_administrator(browser, world):
    admin = browser("admin")
    grant = db.session.scalar(select(RoleGrant).where(RoleGrant.user_id == world.admin.id))

    assert admin.post(f"/admin/grants/{grant.id}/revoke").status_code == 409
    assert admin.post(f"/admin/users/{world.admin.id}/active", active="0").status_code == 409


def test_bodies_and_machines_are_listed(browser):
    assert "上海市浦东新区人民法院" in browser("admin").text("/admin/bodies")
    assert "documents.generate" in browser("admin").text("/admin/machines")


@pytest.mark.parametrize("who", ["coordinator", "designer", "regulator", "judge"])
def test_only_administrators_manage_accounts(browser, world, who):
    person = browser(who)

    assert person.get("/admin/").status_code == 403
    assert person.get("/admin/machines").status_code == 403
    assert person.post(f"/admin/users/{getattr(world, who).id}/roles", role="admin").status_code == 403
    assert person.post("/admin/users", login="evil", name="x").status_code == 403 and user_of("evil") is None
