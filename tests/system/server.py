"""Starts the program under test as a user does, talks to it over HTTP, and reads what it leaves.

Nothing here waits for a time: it waits for a line, an answer or an end, and fails at a deadline.
"""

import base64
import csv
import hashlib
import http.client
import io
import json
import os
import select
import signal
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

from free_port import free_port  # noqa: E402, F401

DEADLINE_S = 120


class Failed(Exception):
    """What the test asserts does not hold."""


def expect(condition, what, *values):
    if not condition:
        raise Failed(" ".join([what, *(repr(value) for value in values)]))


def poll(condition, what, deadline_s=DEADLINE_S, every_s=0.02):
    """Asks again and again until the condition gives something true, which is returned."""
    end = time.monotonic() + deadline_s
    while True:
        if result := condition():
            return result
        expect(time.monotonic() < end, f"in {deadline_s} s did not come: {what}")
        time.sleep(every_s)


class NotStarted(Exception):
    """The server ended before it was ready."""

    def __init__(self, code, stderr):
        super().__init__(f"exit code {code}: {stderr}")
        self.code = code
        self.stderr = stderr


class Running:
    """A program under test that goes on until it is asked to end. Its stderr is appended to a file."""

    def __init__(self, command, stderr_path, env=None):
        self.name = command[1]
        self.stderr_path = stderr_path
        self.stderr_from = os.path.getsize(stderr_path) if os.path.exists(stderr_path) else 0
        with open(stderr_path, "ab") as stderr:
            self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stderr, env=env)

    def stderr(self):
        with open(self.stderr_path, "rb") as file:
            file.seek(self.stderr_from)
            return file.read().decode(errors="replace")

    def kill(self):
        """As when the machine's power goes, but for what the kernel still writes."""
        self.process.send_signal(signal.SIGKILL)
        self._reap()

    def stop(self):
        """Asks it to end, and returns its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self._reap()

    def end(self):
        """Asks it to end, which it does by itself and without a complaint of a sanitizer."""
        code = self.stop()
        expect(code == 0, f"{self.name} ends by itself", code, self.stderr()[-8000:])

    def _reap(self):
        code = self.process.wait(DEADLINE_S)
        self.process.stdout.close()
        return code

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.kill()
        elif not self.process.stdout.closed:
            self.process.stdout.close()


class Server(Running):
    """A running `provodka serve`. What it says on stderr is appended to a file beside its data, or another one."""

    def __init__(self, binary, data, engine=None, flags=(), wait=True, stderr_path=None, listen="127.0.0.1:0"):
        environment = dict(os.environ)
        for key, value in (engine or {}).items():
            environment[f"PROVODKA_ENGINE_{key.upper()}"] = str(value)
        command = [binary, "serve", "--data", data, "--listen", listen, *flags]
        super().__init__(command, stderr_path or f"{data}.stderr", environment)
        self.address = None
        if wait:
            self.wait_until_ready()

    def wait_until_ready(self):
        line = b""
        end = time.monotonic() + DEADLINE_S
        pipe = self.process.stdout
        while not line.endswith(b"\n"):
            ready, _, _ = select.select([pipe], [], [], max(0.0, end - time.monotonic()))
            if not ready:
                self.kill()
                raise Failed("the server was not ready in time: " + self.stderr())
            byte = os.read(pipe.fileno(), 4096)
            if not byte:
                raise NotStarted(self.process.wait(DEADLINE_S), self.stderr())
            line += byte
        url = line.decode().split()[1]
        host, port = url.removeprefix("http://").rsplit(":", 1)
        self.address = (host, int(port))

    def connect(self):
        return Client(self.address)

    def get(self, path):
        with self.connect() as client:
            return client.get(path)


class Client:
    """One connection. An answer is (status, bytes)."""

    def __init__(self, address):
        self.connection = http.client.HTTPConnection(*address, timeout=DEADLINE_S)

    def get(self, path):
        self.connection.request("GET", path)
        response = self.connection.getresponse()
        return response.status, response.read()

    def post(self, command):
        return self._post("/v1/commands", json.dumps(command).encode(), "application/json")

    def post_batch(self, commands, atomic=False):
        """Yields the lines of the answer as they come, each as a document; of a refused batch, the problem."""
        body = b"".join(json.dumps(command).encode() + b"\n" for command in commands)
        path = "/v1/commands/batch?return=events" + ("&atomic=true" if atomic else "")
        self.connection.request("POST", path, body, {"Content-Type": "application/x-ndjson"})
        response = self.connection.getresponse()
        if response.status != 200:
            yield json.loads(response.read())
            return
        while (line := response.readline()).endswith(b"\n"):
            yield json.loads(line)
        response.read()  # up to its very end, so that the connection can be used again

    def _post(self, path, body, content_type):
        self.connection.request("POST", path, body, {"Content-Type": content_type})
        response = self.connection.getresponse()
        return response.status, response.read()

    def close(self):
        self.connection.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Program:
    """The subcommands that read a data directory."""

    def __init__(self, binary):
        self.binary = binary

    def run(self, *arguments):
        """(exit code, stdout, stderr); a program that a signal ended has a negative code."""
        done = subprocess.run([self.binary, *arguments], capture_output=True, timeout=DEADLINE_S, check=False)
        return done.returncode, done.stdout, done.stderr.decode(errors="replace")

    def must(self, *arguments):
        code, out, err = self.run(*arguments)
        expect(code == 0, f"provodka {' '.join(arguments)} gives {code}:", out[-2000:], err[-2000:])
        return out

    def lines(self, data, tenant):
        """The tenant's lines, as they are stored."""
        return self.must("replay", "--data", data, "--tenant", tenant).splitlines()

    def balances(self, data, tenant):
        table = self.must("balances", "--data", data, "--tenant", tenant, "--format", "csv").decode()
        return {row["account"]: Decimal(row["balance"]) for row in csv.DictReader(io.StringIO(table))}

    def verify(self, data):
        """(exit code, what it found)."""
        code, out, err = self.run("verify", "--data", data, "--json")
        try:
            return code, json.loads(out)
        except ValueError:
            raise Failed(f"verify gives {code} and no JSON: {out[-2000:]!r} {err[-2000:]!r}") from None


