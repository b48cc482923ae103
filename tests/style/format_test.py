#!/usr/bin/env python3
"""Holds every C++ file to .clang-format. With --fix it formats them instead. Where clang-format-19 is not
installed there is nothing to hold them with, and ctest reports the test as skipped."""

import shutil
import subprocess
import sys

from tree import ROOT, paths, report

TOOL = "clang-format-19"
SKIPPED = 77


def is_formatted(code):
    """For the self-check: whether the tool takes this text as it is."""
    ran = subprocess.run(
        [TOOL, "--dry-run", "-Werror", "--assume-filename=a.cc"], input=code, cwd=ROOT, text=True, capture_output=True
    )
    return ran.returncode == 0


if __name__ == "__main__":
    if shutil.which(TOOL) is None:
        print(f"{TOOL} is not installed; tools/setup installs it")
        sys.exit(SKIPPED)
    files = [path for path in paths() if path.endswith((".h", ".cc"))]
    if "--fix" in sys.argv[1:]:
        sys.exit(subprocess.run([TOOL, "-i", *files], cwd=ROOT).returncode)
    if not is_formatted("int a = 1;\n") or is_formatted("int   a=1 ;\n"):
        sys.exit(f"{TOOL} does not tell formatted code from unformatted")
    ran = subprocess.run([TOOL, "--dry-run", "-Werror", *files], cwd=ROOT, text=True, capture_output=True)
    places = [line for line in ran.stderr.splitlines() if "-Wclang-format-violations" in line]
    if ran.returncode != 0:
        print(*(places or [ran.stderr]), "to format them all: tests/style/format_test.py --fix", sep="\n")
    report(sorted({place.split(":")[0] for place in places}), f"{len(files)} files are formatted")
