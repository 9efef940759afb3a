"""Hints are a convenience: without Redis, or with one that hangs, nothing waits and nothing is lost."""

import os
import signal
import time
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from threading import Event

from rq import Queue

from engine import clock, config, jobs
from tests.engine.workflow.spiff.drawing import many, service, user
from tests.published import publish
from workers import claiming, reaper, schedule
from workers import jobs as hinted_at

ADDED_SECONDS = 5 * jobs.PATIENCE_SECONDS  # one patience (measured: 0.2 s) on a busy machine; waiting each time would be twenty


@contextmanager
def hanging(client):
    pid = client.info("server")["process_id"]
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def hinted(client):
    return [int(job_id.removeprefix("call-")) for job_id in Queue(jobs.queue_name(0), connection=client).job_ids]


def seconds_for(calls):
    began = time.monotonic()
    for call_id in calls:
        jobs.wake(call_id)
    return time.monotonic() - began


def test_a_queue_server_that_hangs_costs_one_request_a_moment_and_the_next_ones_nothing(server):
    jobs.wake(1)  # connected
    with hanging(server):
        assert seconds_for([2]) <= ADDED_SECONDS
        assert seconds_for(range(3, 103)) < ADDED_SECONDS


def test_without_a_queue_server_no_request_waits(app, settings):
    config.use(replace(settings, redis_url="redis://127.0.0.1:1"))
    assert seconds_for(range(1, 101)) <= ADDED_SECONDS


def test_hints_go_out_again_a_little_after_the_queue_server_is_back(server, monkeypatch):
    with hanging(server):
        jobs.wake(1)
    jobs.wake(2)
    assert 2 not in hinted(server)
    monkeypatch.setattr(jobs.time, "monotonic", lambda now=time.monotonic: now() + jobs.SILENCE_SECONDS)
    jobs.wake(3)
    assert 3 in hinted(server)


def test_the_call_of_a_worker_that_died_is_pointed_out_to_another_one(server, start, played):
    publish(service("s"), user("v"), "start > s > v > end")
    start()
    server.flushall()
    claiming.claim()
    clock.move(timedelta(seconds=16))
    reaper.sweep()
    assert hinted(server) == [1]


def test_a_call_that_kills_its_workers_is_told_of_within_two_minutes(start, played):
    """Lease by lease: nobody waits longer than a lease, a sweep, a pause and a look at the rows for the next attempt."""
    publish(service("s"), user("v"), "start > s > v > end")
    start()
    seconds, attempts = 0.0, 0
    while (work := claiming.claim()) is not None or attempts < played.max_attempts:
        attempts += work is not None
        step = config.current().lease_seconds + 2 if work else 0.5  # between two looks of the reaper: 2 s
        seconds += step
        clock.move(timedelta(seconds=step))
        reaper.sweep()
    assert (attempts, seconds <= 120) == (5, True), seconds


def test_of_more_calls_than_workers_each_worker_is_told_once(server, start, played):
    publish(service("s", inner=many(times="3")), "start > s > end")
    config.use(replace(config.current(), workers=2))
    start()
    assert [Queue(jobs.queue_name(index), connection=server).job_ids for index in range(3)] == [["many-0"], ["many-1"], []]


def test_who_was_told_of_many_takes_one_at_once_and_looks_at_the_rows(app, start, played):
    publish(service("s", inner=many(times="3")), "start > s > end")
    start()
    hinted_at.use(app)
    schedule.woken.clear()
    assert hinted_at.run_any(0) and schedule.woken.is_set()
    schedule.woken.clear()


def test_a_web_whose_workers_run_elsewhere_hints_to_the_first_queue(server, start, played):
    publish(service("s"), "start > s > end")
    config.use(replace(config.current(), workers=0))
    start()
    assert len(Queue(jobs.queue_name(0), connection=server).job_ids) == 1


def test_who_asks_whether_the_queue_server_is_there_waits_once(server):
    assert jobs.is_reachable() is True
    with hanging(server):
        began = time.monotonic()
        assert [jobs.is_reachable() for _page in range(50)] == [False] * 50
        assert time.monotonic() - began <= ADDED_SECONDS


def test_it_costs_five_workers_at_most_also_where_more_attempts_are_allowed(start, played):
    played.max_attempts = 10
    publish(service("s"), user("v"), "start > s > v > end")
    start()
    claimed = []
    while (work := claiming.claim()) is not None:
        claimed.append(work)
        clock.move(timedelta(seconds=16))
        reaper.sweep()
    assert len(claimed) == reaper.DEATHS


def test_a_worker_whose_reaper_found_something_does_not_sleep_on():
    schedule.woken.set()
    began = time.monotonic()
    schedule._rest(Event(), seconds=30)
    assert time.monotonic() - began < 10 and not schedule.woken.is_set()
