"""python -m tests.benchmarks.bench_worker --index N: a real worker that knows the operation of the benchmark process."""

from marshmallow import INCLUDE, Schema

from engine.operations import OPERATIONS
from engine.operations.operation import Operation
from tests.benchmarks.benchmark_process import OPERATION
from workers.__main__ import main


class Anything(Schema):
    class Meta:
        unknown = INCLUDE


class Nothing(Operation):
    """Claims, attempts and settles as every operation does; outside there is nothing to ask."""

    name, title, effect_class = OPERATION, "Nothing", "A"
    Inputs = Outputs = Anything

    def run(self, inputs, call):
        return {}


OPERATIONS[OPERATION] = Nothing()

if __name__ == "__main__":
    main()
