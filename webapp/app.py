"""The transaction sits at the door: one per request."""

from flask import Flask, request, session
from sqlalchemy.exc import OperationalError

from engine.db import db, is_deadlock, transaction
from engine.workflow.incidents import ProcessFailed, report_failure

READING = frozenset({"GET", "HEAD", "OPTIONS"})


def only_reads(view):
    """Mark a view that changes nothing although its method could: it takes no write lock."""
    view.only_reads = True
    return view


def without_transaction(view):
    """Mark a view that keeps its own transactions (a long batch) or holds none (a live stream)."""
    view.without_transaction = True
    return view


class WebApp(Flask):
    """One request, one transaction: return to commit, raise to roll back."""

    def dispatch_request(self, *args):
        view = self.view_functions.get(request.endpoint or "")
        if request.routing_exception is not None or getattr(view, "without_transaction", False):
            return self._without_transaction(*args)
        writes = request.method not in READING and not getattr(view, "only_reads", False)
        try:
            return self._in_transaction(writes, *args)
        except OperationalError as error:
            if not is_deadlock(error):
                raise
            self._begin_anew()
            return self._in_transaction(writes, *args)

    def _in_transaction(self, writes: bool, *args):
        try:
            with transaction(write=writes):
                return super().dispatch_request(*args)
        except ProcessFailed as failure:
            with transaction():
                report_failure(failure)
            raise

    @staticmethod
    def _begin_anew() -> None:
        """Nothing of the first try is left but what was read of the request, and what it wanted to say."""
        session.pop("_flashes", None)
        for file in request.files.values():
            file.stream.seek(0)

    def _without_transaction(self, *args):
        db.session.rollback()
        return super().dispatch_request(*args)
