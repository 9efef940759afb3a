"""How gunicorn serves the web; read by gunicorn itself."""

import gc
import itertools
import os
from importlib import import_module

worker_class = "gthread"
threads = 200  # of each process; most only hold a connection
graceful_timeout = 3  # open event streams would hold a stop for as long as they last
timeout = 60
keepalive = 5
control_socket_disable = True
errorlog = "-"
accesslog = None  # addresses of parties are personal data


ALSO_OLDER, ALL = 50, 5_000  # answers, after which what outlived a look is looked through as well
_answers = itertools.count(1)


def on_starting(server):
    """What all processes need is read once, before they part, and lies in memory once."""
    for area in import_module("webapp").AREAS:
        import_module(area)
    gc.freeze()


def post_fork(server, worker):
    """A server process ends with its master, however the master ends."""
    from webapp.cli.children import die_with_parent

    die_with_parent(server.pid)


def post_worker_init(worker):
    """What lives as long as the process is not looked through again and again while somebody waits for an answer."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def post_request(worker, req, environ, resp):
    """Clean up after an answer, some thousand objects, while nobody waits for it: in the middle of a page all that it works with
    would be looked through too, and kept for the next longer look."""
    number = next(_answers)
    gc.collect(2 if number % ALL == 0 else 1 if number % ALSO_OLDER == 0 else 0)


def when_ready(server):
    server.log.info("the web is listening, process %s", os.getpid())
