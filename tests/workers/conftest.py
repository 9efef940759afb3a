"""An operation that does what the test says, in place of one that reaches outside; a real queue server."""

from dataclasses import replace

import pytest
import redis
from marshmallow import INCLUDE, Schema

from engine import config, jobs
from engine.db import transaction
from engine.operations import OPERATIONS
from engine.operations.operation import Operation
from engine.workflow import runtime


class Anything(Schema):
    class Meta:
        unknown = INCLUDE

    def dump(self, obj, **kwargs):
        return dict(obj)


class Played(Operation):
    """Plays a list of acts, one per attempt: a result, or something to raise."""

    name, title, effect_class = "documents.generate", "Played", "A"
    Inputs = Outputs = Anything

    def __init__(self):
        self.acts, self.keys, self.recorded, self.doubts = [], [], [], []

    def note_doubt(self, call_key):
        self.doubts.append(call_key)

    def run(self, inputs, call):
        self.keys.append(call.key)
        act = self.acts.pop(0) if self.acts else {"document_id": 1}
        if isinstance(act, BaseException):
            raise act
        return act(call) if callable(act) else act

    def record(self, result, call):
        self.recorded.append(result)
        return dict(result)


@pytest.fixture
def played(monkeypatch):
    operation = Played()
    monkeypatch.setitem(OPERATIONS, operation.name, operation)
    return operation


@pytest.fixture
def start(app):
    def start(**data):
        with transaction():
            return runtime.start("P", None, data, by="test").id
    return start


@pytest.fixture
def server(app, settings, redis_url):
    """A real queue server, used by this test's settings."""
    config.use(replace(settings, redis_url=redis_url, workers=1))
    jobs._silent_until.clear()
    with redis.from_url(redis_url) as client:
        client.flushall()
        yield client
