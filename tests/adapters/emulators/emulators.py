"""Starts an emulator as a user does, talks to its control port, and runs tests under the Python that has the
public clients. Nothing here waits for a time: it waits for a line, an answer or a condition."""

import http.client
import json
import os
import select
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SUPPORT = ROOT / "tests" / "support"
VENV = ROOT / "build" / "venv"
DEADLINE_S = 60

sys.path.insert(0, str(ROOT / "tests" / "system"))

from server import Failed, expect, poll  # noqa: E402, F401


def use_clients(*modules):
    """Goes on under the interpreter of build/venv, where the public clients are. Without them the test fails."""
    python = VENV / "bin" / "python3"
    if not python.exists():
        sys.exit(f"{VENV} does not exist: it holds the public clients of this test; tools/setup makes it")
    if Path(sys.prefix).resolve() != VENV.resolve():
        os.execv(python, [str(python), "-B", *sys.argv])
    for module in modules:
        try:
            __import__(module)
        except ImportError as error:
            sys.exit(f"{VENV} has no {module} ({error}); remove it and run tools/setup")


class Emulator:
    """A running emulator. `ports` has what it printed: {"ready": (host, port), "control": ..., ...}."""

    def __init__(self, name, *flags):
        self.process = subprocess.Popen(
            [sys.executable, "-B", str(SUPPORT / f"{name}_emulator.py"), *map(str, flags)], stdout=subprocess.PIPE
        )
        self.ports, self.values = {}, {}
        text, pipe, end = b"", self.process.stdout, time.monotonic() + DEADLINE_S
        while b"\ncontrol " not in text or not text.endswith(b"\n"):
            ready, _, _ = select.select([pipe], [], [], max(0.0, end - time.monotonic()))
            data = os.read(pipe.fileno(), 4096) if ready else b""
            if not data:
                self.stop()
                raise Failed(f"the emulator {name} did not start: {text!r}")
            text += data
        for line in text.decode().splitlines():
            key, value = line.split(" ", 1)
            host, colon, port = value.rpartition(":")
            if colon and port.isdigit():
                self.ports[key] = (host, int(port))
            else:
                self.values[key] = value

    def ask(self, method, path, document=None, status=200):
        connection = http.client.HTTPConnection(*self.ports["control"], timeout=DEADLINE_S)
        try:
            connection.request(method, path, json.dumps(document) if document is not None else None)
            response = connection.getresponse()
            answer = json.loads(response.read())
        finally:
            connection.close()
        expect(response.status == status, f"{method} {path} gives {response.status}", answer)
        return answer

    def state(self):
        return self.ask("GET", "/state")

    def requests(self, match=""):
        return self.ask("GET", f"/requests?match={match}")["requests"]

    def misbehave(self, **changes):
        return self.ask("POST", "/misbehave", changes)

    def reset(self):
        return self.ask("POST", "/reset")

    def url(self, port="ready"):
        host, number = self.ports[port]
        return f"http://{host}:{number}"

    def stop(self):
        self.process.terminate()
        code = self.process.wait(DEADLINE_S)
        self.process.stdout.close()
        return code

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.stop()


def raises(kinds, function, *arguments, **named):
    """Calls it and returns the error, which must be of these kinds."""
    try:
        got = function(*arguments, **named)
    except kinds as error:
        return error
    raise Failed(f"{getattr(function, '__name__', function)} gave {got!r} and no error")


def run(start, tests):
    """Runs every test against one emulator, which is reset before each."""
    with start() as emulator:
        for test in tests:
            print(test.__name__, flush=True)
            emulator.reset()
            test(emulator)
        expect(emulator.process.poll() is None, "the emulator is still there")
        expect(emulator.stop() == 0, "the emulator ends by itself")
    print(f"{len(tests)} hold")
