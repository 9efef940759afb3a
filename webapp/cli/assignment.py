"""`sutiao assignment`: how a mediator was found, done again."""

import click
from sqlalchemy import select

from engine.cases.models import Case
from engine.db import db, transaction
from engine.inbox import appointment
from webapp.cli import Refused
from webapp.cli.terminal import aligned, web

POINTS = {"rules": "规则文本", "ratings": "逐人评定", "weights": "权重", "lot": "抽签数",
          "winner": "中签人", "record": "记录摘要", "trace": "存证轨迹"}


@click.group()
def assignment():
    """Look into how the mediators of cases were found: do a recorded draw again and compare it, point by point."""


@assignment.command()
@click.argument("number")
def check(number):
    """Do every draw of the case NUMBER again from what was recorded, and say whether it comes out equal.

    Ratings by the rules of that time, weights, lot and winner are computed anew and compared; so are the hashes of the rules, of
    the record, and the one in the sealed trace. The command fails when anything differs.
    """
    with web():
        with transaction(write=False):
            found = db.session.scalar(select(Case).where(Case.number == number.strip()))
            if found is None:
                raise Refused(f"没有案件 {number}")
            drawn = [appointment.again(row) for row in appointment.draws.of_case(found.id)]
            told = [_told(each) for each in drawn]
        click.echo("\n".join(told) if told else "本案没有抽签。")
        if not all(each.holds for each in drawn):
            raise Refused("复核不一致")


def _told(one: appointment.Drawn) -> str:
    winner = next(each.name for each in one.candidates if each.is_winner)
    head = f"第{one.draw.number}次抽签：{winner}　种子 {one.draw.seed}　数 {one.draw.lot}　规则 {one.draw.rules_sha256[:12]}"
    rows = [(each.name, str(each.weight), each.reason) for each in one.candidates]
    points = "，".join(f"{POINTS[point.what]}{'一致' if point.holds else '不一致'}" for point in one.points)
    return "\n".join([head, *aligned(rows), f"复核：{points}"])
