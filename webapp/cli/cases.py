"""`sutiao cases`: bring in a batch of referrals; look at one case; help its process (webapp/cli/motion.py)."""

from pathlib import Path

import click
from sqlalchemy import select

from engine.access.actor import SYSTEM
from engine.access.models import Body, BodyKind
from engine.cases import archive, batch, intake, sheet
from engine.cases.models import Case
from engine.db import db, transaction
from engine.errors import DomainError
from webapp import i18n
from webapp.api import incoming, presenting, problems, strict_json
from webapp.api.schemas import ReferralSchema
from webapp.cli import Refused, motion
from webapp.cli.terminal import aligned, web

STATUSES = {batch.TAKEN: "已收案", batch.ALREADY: "此前已收", batch.REFUSED: "未收"}
KINDS = {"person": "待办", "worker": "系统", "message": "来文", "clock": "期限"}


@click.group()
def cases():
    """Bring in referrals from a file; look at a case; help its process by hand; move cases to another version.

    What a court sends over the API can also come as a file: a JSON list, or an .xlsx sheet with Chinese headings.
    """


@cases.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--court", "code", help="Code of the court that sends the file, such as 沪0115; needless when there is one court.")
def import_file(file, code):
    """Take the referrals of FILE (.json or .xlsx) and report row by row.

    Good rows become cases; for each other row all that is wrong with it is told, with its column. Importing the same file
    again makes no second case: rows that are here already are named by their cases.
    """
    with web():
        with transaction(write=False):
            sender = court(code)
        rows = rows_of(file)
        report = []
        for outcome in batch.take(rows, lambda value: accept(value, sender), transaction):
            report.append(outcome)
            show_outcome(outcome)
        counted = batch.tally(report)
    click.echo(f"共 {len(report)} 行：" + "，".join(f"{word} {counted[status]}" for status, word in STATUSES.items()))


@cases.command()
@click.argument("number")
def show(number):
    """Show the case NUMBER: where it stands, its terms, and what it waits for.

    Each wait says who has to do what, since when, and by when under which article. Personal numbers are not shown.
    """
    with web(), transaction(write=False):
        case = presenting.visible_case(SYSTEM, number.strip())
        told = presenting.whole(case, None)
    for heading, rows in sections(told):
        click.echo(f"\n{heading}" if heading else "")
        click.echo("\n".join(aligned(rows)) if rows else "  （无）")


@cases.command()
@click.argument("number")
@click.option("--reason", required=True, help="Why; the case's history keeps it.")
def unarchive(number, reason):
    """Take the case NUMBER out of the archive, so that people may write in it again.

    It goes back by itself when nothing goes on in it any more.
    """
    with web(), transaction():
        case = db.session.scalar(select(Case).where(Case.number == number.strip()))
        if case is None:
            raise Refused(f"there is no case {number}.")
        archive.take_out(case, "operator", reason)
    click.echo(f"{number} 已调出，可以继续办理。")


def court(code: str | None) -> Body:
    """The court of this code, or the only one there is."""
    query = select(Body).where(Body.kind == BodyKind.COURT, Body.is_active)
    found = list(db.session.scalars(query.where(Body.code == code) if code else query))
    if len(found) != 1:
        known = ", ".join(db.session.scalars(select(Body.code).where(Body.kind == BodyKind.COURT).order_by(Body.code)))
        raise Refused(f"say which court sends the file with --court; there is: {known or 'none yet (sutiao courts add)'}.")
    return found[0]


def rows_of(file: Path) -> list[batch.Row]:
    """The rows of the file, by its content and not its name."""
    data = file.read_bytes()
    if len(data) > batch.MAX_BYTES:
        raise Refused(f"{file} is larger than {batch.MAX_BYTES // 1024**2} MB.")
    try:
        return sheet.rows_of_sheet(data) if data.startswith(b"PK") else batch.rows_of_list(strict_json.loads(data))
    except DomainError as error:
        raise Refused(f"{file}: {problems.faults(error)[0]['message']}") from error


def accept(value, sender: Body):
    return intake.accept(SYSTEM, incoming.load(ReferralSchema, value), "cli", court=sender)


def show_outcome(outcome: batch.Outcome) -> None:
    """One line for a row, and one for each thing wrong with it."""
    named = f"第{outcome.row}行  {STATUSES[outcome.status]}  {outcome.external_ref or '（无编号）'}  {outcome.number}"
    click.echo(named.rstrip())
    if outcome.error is not None:
        for each in problems.faults(outcome.error, outcome.columns):
            place = each.get("column") or each["pointer"] or "整行"
            click.echo(f"      {place}：{each['message']}（{each['code']}）")


def sections(told: dict):
    """The case as headed tables."""
    outcome, organisation = told["outcome"], told["organisation"]
    yield "", [
        ("编号", told["number"]), ("来文编号", told["external_ref"] or "—"), ("法院案号", told["court_number"] or "—"),
        ("事项", told["title"]), ("阶段", told["stage"]["name"]),
        ("结果", f"{outcome['code']} {outcome['name']}" if outcome else "—"),
        ("调解组织", organisation["name"] if organisation else "—"), ("调解员", told["mediator"] or "—"),
        ("标的额", told["amount"]), ("收到", i18n.moment(told["received_at"])), ("结案", i18n.moment(told["closed_at"]) or "—"),
    ]
    yield "期限", [(row["title"], i18n.moment(row["due_at"]), row["status"], row["article"]) for row in told["deadlines"]]
    yield "正在等待", [
        (KINDS[wait["kind"]], wait["who"], wait["what"], "自 " + i18n.moment(wait["since"]),
         f"至 {i18n.moment(wait['by'])}" if wait["by"] else "", wait["article"]) for wait in told["waits"]]


for command in motion.COMMANDS:
    cases.add_command(command)
