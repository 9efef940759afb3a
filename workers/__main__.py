"""python -m workers --index N: listen for hints and keep time, until SIGTERM."""

import argparse
import gc
import logging
import os
import signal
import sys
import threading

from engine import config
from workers import alive, schedule
from workers import jobs as hinted
from workers.app import create_app
from workers.attempts import ME
from workers.heart import heart
from workers.listening import listen

log = logging.getLogger("workers")

COLLECTING = (20_000, 20, 50)  # seldom: a collection in the middle of a transaction is waited for by others
NICENESS = 5  # people come first where both want the same processor
SWITCH_SECONDS = 0.001  # one thread computes a long run while another settles calls: it must not wait long at each statement


def main(arguments: list[str] | None = None) -> None:
    """Run one worker process."""
    parser = argparse.ArgumentParser(prog="python -m workers", description="Carry out the operations that cases wait for.")
    parser.add_argument("--index", type=int, default=0, help="which hint queue to listen to (0 … workers-1)")
    options = parser.parse_args(arguments)
    settings = config.Settings.from_env()
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    sys.setswitchinterval(SWITCH_SECONDS)
    os.nice(NICENESS)
    app, stopping = create_app(settings), threading.Event()
    hinted.use(app)
    gc.freeze()  # what lives as long as the process is not looked through again and again
    gc.set_threshold(*COLLECTING)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    with alive.seen():
        threading.Thread(target=heart.run, args=(app, stopping), daemon=True).start()
        schedule.begin(app, stopping)
        if settings.redis_url:
            threading.Thread(target=listen, args=(settings, options.index, stopping), daemon=True).start()
        log.info("worker %s is ready", ME)
        schedule.work(app, stopping)


if __name__ == "__main__":
    main()
