"""The state as bytes and back: rows of tokens with what differs from the row before, and a marker for the format."""

from collections import deque
from datetime import date, datetime, timedelta
from decimal import Decimal

import orjson
from SpiffWorkflow.util.task import TaskState

from engine.i18n import _
from engine.workflow.spiff import remembering
from engine.workflow.spiff.budget import Budget
from engine.workflow.spiff.findings import RunFailed
from engine.workflow.spiff.instance import Instance
from engine.workflow.spiff.tokens import Token
from engine.workflow.spiff.values import same

FORMAT = 2  # what is written; 2: of many that nobody acted on yet, only numbers are kept
FORMATS = (1, 2)  # what can be read
MAX_BYTES = 4 * 1024 * 1024
WATCHES = "^"  # stands for the parent of a token that has none: a watcher, or a memory
TAG = "~"  # {"~d": "1.50"} is a Decimal; a user's own key that starts like this is doubled
_TAGGED = b'"~'


def encode(instance: Instance) -> bytes:
    rows, before = [], {}
    for token in [token for workflow in instance.workflows() for token in workflow.in_order()]:
        data = {} if token.leans and not token.remembers else token.data
        rows.append(_row(token, data, before))
        before = data or before
    nests = [[owner, each.ended] for owner, each in [(None, instance), *instance.subprocesses.items()]]
    kept = {"format": FORMAT, "process": instance.definition.key, "nests": nests, "rows": rows}
    held = [[owner, dict(each.objects)] for owner, each in [(None, instance), *instance.subprocesses.items()] if each.objects]
    state = _dumped(kept | ({"objects": held} if held else {}) | _under_way(instance))
    if len(state) > MAX_BYTES:
        raise RunFailed(None, "state_too_large", _("The process holds more data than can be kept."))
    return state


def _under_way(instance: Instance) -> dict:
    """Of a run in the middle: whose turn it is, in order, and what is left of its budget."""
    turns = [token.id for token in instance.ready if token.is_next]
    return {"turns": turns, "left": instance.budget.as_row()} if turns else {}


def _dumped(kept: dict) -> bytes:
    """JSON at the library's speed; what it cannot say, or a text that looks like a tag, takes the careful way."""
    tags = []

    def tag(value):
        tagged = _plain(value)
        if isinstance(tagged, dict):
            tags.append(tagged)
        return tagged

    try:
        state = orjson.dumps(kept, default=tag, option=orjson.OPT_PASSTHROUGH_DATETIME)
    except TypeError:
        return orjson.dumps(_plain(kept))
    return state if state.count(_TAGGED) == len(tags) else orjson.dumps(_plain(kept))


def _row(token, data, before):
    workflow = token.workflow
    parent = WATCHES if token.watches or token.remembers else None if token._parent == workflow.task_tree.id else token._parent
    changed = {key: value for key, value in data.items() if key not in before or not same(before[key], value)}
    gone = [key for key in before if key not in data] if data else []
    frames = [[mark, sorted(keys)] for mark, keys in token.frames]
    row = [
        token.id,
        workflow.parent_task_id,
        parent,
        token.task_spec.name,
        token._state,
        changed,
        gone,
        frames,
        _kept(token),
    ]
    return row if data else [*row[:5], None, [], frames, row[8]]


def _kept(token) -> dict:
    """What a token keeps for itself; a list it shares with its data is written once."""
    kept = token.internal_data
    same = [key for key, value in token.data.items() if value is kept["items"]] if "items" in kept else []
    return {**kept, "items": None, "items_of": same[0]} if same else kept


def decode(state: bytes, instance: Instance, mapping=None) -> Instance:
    """Fill a fresh instance from saved bytes; `mapping` names what is drawn otherwise now: (process, old id) → new id or None."""
    try:
        kept = orjson.loads(state)
    except orjson.JSONDecodeError:
        kept = {}
    if kept.get("format") not in FORMATS or kept["process"] != instance.definition.key:
        raise RunFailed(None, "state_unreadable", _("The saved state is of another format or process."))
    waiting = {owner: ended for owner, ended in kept["nests"]}
    _root(instance, waiting.pop(None))
    before = {}
    for row in kept["rows"]:
        workflow = instance if row[1] is None else instance.subprocesses.get(row[1])
        if workflow is None:
            owner = instance.find(row[1])
            workflow = instance.nest(owner, owner.task_spec.spec)
            _root(workflow, waiting.pop(row[1]))
        if mapping is not None and (row := _renamed(row, workflow, mapping)) is None:
            continue
        before = _token(row, workflow, before).data or before
    for owner, held in kept.get("objects", []):
        (instance if owner is None else instance.subprocesses[owner]).objects = _values(held)
    if "turns" in kept:
        turns = {token_id: number for number, token_id in enumerate(kept["turns"])}
        instance.ready = deque(sorted(instance.ready, key=lambda token: turns.get(token.id, len(turns))))
        instance.budget = Budget.of_row(kept["left"])
    instance.completed = instance.is_empty
    return instance


