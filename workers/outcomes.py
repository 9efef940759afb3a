"""What a worker holds while it works on a call, and what can come of an attempt."""

from dataclasses import dataclass

from engine.operations.operation import Call, Operation, Rejected


@dataclass(frozen=True)
class Work:
    """A claimed call: everything `attempt` needs, so that it needs no session."""

    call: Call
    operation: Operation
    fence: int
    stored_result: dict | None = None
    refused: Rejected | None = None  # already when its request was prepared


@dataclass(frozen=True)
class Done:
    """It worked; the process moves on with this result."""

    result: dict


@dataclass(frozen=True)
class Thrown:
    """Refused for a business reason; the diagram decides."""

    code: str
    why: str = ""


@dataclass(frozen=True)
class Later:
    """Not now; try again after a pause (None: the growing one)."""

    why: str
    seconds: float | None = None


@dataclass(frozen=True)
class Stuck:
    """A person must look."""

    why: str
    kind: str = "call_stuck"


def told(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"
