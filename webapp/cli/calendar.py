"""`sutiao calendar`: the years' working days, what a new file would move, and counting terms again."""

import click
from sqlalchemy import select

from engine.cases.models import Case
from engine.db import db, transaction
from engine.deadlines import terms, yearly
from engine.oversight import clocks
from engine.oversight.clocks import Moved
from webapp import i18n
from webapp.cli.terminal import aligned, web


@click.group()
def calendar():
    """The calendar of working days, holidays and made-up weekends (调休): one file a year, as the State Council's notice has it.

    Files of administrators are in the data folder's `calendars`; each stands before the shipped one of its year.
    """


@calendar.command()
def years():
    """List the years there are, each with its notice, and which years open terms need that are not there."""
    with web(), transaction():
        for year, path in sorted(yearly.files().items()):
            notice = yearly.checked(path.read_bytes())["notice"]
            click.echo(f"{year}  {notice['number']}  {notice['title']}  {path}")
        click.echo(f"sha256 {yearly.look().sha256}")
        if missing := clocks.ask_for_calendars():
            click.echo(f"缺 {'、'.join(map(str, missing))}：未结期限在这些年份届满，届满日待定。")


@calendar.command()
@click.argument("file", type=click.File("rb"))
@click.option("--dry-run", is_flag=True, help="Only say which terms would end on another day.")
def add(file, dry_run):
    """Take in FILE, the calendar of one year, and count open terms again; people whose term ends on another day are told.

    The file is what the shipped ones are: the year, the notice's title, number and date, and for each holiday its name, its days
    off, its statutory days and the weekends worked for it.
    """
    content = file.read()
    with web():
        if dry_run:
            with transaction(write=False):
                show(clocks.would_move(content))
            return
        year = yearly.install(content)
        click.echo(f"{year} 年日历已启用：{yearly.files()[year]}")
        show(counted_again())


@calendar.command()
def recount():
    """Count open terms again that were counted by other files than those in force (workers do so every hour)."""
    with web():
        yearly.look()
        show(counted_again())


def counted_again() -> list[Moved]:
    """Each term in a transaction of its own, as workers do it."""
    with transaction(write=False):
        found = clocks.to_recount()
    moved = []
    for deadline_id in found:
        with transaction():
            moved.append(clocks.recount(deadline_id, "sutiao calendar"))
    with transaction():
        clocks.ask_for_calendars()
    return [each for each in moved if each]


def show(moved: list[Moved]) -> None:
    """The terms whose ends moved, with case, old and new day."""
    with transaction(write=False):
        rows = [_line(each) for each in moved]
    click.echo("\n".join(aligned(rows)) if rows else "  没有届满日改变。")


def _line(moved: Moved) -> tuple:
    number = db.session.scalar(select(Case.number).where(Case.id == moved.case_id))
    kept = "新届满日已过，仍以原届满日为准" if moved.is_kept else ""
    return number, terms.get(moved.term).title.zh, i18n.until(moved.old), "→", i18n.until(moved.new), kept
