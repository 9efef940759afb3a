"""`sutiao assignment`: how a mediator was found, done again."""

import click
from sqlalchemy import select

from engine.cases.models import Case
from engine.db import db, transaction
from engine.inbox.workspace import appointment
from engine.mediation import draws
from webapp.cli import Refused
from webapp.cli.terminal import aligned, web


@click.group()
def assignment():
    """Look into how the mediators of cases were found: do a recorded draw again and compare it, point by point."""


@assignment.command()
@click.argument("number")
def check(number):
    """Do every draw of the case NUMBER again from what was recorded, and say whether it comes out equal.

    Ratings by the rules of that time, weights, lot and winner are computed anew and compared; so are the hashes of the rules, of
    the record, and the one in the sealed trace. The command fails when anything differs, or when a draw the trace knows of is not
    there.
    """
    with web():
        with transaction(write=False):
            found = db.session.scalar(select(Case).where(Case.number == number.strip()))
            if found is None:
                raise Refused(f"there is no case {number}.")
            drawn = [appointment.again(row) for row in draws.of_case(found.id)]
            told, missing = [_told(each) for each in drawn], draws.missing(found.id)
        click.echo("\n".join(told) if told else "No draw is on record in this case.")
        if missing:
            raise Refused(f"the sealed trace knows of {missing} more: they are on record no longer.")
        if not all(each.holds for each in drawn):
            raise Refused("it does not come out equal.")


def _told(one: appointment.Drawn) -> str:
    winner = next((each.name for each in one.candidates if each.is_winner), "nobody of the candidates")
    head = f"Draw {one.draw.number}: {winner}; seed {one.draw.seed}, lot {one.draw.lot}, rules {one.draw.rules_sha256[:12]}"
    rows = [(each.name, str(each.weight), each.reason) for each in one.candidates]
    points = ", ".join(f"{point.what} {'equal' if point.holds else 'DIFFERS'}" for point in one.points)
    return "\n".join([head, *(aligned(rows) if rows else []), f"Done again: {points}"])
