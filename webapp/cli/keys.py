"""`sutiao keys`: the keys that encrypt personal data and files; change them while everything runs."""

from collections import Counter

import click

from engine import config, storage
from engine.db import db, transaction
from engine.encryption import keys as ring
from engine.encryption import renewal
from webapp.cli import Refused
from webapp.cli.terminal import aligned, web


@click.group()
def keys():
    """The keys that encrypt personal data and the files of cases: who loses them loses the data, so keep a copy elsewhere.

    With SUTIAO_DATA_KEYS set, change the key like this: add a new one behind the old one and start every program anew; put it
    first and start them anew; `sutiao keys renew`; take the old one out. Otherwise `sutiao keys renew --new` does it all, and
    `sutiao keys renew` ten minutes later drops the old one.
    """


@keys.command()
def new():
    """Print a new random key of 256 bits, for SUTIAO_DATA_KEYS or SUTIAO_INDEX_KEY."""
    click.echo(ring.new())


@keys.command()
def check():
    """Say how many values each key has encrypted, and whether it is in the ring (exit code 1 when one is missing)."""
    with web():
        found = Counter()
        for table, names in renewal.tables().items():
            with transaction(write=False):
                for rows in renewal.batches(table, names):
                    found += renewal.key_ids(rows, names)
        plain = 0
        for key in storage.store().names():
            key_id = storage.store().key_id(key).hex()
            found[key_id], plain = found[key_id] + bool(key_id), plain + (not key_id)
        found = +found
        known = {key_id.hex() for key_id in ring.ring().ciphers}
        first = ring.ring().current.hex()
    for key_id, count in sorted(found.items()):
        click.echo(f"{key_id}  {count:>9}  {'加密用' if key_id == first else '只解密' if key_id in known else '缺失'}")
    if plain:
        click.echo(f"未加密的文件  {plain}  （sutiao keys renew 予以加密）")
    if set(found) - known:
        raise click.exceptions.Exit(1)


@keys.command()
@click.option("--new", "is_new", is_flag=True, help="Make a new first key before (only where the keys lie in the data folder).")
def renew(is_new):
    """Encrypt with the first key whatever another one encrypted, some rows at a time; everything else goes on meanwhile.

    It may be stopped and begun again. Blind indexes are counted anew too, and files are encrypted that were kept plain. Keys that
    nothing needs are dropped, where they lie in the data folder, ten minutes after they last encrypted anything.
    """
    with web():
        if is_new:
            if config.current().data_keys:
                raise Refused("the keys are set by SUTIAO_DATA_KEYS; put the new one first there.")
            ring.put_first(ring.new())
        told = [(table.name, *_renewed(table, names)) for table, names in renewal.tables().items()]
        told.append(("files", *_renewed_files()))
        left = sum(unreadable for _table, _count, unreadable in told)
        is_needed = left or any(count for _name, count, _unreadable in told)
        is_dropped = not is_needed and ring.keep_first()
    rows = [(name, f"{count} 项", f"{unreadable} 项无法解密" if unreadable else "") for name, count, unreadable in told]
    click.echo("\n".join(aligned(rows)))
    if is_dropped or is_new:
        click.echo("不再需要的旧密钥已删除。" if is_dropped else "旧密钥暂时保留：十分钟后再次运行 sutiao keys renew，即予删除。")
    if left:
        raise click.exceptions.Exit(1)


def _renewed_files() -> tuple[int, int]:
    """The files of cases: how many were encrypted anew, and how many nobody can read."""
    told = Counter()
    for key in storage.store().names():
        try:
            told["renewed"] += storage.renew(key)
        except (ring.KeyMissing, storage.FileDamaged):
            told["unreadable"] += 1
    return told["renewed"], told["unreadable"]


def _renewed(table, names) -> tuple[int, int]:
    """One table, a transaction for each batch: how many values were written anew, and how many nobody can read."""
    told, last = Counter(), None
    while True:
        with transaction():
            rows = renewal.batch(table, names, last)
            told += renewal.renew(table, names, rows)
        if not rows:
            return told["renewed"], told["unreadable"]
        last = rows[-1].key
        db.session.remove()
