"""`sutiao demo cases`: a handful of cases at different stages."""

import click

from webapp.cli.demo_play import company
from webapp.demo import first_cases

SEED = 7  # the same people take the same ways in every fresh demo


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), help="The web's port. SUTIAO_PORT, otherwise 8080.")
def cases(port):
    """Fill a running demo with a handful of cases that stand at different stages.

    `sutiao demo serve` does this on its first start: the court simulator sends twelve referrals, scripted people work on them
    over HTTP, and each case is left at another task. Does nothing when the database has a case already.
    """
    with company(SEED, port) as play:
        if first_cases.exist():
            click.echo("There are cases already.")
        else:
            click.echo(f"{first_cases.make(play)} cases stand at different stages.")
