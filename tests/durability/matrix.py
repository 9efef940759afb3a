"""Kill the system at every place it names, go on in a new process, and compare the end with that of an undisturbed life.

    python -m tests.durability.matrix [--database sqlite|postgresql] [--sample 40] [--seed 1]

All combinations of crash point, hit (the first three) and model; with `--sample` so many of them, chosen by the seed.
One line of JSON per combination that ended otherwise, and one at the end; standard error tells how far it is, the exit code
whether all is well.
"""

import json
import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy.orm import configure_mappers

from engine import crash
from engine.db import db
from tests import databases
from tests.durability.life import Life, in_a_child, settings_of
from tests.durability.models import MODELS

HITS = 3
TELLS_EVERY = 25  # lives
KILLED = -9


class Worlds:
    """Empty databases with all tables, one per life, made by copying."""

    def __init__(self, folder: Path, url: str):
        self.folder, self.url, self.made = folder, url, 0
        configure_mappers()  # once, for all children
        assert in_a_child(self._make_tables) == 0, "the tables could not be made"

    def _make_tables(self):
        life = Life(settings_of(self.folder / "template", self.url), "calls")
        with life.app.app_context():
            db.create_all()
            db.engine.dispose()

    @contextmanager
    def new(self) -> Iterator[tuple[Path, str]]:
        """A folder and a database of their own, gone afterwards."""
        self.made += 1
        folder = self.folder / f"world_{self.made}"
        folder.mkdir()
        try:
            with databases.copied(self.url, folder.name) as copy:
                yield folder, copy
        finally:
            shutil.rmtree(folder)


@contextmanager
def worlds(kind: str) -> Iterator[Worlds]:
    """Where lives can be lived, on this kind of database."""
    with tempfile.TemporaryDirectory(prefix="sutiao-lives-") as folder, databases.database_url(kind) as url:
        yield Worlds(Path(folder), url)


def undisturbed(worlds: Worlds, model: str) -> tuple[dict, Counter]:
    """What comes of a model when nothing happens, and how often each crash point is reached on the way."""
    with worlds.new() as (folder, url):
        assert in_a_child(lambda: _live_and_tell(folder, url, model, watched=True)) == 0, model
        return json.loads((folder / "told.json").read_text()), Counter(json.loads((folder / "reached.json").read_text()))


def disturbed(worlds: Worlds, model: str, point: str, hit: int) -> dict:
    """What comes of it when the process is killed there, and another one goes on."""
    with worlds.new() as (folder, url):
        code = in_a_child(lambda: Life(settings_of(folder, url, f"{point}:{hit}"), model).live())
        if code != KILLED:
            return {"why": f"it was not killed but ended with {code}"}
        if in_a_child(lambda: _live_and_tell(folder, url, model)) != 0:
            return {"why": "the next life failed"}
        return json.loads((folder / "told.json").read_text())


def _live_and_tell(folder: Path, url: str, model: str, watched: bool = False) -> None:
    life, reached = Life(settings_of(folder, url), model), Counter()
    if watched:
        crash.watch(lambda name: reached.update([name]))
    life.live()
    crash.watch(None)
    (folder / "reached.json").write_text(json.dumps(reached))
    (folder / "told.json").write_text(json.dumps(life.tell(), sort_keys=True))


def run(kind: str, sample: int, seed: int, say=print) -> dict:
    """Live all these lives; how many there were, and what went wrong."""
    with worlds(kind) as place:
        normal = {model: undisturbed(place, model) for model in MODELS}
        combinations = [(model, point, hit) for model, (_told, reached) in normal.items() for point in crash.POINTS
                        for hit in range(1, min(reached[point], HITS) + 1)]
        chosen = random.Random(seed).sample(combinations, sample) if 0 < sample < len(combinations) else combinations
        wrong = []
        for lived, (model, point, hit) in enumerate(chosen):
            if lived and lived % TELLS_EVERY == 0:
                print(f"{lived} of {len(chosen)} lived, {len(wrong)} ended otherwise", file=sys.stderr, flush=True)
            told = disturbed(place, model, point, hit)
            if told != normal[model][0]:
                wrong.append({"model": model, "point": point, "hit": hit, "told": told, "normal": normal[model][0]})
                say(json.dumps(wrong[-1], ensure_ascii=False))
    reached = {point for _told, counted in normal.values() for point in counted}
    return {"database": kind, "seed": seed, "combinations": len(combinations), "lived": len(chosen), "wrong": wrong,
            "never_reached": sorted(set(crash.POINTS) - reached), "points": len(crash.POINTS),
            "unhealthy": {model: told["broken"] + told["incidents"] for model, (told, _reached) in normal.items()}}


@click.command()
@click.option("--database", type=click.Choice(["sqlite", "postgresql"]), default="sqlite", show_default=True)
@click.option("--sample", type=click.IntRange(0), default=0, help="How many; 0: all there are.")
@click.option("--seed", type=int, default=1, show_default=True, help="Which, of a sample.")
def main(database, sample, seed):
    """Kill it everywhere; exit code 1 when anything ends otherwise than undisturbed."""
    told = run(database, sample, seed)
    print(json.dumps({**told, "wrong": len(told["wrong"])}, ensure_ascii=False))
    sys.exit(1 if told["wrong"] or told["never_reached"] else 0)


if __name__ == "__main__":
    main()
