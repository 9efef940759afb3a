"""A picture for a file that has none: columns along the arrows, lanes above each other, boundary events on their hosts."""

from collections.abc import Iterable

from lxml import etree

from engine.i18n import _
from engine.processes.importing.drawing import BPMN, Drawing, add, local
from engine.workflow.spiff.model import Process
from engine.workflow.spiff.reader import read_processes

DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"
LINE = "{http://www.omg.org/spec/DD/20100524/DI}"
LEFT, TOP, GAP = 230, 100, 60
SIZES = {"event": (36, 36), "gateway": (50, 50)}

Box = tuple[float, float, float, float]


def complete(drawing: Drawing) -> None:
    """Draw everything when the file has no picture of the process."""
    shown = {shape.get("bpmnElement") for shape in drawing.root.iter(DI + "BPMNShape")}
    process = next(each for each in read_processes(drawing.root) if each.key == drawing.key)
    lanes = [each.get("id") for each in drawing.process.iter(BPMN + "lane")]
    missing = [each for each in [*process.elements, *lanes] if each not in shown]
    if not missing:
        return
    for old in list(drawing.root.iter(DI + "BPMNDiagram")):
        drawing.root.remove(old)
    boxes = _boxes(process)
    plane = _plane(drawing)
    _lanes(drawing, process, plane, boxes)
    for element_id, box in boxes.items():
        _shape(plane, element_id, box, isExpanded="true" if element_id in process.scopes else None)
    for flow in process.flows.values():
        if flow.source in boxes and flow.target in boxes:
            _edge(plane, flow.id, boxes[flow.source], boxes[flow.target], boxes.values())
    drawing.changed(None, _("The file has no picture of %(count)s elements or lanes; the whole was laid out anew."),
                    count=len(missing))


def _boxes(process: Process) -> dict[str, Box]:
    """Where every element stands; a sub-process is as large as what is inside."""
    sizes, grids = {each.id: _size(each.kind) for each in process.elements.values()}, {}
    for scope in reversed(process.scopes):  # what is inside comes after what is around
        grids[scope], (width, height) = _grid(process, scope, sizes)
        if scope is not None:
            sizes[scope] = (width + 40, height + 60)
    found: dict[str, Box] = {}
    for scope in process.scopes:
        left, top = (LEFT, TOP) if scope is None else (found[scope][0] + 20, found[scope][1] + 40)
        found |= {each: (left + x, top + y, *sizes[each]) for each, (x, y) in grids[scope].items()}
    beside: dict[str, int] = {}
    for guard in (each for each in process.elements.values() if each.attached_to in found):
        x, y, width, height = found[guard.attached_to]
        number = beside[guard.attached_to] = beside.get(guard.attached_to, 0) + 1
        found[guard.id] = (x + width + 22 - number * 40, y + height - 18, 36, 36)
    return found


def _grid(process: Process, scope: str | None, sizes) -> tuple[dict[str, tuple[float, float]], tuple[float, float]]:
    """Places inside one scope, from its corner, and how large it all is."""
    cells, rows = {}, {}
    for element_id, column in _columns(process, scope).items():
        rows[column] = rows.get(column, -1) + 1
        cells[element_id] = (column, rows[column])
    lefts, width = _steps({column: [sizes[each][0] for each in cells if cells[each][0] == column] for column in rows})
    numbers = {row for _column, row in cells.values()}
    tops, height = _steps({row: [sizes[each][1] for each in cells if cells[each][1] == row] for row in numbers})
    middle = {each: (lefts[column], tops[row]) for each, (column, row) in cells.items()}
    return {each: (x - sizes[each][0] / 2, y - sizes[each][1] / 2) for each, (x, y) in middle.items()}, (width, height)


def _steps(lengths: dict[int, list[float]]) -> tuple[dict[int, float], float]:
    """The middle of each column or row, one after the other, and where the last one ends."""
    middles, at = {}, 0.0
    for number in sorted(lengths):
        widest = max(lengths[number])
        middles[number] = at + widest / 2
        at += widest + GAP
    return middles, max(at - GAP, 0)


def _columns(process: Process, scope: str | None) -> dict[str, int]:
    """The column of each element: right of everything that leads to it; arrows back and to nowhere do not count."""
    inside = [each for each in process.scopes[scope] if process.elements[each].attached_to is None]
    ahead = {each: [flow.target for source in (each, *(guard.id for guard in process.boundary(each)))
                    for flow in process.leaving(source) if flow.target in inside] for each in inside}  # fmt: skip
    begun = [element.id for element in process.beginnings(scope) if element.id in ahead]
    order, back = _in_order([*begun, *inside], ahead)
    found = dict.fromkeys(inside, 0)
    for each in order:
        for target in ahead[each]:
            if (each, target) not in back:
                found[target] = max(found[target], found[each] + 1)
    return {each: found[each] for each in order}


