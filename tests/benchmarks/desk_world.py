"""A register as large as asked for: the database copies one case with one open task, with other names, days and holders.

Half of it is one organisation's, the rest that of a hundred others; the coordinator of the large one holds 5,000 tasks,
colleagues hold a third of the rest. Of the cases of each task (ten, or as many as asked for) all but one are closed.
"""

import random
from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import ColumnElement, Integer, String, and_, case, cast, insert, literal, null, select, table, text
from sqlalchemy import column as named

from engine import clock
from engine.access.models import BodyKind, Participant, Role, User
from engine.cases import intake
from engine.cases.models import Case
from engine.db import Moment, db, transaction
from engine.deadlines.models import Deadline
from engine.inbox.models import TaskMark, TaskPriority
from engine.workflow.models import Instance, UserTask
from tests import factories, personas
from tests.benchmarks.benchmark_process import OPERATION
from tests.engine.workflow.spiff.drawing import service, user
from tests.published import publish

LANE = ('<bpmn:laneSet id="lanes"><bpmn:lane id="office" name="协调员"><bpmn:flowNodeRef>decide</bpmn:flowNodeRef></bpmn:lane>'
        '</bpmn:laneSet>')
FORM = """{"id": "decide", "title": "决定", "components": [
    {"type": "radio", "key": "accepts", "label": "是否接受", "required": true,
     "values": [{"value": "yes", "label": "接受"}, {"value": "no", "label": "不接受"}]}]}"""
MINE, OTHERS, COLLEAGUES, PAUSED = 5000, 100, 200, 30
SAMPLES = 20_011  # names, days: a prime, so that no two columns go in step
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建国志红"
SAMPLE = table("bench_sample", named("n", Integer), named("name"), named("opened", Moment), named("due", Moment))
TERM = "T03"
COPIED = (Case, Participant, Instance, UserTask, Deadline)


def begin(cases_per_task: int = 10) -> dict[str, int]:
    """People, the process, and the case that is copied; ids by what they are."""
    publish(LANE, user("decide", properties={"form": "decide"}), service("s", OPERATION), "start > decide > s > end",
            key="court_mediation", **{"process.toml": '[lanes]\n"协调员" = "coordinator"\n', "forms/decide.json": FORM})
    with transaction():
        world = personas.world()
        world.coordinator.is_demo = True
        colleagues = [factories.new_user(f"同事{n}", Role.COORDINATOR, world.organisation, login=f"colleague{n}", is_demo=True)
                      for n in range(COLLEAGUES)]
        others = [factories.new_body(BodyKind.ORGANISATION, f"ORG{n}", name=f"第{n}调解中心") for n in range(OTHERS)]
        factories.all_added([*colleagues, *others])
    with transaction():
        first = intake.accept(world.actor("court_system"), personas.referral("BENCH-DESK"))
        first.organisation_id = world.organisation.id
        task = db.session.scalar(select(UserTask).where(UserTask.case_id == first.id))
        task.body_id, task.term = world.organisation.id, TERM
        clock_of = Deadline(case_id=first.id, term=TERM, starts_at=clock.now(), due_at=clock.now())
        db.session.add(clock_of)
        db.session.flush()
        party = next(each for each in first.participants if each.body_id is None)
        found = {"case": first.id, "task": task.id, "instance": task.instance_id, "party": party.id,
                 "deadline": clock_of.id, "me": world.coordinator.id,
                 "colleague": colleagues[0].id, "organisation": world.organisation.id, "other": others[0].id,
                 "per": cases_per_task}
    with transaction():
        moment = Moment().compile(db.engine.dialect)
        db.session.execute(text(
            f"CREATE TABLE bench_sample (n INTEGER PRIMARY KEY, name VARCHAR(20), opened {moment}, due {moment})"))
        random.seed(7)
        now = clock.now()
        db.session.execute(insert(SAMPLE), [
            {"n": n, "name": _name(), "opened": now - timedelta(minutes=random.randrange(60 * 24 * 400)),
             "due": now + timedelta(minutes=random.randrange(-60 * 24 * 5, 60 * 24 * 30))} for n in range(SAMPLES)])
    return found


def _name() -> str:
    return random.choice(SURNAMES) + "".join(random.sample(GIVEN, random.choice((1, 2, 2))))


