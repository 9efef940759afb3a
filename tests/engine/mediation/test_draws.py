"""A mediator is drawn by lot: the unfit never take part, turns even out, and anybody finds the same one again."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from engine import clock
from engine.access.models import Participant, Role
from engine.access.roster import Absence
from engine.db import db, transaction
from engine.mediation import draws, mediators
from engine.mediation.models import AssignmentDraw, MediatorProfile
from engine.processes import library
from engine.workflow.models import Instance, TraceEntry, Version
from tests import factories, statements

POINTS = ["rules", "ratings", "weights", "lot", "winner", "record", "trace"]
RULES = "decisions/mediator.dmn"


class Pool:
    """A case of the court at an organisation with two mediators, and the rules we ship."""

    def __init__(self, world, files):
        self.world, self.source = world, files[RULES]
        self.version = factories.added(Version(process_key="assignment", number=1, sha256=library.digest(files), title="指派",
                                               files=dict(files), calls=[]))
        self.case = self.new_case()

    def new_case(self):
        case = factories.case(court_id=self.world.court.id, organisation_id=self.world.organisation.id)
        factories.participant(case, side="respondent", body_id=self.world.bank.id)
        db.session.refresh(case)
        return case

    def profile(self, name) -> MediatorProfile:
        return db.session.get(MediatorProfile, getattr(self.world, name).id)

    def draw(self, case=None, declined=()) -> AssignmentDraw | None:
        case = case or self.case
        candidates = mediators.candidates(case)
        rated = draws.rate(self.source, "mediator", candidates, declined)
        instance = factories.added(Instance(case_id=case.id, version_id=self.version.id, bindings={}))
        return draws.draw(case, instance, "assignment", "mediator", candidates, rated, declined)

    def out(self) -> set[str]:
        """Who cannot be assigned, as the rules see it."""
        return {each["name"] for each in draws.rate(self.source, "mediator", mediators.candidates(self.case), [])
                if not each["eligible"]}


@pytest.fixture
def pool(world, shipped_folders):
    with transaction():
        yield Pool(world, shipped_folders["assignment"])


def differs(row) -> set[str]:
    db.session.expire_all()
    return {point.what for point in draws.check(row) if not point.holds}


def test_a_draw_keeps_what_it_takes_and_comes_out_the_same_again(pool):
    row = pool.draw()
    points = draws.check(row)
    assert [point.what for point in points] == POINTS and all(point.holds for point in points)
    assert row.winner_id in {pool.world.mediator.id, pool.world.other_mediator.id} and len(row.seed) == 32
    assert [each["id"] for each in row.rated] == [each["id"] for each in row.candidates]


@pytest.mark.parametrize(("change", "found"), [
    ({"seed": "0" * 32}, {"record"}), ({"winner_id": 0}, {"winner", "record"}), ({"lot": -1}, {"lot", "record"}),
    ({"weights": [[1, 1]]}, {"weights", "record"}), ({"rules_sha256": "0" * 64}, {"rules", "record"}),
    ({"method": "2"}, {"rules", "record"}), ({"candidates": []}, {"ratings", "weights", "lot", "winner", "record"}),
])
def test_whatever_is_changed_afterwards_is_found(pool, change, found):
    row = pool.draw()
    if "winner_id" in change:
        others = {pool.world.mediator.id, pool.world.other_mediator.id} - {row.winner_id}
        change = {"winner_id": others.pop()}
    db.session.execute(update(AssignmentDraw).values(**change))
    assert found <= differs(row)


def test_a_record_made_whole_again_still_differs_from_the_sealed_trace_and_changed_rules_are_seen(pool):
    row = pool.draw()
    row.seed = "0" * 32
    row.lot, row.winner_id = draws.cast(row.seed, pool.case.number, 1, row.weights)
    row.sha256 = draws.digest(row)
    db.session.flush()
    assert differs(row) == {"trace"}
    other = pool.source.replace("&gt;= 5", "&gt;= 60")
    db.session.execute(update(Version).values(files={RULES: other}))
    assert {"rules", "ratings"} <= differs(row)


def test_more_mediators_are_no_more_questions_to_the_database(pool):
    def asked() -> int:
        db.session.expire_all()
        return statements.of(lambda: mediators.candidates(pool.case))

    for_two = asked()
    for name in ("丙", "丁", "戊"):
        user = factories.user(name, Role.MEDIATOR, pool.world.organisation)
        factories.added(MediatorProfile(user_id=user.id, body_id=user.body_id, former_employers=[pool.world.bank.code]))
    assert asked() == for_two
    assert [each["conflict_with"] for each in mediators.candidates(pool.case)][2:] == [pool.world.bank.name] * 3


def test_who_may_not_mediate_takes_no_part(pool):
    today, one = clock.today(), pool.profile("mediator")
    assert pool.out() == set()
    for attribute, value in (("former_employers", ["JHYH"]), ("courts", ["京0102"]), ("load_limit", 0)):
        before = getattr(one, attribute)
        setattr(one, attribute, value)
        assert pool.out() == {"李调解"}, attribute
        setattr(one, attribute, before)
    db.session.add(Absence(user_id=one.user_id, first_day=today, last_day=today, entered_by_id=one.user_id))
    db.session.flush()
    assert pool.out() == {"李调解"} and pool.draw().winner_id == pool.world.other_mediator.id
    assert pool.draw(declined=[pool.world.other_mediator.id]) is None
    assert [row.number for row in draws.of_case(pool.case.id)] == [1]


def test_only_the_best_rank_is_drawn_from_speciality_and_language_first(pool):
    pool.profile("mediator").specialities = []
    pool.profile("other_mediator").courts = ["沪0115"]
    assert [user for user, _weight in pool.draw().weights] == [pool.world.other_mediator.id]
    for person in db.session.scalars(select(Participant).where(Participant.case_id == pool.case.id)):
        person.language = "ug"
    pool.profile("mediator").languages = ["ug", "zh"]
    db.session.flush()
    db.session.expire(pool.case)
    assert pool.draw().winner_id == pool.world.mediator.id


def test_weights_follow_room_and_turns(pool):
    def of(load, turns, limit=10):
        return {"id": 1, "load": load, "load_limit": limit, "turns": turns}
    def weights(*rows):
        rows = [row | {"id": number} for number, row in enumerate(rows)]
        rated = [{"id": row["id"], "eligible": True, "rank": 1} for row in rows]
        return [weight for _id, weight in draws.weigh(rows, rated)]
    assert weights(of(0, 0), of(5, 0), of(9, 0), of(12, 0)) == [120, 60, 12, 1]
    assert weights(of(0, 3), of(0, 4), of(0, 6)) == [120, 60, 30]
    assert draws.weigh([], []) == []


def test_turns_even_out_and_old_ones_are_forgotten(pool):
    won = Counter(pool.draw(pool.new_case()).winner_id for _n in range(16))
    assert min(won.values()) >= 4 and len(won) == 2
    assert draws.turns_of(pool.world.organisation.id) == dict(won) and draws.turns_of(pool.world.other_organisation.id) == {}
    clock.move(timedelta(days=366))
    assert draws.turns_of(pool.world.organisation.id) == {}


def test_the_lot_is_where_the_weights_say():
    counted = Counter(draws.cast(f"{number:032x}", "C-1", 1, [[7, 30], [9, 10]])[1] for number in range(400))
    assert 0.65 < counted[7] / 400 < 0.85 and set(counted) == {7, 9}
    assert draws.cast("ab", "C-1", 1, [[7, 30], [9, 10]]) == draws.cast("ab", "C-1", 1, [[7, 30], [9, 10]])


def test_a_draw_leaves_its_hash_in_the_trace(pool):
    row = pool.draw()
    entry = db.session.scalar(select(TraceEntry).where(TraceEntry.event == "mediator_drawn"))
    assert entry.detail == {"draw": row.id, "number": 1, "winner": row.winner_id, "sha256": row.sha256}
