"""`sutiao keys`: the keys that encrypt personal data and files; change them while everything runs."""

from collections import Counter

import click

from engine import config, storage
from engine.access.actor import Actor
from engine.access.models import User
from engine.audit import notes
from engine.db import db, transaction
from engine.encryption import keys as ring
from engine.encryption import renewal
from engine.exports import shelf
from webapp.cli import Refused, witnesses
from webapp.cli.terminal import aligned, web


@click.group()
def keys():
    """The keys that encrypt personal data and the files of cases: who loses them loses the data, so keep a copy elsewhere.

    With SUTIAO_DATA_KEYS set, change the key like this: add a new one behind the old one and start every program anew; put it
    first and start them anew; `sutiao keys renew`; take the old one out. Otherwise `sutiao keys renew --new` does it all, and
    ten minutes later two administrators drop the old one with `sutiao keys drop`.
    """


@keys.command()
def new():
    """Print a new random key of 256 bits, for SUTIAO_DATA_KEYS or SUTIAO_INDEX_KEY."""
    click.echo(ring.new())


@keys.command()
def check():
    """Say how many values each key has encrypted, and whether it is in the ring (exit code 1 when one is missing)."""
    with web():
        found, plain = _counted()
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

    It may be stopped and begun again. Blind indexes are counted anew too, and files are encrypted that were kept plain. The old
    keys stay: `sutiao keys drop` takes two people.
    """
    with web():
        if is_new:
            if config.current().data_keys:
                raise Refused("the keys are set by SUTIAO_DATA_KEYS; put the new one first there.")
            ring.put_first(ring.new())
        told = [(table.name, *_renewed(table, names)) for table, names in renewal.tables().items()]
        told.append(("files", *_renewed_files()))
        left, has_old = sum(unreadable for _table, _count, unreadable in told), len(ring.ring().ciphers) > 1
    rows = [(name, f"{count} 项", f"{unreadable} 项无法解密" if unreadable else "") for name, count, unreadable in told]
    click.echo("\n".join(aligned(rows)))
    if has_old:
        click.echo("旧密钥仍然保留：十分钟后由两名管理员运行 sutiao keys drop 删除。")
    if left:
        raise click.exceptions.Exit(1)


@keys.command()
def drop():
    """Drop the keys that nothing needs any more: two administrators agree to it, each with log-in, password and code.

    Only where the keys lie in the data folder, and ten minutes after the old ones last encrypted anything.
    """
    with web():
        if config.current().data_keys:
            raise Refused("the keys are set by SUTIAO_DATA_KEYS; take the old one out there.")
        found, _plain = _counted()
        old = sorted(key_id.hex() for key_id in ring.ring().ciphers if key_id != ring.ring().current)
        if set(found) - {ring.ring().current.hex()}:
            raise Refused("something is still encrypted with another key than the first; run `sutiao keys renew` before.")
        first, second = witnesses.two()
        with transaction():
            actor = Actor.of_user(db.session.get(User, first))
            notes.note(actor, "keys.drop", "key", ",".join(old), with_user=second)
            if not ring.keep_first():
                raise Refused("there is no old key, or it is not ten minutes since it may have been used.")
    click.echo("不再需要的旧密钥已删除。")


def _counted() -> tuple[Counter, int]:
    """How many values and files each key has encrypted, by its id, and how many files lie plain."""
    found, plain = Counter(), 0
    for table, names in renewal.tables().items():
        with transaction(write=False):
            for rows in renewal.batches(table, names):
                found += renewal.key_ids(rows, names)
    for place, key in ((each, key) for each in (storage.store(), shelf.disk()) for key in each.names()):
        key_id = place.key_id(key).hex()
        found[key_id], plain = found[key_id] + bool(key_id), plain + (not key_id)
    return +found, plain


def _renewed_files() -> tuple[int, int]:
    """The files of cases and of exports: how many were encrypted anew, and how many nobody can read."""
    told = Counter()
    files = [(storage.renew, key) for key in storage.store().names()] + [(shelf.renew, key) for key in shelf.disk().names()]
    for renew, key in files:
        try:
            told["renewed"] += renew(key)
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
