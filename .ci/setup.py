"""Make everything a clone needs: Python environment, front end, message catalogs. Quick when nothing changed.

    python3 .ci/setup.py runtime|test

Runs with the standard library only, on any Python: an old one is told so, in one sentence.
"""

import hashlib
import json
import os
import shutil
import sys
from pathlib import Path

if sys.version_info < (3, 11):  # noqa: UP036
    found = ".".join(str(part) for part in sys.version_info[:2])
    sys.exit("sutiao: Python 3.11 or newer is needed; this is " + found + ". Name another one: make PYTHON=python3.11")

import progress

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMPS = VENV / "sutiao-stamps.json"
FRONTEND = ROOT / "webapp" / "frontend"
MINIMUM_FREE = 1_000_000_000


class Stamps:
    """What was made from which sources, so that it is made again only when they change."""

    def __init__(self, path: Path):
        self.path = path
        self.known = json.loads(path.read_text()) if path.exists() else {}

    def is_current(self, name: str, digest: str) -> bool:
        return self.known.get(name) == digest

    def keep(self, name: str, digest: str):
        self.known[name] = digest
        fresh = self.path.with_suffix(".new")
        fresh.write_text(json.dumps(self.known, indent=1))
        fresh.replace(self.path)


def digest(*paths: Path) -> str:
    """One hash over the files, and all files in the folders, given."""
    total = hashlib.sha256()
    for path in paths:
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file():
                total.update(str(file.relative_to(ROOT)).encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()


def check_machine():
    """Say what is missing before anything is begun."""
    try:
        import ensurepip  # noqa: F401  Debian's bare python3 comes without it
        import venv  # noqa: F401
    except ImportError:
        progress.stop("Python's venv module is missing; on Debian: apt-get install python3-venv")
    free = shutil.disk_usage(ROOT).free
    if free < MINIMUM_FREE:
        progress.stop(f"only {free / 1e9:.1f} GB of disk space are free in {ROOT}; 1 GB is needed.")


def make_environment(stamps: Stamps, kind: str):
    """Install the pinned packages of requirements/<kind>.lock into .venv and put `sutiao` on its path."""
    lock = ROOT / "requirements" / f"{kind}.lock"
    wanted = digest(lock)
    made_for = {"place": str(ROOT), "python": f"{sys.version_info[0]}.{sys.version_info[1]}"}
    fits = all(stamps.known.get(name, value) == value for name, value in made_for.items())
    is_whole = fits and (VENV / "bin" / "pip").exists() and PYTHON.exists()
    if stamps.is_current(kind, wanted) and is_whole:
        return
    check_machine()
    if not is_whole:
        progress.run("Making the Python environment", [sys.executable, "-m", "venv", "--clear", str(VENV)])
        stamps.known.clear()
    options = ["--quiet", "--disable-pip-version-check", "--require-hashes", "--only-binary", ":all:"]
    progress.run(f"Installing the {kind} packages", [str(PYTHON), "-m", "pip", "install", *options, "-r", str(lock)])
    link_checkout()
    for name, value in {**made_for, kind: wanted}.items():
        stamps.keep(name, value)


def link_checkout():
    """The environment runs the program from this checkout: a path and the `sutiao` script."""
    for packages in (VENV / "lib").glob("python*/site-packages"):
        (packages / "sutiao.pth").write_text(f"{ROOT}\n")
    script = VENV / "bin" / "sutiao"
    script.write_text(f"#!{PYTHON}\nimport sys\n\nfrom webapp.cli import main\n\nsys.exit(main())\n")
    script.chmod(0o755)


def build_frontend(stamps: Stamps):
    """Fetch the browser's libraries with the environment's own Node, and bundle."""
    tools = VENV / "bin"
    path = f"{tools}{os.pathsep}{os.environ.get('PATH', '')}"
    options = {"cwd": FRONTEND, "env": dict(os.environ, PATH=path, NODE_USE_SYSTEM_CA="1")}  # trust whom this machine trusts
    libraries = digest(FRONTEND / "package-lock.json")
    if not stamps.is_current("libraries", libraries) or not (FRONTEND / "node_modules").exists():
        check_machine()
        progress.run("Fetching the front end's libraries", [tools / "npm", "ci", "--no-progress"], **options)
        stamps.keep("libraries", libraries)
    recipe = [FRONTEND / name for name in ("package-lock.json", "build.mjs", "build", "src")]
    sources = digest(*recipe, ROOT / "webapp" / "templates")
    if not stamps.is_current("frontend", sources) or not built():
        progress.run("Building the front end", [tools / "node", "build.mjs"], **options)
        stamps.keep("frontend", sources)


def built() -> bool:
    static = ROOT / "webapp" / "static"
    return (static / "dist" / "manifest.json").exists() and (static / "fonts" / "NotoSerifSC-Bold.ttf").exists()


def compile_catalogs(stamps: Stamps):
    """Merge and compile the translations when one of them changed."""
    sources = digest(*sorted((ROOT / "webapp" / "translations").rglob("*.po")))
    compiled = any((ROOT / "webapp" / "translations").rglob("*.mo"))
    if not stamps.is_current("catalogs", sources) or not compiled:
        progress.run("Compiling the translations", [str(VENV / "bin" / "sutiao"), "translations", "compile"])
        stamps.keep("catalogs", sources)


def main(kind: str):
    os.chdir(ROOT)
    stamps = Stamps(STAMPS)
    make_environment(stamps, kind)
    build_frontend(stamps)
    compile_catalogs(stamps)


if __name__ == "__main__":
    try:
        main(sys.argv[1] if len(sys.argv) > 1 else "runtime")
    except KeyboardInterrupt:
        progress.stop("stopped.")
    except OSError as error:
        progress.stop(f"{error.filename or 'set-up'}: {error.strerror}.")
