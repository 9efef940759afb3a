"""Multi-instance activities: one token holds the list; an instance is a child token, or a number while nobody acts on it."""

from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.bpmn.specs.defaults import ParallelMultiInstanceTask, SequentialMultiInstanceTask

from engine.i18n import _
from engine.workflow.spiff import branches, moves, remembering
from engine.workflow.spiff.findings import RunFailed
from engine.workflow.spiff.model import WORK, Many
from engine.workflow.spiff.step import READY, STARTED, Step

MAX_INSTANCES = 1_000
PORTION = 50
UNUSABLE = _("“%(element)s” needs a list or a number from 0 to %(most)s.")


def listed(many: Many, value) -> list | None:
    """What an activity is done for, one by one; None when there may not be so many, or it is no list and no number."""
    if many.times and isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_INSTANCES:
        return list(range(value))
    if many.collection and isinstance(value, list | tuple | dict) and len(value) <= MAX_INSTANCES:
        return value if isinstance(value, list) else list(value)
    return None


@dataclass(frozen=True, slots=True)
class Pending:
    """An instance that waits for somebody outside: to be looked at like a token, but a thousand of them weigh nothing."""

    parent: Any
    index: int

    is_instance = True

    @property
    def id(self) -> str:
        return f"{self.parent.id}.{self.index}"

    @property
    def element(self):
        return self.parent.element

    @property
    def element_id(self) -> str:
        return self.parent.element.id

    @property
    def workflow(self):
        return self.parent.workflow

    @property
    def data(self) -> dict:
        return self.parent.task_spec.given(self.parent, self.index)

    @property
    def internal_data(self) -> dict:
        return {"index": self.index, **self.parent.internal_data["asked"].get(str(self.index), {})}

    def born(self):
        """Somebody acts on it: from now on it is a token."""
        kept = self.parent.internal_data
        token = self.parent.spawn(self.parent.task_spec.one, id=self.id, state=READY if self.element.kind in WORK else STARTED)
        token.data, token.frames, token.internal_data = self.data, ((branches.BOTTOM, frozenset()),), self.internal_data
        kept["pending"].remove(self.index)
        kept["asked"].pop(str(self.index), None)
        return token


