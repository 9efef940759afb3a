"""How gunicorn serves the web; read by gunicorn itself."""

import gc
import os

worker_class = "gthread"
workers = 1  # long connections are not balanced over several processes
threads = 200
graceful_timeout = 3  # open event streams would hold a stop for as long as they last
timeout = 60
keepalive = 5
control_socket_disable = True
errorlog = "-"
accesslog = None  # addresses of parties are personal data


def post_fork(server, worker):
    """A server process ends with its master, however the master ends."""
    from webapp.cli.children import die_with_parent

    die_with_parent(server.pid)


def post_worker_init(worker):
    """What lives as long as the process is not looked through again and again while somebody waits for an answer."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def when_ready(server):
    server.log.info("the web is listening, process %s", os.getpid())
