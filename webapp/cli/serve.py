"""`sutiao serve`: everything in one process tree."""

import fcntl
import os
import shutil
import sys
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import click

from engine.config import Settings
from webapp.cli import Refused, sutiao, valkey, web, worker
from webapp.cli.supervise import Supervisor

LEAST_FREE = 200_000_000


def call(*words: str):
    """A command of ours as a program for the supervisor."""
    return partial(sutiao.main, args=words, prog_name="sutiao")


def foundation(settings: Settings, env: dict[str, str]) -> Supervisor:
    """A supervisor with queue and database; `env` gains what the other programs need to find them."""
    data = settings.data.resolve()
    supervisor = Supervisor(data / "log", click.echo)
    env["SUTIAO_DATA"] = str(data)
    if not settings.redis_url:
        try:
            supervisor.add("valkey", valkey.argv(data / "valkey"), ready=lambda: valkey.is_up(data / "valkey"))
        except valkey.NoServer as error:
            raise Refused(str(error)) from error
        env["SUTIAO_REDIS_URL"] = valkey.url(data / "valkey")
    supervisor.step("db-upgrade", "Bringing the database up to date", call("db", "upgrade"), env)
    return supervisor


def add_doors(supervisor: Supervisor, settings: Settings, env: dict[str, str]) -> None:
    """Add the web and the workers."""
    supervisor.add("web", partial(web.run, settings), env, ready=lambda: web.is_up(settings.host, settings.port))
    for index in range(settings.workers):
        supervisor.add(f"worker-{index}", partial(worker.run, index), env)


@contextmanager
def alone_in(data: Path):
    """Hold the data folder; a second server on it is refused, and so is a full disk."""
    try:
        data.mkdir(parents=True, exist_ok=True)
        lock = (data / "serve.lock").open("a")
    except OSError as error:
        raise Refused(f"cannot write to the data folder {data}: {error.strerror}.") from error
    with lock:
        if shutil.disk_usage(data).free < LEAST_FREE:
            raise Refused(f"less than {LEAST_FREE // 1_000_000} MB of disk space are free for the data folder {data}.")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Refused(f"another Sutiao already runs with the data folder {data}.") from error
        yield


def chosen(**options) -> Settings:
    """The settings in force; what was given on the command line wins over the environment."""
    given = {name: str(value) for name, value in options.items() if value is not None}
    os.environ.update({f"SUTIAO_{name.upper()}": value for name, value in given.items()})
    return Settings.from_env()


def server_options(command):
    """The options of every command that runs the server."""
    for option in (
        click.option("--workers", type=click.IntRange(0, 64), help="How many workers. SUTIAO_WORKERS, otherwise 2."),
        click.option("--data", type=click.Path(file_okay=False), help="Data folder. SUTIAO_DATA, otherwise ./var."),
        click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on. SUTIAO_PORT, otherwise 8080."),
        click.option("--host", help="Address to listen on. SUTIAO_HOST, otherwise 127.0.0.1."),
    ):
        command = option(command)
    return command


@click.command()
@server_options
def serve(host, port, data, workers):
    """Run everything on this machine: the embedded Valkey, the web and the workers.

    The database is brought up to date first. What dies is started again; Ctrl-C or SIGTERM stops everything within ten
    seconds. Each program writes its log to the folder log/ in the data folder. With SUTIAO_REDIS_URL or
    SUTIAO_DATABASE_URL set, that server is used instead of the embedded one.

    \b
    Examples:
      sutiao serve
      sutiao serve --port 9000 --data /srv/sutiao
      SUTIAO_DATABASE_URL=postgresql://sutiao@db/sutiao sutiao serve --workers 4
    """
    settings = chosen(host=host, port=port, data=data, workers=workers)
    web.require_free_port(settings.host, settings.port)
    with alone_in(settings.data):
        env = {}
        supervisor = foundation(settings, env)
        add_doors(supervisor, settings, env)
        address = settings.public_url
        status = supervisor.run(lambda: click.echo(f"Sutiao is up: {address} (Ctrl-C stops it; logs in {supervisor.logs})"))
    sys.exit(status)
