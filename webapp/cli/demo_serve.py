"""`sutiao demo serve`: the whole system, its neighbours, and a world to look at."""

import os
import sys
from functools import partial
from pathlib import Path

import click

from engine.config import Settings
from webapp.cli import Refused, web
from webapp.cli.serve import add_doors, alone_in, call, chosen, foundation, server_options
from webapp.cli.supervise import Supervisor

WELCOME = "demo-world.txt"  # what `sutiao demo world` wants people to read: log-ins, and where to begin

FIRST_CASES = "正在演示十余件案件 Playing a dozen cases to different stages"


class Neighbours:
    """The court simulator, the catcher of messages and the time-stamping authority, on the ports after ours."""

    def __init__(self, settings: Settings):
        self.court_port, self.sink_port, self.mail_port, self.stamp_port = (settings.port + distance for distance in (1, 2, 3, 4))
        self.stamp_folder = settings.data / "peers" / "tsa"

    @property
    def settings(self) -> dict[str, str]:
        """What we need to know of them."""
        return {
            "SUTIAO_DEMO": "true", "SUTIAO_CALLBACK_NETWORKS": "any",
            "SUTIAO_SMS_URL": f"http://127.0.0.1:{self.sink_port}/sms", "SUTIAO_SMTP_URL": f"smtp://127.0.0.1:{self.mail_port}",
            "SUTIAO_TSA_URL": f"http://127.0.0.1:{self.stamp_port}/", "SUTIAO_TSA_TRUST": str(self.stamp_folder / "trust.pem"),
        }

    def require_free_ports(self) -> None:
        """Refuse to start when one of their ports is taken."""
        for port in (self.court_port, self.sink_port, self.mail_port, self.stamp_port):
            web.require_free_port("127.0.0.1", port, "SUTIAO_PORT")

    def move_in(self, supervisor: Supervisor, env: dict[str, str]) -> None:
        """Add them to what runs."""
        court = call("peers", "court", "--port", str(self.court_port))
        sink = call("peers", "sink", "--port", str(self.sink_port), "--smtp-port", str(self.mail_port))
        supervisor.add("court", court, env, ready=partial(web.is_up, "127.0.0.1", self.court_port))
        tsa = call("peers", "tsa", "--port", str(self.stamp_port), "--folder", str(self.stamp_folder))
        supervisor.add("sink", sink, env, ready=partial(web.is_up, "127.0.0.1", self.sink_port))
        supervisor.add("tsa", tsa, env, ready=partial(web.is_up, "127.0.0.1", self.stamp_port))


def require_loopback(host: str) -> None:
    """The demo's log-ins are printed for everybody, so nobody else may reach it."""
    if host != "localhost" and not host.startswith("127.") and host != "::1":
        raise Refused(f"the demo world only listens on loopback (127.0.0.1), not on {host}; `sutiao serve` serves others.")


def welcome(settings: Settings, neighbours: Neighbours, logs: Path, is_first: bool) -> None:
    """Say where everything is."""
    click.echo(f"\n  诉调 Sutiao            {settings.public_url}")
    click.echo(f"  法院模拟器 Court        http://127.0.0.1:{neighbours.court_port}")
    click.echo(f"  短信邮件 SMS and mail   http://127.0.0.1:{neighbours.sink_port}")
    click.echo(f"  时间戳 Time stamps      http://127.0.0.1:{neighbours.stamp_port}\n")
    text = settings.data / WELCOME
    if text.exists():
        click.echo(text.read_text(encoding="utf-8"))
    if is_first:
        click.echo(f"  {FIRST_CASES}; they appear within a minute or so.")
    click.echo(f"  Ctrl-C 停止 stops everything. Logs: {logs}")


@click.command()
@server_options
def serve(host, port, data, workers):
    """Start the demo world: web, workers, queue, a court simulator, a catcher of SMS and mail, a time-stamping authority.

    The first start makes the world and a handful of cases at different stages; later starts keep what happened since.
    The court simulator listens on the port after the web's, the catcher on the two after that, the authority on the fourth.
    Ctrl-C stops everything.

    \b
    Examples:
      sutiao demo serve
      sutiao demo serve --port 9000 --data /srv/demo
    """
    settings = chosen(host=host, port=port, data=data, workers=workers)
    require_loopback(settings.host)
    neighbours = Neighbours(settings)
    web.require_free_port(settings.host, settings.port)
    neighbours.require_free_ports()
    for name, value in neighbours.settings.items():
        os.environ.setdefault(name, value)
    settings = Settings.from_env()
    with alone_in(settings.data):
        env, is_first = {}, not (settings.data / WELCOME).exists()
        supervisor = foundation(settings, env)
        supervisor.step("demo-world", "Making the demo world", call("demo", "world"), env)
        neighbours.move_in(supervisor, env)
        add_doors(supervisor, settings, env)
        if is_first:
            supervisor.finally_once("demo-cases", FIRST_CASES, call("demo", "cases"), env)
        status = supervisor.run(lambda: welcome(settings, neighbours, supervisor.logs, is_first))
    sys.exit(status)
