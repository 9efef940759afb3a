"""Whose data wins when branches meet: what a branch changed since the fork, and nothing else.

Every token carries its own dictionary and, per fork it came through, the set of keys it changed since. Values are never changed
in place. Where tokens meet, the keys changed in one branch win; the same key changed differently in two is a conflict.
"""

from uuid import uuid4

from engine.workflow.spiff.values import same

Frames = tuple[tuple[str, frozenset], ...]


class MergeConflict(Exception):
    """Two branches changed the same key differently."""

    def __init__(self, key: str):
        self.key = key
        super().__init__(key)


def write(token, changes: dict) -> None:
    """Put changed values into a token's data and remember the keys."""
    token.data, token.frames = written(token.data, token.frames, changes)


def written(data: dict, frames: Frames, changes: dict) -> tuple[dict, Frames]:
    keys = [key for key, value in changes.items() if key not in data or not same(data[key], value)]
    if keys and frames:
        mark, known = frames[-1]
        frames = (*frames[:-1], (mark, known.union(keys)))
    return {**data, **changes}, frames


def fork(tokens) -> None:
    """From here on these tokens are branches of one another."""
    mark = uuid4().hex[:8]
    for token in tokens:
        token.frames = (*token.frames, (mark, frozenset()))


def fold(held: list[Frames]) -> list[Frames]:
    """Of forks in a row that the same ones share, the first and the last say everything."""
    sharers = {}
    for index, frames in enumerate(held):
        for mark, _keys in frames:
            sharers.setdefault(mark, set()).add(index)
    return [_folded(frames, sharers) for frames in held]


def _folded(frames: Frames, sharers: dict[str, set]) -> Frames:
    kept = list(frames[:1])
    for (mark, keys), following in zip(frames[1:], (*frames[2:], None), strict=False):
        first, its_keys = kept[-1]
        if following and sharers[first] == sharers[mark] == sharers[following[0]]:
            kept[-1] = (first, its_keys | keys)
        else:
            kept.append((mark, keys))
    return tuple(kept)


def after(ended: Frames, frames: Frames) -> tuple[Frames, Frames]:
    """Frames of what has come to its end and of a branch that begins now and knows of it: what the branch changes comes later.

    Only when it branched off from where that ended: what belongs to other forks stays beside it.
    """
    known = dict(ended)
    if list(known) != [mark for mark, _keys in frames[: len(ended)]]:
        return ended, frames
    fresh = (uuid4().hex[:8], frozenset())
    return (*((mark, keys | known.get(mark, frozenset())) for mark, keys in frames), fresh), (*frames, fresh)


def changed(frames: Frames, above: int = 0) -> frozenset:
    """Keys changed since the fork at position `above`."""
    return frozenset().union(*(keys for mark, keys in frames[above:]))


def merge(branches, still_open=frozenset(), later_wins: bool = False) -> tuple[dict, Frames]:
    """Data and frames of branches `(data, frames)` that meet; forks that other tokens still share stay in the frames."""
    branches = list(branches)
    data, frames = branches[0]
    for other_data, other_frames in branches[1:]:
        data, frames = _merge_two(data, frames, other_data, other_frames, later_wins)
    return data, collapse(frames, still_open)


def _merge_two(data, frames, other_data, other_frames, later_wins):
    shared = _shared(frames, other_frames)
    since = max(shared - 1, 0)
    ours, theirs = changed(frames, since), changed(other_frames, since)
    merged = dict(data)
    for key in sorted(theirs):
        if key in ours and not later_wins and data[key] != other_data[key]:
            raise MergeConflict(key)
        merged[key] = other_data[key]
    below = tuple((mark, keys | other_frames[index][1]) for index, (mark, keys) in enumerate(frames[:since]))
    mark = frames[since][0] if shared else ""
    return merged, (*below, (mark, ours | theirs))


def _shared(frames, others) -> int:
    count = 0
    for (mark, _keys), (other, _others) in zip(frames, others, strict=False):
        if mark != other:
            break
        count += 1
    return count


def collapse(frames: Frames, still_open) -> Frames:
    """Forget forks nobody else came through: their changes belong to the fork below."""
    kept = []
    for index, (mark, keys) in enumerate(frames):
        if mark in still_open or (index == 0 and mark == BOTTOM):
            kept.append((mark, keys))
        elif kept:
            below, its_keys = kept[-1]
            kept[-1] = (below, its_keys | keys)
    return tuple(kept)


BOTTOM = "0"  # the mark of a sub-process's own beginning: what changed since goes back to the caller
