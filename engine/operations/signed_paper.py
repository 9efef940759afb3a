"""What the operations share that let a signed paper count: every signature is there, and each verifies over what was frozen."""

from collections.abc import Iterator
from contextlib import contextmanager

from engine.i18n import _
from engine.mediation import agreement
from engine.operations.operation import Call, Operation, Rejected, TryAgain


class SignedPaper(Operation):
    """`signed` tells the file, `take` lets it count; between the two the signatures are looked at, with no transaction open.

    The last signature makes the document time stamp due, so a worker may add that in between: then the file as it is now is
    looked at. It is read anew for each attempt therefore.
    """

    errors = {"signatures_missing": _("Somebody has not signed"), "signatures_broken": _("A signature does not verify")}

    def read_anew(self, call):
        with rejected():
            return self.signed(call)

    def run(self, inputs, call):
        with rejected():
            agreement.check_signatures(call.private)
        return {"sha256": call.private["sha256"]}

    def record(self, result, call):
        try:
            with rejected():
                return self.take(call, result["sha256"])
        except agreement.ChangedMeanwhile as other:
            raise TryAgain(str(other), seconds=0) from other

    def signed(self, call: Call) -> dict:
        """The signed file by its hashes."""
        raise NotImplementedError

    def take(self, call: Call, sha256: str) -> dict:
        """Let the file count that was verified; returns the outputs."""
        raise NotImplementedError


@contextmanager
def rejected() -> Iterator[None]:
    """What refuses signatures, as the diagram hears it."""
    try:
        yield
    except (agreement.SignaturesMissing, agreement.SignaturesBroken) as refusal:
        raise Rejected(refusal.code.replace("-", "_"), str(refusal)) from refusal
