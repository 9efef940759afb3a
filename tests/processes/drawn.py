"""What a process looks like: its shapes, arrows and labels, and whether they stand clear of each other.

Sizes of text are those of the viewer in the browser: eleven pixels for a letter of a label, twelve for one inside a box.
"""

from dataclasses import dataclass
from itertools import combinations, pairwise

from engine.workflow.xmlfiles import local, read_xml

Point = tuple[float, float]
AROUND = ("participant", "lane")
LETTER, LINE, INSIDE, INSIDE_LINE = 11, 13, 12, 14.4


@dataclass(frozen=True)
class Box:
    """A rectangle of the picture."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> Point:
        return self.x + self.width / 2, self.y + self.height / 2

    def holds(self, other: "Box") -> bool:
        return (self.x <= other.x + 0.5 and self.y <= other.y + 0.5 and other.x + other.width <= self.x + self.width + 0.5
                and other.y + other.height <= self.y + self.height + 0.5)  # fmt: skip

    def has(self, point: Point) -> bool:
        return self.x <= point[0] <= self.x + self.width and self.y <= point[1] <= self.y + self.height

    def meets(self, other: "Box", by: float = 1) -> bool:
        """Do they lie over each other by more than that?"""
        return (self.x + by < other.x + other.width and other.x + by < self.x + self.width
                and self.y + by < other.y + other.height and other.y + by < self.y + self.height)  # fmt: skip

    def is_crossed(self, begin: Point, end: Point, by: float = 1.5) -> bool:
        """Does an upright or level line go through it?"""
        (left, right), (top, bottom) = sorted((begin[0], end[0])), sorted((begin[1], end[1]))
        return (self.x + by < right and left < self.x + self.width - by
                and self.y + by < bottom and top < self.y + self.height - by)  # fmt: skip

    def grown(self, by: float) -> "Box":
        return Box(self.x - by, self.y - by, self.width + 2 * by, self.height + 2 * by)


@dataclass(frozen=True)
class Picture:
    """The drawing of one process."""

    nodes: dict  # id → element of the model
    shapes: dict[str, Box]
    ways: dict[str, list[Point]]
    labels: dict[str, Box]  # where the text really stands

    def kind(self, key: str) -> str:
        return local(self.nodes[key])

    def host(self, key: str) -> str | None:
        return self.nodes[key].get("attachedToRef")

    def scope(self, key: str) -> str | None:
        around = self.nodes[key].getparent()
        return around.get("id") if local(around) == "subProcess" else None

    @property
    def elements(self) -> dict[str, Box]:
        return {key: box for key, box in self.shapes.items() if self.kind(key) not in AROUND}

    @property
    def flows(self) -> dict[str, list[Point]]:
        return {key: way for key, way in self.ways.items() if self.kind(key) in ("sequenceFlow", "messageFlow")}

    def ends(self, flow: str) -> tuple[str, str]:
        return self.nodes[flow].get("sourceRef"), self.nodes[flow].get("targetRef")

    def scopes(self, key: str) -> list[str]:
        """The sub-processes around an element, and around what it is attached to."""
        found, at = [], self.scope(self.host(key) or key) if key in self.nodes else None
        while at:
            found.append(at)
            at = self.scope(at)
        return found


def picture(diagram: str) -> Picture:
    root = read_xml(diagram.encode())
    nodes = {node.get("id"): node for node in root.iter() if isinstance(node.tag, str) and "MODEL" in node.tag and node.get("id")}
    shapes, ways, labels = {}, {}, {}
    for node in root.iter():
        of = node.get("bpmnElement")
        if of not in nodes or local(node) not in ("BPMNShape", "BPMNEdge"):
            continue
        bounds = next((part for part in node if local(part) == "Bounds"), None)
        if bounds is not None:
            shapes[of] = _box(bounds)
        else:
            ways[of] = [(float(part.get("x")), float(part.get("y"))) for part in node if local(part) == "waypoint"]
        room = next((_box(part) for label in node if local(label) == "BPMNLabel" for part in label), None)
        if room is not None and nodes[of].get("name") and (of in ways or local(nodes[of]).endswith(("Event", "Gateway"))):
            labels[of] = _text(nodes[of].get("name"), room)
    return Picture(nodes, shapes, ways, labels)


def _box(bounds) -> Box:
    return Box(*(float(bounds.get(each)) for each in ("x", "y", "width", "height")))


def _text(name: str, room: Box) -> Box:
    """The text of a label, which is wrapped at the width of its room and stands in the middle of it."""
    long = sum(LETTER if ord(letter) > 255 else LETTER / 2 for letter in name)
    line = max(int((room.width + 1) // LETTER), 1) * LETTER
    width = min(long, line)
    return Box(room.x + max(room.width - width, 0) / 2, room.y, width, LINE * -(-int(long) // line))


def name_inside(drawn: Picture, key: str) -> Box:
    """Where the name of a task stands."""
    box, long = drawn.shapes[key], len(drawn.nodes[key].get("name") or "")
    line = max(int((box.width - 10) // INSIDE), 1)
    width, height = INSIDE * min(long, line), INSIDE_LINE * -(-long // line)
    return Box(box.middle[0] - width / 2, box.middle[1] - height / 2, width, height)


def crossings(drawn: Picture) -> set[Point]:
    """The places where one arrow crosses another one."""
    found = set()
    pieces = [(key, *piece) for key, way in drawn.flows.items() if drawn.kind(key) == "sequenceFlow" for piece in pairwise(way)]
    for (one, *first), (other, *second) in combinations(pieces, 2):
        if one != other and (first[0][1] == first[1][1]) != (second[0][1] == second[1][1]):
            level, upright = (first, second) if first[0][1] == first[1][1] else (second, first)
            at = (upright[0][0], level[0][1])
            (left, right), (top, bottom) = sorted((level[0][0], level[1][0])), sorted((upright[0][1], upright[1][1]))
            if left + 1 < at[0] < right - 1 and top + 1 < at[1] < bottom - 1:
                found.add(at)
    return found
