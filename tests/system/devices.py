"""Emulated routers, the agent that keeps them in step, and what the books want of them."""

import ipaddress
import json
import os
import random
import select
import sys
import threading
import time
from pathlib import Path

import device_modes as modes
import server as s

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "adapters" / "emulators"))

from emulators import Emulator  # noqa: E402

TENANT = modes.TENANT
LOGIN = {"login": "billing", "password": "k4rt0shk4-s3cret"}


def router(foreign=50, *flags):
    return Emulator("routeros", "--user", LOGIN["login"], "--password", LOGIN["password"], "--foreign", foreign, *flags)


class Agent(s.Running):
    """A running `provodka agent devices`. What it says on stderr is appended to a file beside the data."""

    def __init__(self, binary, data, url, *flags):
        command = [binary, "agent", "devices", "--data", data, "--url", url, *map(str, flags)]
        super().__init__(command, f"{data}.agent.stderr")
        ready, _, _ = select.select([self.process.stdout], [], [], s.DEADLINE_S)
        line = os.read(self.process.stdout.fileno(), 4096) if ready else b""
        if not line.startswith(b"following "):
            self.kill()
            raise s.Failed("the agent does not start", line, self.stderr())


class Wanted:
    """What the log says of access points, read line by line by other code than the agent's."""

    def __init__(self, lines):
        self.points = {}
        self.reports = []
        self.serves = {}  # {device: prefixes}
        self.left = {}  # {device: {point that it served once: its login then}}
        self.speeds = {}  # of a tariff's version: (down, up)
        self.subscriptions = {}  # [account, points or none for all, tariff's version]
        for line in lines:
            event = json.loads(line)
            self._fold(event["data"], event["type"].rsplit(".", 1)[0])

    def _fold(self, data, kind):
        if kind == "account.opened":
            self.points[data["point"]] = {"account": data["account"], "version": 0, "on": True}
        elif kind == "point.added":
            self.points[data["point"]] = {"account": data["account"], "version": 0, "on": True, **_placed(data)}
        elif kind == "point.changed":
            if "device" in data:
                self._leave(data["point"])
                self.left.get(data["device"], {}).pop(data["point"], None)
            self.points[data["point"]].update(_placed(data), version=data["version"])
        elif kind == "point.removed":
            self._leave(data["point"])
            self.points.pop(data["point"])
        elif kind == "access.changed":
            self.points[data["point"]].update(on=data["wanted"] == "on", version=data["version"])
        elif kind == "access.applied":
            self.reports.append(data)
            if data["point"] in self.points and data["version"] == self.points[data["point"]]["version"]:
                self.points[data["point"]]["reported"] = (data["version"], data["outcome"])
        elif kind in ("device.registered", "device.changed") and "serves" in data:
            self.serves[data["device"]] = [ipaddress.ip_network(text, strict=False) for text in data["serves"]]
        elif kind == "tariff.published" and "speed" in data:
            self.speeds[data["tariff"], data["version"]] = (data["speed"]["down"], data["speed"]["up"])
        elif kind == "subscription.started":
            tariff = data["tariff"], data["version"]
            self.subscriptions[data["subscription"]] = [data["account"], data.get("points"), tariff]
        elif kind == "subscription.switched" and data["from"] <= data["effective"]:
            self.subscriptions[data["subscription"]][2] = data["tariff"], data["version"]

    def _leave(self, name):
        point = self.points[name]
        if "device" in point:
            self.left.setdefault(point["device"], {})[name] = point.get("login")

    def served_by(self, device):
        """{point: what is wanted of it}, with the tariffs' speed in Mbit/s."""
        return {
            name: {**point, "speed": self._speed(name, point)}
            for name, point in self.points.items()
            if self._server(point) == device
        }

    def _server(self, point):
        """The device that a point names, or else that with the longest prefix that it is in."""
        if "device" in point or "address" not in point:
            return point.get("device")
        address = ipaddress.ip_network(point["address"], strict=False)
        found = [
            (prefix.prefixlen, device)
            for device, prefixes in self.serves.items()
            for prefix in prefixes
            if prefix.version == address.version and prefix.supernet_of(address)
        ]
        return max(found)[1] if found else None

    def _speed(self, name, point):
        """The fastest of its subscriptions, down and up each; 0 is no limit."""
        of = [
            self.speeds.get(tariff, (0, 0))
            for account, points, tariff in self.subscriptions.values()
            if account == point["account"] and (not points or name in points)
        ]
        return tuple(max(pair) for pair in zip(*of)) if of else (0, 0)

    def blocked_on(self, device):
        return {modes.tag(name): point["address"] for name, point in self.served_by(device).items() if not point["on"]}

    def unreported(self):
        """Points whose newest version no router has confirmed."""
        return [
            (name, point)
            for name, point in self.points.items()
            if self._server(point) and point.get("reported", (-1, "failed"))[0] != point["version"]
        ]


def _placed(data):
    return {key: data[key] for key in ("device", "address", "mac", "login") if key in data}


# How each router of a network is talked to, and how it enforces.
PLAIN = ("routeros_api", "ready")
TLS = ("routeros_api_tls", "ready-tls")
REST = ("routeros_rest", "ready-rest")
REST_TLS = ("routeros_rest_tls", "ready-rest-tls")
# One for each way to talk, where the way to enforce does not matter.
LISTS = [(*talk, "address_list") for talk in (PLAIN, TLS, REST)]


