"""Emulated routers, the agent that keeps them in step, and what the books want of them."""

import json
import os
import random
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import server as s

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "adapters" / "emulators"))

from emulators import Emulator  # noqa: E402

TENANT = "ok"
LIST = "/ip/firewall/address-list"
LOGIN = {"login": "billing", "password": "k4rt0shk4-s3cret"}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def router(foreign=50, *flags):
    return Emulator("routeros", "--user", LOGIN["login"], "--password", LOGIN["password"], "--foreign", foreign, *flags)


class Agent:
    """A running `provodka agent devices`. What it says on stderr is appended to a file beside the data."""

    def __init__(self, binary, data, url, *flags):
        self.stderr_path = f"{data}.agent.stderr"
        with open(self.stderr_path, "ab") as stderr:
            self.process = subprocess.Popen(
                [binary, "agent", "devices", "--data", data, "--url", url, *map(str, flags)],
                stdout=subprocess.PIPE,
                stderr=stderr,
            )
        ready, _, _ = select.select([self.process.stdout], [], [], s.DEADLINE_S)
        line = os.read(self.process.stdout.fileno(), 4096) if ready else b""
        if not line.startswith(b"following "):
            self.process.kill()
            self.process.wait()
            raise s.Failed("the agent does not start", line, self.stderr())

    def stderr(self):
        with open(self.stderr_path, "rb") as file:
            return file.read().decode(errors="replace")

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        return self._reap()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self._reap()

    def _reap(self):
        code = self.process.wait(s.DEADLINE_S)
        self.process.stdout.close()
        return code

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.kill()


class Wanted:
    """What the log says of access points, read line by line by other code than the agent's."""

    def __init__(self, lines):
        self.points = {}
        self.reports = []
        for line in lines:
            event = json.loads(line)
            data, kind = event["data"], event["type"].rsplit(".", 1)[0]
            if kind == "account.opened":
                self.points[data["point"]] = {"version": 0, "on": True}
            elif kind == "point.added":
                self.points[data["point"]] = {"version": 0, "on": True, **_placed(data)}
            elif kind == "point.changed":
                self.points[data["point"]].update(_placed(data), version=data["version"])
            elif kind == "point.removed":
                self.points.pop(data["point"])
            elif kind == "access.changed":
                self.points[data["point"]].update(on=data["wanted"] == "on", version=data["version"])
            elif kind == "access.applied":
                self.reports.append(data)
                if data["point"] in self.points and data["version"] == self.points[data["point"]]["version"]:
                    self.points[data["point"]]["reported"] = (data["version"], data["outcome"])

    def blocked_on(self, device):
        return {
            f"provodka:{TENANT}/{name}": point["address"]
            for name, point in self.points.items()
            if point.get("device") == device and not point["on"]
        }

    def unreported(self):
        """Points whose newest version no router has confirmed."""
        return [
            (name, point)
            for name, point in self.points.items()
            if "device" in point and point.get("reported", (-1, "failed"))[0] != point["version"]
        ]


def _placed(data):
    return {key: data[key] for key in ("device", "address") if key in data}


def blocked(emulator):
    """What the router holds of ours: {tag: address}; and what is not ours."""
    ours, foreign = {}, []
    for entry in emulator.state()[LIST]:
        tag = entry.get("comment", "")
        if not tag.startswith("provodka:"):
            foreign.append(entry)
            continue
        s.expect(tag not in ours, "a point has one entry", entry)
        s.expect(entry["list"] == "provodka-blocked" and entry["disabled"] == "false", "it blocks", entry)
        ours[tag] = entry["address"]
    return ours, foreign


