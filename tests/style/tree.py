"""The files of the repository as the style tests see them: what git tracks, and what it would."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def paths():
    """Every file that is tracked or new and not ignored, as paths from the root."""
    listed = subprocess.run(
        ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, check=True,
    )  # fmt: skip
    names = listed.stdout.decode().split("\0")
    return sorted({name for name in names if name and (ROOT / name).is_file()})


def texts(suffixes):
    """The files with one of these suffixes or names: {path: text}."""
    return {path: (ROOT / path).read_text(encoding="utf-8") for path in paths() if path.endswith(suffixes)}


def report(violations, held):
    """Prints what was found and ends the program."""
    for violation in violations:
        print(violation)
    if violations:
        print(f"{len(violations)} violations")
        sys.exit(1)
    print(held)


def expect(violations, *needles):
    """For self-checks: exactly these violations, each recognised by a part of its text, in their order."""
    found = len(violations) == len(needles) and all(n in v for n, v in zip(needles, violations))
    if not found:
        sys.exit(f"the self-check expected {list(needles)} and got {violations}")
