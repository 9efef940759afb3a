"""Keep addresses out of npm's lock file: the registry is each machine's own setting, and funding links pin nothing."""

import json
import sys
from pathlib import Path


def main(path: Path):
    lock = json.loads(path.read_text())
    for package in lock["packages"].values():
        package.pop("funding", None)
        package.pop("resolved", None)
    path.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
