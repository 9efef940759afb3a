"""How a reckoning is told, in Chinese and in English."""

from datetime import date, datetime, timedelta

from engine.deadlines.calendar import WEEKEND, Rest
from engine.deadlines.terms import Unit, Words

WEEKDAYS = [("周一", "Monday"), ("周二", "Tuesday"), ("周三", "Wednesday"), ("周四", "Thursday"), ("周五", "Friday"),
            ("周六", "Saturday"), ("周日", "Sunday")]
MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
          "December"]
NTH = {
    Unit.DAY: ("第{n}日", "day {n}"),
    Unit.AGREED: ("第{n}日", "day {n}"),
    Unit.WORKING_DAY: ("第{n}个工作日", "working day {n}"),
    Unit.MONTH: ("满{n}个月之日", "the end of {n} months"),
    Unit.YEAR: ("满{n}年之日", "the end of {n} years"),
}


LENGTHS = {
    Unit.DAY: ("{n}日", "{n} days"),
    Unit.WORKING_DAY: ("{n}个工作日", "{n} working days"),
    Unit.HOUR: ("{n}小时", "{n} hours"),
    Unit.MONTH: ("{n}个月", "{n} months"),
    Unit.YEAR: ("{n}年", "{n} years"),
    Unit.AGREED: ("{n}日", "{n} days"),
}
OPEN_LENGTH = Words("由约定或者法院指定", "as agreed or as the court sets")
NO_LENGTH = Words("不单独计算", "not counted by itself")


def length(unit: Unit, number: int | None) -> Words:
    """30日 · 3个工作日 · 48小时; terms that are agreed, or that are no spans, say so."""
    if number is None:
        return NO_LENGTH if unit is Unit.NONE else OPEN_LENGTH
    zh, en = (form.format(n=number) for form in LENGTHS[unit])
    return Words(zh, en.removesuffix("s") if number == 1 else en)


def counted(start: date, unit: Unit, length: int, last: date) -> Words:
    """从 3月10日 次日起算，第30日为 4月9日（周三）."""
    zh, en = (form.format(n=length) for form in NTH[unit])
    day, shown = _day(start), _day(last, start.year, weekday=True)
    return Words(f"从 {day.zh} 次日起算，{zh}为 {shown.zh}", f"Counted from the day after {day.en}, {en} is {shown.en}")


def before(event: date, length: int, last: date) -> Words:
    """3月10日 之前第3日为 3月7日（周一）."""
    day, shown = _day(event), _day(last, event.year, weekday=True)
    return Words(f"{day.zh} 之前第{length}日为 {shown.zh}", f"{length} days before {day.en} is {shown.en}")


def hours(begun: datetime, length: int, end: datetime) -> Words:
    """从 3月10日15时 的次时起算，48小时至 3月12日 16:00."""
    day, last = _day(begun.date()), _day(end.date(), begun.year)
    return Words(
        f"从 {day.zh}{begun.hour}时 的次时起算，{length}小时至 {last.zh} {end:%H:%M}",
        f"Counted from the hour after {begun:%H}:00 on {day.en}, {length} hours end on {last.en} at {end:%H:%M}",
    )


def moved(last: date, rest: Rest, to: date) -> Words:
    """该日为法定休假日（清明节），顺延至 4月7日（周二）."""
    shown = _day(to, last.year, weekday=True)
    if rest in WEEKEND.values():
        return Words(f"该日为休息日，顺延至 {shown.zh}", f"that is a day of rest, so it moves to {shown.en}")
    return Words(f"该日为法定休假日（{rest.zh}），顺延至 {shown.zh}", f"that is a holiday ({rest.en}), so it moves to {shown.en}")


def extended(old: date, days: int, last: date, working: bool = False) -> Words:
    """原于 4月9日 届满，延长10日至 4月19日（周六）."""
    day, shown = _day(old), _day(last, old.year, weekday=True)
    zh, en = ("个工作日", "working days") if working else ("日", "days")
    return Words(
        f"原于 {day.zh} 届满，延长{days}{zh}至 {shown.zh}",
        f"It would have ended on {day.en}; {days} more {en} lead to {shown.en}",
    )


def resumed(old: date, paused: timedelta, last: date) -> Words:
    """暂停2日3小时不计入，由 4月9日 顺延至 4月12日（周六）."""
    day, shown, time = _day(old), _day(last, old.year, weekday=True), _duration(paused)
    return Words(
        f"暂停的{time.zh}不计入，由 {day.zh} 顺延至 {shown.zh}",
        f"{time.en} of pause are not counted: from {day.en} to {shown.en}",
    )


def provisional(year: int) -> Words:
    """Said when the last day, or the working day it moves to, lies in a year whose calendar we do not have."""
    return Words(
        f"{year}年节假日安排尚未录入，录入后重新计算，届满日可能变动",
        f"the holidays of {year} are not installed yet; the end is counted again once they are, and may move",
    )


def kept(counted: date, last: date) -> Words:
    """按录入后的节假日安排应于 1月4日 届满，该日已过，仍以 1月20日 为届满日."""
    day, shown = _day(counted), _day(last, counted.year)
    return Words(
        f"按录入后的节假日安排应于 {day.zh} 届满，该日已过，仍以 {shown.zh} 为届满日",
        f"by the holidays as they are installed now it would have ended on {day.en}, which has passed; it still ends on "
        f"{shown.en}",
    )


def joined(steps: tuple[Words, ...]) -> Words:
    """All steps in one line."""
    return Words("；".join(step.zh for step in steps), "; ".join(step.en for step in steps))


def _day(day: date, year: int | None = None, weekday: bool = False) -> Words:
    zh, en = f"{day.month}月{day.day}日", f"{day.day} {MONTHS[day.month - 1]}"
    if year is not None and day.year != year:
        zh, en = f"{day.year}年{zh}", f"{en} {day.year}"
    if weekday:
        name = WEEKDAYS[day.weekday()]
        zh, en = f"{zh}（{name[0]}）", f"{en} ({name[1]})"
    return Words(zh, en)


def _duration(time: timedelta) -> Words:
    minutes = round(time.total_seconds() / 60)
    days, rest = divmod(minutes, 24 * 60)
    parts = [(days, "日", "days"), (rest // 60, "小时", "hours"), (rest % 60, "分钟", "minutes")]
    parts = [part for part in parts if part[0]] or [(0, "分钟", "minutes")]
    return Words("".join(f"{n}{zh}" for n, zh, _ in parts), " ".join(f"{n} {en}" for n, _, en in parts))
