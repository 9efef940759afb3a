"""The twenty basic workflow patterns by name, each drawn with what the engine runs, saved and loaded after every step."""

from tests.engine.workflow.spiff.drawing import boundary, catch, gateway, inside, laid, many, node, script, timer, told, user


def throw(id_, kind, name):
    return node("intermediateThrowEvent", id_, told(kind, name))


def parallel(*ids):
    return tuple(gateway("parallel", each) for each in ids)


# basic control flow


def test_01_sequence():
    case = laid(user("a"), user("b"), "start > a > b > end")
    assert case.at == ["a"] and case.do("a").at == ["b"] and case.do("b").is_completed


def test_02_parallel_split():
    assert laid(*parallel("fork"), user("a"), user("b"), "start > fork > a > end", "fork > b > end").at == ["a", "b"]


def test_03_synchronization():
    case = laid(*parallel("fork", "join"), user("a"), user("b"), user("c"),
                "start > fork > a > join > c > end", "fork > b > join")
    assert case.do("a").at == ["b"] and case.do("b").at == ["c"]


def test_04_exclusive_choice():
    parts = gateway("exclusive", "x"), user("a"), user("b"), "start > x > a [big] > end", "x > b [not big] > end"
    assert laid(*parts, data={"big": True}).at == ["a"] and laid(*parts, data={"big": False}).at == ["b"]


def test_05_simple_merge():
    parts = (gateway("exclusive", "x"), gateway("exclusive", "m"), user("a"), user("b"), user("c"),
             "start > x > a [big] > m > c > end", "x > b [not big] > m")
    assert laid(*parts, data={"big": True}).do("a").at == laid(*parts, data={"big": False}).do("b").at == ["c"]


# advanced branching and synchronization

MULTI = (gateway("inclusive", "or"), user("a"), user("b"), user("c"))
CHOSEN = "start > or > a [n > 1] > {0}", "or > b [n > 2] > {0}", "or > c [n > 3] > {0}"


def chosen(n, *parts, to):
    return laid(*MULTI, *(arrow.format(to) for arrow in CHOSEN), *parts, data={"n": n})


def test_06_multi_choice():
    assert [chosen(n, to="end").at for n in (2, 3, 4)] == [["a"], ["a", "b"], ["a", "b", "c"]]


def test_07_structured_synchronizing_merge():
    case = chosen(3, gateway("inclusive", "join"), user("d"), "join > d > end", to="join")
    assert case.do("b").at == ["a"] and case.do("a").at == ["d"]


def test_08_multi_merge():
    case = chosen(3, gateway("exclusive", "merge"), user("d"), "merge > d > end", to="merge")
    assert case.do("b").at == ["a", "d"] and case.do("a").at == ["d", "d"]
    assert case.do("d").do("d").is_completed and case.events.count(("completed", "d")) == 2


def test_09_structured_discriminator():
    """The first branch opens the way once; the others go on and have no further effect."""
    case = laid(
        *parallel("fork"), user("a"), user("b"), throw("a_done", "signal", "first"), throw("b_done", "signal", "first"),
        catch("first", told("signal", "first")), user("next"),
        "start > fork > a > a_done > end", "fork > b > b_done > end", "fork > first > next > end",
    )  # fmt: skip
    assert case.do("b").at == ["a", "next"] and case.do("a").at == ["next"] and case.do("next").is_completed


# structure


def test_10_arbitrary_cycles():
    """Two ways into the circle and two ways out of it: no block could draw this."""
    x = [gateway("exclusive", each) for each in ("x1", "x2", "x3", "x4", "x5")]
    parts = (*x, user("a"), user("b"), user("c"),
             "start > x1 > x2 [into == 1] > a > x3 > x4 [on] > b > x5 > x2 [again]", "x1 > x4 [into == 2]",
             "x3 > end [not on]", "x5 > c [not again] > end")
    case = laid(*parts, data={"into": 2, "on": True, "again": True})
    assert case.at == ["b"] and case.do("b").at == ["a"] and case.do("a").at == ["b"]
    assert case.do("b", again=False).at == ["c"] and case.do("c").is_completed
    assert laid(*parts, data={"into": 1, "on": False}).do("a").is_completed


def test_11_implicit_termination():
    """There is no last element: the process is over when nothing is left to do."""
    case = laid(*parallel("fork"), user("a"), user("b"), "start > fork > a", "fork > b > end")
    assert not case.do("b").is_completed and case.do("a").is_completed


