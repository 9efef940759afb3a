"""The words of the lists: what each is called, what rows can show, how tasks stand."""

from engine.inbox.lists.live import Standing
from engine.inbox.models import TaskLoan
from engine.workflow.models import ORDINARY, PRIORITIES, TaskPriority
from webapp.i18n import gettext as _


def titles() -> dict[str, str]:
    """The lists there always are."""
    return {"mine": _("Mine"), "today": _("Due today"), "available": _("To be taken"), "team": _("My team's"),
            "covered": _("Standing in"), "lent": _("Lent"), "watched": _("Watched"), "paused": _("Paused"), "later": _("Later")}


def columns() -> dict[str, str]:
    """What a row can show."""
    return {"priority": _("Priority"), "stage": _("Stage"), "regime": _("Regime"), "category": _("Kind of dispute"),
            "cause": _("Cause of action"), "claimant": _("Claimant"), "region": _("Region"), "court": _("Court"),
            "organisation": _("Mediation organisation"), "institution": _("Institution"), "mediator": _("Mediator"),
            "amount": _("Amount"), "received": _("Received"), "due": _("Due"), "since": _("Waiting since")} | more_columns()


def more_columns() -> dict[str, str]:
    """What a row can show besides: how the case came, its court's side of it, how it stands and ended."""
    return {"court_number": _("Court's number"), "organisation_number": _("Organisation's number"), "channel": _("Brought in by"),
            "sector": _("Sector"), "procedure": _("Procedure"), "judge": _("Judge"), "trial": _("Entrusted during the trial"),
            "filed": _("Reached the court"), "docketed": _("Docketed"), "accepted": _("Accepted on"),
            "confirmation": _("Judicial confirmation"), "outcome": _("Outcome"), "settled": _("Settled sum"),
            "concluded": _("Mediation ended on")}


def ranges() -> dict[str, tuple[str, str]]:
    """The two ends of what is narrowed from and to, by its name."""
    titles, two = more_columns(), ("filed", "docketed", "accepted", "concluded", "settled")
    return {name: (_("%(what)s from", what=titles[name]), _("%(what)s to", what=titles[name])) for name in two}


def sectors() -> dict[str, str]:
    """Of which supervision a dispute is."""
    return {"banking": _("Banking"), "insurance": _("Insurance"), "traffic": _("Road traffic")}


def channels() -> dict[str, str]:
    """Who brought a case in."""
    return {"court": _("a court"), "party": _("a party"), "institution": _("an institution")}


def conditions() -> dict[str, str]:
    """What a list can be narrowed by."""
    return columns() | {"assignee": _("Held by"), "label": _("My label"), "amount_from": _("Amount from"),
                        "amount_to": _("Amount to"), "received_from": _("Received from"), "received_to": _("Received to")} | {
        f"{name}_{end}": title for name, titles in ranges().items() for end, title in zip(("from", "to"), titles, strict=True)}


def verbs() -> dict[str, str]:
    """What can be done with several tasks at once."""
    return {"claim": _("Claim"), "release": _("Give back to the team"), "assign": _("Hand over"), "spread": _("Spread by load"),
            "lend": _("Lend"), "prioritise": _("Say how urgent"), "label": _("Label"), "later": _("Later")}


def dues() -> dict[str, str]:
    """The choices of the condition `due`."""
    return {"late": _("overdue"), "today": _("today"), "soon": _("within 3 days"), "week": _("within 7 days"),
            "later": _("after that"), "none": _("no due day")}


def loan_told(loan: TaskLoan) -> str:
    """Whose a task is really that somebody else holds for now."""
    if loan.for_absence:
        return _("in place of %(who)s", who=loan.owner.name)
    return _("lent by %(who)s", who=loan.owner.name)


def priorities() -> dict[str, str]:
    """How urgent a task can be."""
    return {"urgent": _("urgent"), "high": _("with priority"), "ordinary": _("ordinary"), "low": _("can wait")}


def priority(row: TaskPriority | None) -> str:
    """How urgent a task is, with its place where it has one."""
    word = priorities()[next(name for name, major in PRIORITIES.items() if major == (row.major if row else ORDINARY))]
    return f"{word} {row.minor}" if row and row.minor else word


def standing(one: Standing) -> str:
    """How a task stands; nothing of what is one's own or a party's."""
    match one.state:
        case "free":
            return _("free to be taken")
        case "taken":
            return _("%(who)s has claimed it", who=one.who)
        case "covered":
            return _("in place of %(who)s", who=one.who)
        case "done":
            return _("%(who)s has completed it", who=one.who)
        case "ended":
            return _("no longer needed: the case has moved on")
        case "gone":
            return _("no longer in your hands")
    return ""
