"""`sutiao audit`: recompute the chains, sign a root, show the key."""

import click

from engine.audit import checking, keys, sealing
from engine.db import transaction
from webapp.cli.terminal import web


@click.group()
def audit():
    """The audit: who did what. Entries are linked into a chain per body; every hour a root over all links is signed."""


@audit.command()
@click.option("--anchors", type=click.File("r", encoding="utf-8"), help="Copies kept elsewhere; default: the settings'.")
@click.option("--key", "publics", multiple=True, help="A public key (base64) that anchors may be signed with; default: ours.")
def verify(anchors, publics):
    """Recompute every hash, chain and root, compare them with the copies, and say what does not agree (exit code 1)."""
    with web(), transaction(write=False):
        place = sealing.copies()
        copied = anchors.readlines() if anchors else place.read_text(encoding="utf-8").splitlines() if place.exists() else []
        found = checking.check(copied, list(publics) or None)
    for kind, where in found.faults:
        click.echo(f"{WORDS[kind]}  {where}")
    click.echo(f"{found.links} 条记录，{found.anchors} 个签名根，{found.copies} 份副本相符" +
               ("，全部一致。" if found.is_sound else f"，{len(found.faults)} 处不一致。"))
    if not found.is_sound:
        raise click.exceptions.Exit(1)


WORDS = {
    "row_changed": "记录被改", "row_missing": "记录缺失", "number_missing": "链中缺号", "not_sealed": "逾时未入链",
    "anchor_differs": "签名根不符", "anchor_unsigned": "签名根的签名无效",
    "copy_differs": "与副本不符", "copy_unsigned": "副本的签名无效", "copy_beyond": "副本之后的记录被截断",
}


@audit.command()
def anchor():
    """Link what is new and sign a root now, without waiting for the hour."""
    with web():
        linked = 0
        while count := _seal_batch():
            linked += count
        click.echo(f"新入链 {linked} 条。")
        with transaction():
            made = sealing.anchor()
        with transaction(write=False):
            sealing.publish()
        click.echo(sealing.as_line(made) if made else "上次签名之后没有新记录。")


def _seal_batch() -> int:
    with transaction():
        return sealing.seal()


@audit.command()
def key():
    """Show the public key that checks our anchors (Ed25519, base64); give it to whoever keeps copies of them."""
    with web():
        click.echo(keys.public_key())
