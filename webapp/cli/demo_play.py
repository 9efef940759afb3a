"""`sutiao demo play`: many cases to their ends, through HTTP and real workers."""

import sys
import time
from contextlib import contextmanager

import click
from flask import Flask

import engine
from engine.config import Settings
from engine.db import transaction
from webapp.cli import Refused
from webapp.demo import handing_in, report
from webapp.demo.play import Addresses, Play
from webapp.peers.court.setup import Setup, SetupWrong

ENOUGH = 100  # so many referrals, and every outcome of every regime is dealt to a case


@click.command()
@click.option(
    "--cases",
    type=click.IntRange(40, 5000),
    default=ENOUGH,
    show_default=True,
    help="How many referrals; twenty are faulty on purpose.",
)
@click.option("--seed", type=int, help="The same seed, the same referrals and answers; by default a new one, which is printed.")
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    help="The web's port; the court and the catcher are on the next two. SUTIAO_PORT, otherwise 8080.",
)
@click.option("--longest", type=float, default=3600, show_default=True, help="Seconds after which the play ends anyway.")
def play(cases, seed, port, longest):
    """Play many cases to their ends, with scripted people at the pages of a running demo (`sutiao demo serve`).

    The court simulator sends half of the referrals one by one, docketed cases among them, the rest comes as a batch; a third of
    the disputes comes from a bank to an organisation without a court. Coordinators, mediators, institutions, courts and parties
    work through their lists over HTTP, workers do the rest. Every outcome is played in every regime that has it, then every other
    way, the rest is drawn. For outcomes that come by the clock (O09, O12, O17) days pass for that case alone. At the end: the
    outcomes by regime, times, callbacks owed and received, every signature checked, and anything stuck. Exit code 1 when
    something is not right, or when an outcome was not reached by as many cases as the default.
    """
    seed = int(time.time()) if seed is None else seed
    with company(seed, port) as performance:
        sys.exit(_performed(performance, cases, longest))


@contextmanager
def company(seed: int, port: int | None):
    """The scripted people, before a running demo."""
    settings = Settings.from_env()
    port = port or settings.port
    addresses = Addresses(*(f"http://127.0.0.1:{port + distance}" for distance in range(3)))
    try:
        setup = Setup.read(settings.data / "peers" / "court.toml")
    except SetupWrong as error:
        raise Refused(f"{error} Start the demo first: sutiao demo serve.") from error
    app = Flask(__name__)
    engine.init_app(app, settings)
    with app.app_context():
        institutions = handing_in.institution_clients(addresses.web, settings.data / "peers")
        yield Play(addresses, setup, seed, click.echo, institutions)


def _performed(performance: Play, cases: int, longest: float) -> int:
    began = time.monotonic()
    click.echo(f"Seed {performance.seed}: handing in {cases} referrals …")
    references = performance.hand_in(cases)
    case_ids = performance.cases_of(references)
    seconds, refused = time.monotonic() - began, cases - len(case_ids)
    performance.cast(case_ids)
    click.echo(f"{len(case_ids)} became cases, {refused} were refused with their reasons ({seconds:.0f} s).")
    performance.perform(case_ids, longest=longest)
    with transaction(write=False):
        told = report.of(case_ids, performance.addresses.court, aged=performance.aged)
    for line in told.lines():
        click.echo(line)
    missing = told.missing()
    if missing:
        click.echo(f"Not reached: {', '.join(missing)}." + ("" if cases >= ENOUGH else f" {ENOUGH} referrals are enough."))
    otherwise = performance.ended_otherwise(case_ids)
    for failure in list(dict.fromkeys([*performance.refusals, *otherwise, *performance.failures]))[:30]:
        click.echo(f"note: {failure}")
    told_of = [*performance.told.items(), *performance.script.errands.told.items()]
    click.echo("Beside the tasks: " + ", ".join(f"{name} {count}" for name, count in told_of if not name.startswith("task ")))
    done = sum(count for name, count in performance.told.items() if name.startswith("task"))
    click.echo(f"{done} tasks done in {time.monotonic() - began:.0f} s.")
    return 0 if told.is_good and not otherwise and (cases < ENOUGH or not missing) else 1