def _renamed(row, workflow, mapping):
    """A row in the words of another drawing; None when nobody waits there any more (only what leans on others may go so)."""
    key, kept = workflow.spec.name.partition("/")[0], row[8]
    drawn, space, rest = row[3].partition(" [")
    element = drawn[1:-1] if row[2] == WATCHES else drawn
    new = mapping.get((key, element), element)
    if new is None:
        return None
    new = drawn.replace(element, new)
    if isinstance(kept.get("flow"), str):
        kept = {**kept, "flow": mapping.get((key, kept["flow"])) or kept["flow"]}
    if remembering.ROWS in kept:
        rows = remembering.renamed(kept[remembering.ROWS], lambda old: mapping.get((key, old), old))
        kept = {**kept, remembering.ROWS: rows}
    return [*row[:3], new + space + rest, *row[4:8], kept]


def _root(workflow, ended):
    workflow.task_tree = Token(workflow, workflow.spec.start, state=TaskState.COMPLETED)
    if ended:
        data, frames = ended
        workflow.ended = (_values(data), _frames(frames))


def _token(row, workflow, before) -> Token:
    token_id, _owner, parent, spec, state, changed, gone, frames, kept = row
    data = {}
    if changed is not None:
        data = {key: value for key, value in before.items() if key not in gone} | _values(changed)
    holder = None if parent == WATCHES else workflow.tasks[parent] if parent else workflow.task_tree
    if spec not in workflow.spec.task_specs:
        raise RunFailed(spec, "element_gone", _("“%(element)s” does not exist in this version of the process."))
    token = Token(workflow, workflow.spec.task_specs[spec], holder, state, token_id, data, _frames(frames))
    token.internal_data = _values(kept)
    if "items_of" in kept:
        token.internal_data["items"] = data[token.internal_data.pop("items_of")]
    if state == TaskState.READY:
        token.task_spec._on_ready_hook(token)
    return token


def _frames(frames):
    return tuple((mark, frozenset(keys)) for mark, keys in frames)


def _plain(value):
    """JSON for a value: what JSON has no word for is tagged, and nothing a person typed can look like a tag."""
    match value:
        case None | bool() | str() | float():
            return value
        case int():
            return value if abs(value) < 2**53 else {TAG + "i": str(value)}
        case dict():
            return {TAG + key if key[:1] == TAG else key: _plain(each) for key, each in value.items()}
        case list() | tuple():
            return [_plain(each) for each in value]
        case frozenset() | set():
            return sorted(value)
        case Decimal():
            return {TAG + "d": str(value)}
        case datetime():
            return {TAG + "t": value.isoformat()}
        case date():
            return {TAG + "D": value.isoformat()}
        case timedelta():
            return {TAG + "s": [value.days, value.seconds, value.microseconds]}
    raise RunFailed(
        None, "value_not_kept", _("A value of type “%(type)s” cannot be kept in a process."), type=type(value).__name__
    )


_REVIVE = {
    "d": Decimal,
    "t": datetime.fromisoformat,
    "D": date.fromisoformat,
    "s": lambda parts: timedelta(*parts),
    "i": int,
}


def _values(mapping: dict) -> dict:
    """Data as it was; most values are JSON's own and need no second look."""
    return {key.removeprefix(TAG): _revived(value) if _has_tags(value) else value for key, value in mapping.items()}


def _has_tags(value) -> bool:
    return isinstance(value, dict | list) and _TAGGED in orjson.dumps(value)


def _revived(value):
    if isinstance(value, list):
        return [_revived(each) for each in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        (key, inner), *_rest = value.items()
        if key[:1] == TAG and key[1:] in _REVIVE:
            return _REVIVE[key[1:]](inner)
    return {key[1:] if key.startswith(TAG) else key: _revived(each) for key, each in value.items()}


def packed(value) -> str:
    """A single value as a text that keeps exact numbers and times."""
    return orjson.dumps(_plain(value)).decode()


def unpacked(text: str):
    """The value of such a text."""
    return _revived(orjson.loads(text))
