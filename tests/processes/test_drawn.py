"""Every shipped diagram can be read: nothing covers anything, arrows reach what they lead to, all has a Chinese name."""

import re
from functools import cache
from itertools import combinations, pairwise

import pytest

from engine.processes import library
from tests.processes.drawn import AROUND, crossings, name_inside, picture
from tests.workbench import shipped

MANY = 7  # crossings of arrows in one diagram
CHINESE = re.compile("[\u4e00-\u9fff]")


@cache
def drawn(key):
    return picture(shipped()[key][library.DIAGRAM])


def every_process(test):
    return pytest.mark.parametrize("key", shipped())(test)


@every_process
def test_no_shape_covers_another_and_events_sit_on_their_border(key):
    seen = drawn(key)
    covered = [(one, other) for one, other in combinations(seen.elements, 2)
               if seen.shapes[one].meets(seen.shapes[other], 0) and other not in (seen.host(one), *seen.scopes(one))
               and one not in (seen.host(other), *seen.scopes(other))]  # fmt: skip
    beside = [each for each in seen.elements if (host := seen.host(each)) and not _is_on_border(
        seen, host, seen.shapes[each].middle)]  # fmt: skip
    assert (covered, beside) == ([], [])


@every_process
def test_everything_stands_inside_its_lane_its_pool_and_its_sub_process(key):
    seen, outside = drawn(key), []
    pools = [seen.shapes[each] for each in seen.shapes if seen.kind(each) == "participant"]
    for lane in (each for each in seen.shapes if seen.kind(each) == "lane"):
        refs = [part.text.strip() for part in seen.nodes[lane] if part.tag.endswith("flowNodeRef")]
        outside += [(each, lane) for each in refs if not seen.shapes[lane].holds(seen.shapes[each])]
        outside += [lane] if not any(pool.holds(seen.shapes[lane]) for pool in pools) else []
    outside += [(each, scope) for each in seen.elements if (scope := seen.scope(each)) and not seen.host(each)
                and not seen.shapes[scope].holds(seen.shapes[each])]  # fmt: skip
    outside += [flow for flow, way in seen.flows.items() if seen.kind(flow) == "sequenceFlow"
                and not all(any(pool.has(point) for pool in pools) for point in way)]  # fmt: skip
    assert outside == []


@every_process
def test_arrows_begin_and_end_at_the_border_of_what_they_join_and_go_level_or_upright(key):
    seen = drawn(key)
    loose = [(flow, end) for flow, way in seen.flows.items()
             for end, point in zip(seen.ends(flow), (way[0], way[-1]), strict=True)
             if not _is_on_border(seen, end, point)]  # fmt: skip
    slanting = [flow for flow, way in seen.flows.items() for begin, end in pairwise(way)
                if min(abs(begin[0] - end[0]), abs(begin[1] - end[1])) > 1]  # fmt: skip
    assert (loose, slanting) == ([], [])


@every_process
def test_no_arrow_goes_through_a_shape_and_few_cross_each_other(key):
    seen = drawn(key)
    through = [(flow, each) for flow, way in seen.flows.items() for each, box in seen.elements.items()
               if each not in (*(ends := seen.ends(flow)), seen.scope(flow), *seen.scopes(ends[0]), *seen.scopes(ends[1]))
               and any(box.is_crossed(*piece) for piece in pairwise(way))]  # fmt: skip
    assert through == []
    assert len(crossings(seen)) <= MANY


@every_process
def test_labels_stand_near_what_they_name_and_clear_of_shapes_lines_and_each_other(key):
    seen, faults = drawn(key), []
    faults += [pair for pair in combinations(seen.labels, 2) if seen.labels[pair[0]].meets(seen.labels[pair[1]])]
    for name, text in seen.labels.items():
        faults += [(name, each) for each, box in seen.elements.items() if box.meets(text)
                   and each not in (seen.host(name), *seen.scopes(name))]  # fmt: skip
        faults += [(name, lane) for lane, box in seen.shapes.items() if seen.kind(lane) == "lane"
                   and box.meets(text) and not box.holds(text)]  # fmt: skip
        faults += [(name, flow) for flow, way in seen.flows.items() if any(text.is_crossed(*piece) for piece in pairwise(way))]
        if name in seen.shapes:
            faults += [name] if not seen.shapes[name].grown(40).meets(text) else []
        elif not any(text.grown(25).is_crossed(*piece) for piece in pairwise(seen.ways[name])):
            faults.append(name)
    assert faults == []


@every_process
def test_events_on_a_border_hide_neither_the_name_nor_the_sign_of_their_task(key):
    seen, hidden = drawn(key), []
    for each, host in ((each, seen.host(each)) for each in seen.elements if seen.host(each)):
        if seen.kind(host) == "subProcess":
            continue
        box, is_many = seen.shapes[host], any(part.tag.endswith("LoopCharacteristics") for part in seen.nodes[host])
        hidden += [each] if name_inside(seen, host).meets(seen.shapes[each], 2) else []
        if is_many or seen.kind(host) == "callActivity":
            sign = type(box)(box.middle[0] - 8, box.y + box.height - 22, 16, 20)
            hidden += [each] if sign.meets(seen.shapes[each], 2) else []
    assert hidden == []


@every_process
def test_everything_that_is_read_has_a_chinese_name(key):
    seen = drawn(key)
    named = [each for each in seen.shapes if not seen.kind(each).endswith("Gateway")]
    asked = {each: [flow for flow in seen.flows if seen.ends(flow)[0] == each] for each in seen.elements
             if seen.kind(each) in ("exclusiveGateway", "inclusiveGateway")}  # fmt: skip
    named += [each for gateway, ways in asked.items() if len(ways) > 1 for each in (gateway, *ways)]
    assert [each for each in named if not CHINESE.search(seen.nodes[each].get("name") or "")] == []


def _is_on_border(seen, key, point):
    box, kind = seen.shapes[key], seen.kind(key)
    x, y = abs(point[0] - box.middle[0]), abs(point[1] - box.middle[1])
    if kind.endswith("Gateway"):
        return abs(x + y - box.width / 2) <= 2
    if kind.endswith("Event"):
        return abs((x * x + y * y) ** 0.5 - box.width / 2) <= 3
    near, far = box.grown(-3), box.grown(3)
    return far.has(point) and (not near.has(point) or kind in AROUND)
