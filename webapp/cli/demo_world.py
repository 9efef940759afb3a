"""`sutiao demo world`: publish the processes and make the demo's courts, organisations and people."""

import json
from pathlib import Path

import click
from flask import Flask

import engine
from engine.access.actor import SYSTEM
from engine.config import Settings
from engine.db import transaction
from engine.processes import publish
from webapp.cli import Refused
from webapp.demo import world as demo
from webapp.demo.handing_in import INSTITUTIONS_FILE
from webapp.demo.people import CLIENTS, PLACES
from webapp.peers.court.setup import Court, write
from webapp.peers.referral_samples import Places, make

BPMN = Path(__file__).resolve().parents[2] / "bpmn"
WELCOME = "demo-world.txt"
SPARE_REFERRALS = 80  # what the court simulator's page can send by a click
OUR_COURT = Places(court="京0102", region="110102")
SEED = 7


@click.command()
@click.option(
    "--court-port", type=click.IntRange(1, 65535), help="Where the court simulator listens; by default the port after the web's."
)
def world(court_port):
    """Publish the processes of bpmn/ and make the demo world, once: doing it again keeps what is there.

    Writes the court simulator's file (peers/court.toml) and the log-ins (demo-world.txt) into the data folder. Refused on a
    database that holds users who are not of the demo.
    """
    settings = Settings.from_env()
    app = Flask(__name__)
    engine.init_app(app, settings)
    with app.app_context():
        with transaction():
            published = publish.publish_path(SYSTEM, BPMN)
        with transaction():
            if demo.has_strangers():
                raise Refused(
                    "this database holds users who are not of the demo; give the demo a data folder of its own (--data)."
                )
            told = None if demo.exists() else demo.make(f"http://127.0.0.1:{court_port or settings.port + 1}/callbacks")
    if told is not None:
        _write_neighbours(settings, told)
    (settings.data / WELCOME).write_text(demo.log_ins(), encoding="utf-8")
    click.echo(f"{len(published)} processes published; {'the demo world is made' if told else 'the demo world is there'}.")


def _write_neighbours(settings: Settings, told: dict[str, dict[str, str]]) -> None:
    """The court simulator learns its credentials and gets referrals to send; institutions have theirs for the play."""
    names = {place.code: place.name for place in PLACES}
    courts = [Court(code, names[code], client, told[client]["secret"], told[client]["callback_secret"])
              for client, code in CLIENTS.items() if told[client]["callback_secret"]]
    folder = settings.data / "peers"
    write(folder / "court.toml", f"http://127.0.0.1:{settings.port}", courts, referrals="referrals.json",
          decide_after_seconds=15)  # a court that rules in the second in which it accepts is no court
    own = folder / INSTITUTIONS_FILE
    own.write_text(json.dumps({code: {"client_id": client, "client_secret": told[client]["secret"]}
                               for client, code in CLIENTS.items() if not told[client]["callback_secret"]}), encoding="utf-8")
    own.chmod(0o600)  # it holds a secret
    referrals, faults = make(seed=SEED, count=SPARE_REFERRALS)
    faulty = {fault.row for fault in faults}
    good = [_at_our_judges(referral) for row, referral in enumerate(referrals, 1) if row not in faulty]
    (folder / "referrals.json").write_text(json.dumps(good, ensure_ascii=False, indent=1), encoding="utf-8")


def _at_our_judges(referral: dict) -> dict:
    """Docketed cases come from the court whose judges work in our inbox, so that a newcomer finds their tasks."""
    if not referral.get("docket"):
        return referral
    own, ours = Places(), OUR_COURT
    return referral | {"court_number": referral["court_number"].replace(own.court, ours.court), "region": ours.region,
                       "external_ref": referral["external_ref"].replace(own.court[1:], ours.court[1:], 1)}
