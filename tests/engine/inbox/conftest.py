"""Whom several tests of an institution's work need."""

from types import SimpleNamespace

import pytest

from engine.access.models import Role
from engine.db import transaction
from tests import factories
from tests.engine.inbox.test_portfolio import house_task, party_case


@pytest.fixture
def house(world):
    """A bank with two handlers, an approver and who leads there; a case of it that nobody handles, and one of the insurer."""
    with transaction():
        users = {key: factories.user(name, role, world.bank) for key, name, role in (
            ("colleague", "经办乙", Role.INSTITUTION_HANDLER), ("approver", "科长", Role.INSTITUTION_APPROVER),
            ("leader", "授权管理员", Role.INSTITUTION_ADMIN))}
        case, other = (party_case(body, 800, organisation_id=world.organisation.id) for body in (world.bank, world.insurer))
        task = house_task(case, world.bank)
        factories.nobody_handles(case)
        factories.nobody_handles(other)
        ids = {key: user.id for key, user in users.items()} | {"handler": world.handler.id}
        return SimpleNamespace(case_id=case.id, number=case.number, other=other.number, task_id=task.id, ids=ids, bank=world.bank,
                               world=world)
