"""The beginning of a list, and how long the whole list is: a page that shows no more of it says so."""

from collections.abc import Callable, Iterable

from sqlalchemy import Select, func, literal_column, select

from engine.db import db

WHOLE = 500  # so many of a list are shown where all of it is asked for


class Beginning(list):
    """The first of the rows there are; `all`: how many there are."""

    def __init__(self, rows: Iterable = (), number: int = 0):
        super().__init__(rows)
        self.all = max(number, len(self))

    @property
    def is_cut(self) -> bool:
        """Are there more than these?"""
        return len(self) < self.all


def of(query: Select, most: int, told: Callable = lambda row: row[0], options: Iterable = (), offset: int = 0) -> Beginning:
    """The first rows of a query, or those from another place on, each as it is told. All are counted only if there are more."""
    rows = db.session.execute(query.options(*options).limit(most + 1).offset(offset)).all()
    return Beginning(map(told, rows[:most]), _count(query) if offset or len(rows) > most else 0)


def _count(query: Select) -> int:
    ones = query.order_by(None).with_only_columns(literal_column("1").label("one"), maintain_column_froms=True)
    return db.session.scalar(select(func.count()).select_from(ones.subquery()))
