"""The Merkle tree of RFC 6962 §2.1 over a growing list, kept as its peaks: a root costs what is new, not what there is."""

from dataclasses import dataclass, field
from hashlib import sha256

EMPTY = sha256(b"").hexdigest()


def leaf_hash(content: bytes) -> bytes:
    """RFC 6962: SHA-256(0x00 ‖ leaf)."""
    return sha256(b"\x00" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """RFC 6962: SHA-256(0x01 ‖ left ‖ right)."""
    return sha256(b"\x01" + left + right).digest()


@dataclass
class Tree:
    """The largest complete trees of a list, from the left: (leaves under it, hash)."""

    peaks: list[tuple[int, bytes]] = field(default_factory=list)

    @classmethod
    def of(cls, kept: list) -> "Tree":
        """As it was kept: [[leaves, hash in hexadecimal], …]."""
        return cls([(size, bytes.fromhex(text)) for size, text in kept])

    def kept(self) -> list:
        return [[size, peak.hex()] for size, peak in self.peaks]

    @property
    def leaves(self) -> int:
        return sum(size for size, _peak in self.peaks)

    def add(self, content: bytes) -> None:
        """One more leaf at the right."""
        size, peak = 1, leaf_hash(content)
        while self.peaks and self.peaks[-1][0] == size:
            peak = node_hash(self.peaks.pop()[1], peak)
            size *= 2
        self.peaks.append((size, peak))

    def root(self) -> str:
        """The tree's root, in hexadecimal."""
        if not self.peaks:
            return EMPTY
        *lefts, root = [peak for _size, peak in self.peaks]
        for left in reversed(lefts):
            root = node_hash(left, root)
        return root.hex()
