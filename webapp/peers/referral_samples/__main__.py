"""Write the sample referrals into a folder."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from webapp.peers.referral_samples import COUNT, SEED, make, sheet


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--seed", default=SEED, show_default=True, help="The same seed gives the same referrals.")
@click.option("--count", default=COUNT, show_default=True, type=click.IntRange(40), help="How many; twenty of them are faulty.")
def write(folder: Path, seed: int, count: int) -> None:
    """Write referrals.json, referrals.xlsx and faults.json into FOLDER."""
    folder.mkdir(parents=True, exist_ok=True)
    referrals, found = make(seed, count)
    _write_json(folder / "referrals.json", referrals)
    _write_json(folder / "faults.json", [asdict(fault) for fault in found])
    sheet.write(referrals, folder / "referrals.xlsx")
    click.echo(f"{count} referrals, {len(found)} of them faulty: {folder}")


def _write_json(path: Path, rows: list) -> None:
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    path.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


if __name__ == "__main__":
    write()
