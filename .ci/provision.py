"""Install what only the tests need from Debian: browser, Chinese fonts, PostgreSQL, PDF checkers. Starts no daemon."""

import glob
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import progress

POLICY = Path("/usr/sbin/policy-rc.d")


def has_chinese_fonts() -> bool:
    if not shutil.which("fc-list"):
        return False
    listed = subprocess.run(["fc-list", ":lang=zh-cn", "family"], capture_output=True, text=True)
    return bool(listed.stdout.strip())


def has_libatomic() -> bool:
    return any(glob.glob(f"{folder}/libatomic.so.1") for folder in ("/usr/lib/*", "/lib/*", "/usr/lib*"))


NEEDED = {  # Debian package → is what we need of it here?
    "chromium": lambda: shutil.which("chromium"),
    "fonts-noto-cjk": has_chinese_fonts,
    "postgresql": lambda: glob.glob("/usr/lib/postgresql/*/bin/initdb"),
    "poppler-utils": lambda: shutil.which("pdfsig"),
    "qpdf": lambda: shutil.which("qpdf"),
    "libatomic1": has_libatomic,  # the Node inside Playwright links it
}


@contextmanager
def no_daemons():
    """Debian starts what it installs unless this script says no."""
    if POLICY.exists():
        yield
        return
    POLICY.write_text("#!/bin/sh\nexit 101\n")
    POLICY.chmod(0o755)
    try:
        yield
    finally:
        POLICY.unlink()


def main():
    missing = [package for package, is_here in NEEDED.items() if not is_here()]
    if not missing:
        return
    names = " ".join(missing)
    if os.geteuid() != 0:
        progress.stop(f"the tests need more of this machine; as root: apt-get install {names}")
    if not shutil.which("apt-get"):
        progress.stop(f"the tests need these Debian packages, and there is no apt-get here: {names}")
    quiet = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    progress.run("Reading Debian's package lists", ["apt-get", "update", "-q"], env=quiet)
    with no_daemons():
        install = ["apt-get", "install", "-q", "-y", "--no-install-recommends", *missing]
        progress.run(f"Installing {names}", install, env=quiet)


if __name__ == "__main__":
    sys.exit(main())