class _Many(Step):
    """What both kinds share; `one` is the spec of a single instance."""

    is_many = True
    one = None

    def act(self, token):
        items = self._items(token)
        token.internal_data = {**token.internal_data, "items": items, "begun": 0, "done": 0, "results": {}, "changes": {}}
        if not items:
            return self._finish(token)
        self.begin(token)
        return None

    def _items(self, token) -> list:
        many = self.element.many
        items = listed(many, token.workflow.script_engine.evaluate(token, many.collection or many.times))
        if items is None:
            raise RunFailed(self.element.id, "instances_unusable", UNUSABLE, most=MAX_INSTANCES)
        return items

    def begin_one(self, token) -> None:
        index = token.internal_data["begun"]
        token.internal_data["begun"] = index + 1
        child = token.spawn(self.one)
        child.frames = ((branches.BOTTOM, frozenset()),)
        child.internal_data["index"] = index
        child.data = self.given(token, index)
        self.one._update(child)

    def given(self, token, index: int) -> dict:
        """What an instance begins with; what it has under the result's name afterwards, it brought itself."""
        many = self.element.many
        data = {key: value for key, value in token.data.items() if key != many.result}
        return data | {many.item: token.internal_data["items"][index]} if many.item else data

    def counts(self, token, index: int) -> dict[str, int]:
        """What an instance may ask about itself and the others (`counting`)."""
        all_, done = len(token.internal_data["items"]), token.internal_data["done"]
        active = 1 if self.element.many.sequential else all_ - done
        return {"index": index, "all": all_, "done": done, "active": active, "terminated": 0}

    def pending(self, token) -> list[Pending]:
        return [Pending(token, index) for index in token.internal_data.get("pending", ())]

    def born(self, token, index: str):
        waits = index.isascii() and index.isdecimal() and int(index[:9]) in token.internal_data.get("pending", ())
        return Pending(token, int(index[:9])).born() if waits and str(int(index)) == index else None

    def forget(self, token) -> None:
        for each in self.pending(token):
            moves.note(each, "cancelled")
        token.internal_data = {key: value for key, value in token.internal_data.items() if key != "pending"}

    def one_done(self, token, child) -> None:
        """An instance is done: keep what it brought, and see whether the activity is."""
        self._keep(token, child)
        token.internal_data["done"] += 1
        enough = self._is_enough(token, child)
        token.workflow._remove_task(child.id)
        if enough or token.internal_data["done"] == len(token.internal_data["items"]):
            for other in token.children:
                moves.drop(other, quietly=other.leans)
            self.forget(token)
            self._finish(token)
            token.complete()
        else:
            self.go_on(token)

    def _keep(self, token, child):
        many, kept = self.element.many, token.internal_data
        if many.result:
            kept["results"][str(child.internal_data["index"])] = self._brought(child)
            return
        for key in branches.changed(child.frames) - {many.item}:
            value = child.data[key]
            if key in kept["changes"] and kept["changes"][key] != value and not many.sequential:
                raise RunFailed(
                    self.element.id, "merge_conflict",
                    _("Two instances of “%(element)s” changed “%(key)s” differently."), key=key,
                )  # fmt: skip
            kept["changes"][key] = value

    def _brought(self, child):
        """What an instance put under the result's name; if it put nothing there, all it changed, beside its item."""
        many, changed = self.element.many, branches.changed(child.frames)
        if many.result in child.data:
            return child.data[many.result]
        item = {many.item: child.data.get(many.item)} if many.item else {}
        return item | {key: child.data[key] for key in changed - {many.item}}

    def _is_enough(self, token, child) -> bool:
        many, kept = self.element.many, token.internal_data
        if not many.until:
            return False
        extra = {"instances": len(kept["items"]), "completed": kept["done"]} | kept["changes"]
        if many.results:
            extra[many.results] = self._results(token)
        return bool(token.workflow.script_engine.evaluate(child, many.until, extra))

    def _results(self, token) -> list:
        results = token.internal_data["results"]
        return [results[index] for index in sorted(results, key=int)]

    def close(self, token) -> bool:
        """Nothing is left of it but what could be taken back."""
        token.internal_data = {key: value for key, value in token.internal_data.items() if key == remembering.ROWS}
        return True

    def _finish(self, token):
        many = self.element.many
        changes = dict(token.internal_data["changes"])
        if many.results:
            changes[many.results] = self._results(token)
        branches.write(token, changes)
        return self.close(token)


class AllAtOnce(_Many, ParallelMultiInstanceTask):
    """All instances begin together; a thousand of them begin a portion at a time, so that others get their turn between."""

    def act(self, token):
        return self._begin_portion(token) if "items" in token.internal_data else super().act(token)

    def begin(self, token):
        if self.one.is_asked:
            token.internal_data |= {"pending": [], "asked": {}}
        self._begin_portion(token)

    def goes_on(self, token) -> bool:
        kept = token.internal_data
        return "items" in kept and kept["begun"] < len(kept["items"])

    def _begin_portion(self, token):
        kept = token.internal_data
        portion = range(kept["begun"], min(kept["begun"] + PORTION, len(kept["items"])))
        token.workflow.top_workflow.budget.opened += len(portion)
        if self.one.is_asked:
            return self._ask(token, portion)
        for _item in portion:
            self.begin_one(token)
        return None

    def _ask(self, token, portion: range):
        """They wait for somebody outside: numbers are enough until one answers."""
        kept = token.internal_data
        kept["begun"] = portion.stop
        kept["pending"].extend(portion)
        for each in (Pending(token, index) for index in portion):
            moves.note(each, "entered")
            asked = self.one.asks(each)
            if asked:
                kept["asked"][str(each.index)] = asked

    def go_on(self, token):
        """The others are under way already."""


class OneByOne(_Many, SequentialMultiInstanceTask):
    """Each instance begins when the one before is done, and sees what it changed."""

    def begin(self, token):
        self.begin_one(token)

    def go_on(self, token):
        branches.write(token, token.internal_data["changes"])
        self.begin_one(token)
