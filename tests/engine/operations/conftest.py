"""Call an operation as a worker does: prepare in one transaction, run outside, record in another."""

from dataclasses import dataclass

import pytest

from engine.access.models import Participant
from engine.cases.models import Case
from engine.db import db, transaction
from engine.operations import OPERATIONS
from engine.operations.operation import Call
from engine.workflow.models import Instance, Version
from tests import factories
from tests.engine.operations.rogue import Rogue
from tests.trodden import way


@dataclass
class Bench:
    """One case, and calls upon it."""

    case_id: int
    instance_id: int
    calls: int = 0

    def call(self, name, **inputs) -> dict:
        """All three phases; the outputs as the process gets them."""
        ready = self.prepare(name, **inputs)
        return self.record(name, self.run(name, ready), ready)

    def prepare(self, name, serial=None, attempt=1, **inputs) -> Call:
        self.calls += 1
        serial = serial or 1000 * self.case_id + self.calls
        operation = OPERATIONS[name]
        with transaction():
            call = Call(serial, f"call-{serial}", attempt, self.case_id, self.instance_id, operation.load(inputs))
            call = call.prepared(operation.prepare(call))
            return call.equipped(operation.read_anew(call))

    def run(self, name, call) -> dict:
        db.session.remove()  # no transaction is open while the outside is asked
        return OPERATIONS[name].run(call.inputs, call) or {}

    def record(self, name, result, call) -> dict:
        operation = OPERATIONS[name]
        with transaction():
            return operation.Outputs().dump(operation.record(result, call) or {})

    @property
    def case(self) -> Case:
        return db.session.get(Case, self.case_id, populate_existing=True)


@pytest.fixture
def bench(world):
    """A case of the court with two parties, at the organisation, with its mediator."""
    with way.step("bench"), transaction():
        case = factories.case(
            regime="A", channel="court", court_id=world.court.id, organisation_id=world.organisation.id,
            institution_id=world.bank.id, court_number="（2024）沪0115诉前调123号", statement="持卡人对分期手续费有异议。")
        factories.participant(case, "applicant", "王小明", id_type="resident_id", id_number="11010519491231002X",
                              phone="16600001234")
        factories.participant(case, "respondent", "京华银行股份有限公司", kind="legal", id_type="credit_code",
                              id_number="91350100M000100Y43", phone="16600005678",
                              body_id=world.bank.id, email="law@bank.example")
        version = factories.added(Version(process_key="bench", number=1, sha256="0" * 64, title="试验", files={}, calls=[]))
        instance = factories.added(Instance(case_id=case.id, version_id=version.id, bindings={}))
    bench = Bench(case.id, instance.id)
    bench.world = world
    return bench


@pytest.fixture
def mediated(bench):
    """The same case, accepted and with its mediator."""
    def accepted() -> int:
        bench.call("cases.accept")
        bench.call("mediation.appoint", mediator=bench.world.mediator.id)
        return bench.calls

    bench.calls = way.leg(accepted, "mediated")
    return bench


@pytest.fixture
def parties(bench):
    with transaction(write=False):
        people = db.session.query(Participant).filter_by(case_id=bench.case_id, role="party").order_by(Participant.id).all()
    return {person.side: person for person in people}


@pytest.fixture
def rogue():
    """A receiver in a process of its own that drops answers, repeats itself, talks nonsense or falls asleep, as told."""
    with Rogue() as receiver:
        yield receiver
