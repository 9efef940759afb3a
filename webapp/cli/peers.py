"""`sutiao peers`: play the court, catch messages and mail, stamp the time. They talk to us over HTTP and SMTP only."""

import os
from pathlib import Path

import click

from webapp.cli import Refused

PORT = click.IntRange(1, 65535)


@click.group()
def peers():
    """Play the other side: a court, an SMS gateway, a mail server, a time-stamping authority.

    \b
    Examples:
      sutiao peers court --port 8081 --config court.toml
      sutiao peers sink --port 8082 --smtp-port 8083
      sutiao peers tsa --port 8084
    """


def folder() -> Path:
    """Where the peers keep what they remember."""
    return Path(os.environ.get("SUTIAO_DATA", "var")) / "peers"


@peers.command()
@click.option("--port", type=PORT, default=8081, show_default=True, help="Where the court's system listens, on 127.0.0.1.")
@click.option("--config", type=click.Path(dir_okay=False, path_type=Path),
              help="Its file; by default peers/court.toml in the data folder.")
def court(port, config):
    """Play courts: send referrals from a file, take callbacks, decide on confirmations by rule.

    The file says where we are, the courts' credentials (as `sutiao courts add` printed them), which referrals to send and how
    the judges decide; the comment at the top of webapp/peers/court/setup.py shows one. The page at / shows what happened,
    /ledger tells it as JSON, and POST /control {"mode": "slow", "count": 3} makes the court a bad neighbour for three messages
    (slow, down, duplicate, wrong, lossy; good ends it). POST /send {"count": 10} sends the next ten referrals.
    """
    from webapp.peers.court import Setup, SetupWrong, create_app
    from webapp.peers.serving import serve

    try:
        setup = Setup.read(config or folder() / "court.toml")
    except SetupWrong as error:
        raise Refused(str(error)) from error
    served(lambda: serve(create_app(setup), port), port)


@peers.command()
@click.option("--port", type=PORT, default=8082, show_default=True, help="The SMS gateway and the page that shows everything.")
@click.option("--smtp-port", type=PORT, default=8083, show_default=True, help="The mail server.")
@click.option("--receipts-to", default=None, help="Where delivery receipts go; by default /hooks/sms of the web on this machine.")
def sink(port, smtp_port, receipts_to):
    """Catch short messages and mail: nothing is delivered, everything is shown at /.

    Set SUTIAO_SMS_URL=http://127.0.0.1:8082/sms and SUTIAO_SMTP_URL=smtp://127.0.0.1:8083. The same idempotency key sends a
    message once. Receipts go back signed with SUTIAO_SMS_KEY; numbers that end in 0000 are switched off and fail.
    """
    from webapp.peers.serving import serve
    from webapp.peers.sink import Box, create_app, mailbox

    def run():
        box = Box(folder() / "messages.sqlite3")
        server = mailbox.start(box, smtp_port)
        try:
            serve(create_app(box, sms_key(), receipts_to if receipts_to is not None else our_hook()), port)
        finally:
            server.stop()

    served(run, port)


@peers.command()
@click.option("--port", type=PORT, default=8084, show_default=True, help="Where it takes requests for time stamps, on 127.0.0.1.")
@click.option("--folder", "kept", type=click.Path(file_okay=False, path_type=Path),
              help="Where it keeps its keys; by default peers/tsa in the data folder.")
def tsa(port, kept):
    """Play a time-stamping authority (RFC 3161) with a root of its own.

    Set SUTIAO_TSA_URL=http://127.0.0.1:8084/ and SUTIAO_TSA_TRUST to trust.pem in its folder: every signature bears its stamp
    then. POST /control {"mode": "down", "count": 3} makes it a bad neighbour for three requests (down, slow, refuse, nonsense).
    """
    from webapp.peers.serving import serve
    from webapp.peers.tsa import Keys, Stamps, create_app

    served(lambda: serve(create_app(Stamps(Keys(kept or folder() / "tsa"))), port), port)


def served(run, port: int) -> None:
    """Serve, or say plainly why not."""
    try:
        run()
    except OSError as error:
        raise Refused(f"cannot listen on port {port}: {error.strerror or error}.") from error


def sms_key() -> str:
    """The key we and the gateway share."""
    named = os.environ.get("SUTIAO_SMS_KEY_FILE")
    return Path(named).read_text().strip() if named else os.environ.get("SUTIAO_SMS_KEY", "")


def our_hook() -> str:
    """Where the web on this machine takes receipts."""
    base = os.environ.get("SUTIAO_BASE_URL") or f"http://127.0.0.1:{os.environ.get('SUTIAO_PORT', '8080')}"
    return f"{base.rstrip('/')}/hooks/sms"
