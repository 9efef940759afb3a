"""Run a slow command quietly and say how it goes: for set-up, with the standard library only."""

import subprocess
import sys
import time
from pathlib import Path

LOGS = Path("var/log")
REASONS = {  # what a tool prints → what it means
    "No space left on device": "there is no disk space left",
    "Temporary failure in name resolution": "the network cannot be reached",
    "Name or service not known": "the network cannot be reached",
    "ConnectTimeoutError": "the package index does not answer",
    "Connection refused": "the package index refuses the connection",
    "ENOTFOUND": "the package registry cannot be reached",
    "ETIMEDOUT": "the package registry does not answer",
    "Temporary failure resolving": "the network cannot be reached",
    "SELF_SIGNED_CERT_IN_CHAIN": "the registry's certificate is not trusted here (NODE_EXTRA_CA_CERTS names more authorities)",
    "CERTIFICATE_VERIFY_FAILED": "the package index's certificate is not trusted here (PIP_CERT names more authorities)",
}


def stop(sentence: str):
    """End the set-up with one plain sentence."""
    sys.exit(f"sutiao: {sentence}")


def run(title: str, argv: list, **options):
    """Run `argv`, its output in a log file; show progress once it takes longer than two seconds."""
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / f"setup-{Path(argv[0]).name}.log"
    began = time.monotonic()
    with log.open("wb") as output:
        process = subprocess.Popen(argv, stdout=output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, **options)
        try:
            _follow(title, process, began)
        except BaseException:
            process.terminate()
            process.wait()
            raise
    if process.returncode:
        _report(title, log)


def _follow(title: str, process: subprocess.Popen, began: float):
    live = sys.stdout.isatty()
    shown = False
    next_line = 2
    while True:
        try:
            process.wait(timeout=0.1 if not shown else 1)
            break
        except subprocess.TimeoutExpired:
            seconds = time.monotonic() - began
        if seconds >= next_line:
            shown = True
            print(f"\r{title} … {seconds:.0f} s" if live else f"{title} … {seconds:.0f} s", end="" if live else "\n", flush=True)
            next_line = seconds + (1 if live else 15)
    if shown and not process.returncode:
        print(f"{chr(13) if live else ''}{title}: done in {time.monotonic() - began:.0f} s", flush=True)
    elif shown and live:
        print()


def _report(title: str, log: Path):
    lines = [line.strip() for line in log.read_text(errors="replace").splitlines() if line.strip()]
    text = "\n".join(lines)
    for sign, meaning in REASONS.items():
        if sign in text:
            stop(f"{title} failed: {meaning}. Details: {log}")
    telling = [line for line in lines if "error" in line.lower() and "complete log" not in line] or lines or ["no output"]
    stop(f"{title} failed: {telling[-1][:300]} Details: {log}")
