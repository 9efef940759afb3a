"""The transaction sits at the door: one per request."""

from flask import Flask, g, request, session
from sqlalchemy.exc import OperationalError

from engine.access import net
from engine.db import db, is_deadlock, transaction
from engine.documents.ahead import SignedMeanwhile
from engine.errors import Forbidden
from engine.workflow.incidents import ProcessFailed, report_failure
from webapp import auditing, gate

READING = frozenset({"GET", "HEAD", "OPTIONS"})
MADE = frozenset({201, 303})  # a batch answers for each of its rows, and the trace has those that came in


def only_reads(view):
    """Mark a view that changes nothing although its method could: it takes no write lock."""
    view.only_reads = True
    return view


def without_transaction(view):
    """Mark a view that keeps its own transactions (a long batch) or holds none (a live stream)."""
    view.without_transaction = True
    return view


def told_instead(failure: ProcessFailed) -> None:
    """The view answers with its own page (what was typed stands there still), after `start_over`; the incident is opened all
    the same.
    """
    g.stopped_by = failure


def made_ahead(make):
    """Mark a view that needs something made before its transaction opens, with none open: `make` gets the view's arguments, the
    view finds the outcome in `g.made`. When the state has moved on meanwhile, both are done again.
    """
    def mark(view):
        view.made_ahead = make
        return view
    return mark


class WebApp(Flask):
    """One request, one transaction: return to commit, raise to roll back."""

    def dispatch_request(self, *args):
        view = self.view_functions.get(request.endpoint or "")
        try:
            if (rule := gate.refusing()) is not None:
                with transaction(write=False):
                    gate.turn_away(rule)
            response = self._answered(view, *args)
        except Forbidden:
            with transaction(door="audit"):
                auditing.note_refusal()
            raise
        if getattr(view, "opens", False) and response.status_code == 200 and auditing.is_first_opening():
            with transaction(door="audit"):
                auditing.note_opening()
        return response

    def _answered(self, view, *args):
        writes = request.method not in READING and not getattr(view, "only_reads", False)
        g.noted = writes and not getattr(view, "leaves_no_note", False)
        if request.routing_exception is not None or getattr(view, "without_transaction", False):
            return self._without_transaction(writes, *args)
        make = getattr(view, "made_ahead", None)
        if make is None:
            return self._in_whole(writes, *args)
        for is_last in (False, False, True):
            db.session.rollback()
            g.made = make(**request.view_args)
            try:
                return self._in_whole(writes, *args)
            except SignedMeanwhile:
                if is_last:
                    raise
                self._begin_anew()

    def _in_whole(self, writes: bool, *args):
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
                if not writes and "actor" in g:
                    net.draw(g.actor)
                response = self.make_response(super().dispatch_request(*args))
                gate.pass_out(response.status_code)
                if g.noted:
                    auditing.note_change(response.status_code)
        except ProcessFailed as failure:
            with transaction():
                report_failure(failure)
            raise
        if (failure := g.pop("stopped_by", None)) is not None:
            with transaction():
                report_failure(failure)
        return response

    @staticmethod
    def _begin_anew() -> None:
        """Nothing of the first try is left but what was read of the request, and what it wanted to say."""
        session.pop("_flashes", None)
        for file in request.files.values():
            file.stream.seek(0)

    def _without_transaction(self, writes: bool, *args):
        db.session.rollback()
        response = self.make_response(super().dispatch_request(*args))
        gate.pass_out(response.status_code)
        if g.noted and response.status_code in MADE:
            with transaction(door="audit"):  # the view has ended its own
                auditing.note_change(response.status_code)
        return response
