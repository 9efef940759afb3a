"""A bar chart as SVG, drawn on the server: groups of two bars, with their numbers."""

from dataclasses import dataclass

from engine.cases.statistics import Figures

HEIGHT, LEFT, TOP, BOTTOM = 180, 36, 16, 44
WIDTH, NARROWEST, WIDEST = 900, 64, 170  # of the whole, and of a group
SIGN = 12  # how wide a Chinese sign of a label is
SERIES = ("received", "concluded", "successful")
MOST_GROUPS = 14


@dataclass(frozen=True)
class Bar:
    """One bar: where, how high, for which series, and the number on it."""

    x: float
    y: float
    width: float
    height: float
    series: str
    number: object


@dataclass(frozen=True)
class Chart:
    """Everything the template draws."""

    width: int
    height: int
    bars: list[Bar]
    labels: list[tuple[float, list[str]]]
    lines: list[tuple[float, int]]
    base: float
    left_out: int


def draw(groups: dict[str, Figures], label) -> Chart:
    """The chart of the first groups; hidden numbers have no bar."""
    shown = list(groups.items())[-MOST_GROUPS:] if _are_months(groups) else list(groups.items())[:MOST_GROUPS]
    top = max([getattr(figures, series) for _key, figures in shown for series in SERIES] or [0]) or 1
    step = _step(top)
    top = -(-top // step) * step
    base = TOP + HEIGHT
    group = min(WIDEST, max(NARROWEST, WIDTH / max(1, len(shown))))
    bar = (group - 16) / len(SERIES)
    bars, labels = [], []
    for number, (key, figures) in enumerate(shown):
        left = LEFT + number * group
        labels.append((left + group / 2, _wrapped(label(key), int(group // SIGN))))
        for place, series in enumerate(SERIES):
            if series in figures.hidden:
                continue
            value = getattr(figures, series)
            height = value / top * HEIGHT
            bars.append(Bar(left + 8 + place * bar, base - height, bar - 2, height, series, value))
    lines = [(base - value / top * HEIGHT, value) for value in range(0, top + 1, step)]
    return Chart(int(LEFT + max(1, len(shown)) * group + 8), base + BOTTOM, bars, labels, lines, base, len(groups) - len(shown))


def _wrapped(text: str, signs: int) -> list[str]:
    """A label in at most two lines; letters are half as wide as Chinese signs."""
    signs = signs * 2 if text.isascii() else signs
    if len(text) <= signs:
        return [text]
    rest = text[signs:]
    return [text[:signs], rest if len(rest) <= signs else rest[:signs - 1] + "…"]


def _are_months(groups) -> bool:
    return all(len(key) == 7 and key[4:5] == "-" for key in groups)


def _step(top: int) -> int:
    """A round distance of lines: about four of them."""
    for step in (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 2500, 5000):
        if top <= step * 5:
            return step
    return -(-top // 5)
