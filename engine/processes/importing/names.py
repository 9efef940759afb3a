"""Ids that our files can carry: letters and digits, each used once, and the process called as its folder."""

import re
from collections import Counter

from engine.i18n import _
from engine.processes.importing.drawing import BPMN, Drawing, local
from engine.workflow.spiff.reading import NCNAME

MAX_LENGTH = 120
REFERENCES = frozenset(
    ["sourceRef", "targetRef", "attachedToRef", "default", "bpmnElement", "processRef", "messageRef", "signalRef", "errorRef",
     "escalationRef", "dataObjectRef", "dataStoreRef", "activityRef", "itemSubjectRef", "operationRef", "calledElement",
     "participantRef", "parentParticipant"]
)  # fmt: skip
POINTERS = frozenset(["incoming", "outgoing", "flowNodeRef", "sourceRef", "targetRef", "messageRef", "participantRef"])


def settle(drawing: Drawing) -> None:
    """Give every part a usable id and let everything that points to it follow."""
    _local_references(drawing.root)
    _only_once(drawing)
    renamed, taken = {}, _Taken(node.get("id") for node in drawing.root.iter() if node.get("id"))
    for node in drawing.root.iter():
        old = node.get("id")
        if old and (not NCNAME.match(old) or len(old) > MAX_LENGTH):
            renamed[old] = taken.usable(old)
    rename(drawing.root, renamed)
    old_of = {new: old for old, new in renamed.items()}
    for node in drawing.root.iter():
        if node.tag.startswith(BPMN) and node.get("id") in old_of:
            drawing.changed(node, _("The id “%(old)s” became “%(new)s”."), old=old_of[node.get("id")][:80], new=node.get("id"))
    _complete(drawing, taken)
    _quantities(drawing)


def rename(root, renamed: dict[str, str]) -> None:
    """New ids, and the same for everything that points to them."""
    if not renamed:
        return
    for node in root.iter():
        for name in ("id", *REFERENCES.intersection(node.attrib)):
            if node.get(name) in renamed:
                node.set(name, renamed[node.get(name)])
        if local(node) in POINTERS and (node.text or "").strip() in renamed:
            node.text = renamed[node.text.strip()]


def key_from(text: str) -> str:
    """A key for a process folder, from the id or name that a file gives."""
    plain = re.sub(r"[^a-z0-9]+", "_", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", text).lower()).strip("_")
    return (plain if plain[:1].isalpha() else f"process_{plain}".strip("_"))[:60]


def _local_references(root) -> None:
    """`tns:task_1` in a reference means `task_1`; prefixes come from tools that write qualified names."""
    prefixes = {f"{prefix}:" for prefix in root.nsmap if prefix}
    for node in root.iter():
        for name in REFERENCES.intersection(node.attrib):
            prefix, colon, rest = node.get(name).partition(":")
            if colon and prefix + colon in prefixes:
                node.set(name, rest)
        if local(node) in POINTERS and node.text:
            prefix, colon, rest = node.text.strip().partition(":")
            node.text = rest if colon and prefix + colon in prefixes else node.text.strip()


class _Taken(set):
    """Ids that are in use."""

    def __init__(self, ids=()):
        super().__init__(ids)
        self._last = Counter()

    def usable(self, old: str) -> str:
        """A new id close to the old one, taken from now on."""
        plain = re.sub(r"[^\w.\-]", "", old.strip("{}"), flags=re.ASCII)[: MAX_LENGTH - 10]
        new = base = plain if NCNAME.match(plain) else f"id_{plain}"
        while new in self:
            self._last[base] += 1
            new = f"{base}_{self._last[base] + 1}"
        self.add(new)
        return new


def _only_once(drawing: Drawing) -> None:
    """The second element with an id gets another one; what points to the id inside the same process follows."""
    chosen, seen, follow = drawing.process, _Taken({drawing.key}), {}
    inside = {each: Counter(node.get("id") for node in each.iter()) for each in drawing.processes()}
    for node in list(drawing.root.iter()):
        old = node.get("id")
        if node is chosen or not old or not node.tag.startswith(BPMN) or local(node) in ("inputDataItem", "outputDataItem"):
            continue
        if old in seen:
            new = seen.usable(f"{old}_again")
            drawing.changed(node, _("The id “%(old)s” was used twice and became “%(new)s” here."), old=old[:80], new=new)
            if inside.get(node.getparent(), {}).get(old) == 1:
                follow.setdefault(node.getparent(), {})[old] = new
            else:
                node.set("id", new)
        seen.add(old)
    for process, renamed in follow.items():
        rename(process, renamed)


def _quantities(drawing: Drawing) -> None:
    """The standard knows no less than one token; some tools write 0 for what nobody said."""
    for node in drawing.process.iter():
        for name in ("startQuantity", "completionQuantity"):
            if node.get(name) == "0":
                drawing.changed(node, _("“%(name)s” = %(value)s means nothing and was left out."), name=name, value=0)
                del node.attrib[name]


def _complete(drawing: Drawing, taken) -> None:
    """Elements and arrows need an id even when their tool wrote none."""
    for node in drawing.process.iter():
        is_part = node.get("sourceRef") or local(node).endswith(("Task", "Event", "Gateway", "task", "lane", "laneSet"))
        if is_part and node.tag.startswith(BPMN) and not node.get("id"):
            node.set("id", taken.usable(local(node)))
