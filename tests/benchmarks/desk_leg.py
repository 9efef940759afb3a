"""What the desk answers, and how fast, with as many open tasks as asked for and so many cases for each. Prints one line of JSON.

    python -m tests.benchmarks.desk_leg TASKS CASES_PER_TASK SECONDS [DATABASE_URL]

Every list is measured at a hundredth of the size and at the whole; then searches, two hundred people who claim two hundred tasks
at once, claiming and completing for some seconds with four workers, and the first rows in a browser.
"""

import http.client
import json
import statistics
import sys
import time
from urllib.parse import quote

from tests.benchmarks import desk_crowd, desk_world
from tests.benchmarks.bench_stack import BenchStack, bench_stack
from webapp.demo.browser import Browser

ASKED_TIMES, WARMING, WORKERS = 60, 3, 4
REGISTER = {
    "cases": "", "cases_open": "state=open", "cases_closed": "state=closed", "cases_by_stage": "stage=received",
    "cases_of_none": "stage=mediating", "cases_later": "page=5",
}
LISTS = {
    "mine": "view=mine", "today": "view=today", "available": "view=available", "team": "view=team", "covered": "view=covered",
    "lent": "view=lent", "watched": "view=watched", "paused": "view=paused", "later": "view=later",
    "available_by_age": "view=available&sort=since", "team_by_priority": "view=team&sort=priority",
    "team_by_amount": "view=team&sort=-amount", "mine_by_amount": "view=mine&sort=amount", "overdue": "view=team&due=late",
    "by_stage": "view=team&stage=received", "by_sum": "view=available&amount_from=99990",
    "unassigned": "view=team&assignee=nobody",
}


class Desk:
    """Somebody's browser that only fetches."""

    def __init__(self, stack: BenchStack, login: str):
        browser = Browser("http://{}:{}".format(*stack.address))
        browser.sign_in(login)
        form = next(form for form in browser.open("/").forms if "csrf_token" in form.fields)
        self.token, self.cookies = form.fields["csrf_token"], browser.session.cookies
        self.headers = {"Cookie": "; ".join(f"{each.name}={each.value}" for each in self.cookies)}
        self.connection = http.client.HTTPConnection(*stack.address)

    def get(self, path: str) -> float:
        """Milliseconds until the whole answer was there; it has to be a good one."""
        began = time.perf_counter()
        answer, body = self.ask("GET", path)
        assert answer.status == 200, f"{path}: {answer.status}"
        self.said = body.decode()
        return (time.perf_counter() - began) * 1000

    def ask(self, method: str, path: str, body: str | None = None) -> tuple[http.client.HTTPResponse, bytes]:
        form = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
        try:
            self.connection.request(method, path, body, self.headers | form)
            answer = self.connection.getresponse()
        except (http.client.HTTPException, OSError):  # it was idle for too long, and the server closed it
            self.connection.close()
            self.connection.request(method, path, body, self.headers | form)
            answer = self.connection.getresponse()
        return answer, answer.read()


def lists(desk: Desk) -> dict[str, list[float]]:
    """The inbox's, and the register's, some of which nothing is in."""
    found = {name: asked(desk, f"/inbox/?{told}") for name, told in LISTS.items()}
    return found | {name: asked(desk, f"/cases/?{told}") for name, told in REGISTER.items()}


def asked(desk: Desk, path: str) -> list[float]:
    taken = [desk.get(path) for _time in range(WARMING + ASKED_TIMES)][WARMING:]
    print(f"{path:<50}{statistics.median(taken):8.1f}{p99(taken):8.1f}", file=sys.stderr)
    return taken


def p99(taken: list[float]) -> float:
    return statistics.quantiles(taken, n=100, method="inclusive")[-1]


def searches(desk: Desk, first: dict[str, int], tasks: int) -> dict[str, float]:
    """By a whole number, its beginning, a name, an institution, a telephone and an identity number: in inbox and register."""
    n = (tasks - tasks % 2 - 10) * first["per"]
    texts = {"number": f"BENCH-{n}", "court_number": f"（2024）沪0115诉前调{n}号", "name": "王小明", "common_name": "李伟",
             "surname": "李", "some_numbers": "BENCH-5", "institution": "京华银行",
             "telephone": "16600001234", "identity": "11010519491231002X", "nobody": "没有这个人"}
    found = {}
    for name, text in texts.items():
        for place, path in (("inbox", "/inbox/?view=team&q="), ("cases", "/cases/?q=")):
            found[f"{name}_{place}"] = p99(asked(desk, path + quote(text)))
            if name in ("number", "court_number"):
                assert f"BENCH-{n}<" in desk.said, f"{text} is not found in {place}"
    return found


def measure(stack: BenchStack, first: dict[str, int], tasks: int, seconds: float) -> dict:
    small, began = max(tasks // 100, 100), time.monotonic()
    desk = Desk(stack, "coordinator")
    desk_world.fill(first, 0, small)
    desk_world.mark(first, small)
    few = lists(desk)
    desk_world.fill(first, small, tasks)
    filled = time.monotonic() - began
    print(f"filled in {filled:.0f} s", file=sys.stderr)
    return measured(stack, desk, first, tasks, seconds, few) | {"filled_s": filled}


def measured(stack: BenchStack, desk: Desk, first: dict[str, int], tasks: int, seconds: float, few: dict) -> dict:
    many, sought = lists(desk), searches(desk, first, tasks)
    slowest = max(many, key=lambda name: p99(many[name]))
    found = {
        "tasks": tasks, "cases": tasks * first["per"],
        "list_median_ms": max(map(statistics.median, many.values())), "list_p99_ms": p99(many[slowest]), "slowest": slowest,
        "search_p99_ms": max(sought.values()), "slowest_search": max(sought, key=sought.get),
        **{f"{name}_p99_ms": p99(taken) for name, taken in many.items()},
        **{f"find_{name}_ms": milliseconds for name, milliseconds in sought.items()},
    }
    if few:
        found["to_a_hundredth"] = max(statistics.median(many[name]) / statistics.median(few[name]) for name in many)
    found |= desk_crowd.first_rows(stack, desk) | desk_crowd.claim_at_once(stack, first, Desk)
    return found | desk_crowd.work(stack, first, Desk, seconds)


def main() -> None:
    tasks, per, seconds, url = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), "".join(sys.argv[4:5])
    first = {}
    with bench_stack(url, WORKERS, lambda: first.update(desk_world.begin(per))) as stack:
        print(json.dumps(measure(stack, first, tasks, seconds)))


if __name__ == "__main__":
    main()