def _in_order(begun: list[str], ahead: dict[str, list[str]]) -> tuple[list[str], set[tuple[str, str]]]:
    """Elements before those they lead to, and the arrows that lead back."""
    done, under_way, order, back = set(), set(), [], set()
    todo = [(each, False) for each in reversed(begun)]
    while todo:
        each, is_through = todo.pop()
        if is_through:
            under_way.discard(each)
            done.add(each)
            order.append(each)
        elif each not in done and each not in under_way:
            under_way.add(each)
            todo.append((each, True))
            back |= {(each, target) for target in ahead[each] if target in under_way}
            todo += [(target, False) for target in reversed(ahead[each]) if target not in done | under_way]
    return order[::-1], back


def _size(kind: str) -> tuple[int, int]:
    return next((size for ending, size in SIZES.items() if kind.endswith(ending)), (100, 80))


def _plane(drawing: Drawing):
    pool = next((each for each in drawing.root.iter(BPMN + "participant") if each.get("processRef") == drawing.key), None)
    whole = pool.getparent().get("id") if pool is not None else drawing.key
    diagram = add(drawing.root, DI + "BPMNDiagram", id=f"{drawing.key}_picture")
    return add(diagram, DI + "BPMNPlane", id=f"{drawing.key}_plane", bpmnElement=whole)


def _lanes(drawing: Drawing, process: Process, plane, boxes: dict[str, Box]) -> None:
    """Elements move into the rows of their lanes; the pool stands around all of it."""
    lanes = [each for each in drawing.process.iter(BPMN + "lane") if not len(each.findall(BPMN + "childLaneSet"))]
    if lanes:
        top = TOP - 40
        for lane in lanes:
            names = {(each.text or "").strip() for each in lane if local(each) == "flowNodeRef"}
            its_own = [each for each in boxes if _outermost(process, each) in names]
            low = min((boxes[each][1] for each in its_own), default=0)
            high = max((sum(boxes[each][1::2]) for each in its_own), default=60)
            for each in its_own:
                x, y, width, height = boxes[each]
                boxes[each] = (x, y - low + top + 30, width, height)
            lane.set("height_drawn", str(high - low + 60))
            top += high - low + 60
        _below(process, lanes, boxes, top)
    width = max((x + wide for x, _y, wide, _height in boxes.values()), default=400) + 60 - (LEFT - 60)
    height = _draw_lanes(lanes, plane, width) if lanes else max(sum(box[1::2]) for box in boxes.values()) - TOP + 80
    pool = next((each for each in drawing.root.iter(BPMN + "participant") if each.get("processRef") == drawing.key), None)
    if pool is not None:
        _shape(plane, pool.get("id"), (LEFT - 90, TOP - 40, width + 30, height), isHorizontal="true", first=True)


def _below(process: Process, lanes, boxes: dict[str, Box], top: float) -> None:
    """What no lane claims stands under all lanes."""
    named = {(each.text or "").strip() for lane in lanes for each in lane if local(each) == "flowNodeRef"}
    for each in [each for each in boxes if _outermost(process, each) not in named]:
        x, y, width, height = boxes[each]
        boxes[each] = (x, y - TOP + top + 30, width, height)


def _draw_lanes(lanes, plane, width) -> float:
    top = TOP - 40
    for lane in lanes:
        height = float(lane.attrib.pop("height_drawn"))
        _shape(plane, lane.get("id"), (LEFT - 60, top, width, height), isHorizontal="true")
        top += height
    return top - (TOP - 40)


def _outermost(process: Process, element_id: str) -> str:
    element = process.elements[element_id]
    while element.attached_to or element.scope:
        element = process.elements[element.attached_to or element.scope]
    return element.id


def _shape(plane, element_id: str, box: Box, first: bool = False, **attributes) -> None:
    shape = add(plane, DI + "BPMNShape", id=f"{element_id}_di", bpmnElement=element_id, first=first, **attributes)
    x, y, width, height = box
    add(shape, DC + "Bounds", x=f"{x:g}", y=f"{y:g}", width=f"{width:g}", height=f"{height:g}")


def _edge(plane, flow_id: str, source: Box, target: Box, boxes: Iterable[Box]) -> None:
    """An arrow from the right side to the left one; one that leads back, or would cross another element, goes below."""
    edge = add(plane, DI + "BPMNEdge", id=f"{flow_id}_di", bpmnElement=flow_id)
    begin, end = (source[0] + source[2], source[1] + source[3] / 2), (target[0], target[1] + target[3] / 2)
    bend = (begin[0] + end[0]) / 2
    way = [begin, (bend, begin[1]), (bend, end[1]), end]
    is_straight = begin[1] == end[1] and begin[0] < end[0]
    crossed = [box for box in boxes if begin[0] <= box[0] and sum(box[::2]) <= end[0]
               and box[1] < begin[1] < sum(box[1::2])] if is_straight else []  # fmt: skip
    if end[0] <= begin[0] or crossed:
        low = max(sum(box[1::2]) for box in (source, target, *crossed)) + 20
        middles = source[0] + source[2] / 2, target[0] + target[2] / 2
        way = [(middles[0], sum(source[1::2])), (middles[0], low), (middles[1], low), (middles[1], sum(target[1::2]))]
    for x, y in dict.fromkeys(way):
        etree.SubElement(edge, LINE + "waypoint", x=f"{x:g}", y=f"{y:g}")
