"""Two hundred made-up referrals as a court would send them, twenty of them faulty in twenty different ways.

Seeded: the same seed gives the same referrals. `python -m webapp.peers.referral_samples FOLDER` writes them as
`referrals.json`, as `referrals.xlsx` (Chinese headings, one row per dispute) and `faults.json` (which row is faulty, how,
and what should be said about it). Nobody in them exists; identity numbers have right check digits and places that do not exist.
"""

from dataclasses import dataclass
from random import Random

from webapp.peers.referral_samples import disputes, faults

SEED = 20241105
COUNT = 200
EVERY_DOCKETED = 8


@dataclass(frozen=True)
class Places:
    """Whom the referrals name: the court that sends them, an organisation it may ask for, institutions on the platform."""

    court: str = "沪0115"
    region: str = "310115"
    organisation: str = "BJJR"
    bank: tuple[str, str, str] = ("JHYH", "京华银行股份有限公司", "91350100M000100Y43")
    insurer: tuple[str, str, str] = ("AXBX", "安信财产保险股份有限公司", "9144030071526726XG")


@dataclass(frozen=True)
class Fault:
    """One faulty row: its number from 1, the sender's reference, what is wrong, and the answer it should get."""

    row: int
    external_ref: str
    what: str
    status: str  # refused, already
    pointer: str
    code: str


def make(
    seed: int = SEED, count: int = COUNT, places: Places | None = None, docketed: bool = True
) -> tuple[list[dict], list[Fault]]:
    """The referrals in the order a court would send them, and which of them are faulty; every eighth is a docketed case."""
    random, places = Random(seed), places or Places()
    referrals = [disputes.make(random, number, places) for number in range(1, count + 1)]
    if docketed:
        referrals = [disputes.entrusted(row, number, places) if number % EVERY_DOCKETED == 5 else row
                     for number, row in enumerate(referrals, 1)]
    first = max(2, count // 20)
    spoiled = sorted(random.sample(range(first, count + 1), len(faults.EVERY)))
    found = []
    for row, spoil in zip(spoiled, faults.EVERY, strict=True):
        referral = referrals[row - 1] = disputes.plain(random, row, places)
        pointer, code = spoil(referral, referrals)
        status = "already" if code == "already" else "refused"
        found.append(Fault(row, referral["external_ref"], spoil.__doc__.strip(), status, pointer, code))
    return referrals, found
