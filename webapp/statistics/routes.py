"""The statistics page and its CSV."""


from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from engine import reading
from engine.cases import statistics
from webapp import i18n, presenting, sayings
from webapp.auditing import opens
from webapp.identity import current_actor
from webapp.spreadsheets import download, harmless
from webapp.statistics import chart

blueprint = Blueprint("statistics", __name__)



@blueprint.get("/")
def index():
    """Chart and table."""
    found = _report()
    names = _names(found)
    return render_template(
        "statistics/index.html", report=found, declined=statistics.declined(current_actor(), found),
        reason=sayings.declined, name=names.get, columns=_columns(), show=show, dimensions=_dimensions(),
        chart=chart.draw(found.groups, lambda key: names[key]), series=_series(), csv_arguments={
            "by": found.by, "since": found.since.isoformat(), "until": found.until.isoformat()},
    )


@blueprint.get("/numbers.csv")
@opens
def numbers():
    """The same numbers for a spreadsheet."""
    found = _report()
    names, columns = _names(found), _columns()
    return download(f"statistics-{found.by}-{found.since}-{found.until}.csv", [
        [_dimensions()[found.by], *columns.values()],
        *([harmless(names[key]), *(plain(column, figures.shown(column)) for column in columns)]
          for key, figures in found.groups.items()),
        [_("All"), *(plain(column, found.total.shown(column)) for column in columns)],
    ])


def _report() -> statistics.Report:
    since, until = (reading.day(request.args.get(name)) for name in ("since", "until"))
    return statistics.report(current_actor(), request.args.get("by", "month"), since, until)


def _names(found: statistics.Report) -> dict[str, str]:
    if found.by == "claimant":
        return {key: presenting.claimant(key) for key in found.groups}
    if found.by == "regime":
        return {key: presenting.regime(key) for key in found.groups}
    bodies = statistics.names(found.by, found.groups)
    return {key: i18n.text_of(bodies[key], "name") if key in bodies else key or _("none") for key in found.groups}


def _dimensions() -> dict[str, str]:
    return {"month": _("Month"), "organisation": _("Organisation"), "court": _("Court"), "cause": _("Cause"),
            "regime": _("Regime"), "claimant": _("Claimant")}


def _series() -> dict[str, str]:
    return {"received": _("Received"), "concluded": _("Concluded"), "successful": _("Successful")}


def _columns() -> dict[str, str]:
    return {
        "received": _("Received"), "accepted": _("Accepted"), "concluded": _("Concluded"), "successful": _("Successful"),
        "success_rate": _("Success rate"), "success_of_all": _("Of all concluded"), "amount": _("Sum in dispute"),
        "settled": _("Sum settled"), "mean_days": _("Days, mean"), "median_days": _("Days, median"), "missed": _("Terms missed"),
    }


def show(column: str, value) -> str:
    """A number as the page shows it."""
    if value is None:
        return "–"
    if isinstance(value, str):
        return value
    if column.startswith("success_"):
        return f"{value:.1%}"
    if column.endswith("_days"):
        return f"{value:.1f}"
    return i18n.money(value) if column in ("amount", "settled") else f"{value:,}"


def plain(column: str, value) -> str:
    """A number as a spreadsheet reads it."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.4f}"
    return str(value)