def fill(first: Mapping[str, int], begun: int, tasks: int) -> None:
    """Go on from so many open tasks to as many, each with its cases."""
    is_server = db.engine.dialect.name == "postgresql"
    indexes = [each for model in COPIED for each in model.__table__.indexes] if is_server else []  # faster built at the end
    with transaction():
        if is_server:
            db.session.execute(text("SET LOCAL session_replication_role = replica"))  # what is copied refers to what is there
            db.session.execute(text("SET LOCAL maintenance_work_mem = '512MB'"))
        for each in indexes:
            each.drop(db.session.connection())
        _copy(first, begun, tasks)
        for each in indexes:
            each.create(db.session.connection())
        if is_server:
            for name in (model.__tablename__ for model in COPIED):
                db.session.execute(text(
                    f"SELECT setval(pg_get_serial_sequence('\"{name}\"', 'id'), (SELECT max(id) FROM \"{name}\"))"))
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE" if is_server else "ANALYZE"))


def _copy(first: Mapping[str, int], begun: int, tasks: int) -> None:
    per = first["per"]
    c = _numbers(begun * per, tasks * per)
    number, moment, party = cast(c, String(12)), SAMPLE.c.opened, first["party"] + 1000 + c
    body = _body(first, c // per)
    _insert(Case, first["case"], c, id=first["case"] + 1000 + c, number=literal("BENCH-") + number, received_at=moment,
            court_number=literal("（2024）沪0115诉前调") + number + "号", organisation_id=body,
            amount=c % 100_000, closed_at=case((c % per == 0, null()), else_=moment),
            title=SAMPLE.c.name + literal("与京华银行信用卡纠纷"))
    _insert(Participant, first["party"], c, id=party, case_id=first["case"] + 1000 + c, name=SAMPLE.c.name,
            phone_blind=literal("p") + number, id_number_blind=literal("i") + number)
    n = _numbers(begun, tasks)
    key = {"case_id": first["case"] + 1000 + n * per, "instance_id": first["instance"] + 1000 + n}
    _insert(Instance, first["instance"], n, id=key["instance_id"], case_id=key["case_id"])
    holder = case((and_(n % 4 == 0, n < 4 * MINE), first["me"]),
                  (and_(n % 2 == 0, n % 3 == 0), first["colleague"] + n % COLLEAGUES), else_=null())
    _insert(UserTask, first["task"], n, id=first["task"] + 1000 + n, **key, body_id=_body(first, n), assignee_id=holder,
            opened_at=moment, due_at=case((n % 7 == 0, null()), else_=SAMPLE.c.due))
    _insert(Deadline, first["deadline"], n, id=first["deadline"] + 1000 + n, case_id=key["case_id"], due_at=SAMPLE.c.due,
            status=case((n % PAUSED == 0, literal("paused")), else_=literal("running")))


def _body(first: Mapping[str, int], n: ColumnElement[int]) -> ColumnElement[int]:
    return case((n % 2 == 0, first["organisation"]), else_=first["other"] + n % OTHERS)


def _numbers(begin: int, end: int) -> ColumnElement[int]:
    """The numbers from one to below the other, as rows."""
    counted = select(literal(begin).label("i")).cte("numbers", recursive=True)
    return counted.union_all(select(counted.c.i + 1).where(counted.c.i < end - 1)).c.i


def _insert(model, template: int, n: ColumnElement[int], **changes) -> None:
    """Copies of one row, changed so."""
    source = model.__table__.alias("source")
    names = [each.name for each in source.c]
    values = [changes.get(name, source.c[name]) for name in names]
    rows = select(*values).select_from(n.table.join(SAMPLE, SAMPLE.c.n == n % SAMPLES).join(source, source.c.id == template))
    db.session.execute(insert(model.__table__).from_select(names, rows))


def mark(first: Mapping[str, int], tasks: int) -> None:
    """Some tasks that are watched, put aside, or more or less urgent than others."""
    until = clock.now() + timedelta(days=9)
    with transaction():
        for n in range(0, min(tasks, 600), 2):
            task, kind = first["task"] + 1000 + n, ("watch", "snooze", "")[n // 2 % 3]
            if kind:
                db.session.add(TaskMark(user_id=first["me"], kind=kind, task_id=task, until=until if kind == "snooze" else None))
            else:
                db.session.add(TaskPriority(task_id=task, major=1 + n // 2 % 2 * 3, given_by_id=first["me"]))


def logins() -> list[str]:
    """Who may sign in with one click and works for the large organisation."""
    with transaction(write=False):
        return list(db.session.scalars(select(User.login).where(User.login.like("colleague%")).order_by(User.id)))