# multiple instances


def test_12_multiple_instances_without_synchronization():
    """Each round starts one more and goes on at once; nothing waits for them together."""
    case = laid(
        gateway("exclusive", "more"), script("count", "n = n + 1"), *parallel("start_one"), user("one"), user("rest"),
        "start > more > count [n < 3] > start_one > one > end", "start_one > more", "more > rest [n >= 3] > end", data={"n": 0},
    )  # fmt: skip
    assert case.at == ["one", "one", "one", "rest"] and case.do("one").at == ["one", "one", "rest"]
    assert case.do("rest").do("one").do("one").is_completed


def test_13_multiple_instances_with_a_priori_design_time_knowledge():
    case = laid(user("one", many(times=3)), user("next"), "start > one > next > end")
    assert case.at == ["one"] * 3 and case.do("one", 1).do("one").do("one").at == ["next"]


def test_14_multiple_instances_with_a_priori_run_time_knowledge():
    case = laid(user("one", many(collection="people", item="person")), user("next"), "start > one > next > end",
                data={"people": ["甲", "乙"]})
    assert case.at == ["one", "one"] and case.do("one").do("one").at == ["next"]


def test_15_multiple_instances_without_a_priori_run_time_knowledge():
    """While the others work, one more may be asked for; the way goes on when all are done."""
    case = laid(
        inside("all", *parallel("begin"), user("one"), boundary("more", "one", told("message", "one_more"), interrupting=False),
               user("added"), "start > begin > one > end", "more > added > end"),
        user("next"), "start > all > next > end",
    )  # fmt: skip
    case.do("more").do("more")
    assert case.at.count("added") == 2
    case.do("one").do("added")
    assert "next" not in case.at and case.do("added").at == ["next"]


# state


def test_16_deferred_choice():
    case = laid(gateway("eventBased", "wait"), catch("answer", told("message", "answer")),
                catch("late", timer("timeDuration", "P1D")), user("a"), user("b"),
                "start > wait > answer > a > end", "wait > late > b > end")
    assert case.at == ["answer", "late"] and case.do("late").at == ["b"]


def test_17_interleaved_parallel_routing():
    """Both are done, in the order that people choose, never at the same time."""
    parts = (gateway("eventBased", "wait"), catch("a_first", told("message", "a")), catch("b_first", told("message", "b")),
             user("a1"), user("b1"), user("b2"), user("a2"), gateway("exclusive", "merge"), user("next"),
             "start > wait > a_first > a1 > b1 > merge > next > end", "wait > b_first > b2 > a2 > merge")
    case = laid(*parts).do("b_first")
    assert case.at == ["b2"] and case.do("b2").at == ["a2"] and case.do("a2").at == ["next"]
    assert laid(*parts).do("a_first").do("a1").at == ["b1"]


def test_18_milestone():
    """The objection can be made from the ruling until the term is over, not before and not after."""
    case = laid(
        user("rule"), inside("open", catch("term", timer("timeDuration", "P15D")), "start > term > end"),
        boundary("objection", "open", told("message", "objection"), interrupting=False), user("object"), user("close"),
        "start > rule > open > close > end", "objection > object > end",
    )  # fmt: skip
    assert "objection" not in case.at
    case.do("rule")
    assert "objection" in case.at and case.do("objection").at.count("object") == 1
    assert "objection" not in case.do("term").at


# cancellation


def test_19_cancel_activity():
    case = laid(user("a"), boundary("withdrawn", "a", told("message", "withdrawal")), user("b"), "start > a > end",
                "withdrawn > b > end")
    assert case.do("withdrawn").at == ["b"] and ("cancelled", "a") in case.events


def test_20_cancel_case():
    case = laid(*parallel("fork"), user("a"), user("b"), user("stop"),
                node("endEvent", "over", "<bpmn:terminateEventDefinition/>"), inside("deep", user("c"), "start > c > end"),
                "start > fork > a > end", "fork > b > end", "fork > deep > end", "fork > stop > over")
    assert len(case.at) == 4 and case.do("stop").is_completed and case.waits == []
    case = laid(*parallel("fork"), user("a"), user("b"), "start > fork > a > end", "fork > b > end")
    case.run.cancel()
    assert case.run.waits() == [] and case.run.is_completed