class Network:
    """A server with a fixed port, its agent, and routers: each in another way to talk."""

    KINDS = (("routeros_api", "ready"), ("routeros_api_tls", "ready-tls"), ("routeros_rest", "ready-rest"))
    FLAGS = ("--every", 2, "--pause-max", 0.3, "--timeout", 1)

    def __init__(self, binary, path, points_each):
        self.binary, self.data = binary, f"{path}/data"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.program = s.Program(binary)
        self.routers = [router() for _ in self.KINDS]
        self.server = self.agent = None
        self.sent = 0
        self.off = set()
        self.serve()
        self.client = self.server.connect()
        self.do("tenant.create", {"currency": "RUB", "zone": "Europe/Moscow", "locale": "ru-RU"})
        self.points = [[f"p{r}-{i}" for i in range(points_each)] for r in range(len(self.routers))]
        for r, emulator in enumerate(self.routers):
            kind, port = self.KINDS[r]
            host, number = emulator.ports[port]
            self.do("device.register", {"device": f"r{r}", "kind": kind, "address": f"{host}:{number}",
                                        "mode": "address_list", "credentials": LOGIN})  # fmt: skip
        self.batch(("account.open", {"account": p}) for group in self.points for p in group)
        self.batch(
            ("point.change", {"point": p, "device": f"r{r}", "address": f"10.{r}.{i // 250}.{i % 250 + 1}"})
            for r, group in enumerate(self.points)
            for i, p in enumerate(group)
        )
        self.foreign = [blocked(emulator)[1] for emulator in self.routers]

    def serve(self):
        self.server = s.Server(self.binary, self.data, listen=f"127.0.0.1:{self.port}")

    def follow(self, *flags):
        self.agent = Agent(self.binary, self.data, self.url, *self.FLAGS, *flags)

    def restart_server(self):
        self.server.kill()
        self.client.close()
        self.serve()
        self.client = self.server.connect()

    def restart_agent(self):
        self.agent.kill()
        self.follow()

    def do(self, kind, data, status=201):
        self.sent += 1
        got, answer = self.client.post(s.command(kind, f"c{self.sent}", TENANT, data))
        s.expect(got == status, f"{kind} gives {got}", data, answer)
        return json.loads(answer)

    def batch(self, commands):
        documents = []
        for kind, data in commands:
            self.sent += 1
            documents.append(s.command(kind, f"c{self.sent}", TENANT, data))
        for document, answer in zip(documents, self.client.post_batch(documents), strict=True):
            s.expect(answer.get("status") == 201, "it is recorded", document, answer)

    def switch(self, off=(), on=()):
        self.batch(
            [("access.block", {"point": p, "reason": "operator"}) for p in off]
            + [("access.unblock", {"point": p, "reason": "operator"}) for p in on]
        )
        self.off = (self.off | set(off)) - set(on)

    def flip(self, points):
        """Blocks those that are on and unblocks those that are off by the operator."""
        points = set(points)
        self.switch(off=points - self.off, on=points & self.off)

    def wanted(self):
        return Wanted(self.program.lines(self.data, TENANT))

    def in_step(self, routers=None, reported=True, deadline_s=s.DEADLINE_S):
        """Waits until every router has what the log wants, the log says so, and nothing else was touched."""
        wanted = None

        def holds():
            nonlocal wanted
            wanted = self.wanted()
            for r in routers if routers is not None else range(len(self.routers)):
                if blocked(self.routers[r])[0] != wanted.blocked_on(f"r{r}"):
                    return False
            return not reported or routers is not None or not wanted.unreported()

        try:
            s.poll(holds, "routers in step", deadline_s, every_s=0.1)
        except s.Failed:
            for r, emulator in enumerate(self.routers):
                has, wants = blocked(emulator)[0], wanted.blocked_on(f"r{r}")
                print(f"r{r}: missing {sorted(wants.items() - has.items())[:5]}, too many {sorted(has.items() - wants.items())[:5]}")
            print("unreported:", wanted.unreported()[:5], "\n", self.agent.stderr()[-3000:])
            raise
        for emulator, foreign in zip(self.routers, self.foreign, strict=True):
            s.expect(blocked(emulator)[1] == foreign, "foreign entries are as they were")
        return wanted

    def states(self):
        rows = json.loads(self.program.must("devices", "--data", self.data, "--tenant", TENANT, "--json"))
        return {row["router"]: row for row in rows}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for one in (self.agent, self.server):
            if one is not None and one.process.poll() is None:
                one.kill()
        for emulator in self.routers:
            emulator.__exit__()


class Load(threading.Thread):
    """Blocks and unblocks at random until it is told to stop; a server that is away is asked again."""

    def __init__(self, net, seed):
        super().__init__(daemon=True)
        self.net, self.chance = net, random.Random(seed)
        self.stopping = threading.Event()
        self.recorded = 0

    def run(self):
        i = 0
        while not self.stopping.is_set():
            i += 1
            point = self.chance.choice(self.chance.choice(self.net.points)[1:])
            kind = self.chance.choice(["access.block", "access.unblock"])
            try:
                with s.Client(("127.0.0.1", self.net.port)) as client:
                    status, _ = client.post(s.command(kind, f"load{i}", TENANT, {"point": point, "reason": "load"}))
                self.recorded += status == 201
            except (OSError, s.http.client.HTTPException):
                pass
            self.stopping.wait(0.005)

    def stop(self):
        self.stopping.set()
        self.join(s.DEADLINE_S)


def now():
    return time.monotonic()
