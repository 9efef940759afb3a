"""`sutiao organisations`: what mediation organisations publish."""

import click

from engine import clock
from engine.access.actor import SYSTEM
from engine.mediation import published
from webapp.cli.courts import register_open, tell


@click.group()
def organisations():
    """Look after mediation organisations: the mediation term of their published rules."""


@organisations.command()
@click.argument("code")
@click.argument("days", type=int)
@click.option("--rules", required=True, help="The name of the published rules.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="For cases accepted from this day on; by default from today.")
def term(code, days, rules, since):
    """Let organisation CODE mediate cases of its own intake within DAYS, as its published rules say.

    \b
    Example:
      sutiao organisations term BJJR 45 --rules 调解规则第十二条 --since 2026-01-01
    """
    with register_open():
        profile = published.publish_term(SYSTEM, code, days, rules, since.date() if since else clock.today())
        told = {"organisation": profile.body.code, "days": str(profile.mediation_days), "rules": profile.mediation_rules,
                "since": profile.mediation_since.isoformat()}
    tell(told)