def tree_root(lines):
    """The root of RFC 6962, section 2.1, in base64."""
    level = [hashlib.sha256(b"\x00" + line).digest() for line in lines]
    if not level:
        return base64.b64encode(hashlib.sha256(b"").digest()).decode()
    while len(level) > 1:
        pairs = [hashlib.sha256(b"\x01" + a + b).digest() for a, b in zip(level[::2], level[1::2])]
        level = pairs + level[len(pairs) * 2 :]
    return base64.b64encode(level[0]).decode()


def command(kind, command_id, tenant, data, **more):
    return {"type": kind, "id": command_id, "tenant": tenant, "data": data, **more}


def create_tenant(tenant, command_id="create"):
    data = {"currency": "RUB", "zone": "Europe/Moscow", "locale": "ru-RU"}
    return command("tenant.create", command_id, tenant, data)


def open_account(tenant, account, credit_limit="0.00"):
    return command("account.open", f"open-{account}", tenant, {"account": account, "credit_limit": credit_limit})


def pay(tenant, command_id, account, amount, external_id, provider="bank"):
    data = {"account": account, "amount": amount, "currency": "RUB", "provider": provider, "external_id": external_id}
    return command("payment.receive", command_id, tenant, data)


def charge(tenant, command_id, account, amount, service="internet"):
    data = {"account": account, "amount": amount, "currency": "RUB", "service": service}
    return command("charge.post", command_id, tenant, data)


def transfer(tenant, command_id, source, target, amount):
    data = {"from": source, "to": target, "amount": amount, "currency": "RUB"}
    return command("transfer.make", command_id, tenant, data)