class Network:
    """A server with a fixed port, its agent, and routers `r0`, `r1` and so on: (kind, port of the emulator, mode)."""

    FLAGS = ("--every", 2, "--pause-max", 0.3, "--timeout", 1)

    def __init__(self, binary, path, points_each, routers):
        self.binary, self.data = binary, f"{path}/data"
        self.port = s.free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.program = s.Program(binary)
        self.modes = [mode for _, _, mode in routers]
        self.routers = [router() for _ in routers]
        self.server = self.agent = None
        self.sent = 0
        self.off = set()
        try:
            self.set_up(points_each, routers)
        except BaseException:
            self.__exit__()
            raise

    def set_up(self, points_each, routers):
        self.serve()
        self.client = self.server.connect()
        self.do("tenant.create", {"currency": "RUB", "zone": "Europe/Moscow", "locale": "ru-RU"})
        self.points = [[f"p{r}-{i}" for i in range(points_each)] for r in range(len(self.routers))]
        for r, (kind, port, mode) in enumerate(routers):
            self.do("device.register", {"device": f"r{r}", "kind": kind, "address": self.address(r, port),
                                        "mode": mode, "credentials": LOGIN})  # fmt: skip
        self.batch(("account.open", {"account": p}) for group in self.points for p in group)
        self.batch(
            ("point.change", {"point": p, "device": f"r{r}", **modes.place(r, i)})
            for r, group in enumerate(self.points)
            for i, p in enumerate(group)
        )
        for r, group in enumerate(self.points):
            if self.modes[r] == "ppp_secret":
                self.dial_in(r, {p: modes.place(r, i)["login"] for i, p in enumerate(group)})
        self.remember_foreign()

    def address(self, r, port):
        host, number = self.routers[r].ports[port]
        return f"{host}:{number}"

    def dial_in(self, r, logins):
        """The secrets of points, which people add and tag."""
        secrets = [{"name": login, "password": "x", "comment": modes.tag(p)} for p, login in logins.items()]
        self.routers[r].ask("POST", "/entries", {"menu": modes.SECRET, "add": secrets})

    def remember_foreign(self):
        self.foreign = [modes.foreign(emulator.state()) for emulator in self.routers]

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

        def apart():
            for r in routers if routers is not None else range(len(self.routers)):
                has = modes.held(self.modes[r], self.routers[r].state())
                wants = modes.expected(self.modes[r], wanted.served_by(f"r{r}"), wanted.left.get(f"r{r}", {}))
                if has != wants:
                    yield r, has, wants

        def holds():
            nonlocal wanted
            wanted = self.wanted()
            if next(apart(), None):
                return False
            return not reported or routers is not None or not wanted.unreported()

        try:
            s.poll(holds, "routers in step", deadline_s, every_s=0.1)
        except s.Failed:
            for r, has, wants in apart():
                for menu in wants:
                    missing = sorted(wants[menu].items() - has[menu].items())[:5]
                    print(f"r{r} {menu}: missing {missing}, too many {sorted(has[menu].items() - wants[menu].items())[:5]}")
            print("unreported:", wanted.unreported()[:5], "\n", self.states(), "\n", self.agent.stderr()[-3000:])
            raise
        self.untouched()
        return wanted

    def untouched(self):
        for r, (emulator, foreign) in enumerate(zip(self.routers, self.foreign, strict=True)):
            s.expect(modes.foreign(emulator.state()) == foreign, f"foreign entries of r{r} are as they were")

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


def killed_at_random(net, kills):
    """Agent, server and routers, while points are switched; afterwards every router is right."""
    chance = random.Random(5)
    load = Load(net, 7)
    load.start()
    killed = {"agent": 0, "server": 0, "router": 0}
    for _ in range(kills):
        reached = load.recorded
        s.poll(lambda reached=reached: load.recorded > reached + chance.randrange(60), "progress after a kill")
        who = chance.choice(list(killed))
        killed[who] += 1
        if who == "agent":
            net.restart_agent()
        elif who == "server":
            net.restart_server()
        else:
            chance.choice(net.routers).misbehave(power="cycle")
    load.stop()
    wanted = net.in_step()
    ids = [(r["point"], r["version"], r["outcome"], r["device"]) for r in wanted.reports if r["outcome"] == "applied"]
    print(f"  {load.recorded} changes, {len(wanted.reports)} results, killed {killed}, {len(ids) - len(set(ids))} told twice")


def run_all(net, tests, secrets=(LOGIN["password"],)):
    """Each test in turn, with its time; then no secret was said, all ends by itself, and the log is whole."""
    for test in tests:
        start = now()
        print(test.__name__, flush=True)
        test(net)
        print(f"  {now() - start:.1f} s", flush=True)
    said = Path(net.agent.stderr_path).read_text("utf-8", "replace")  # what all agents of the test said
    for secret in secrets:
        s.expect(secret not in said, "no secret is in what the agent says")
    net.agent.end()
    net.server.end()
    code, found = net.program.verify(net.data)
    s.expect(code == 0 and found["ok"], "the log is whole", found)


def now():
    return time.monotonic()
