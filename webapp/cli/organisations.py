"""`sutiao organisations`: what mediation organisations publish."""

import click

from engine import clock
from engine.access.actor import SYSTEM
from engine.mediation import effect, published
from engine.oversight import bodies
from webapp.cli.courts import register_open, tell


@click.group()
def organisations():
    """Look after mediation organisations: add one, set its kind, and the mediation term of its published rules."""


@organisations.command()
@click.argument("code")
@click.option("--name", required=True, help="The organisation's full name.")
@click.option("--kind", type=click.Choice(effect.kinds()), default="invited", show_default=True,
              help="Decides when an agreement made there takes effect.")
@click.option("--name-en", default="", help="The name in English.")
@click.option("--credit-code", default="", help="Unified social credit code.")
@click.option("--region", default="", help="Region code, six digits.")
@click.option("--phone", default="", help="The number that parties may call.")
@click.option("--fee", default="免费", show_default=True, help="What parties pay, as acceptance notices say it.")
def add(code, name, kind, **more):
    """Put the mediation organisation CODE on the platform.

    \b
    Example:
      sutiao organisations add XCJR --name 西城金融纠纷人民调解委员会 --kind peoples
    """
    with register_open():
        body = bodies.add(SYSTEM, {"kind": "organisation", "code": code, "name": name, "effect_kind": kind, **more})
        told = {"organisation": f"{body.code}  {body.name}", "kind": kind}
    tell(told)


@organisations.command()
@click.argument("code")
@click.argument("kind", type=click.Choice(effect.kinds()))
@click.option("--fee", help="What parties pay, as acceptance notices say it.")
@click.option("--quality-check/--no-quality-check", default=None, help="Its office checks agreements before anybody signs.")
@click.option("--register-no", help="Its number on the courts' register, as proofs of mediation say it.")
def kind(code, kind, fee, quality_check, register_no):
    """Say that organisation CODE is of KIND; agreements under signature keep the rule they state."""
    with register_open():
        profile = bodies.set_organisation(SYSTEM, code, kind, fee, quality_check, register_no)
        told = {"organisation": profile.body.code, "kind": profile.kind, "fee": profile.fee,
                "quality check": "yes" if profile.quality_check else "no", "register no.": profile.register_no}
    tell(told)


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
