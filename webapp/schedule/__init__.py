"""The sessions to come, day by day, and as a file for one's calendar."""

from datetime import date, timedelta
from itertools import groupby

from flask import Blueprint, Response, render_template, request

from engine import clock, reading
from engine.clock import SHANGHAI
from engine.inbox.workspace import schedule
from webapp.identity import current_actor
from webapp.schedule import calendar_file

blueprint = Blueprint("schedule", __name__)


@blueprint.get("/")
def index():
    """Four weeks from a day on; which of them come too close is said with both cases."""
    begin = _begin()
    found = schedule.of(current_actor(), begin)
    days = [(day, list(rows)) for day, rows in groupby(found, lambda one: max(begin, _day(one)))]
    step = timedelta(days=schedule.DAYS)
    return render_template("schedule/index.html", days=days, found=found, begin=begin, last=begin + step - timedelta(days=1),
                           before=begin - step, after=begin + step, is_now=begin == clock.today())


@blueprint.get("/calendar.ics")
def calendar():
    """The same as a file that calendars read: numbers of cases, no names."""
    text = calendar_file.of(schedule.of(current_actor(), _begin()))
    return Response(text, mimetype="text/calendar", headers={
        "Content-Disposition": "attachment; filename=sutiao.ics", "Cache-Control": "no-store"})


def _day(one: schedule.Appointment) -> date:
    return one.session.planned_at.astimezone(SHANGHAI).date()


def _begin():
    return reading.day(request.args.get("from")) or clock.today()
