"""`sutiao courts`: the courts that send referrals, and their systems' credentials."""

import secrets
from contextlib import contextmanager

import click
from flask import Flask

import engine
from engine.access.actor import SYSTEM
from engine.cases import court_numbers
from engine.config import Settings
from engine.courts import register
from engine.db import transaction
from webapp.identity import hash_password

ONCE = "These secrets are shown only now; give them to the court's system and keep no copy."


@click.group()
def courts():
    """Look after the courts: put one on the platform, give its system access, set where it takes our messages."""


@contextmanager
def register_open(write: bool = True):
    """The database for one command."""
    app = Flask("courts")
    engine.init_app(app, Settings.from_env())
    with app.app_context(), transaction(write=write):
        yield


def give_access(profile) -> tuple[str, str]:
    """New credentials: client id and secret."""
    secret = secrets.token_urlsafe(32)
    return register.give_access(SYSTEM, profile, hash_password(secret)).client_id, secret


def tell(pairs: dict[str, str]) -> None:
    """Print names and values in two columns."""
    for name, value in pairs.items():
        click.echo(f"{name:<16} {value}")


@courts.command()
@click.argument("code")
@click.option("--name", required=True, help="The court's full name.")
@click.option("--name-en", default="", help="Its name in English.")
@click.option("--region", default="", help="Six digits of its district; by default from the code of a basic court.")
@click.option("--level", type=click.Choice(register.LEVELS), help="By default as the code tells.")
@click.option("--regime", type=click.Choice(["A", "B"]), help="A: it refers before docketing, also after 2025-01-01; "
              "B: docketed cases only. By default by date.")
@click.option("--decides-here", is_flag=True, help="Its judges decide on confirmations in our inbox.")
@click.option("--callback-url", default="", help="Where its system takes our messages.")
def add(code, name, name_en, region, level, regime, decides_here, callback_url):
    """Put the court CODE (法院代字, such as 沪0115) on the platform.

    Prints the client id and secret for the API and the secret that signs our messages: once.

    \b
    Example:
      sutiao courts add 沪0115 --name 上海市浦东新区人民法院 --callback-url https://court.example/callbacks
    """
    with register_open():
        profile = register.add(SYSTEM, code, name, region, name_en=name_en, level=level, regime_setting=regime or "",
                               decides_here=decides_here, callback_url=callback_url)
        client_id, secret = give_access(profile)
        told = {"court": f"{profile.body.code}  {profile.body.name}", "client_id": client_id, "client_secret": secret,
                "callback_url": callback_url or "—", "callback_secret": profile.callback_secret}
    tell(told)
    click.echo(ONCE)


@courts.command()
@click.argument("code")
def secret(code):
    """Give the system of court CODE new credentials; the old ones stop working."""
    with register_open():
        client_id, new = give_access(register.find(SYSTEM, code))
    tell({"client_id": client_id, "client_secret": new})
    click.echo(ONCE)


@courts.command()
@click.argument("code")
@click.argument("url")
@click.option("--new-secret", is_flag=True, help="Sign with a new secret from now on, and print it.")
def callback(code, url, new_secret):
    """Send our messages to court CODE to URL; an empty URL ('') sends none."""
    with register_open():
        profile = register.set_callback(SYSTEM, code, url, new_secret)
        told = {"court": f"{profile.body.code}  {profile.body.name}", "callback_url": profile.callback_url or "—"}
        if new_secret:
            told["callback_secret"] = profile.callback_secret
    tell(told)


@courts.command()
@click.argument("code")
@click.argument("setting", type=click.Choice(["A", "B", "date"]))
def regime(code, setting):
    """Take from court CODE referrals before docketing (A), docketed cases only (B), or what the day of filing asks for (date)."""
    with register_open():
        profile = register.set_regime(SYSTEM, code, "" if setting == "date" else setting)
        told = {"court": f"{profile.body.code}  {profile.body.name}", "regime": profile.regime_setting or "by date"}
    tell(told)


@courts.command()
@click.argument("code")
@click.argument("by", type=click.Choice(register.DESIGNATIONS))
@click.option("--source", default="", help="With rule: the basis on which the table designates for the court.")
def designation(code, by, source):
    """Let the parties and the clerk of court CODE choose the organisation (choice), or the platform's table at once (rule).

    \b
    Example:
      sutiao courts designation 沪0115 rule --source 总对总在线诉调对接工作机制
    """
    with register_open():
        profile = register.set_designation(SYSTEM, code, by, source)
        told = {"court": f"{profile.body.code}  {profile.body.name}", "designates_by": profile.designates_by,
                "source": profile.designates_source or "—"}
    tell(told)


@courts.command(name="list")
def list_courts():
    """List the courts on the platform: code, name, level, what special court, its regime, where callbacks go."""
    with register_open(write=False):
        rows = [(one.body.code, one.body.name, one.level, _kind(one.body.code), one.regime_setting or "-",
                 "here" if one.decides_here else one.callback_url or "-") for one in register.every(SYSTEM)]
    for row in rows:
        click.echo("  ".join(row))


def _kind(code: str) -> str:
    kind = court_numbers.kind(code)
    return kind.en if kind else "-"
