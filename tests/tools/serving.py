"""A server that comes back on the port it had, which a client that sends again relies on; and what the tests of
submit and import share. The rest is that of the system tests."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(os.environ.get("PROVODKA_SOURCE_DIR", Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(ROOT / "tests" / "system"))

from server import Failed, Program, Server, expect, poll  # noqa: E402, F401

SKIPPED = 77


class ServerAt(Server):
    """A `provodka serve` on a port of one's own choice; zero takes a free one."""

    def __init__(self, binary, data, port=0):
        self.stderr_path = f"{data}.stderr"
        self.stderr_from = os.path.getsize(self.stderr_path) if os.path.exists(self.stderr_path) else 0
        with open(self.stderr_path, "ab") as stderr:
            self.process = subprocess.Popen(
                [binary, "serve", "--data", data, "--listen", f"127.0.0.1:{port}"],
                stdout=subprocess.PIPE,
                stderr=stderr,
            )
        self.wait_until_ready()

    @property
    def url(self):
        return f"http://{self.address[0]}:{self.address[1]}"

    def size(self, tenant):
        """The events of the tenant, by its signed checkpoint; 0 while there is no such tenant."""
        status, text = self.get(f"/v1/{tenant}/checkpoint")
        if status == 404:
            return 0
        expect(status == 200, "the checkpoint cannot be read", status, text)
        return int(text.split(b"\n")[1])


class Tool:
    """A subcommand as a user runs it."""

    def __init__(self, binary, *arguments):
        self.command = [binary, *map(str, arguments)]

    def run(self, **more):
        """(exit code, stdout, stderr)."""
        done = subprocess.run(self.command, capture_output=True, text=True, timeout=600, check=False, **more)
        return done.returncode, done.stdout, done.stderr


def main(tests):
    """Runs the tests that the names given ask for, or all of them."""
    binary = sys.argv[1]
    for test in tests:
        print(test.__name__, flush=True)
        test(binary)
    print(f"{len(tests)} hold")
