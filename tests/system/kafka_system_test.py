#!/usr/bin/env python3
"""Mirrors to a real broker while the server, the mirror and the broker are killed at random moments, and reads
with kcat what a consumer of committed records gets: every event once, in the order of its account, and lines that
hash to the log's checkpoint.

KAFKA_ROUNDS and KAFKA_SEED say how often, and which run.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import kafka
import server as s

TENANTS = ("acme", "beta")
ACCOUNTS = [f"a{i}" for i in range(30)]
PREFIX = "house"
TLOG_CHECK = kafka.TOP / "tests/support/tlog_check.py"


class Load:
    """Clients that post until they are told to end, whatever happens to the server."""

    def __init__(self, rng):
        self.rng = rng
        self.lock = threading.Lock()
        self.address = None
        self.posted = 0
        self.ending = threading.Event()
        self.failures = []
        self.threads = [threading.Thread(target=self.run, args=(i,)) for i in range(3)]

    def start(self, server):
        self.address = server.address
        for thread in self.threads:
            thread.start()

    def end(self):
        self.ending.set()
        for thread in self.threads:
            thread.join()
        if self.failures:
            raise self.failures[0]

    def make(self, rng, name):
        tenant, account = rng.choice(TENANTS), rng.choice(ACCOUNTS)
        kind = rng.random()
        if kind < 0.6:
            return s.pay(tenant, name, account, f"{rng.randrange(1, 500)}.00", f"x-{name}")
        if kind < 0.8:
            return s.charge(tenant, name, account, f"{rng.randrange(1, 300)}.00")
        verb = "access.block" if kind < 0.9 else "access.unblock"
        return s.command(verb, name, tenant, {"account": account, "reason": rng.choice(["operator", "fraud"])})

    def run(self, number):
        rng = random.Random(f"{self.rng.random()}-{number}")
        made = 0
        waiting = []
        while not self.ending.is_set():
            try:
                with s.Client(self.address) as client:
                    while not self.ending.is_set():
                        if not waiting:
                            made += 1
                            size = rng.choice([1, 1, 1, 40])
                            waiting = [self.make(rng, f"c{number}-{made}-{i}") for i in range(size)]
                        self.post(client, waiting)
                        waiting = []
                        self.ending.wait(0.01)  # a load, not a flood: what is checked at the end is read whole
            except (OSError, s.http.client.HTTPException):
                self.ending.wait(0.05)  # the server was killed: the same commands again, once it is back
            except Exception as failure:  # pylint: disable=broad-except
                self.failures.append(failure)
                return

    def post(self, client, commands):
        if len(commands) == 1:
            status, answer = client.post(commands[0])
            if status == 503:
                raise OSError("the server is ending")
            s.expect(status in (200, 201, 422), "an answer", status, answer)
        else:
            answers = list(client.post_batch(commands))
            if len(answers) != len(commands):
                raise OSError("the batch was cut off")
        with self.lock:
            self.posted += len(commands)

    def wait_for(self, more):
        target = self.posted + more
        s.poll(lambda: self.posted >= target or self.failures, f"{more} commands more")


class House:
    def __init__(self, binary, directory, rng):
        self.binary, self.rng = binary, rng
        self.program = s.Program(binary)
        self.data = os.path.join(directory, "data")
        self.broker = kafka.Broker(os.path.join(directory, "broker"))
        self.server = s.Server(binary, self.data)
        self.load = Load(rng)
        self.mirror = None

    def set_up(self):
        with self.server.connect() as client:
            for tenant in TENANTS:
                opening = [s.create_tenant(tenant)] + [s.open_account(tenant, a, "1000000.00") for a in ACCOUNTS]
                for answer in client.post_batch(opening):
                    s.expect(answer["status"] == 201, "a house is set up", answer)

    def restart_server(self, *flags):
        self.server.kill()
        self.server = s.Server(self.binary, self.data, flags=flags)
        self.load.address = self.server.address

    def status(self):
        code, out, err = self.program.run(
            "mirror", "--data", self.data, "--kafka", self.broker.address, "--prefix", PREFIX, "--status", "--json"
        )
        return json.loads(out) if code == 0 else {"lag": None, "why": err}

    def wait_until_mirrored(self, but_for=0):
        def is_mirrored():
            lag = self.status()["lag"]
            return lag is not None and lag <= but_for

        try:
            s.poll(is_mirrored, "the mirror has everything", every_s=0.3)
        except s.Failed as failed:
            said = self.mirror.stderr() if self.mirror else ""
            raise s.Failed(f"{failed}: {self.status()} {said[-4000:]} {self.server.stderr()[-4000:]}") from None

    def close(self):
        self.load.ending.set()
        if self.mirror:
            self.mirror.close()
        if self.server.process.poll() is None:
            self.server.kill()
        self.broker.stop()


def check_events(house):
    """What kcat reads is the log: once, in the order of each account, and with the root of the checkpoint."""
    records = house.broker.records(f"{PREFIX}.events")
    for key, partitions in kafka.partitions_by_key(records).items():
        s.expect(len(partitions) == 1, "an account's events are in one partition", key, partitions)
    last_of = {}
    lines = {tenant: [] for tenant in TENANTS}
    for _, key, headers, line in records:
        event = json.loads(line)
        s.expect(key == event["partitionkey"], "the key is the partition key", key, line)
        expected = {f"ce_{name}": event[name] for name in event if name in ATTRIBUTES}
        s.expect({k: v for k, v in headers.items() if k.startswith("ce_")} == expected, "the headers", headers, line)
        s.expect(headers["content-type"] == "application/cloudevents+json", "the content type", headers)
        sequence = int(event["id"])
        s.expect(last_of.get(key, 0) < sequence, "an account's events are in order", key, sequence, last_of.get(key))
        last_of[key] = sequence
        lines[event["source"][1:]].append((sequence, line))
    positions = sorted(int(headers["position"]) for _, _, headers, _ in records)
    s.expect(positions == list(range(1, len(records) + 1)), "each record has the position of its line")
    for tenant, numbered in lines.items():
        numbered.sort()
        s.expect([n for n, _ in numbered] == list(range(1, len(numbered) + 1)), "every event is there once", tenant)
        in_order = [line for _, line in numbered]
        s.expect(in_order == house.program.lines(house.data, tenant), "the lines are the log's", tenant)
        check_root(house, tenant, in_order)
    return sum(len(numbered) for numbered in lines.values())


ATTRIBUTES = ("specversion", "id", "source", "type", "subject", "time", "partitionkey")


def check_root(house, tenant, lines):
    def note():
        status, text = house.server.get(f"/v1/{tenant}/checkpoint")
        return text if status == 200 and int(text.split(b"\n")[1]) == len(lines) else None

    _, key = house.server.get(f"/v1/{tenant}/keys")
    with tempfile.TemporaryDirectory() as directory:
        Path(directory, "note").write_bytes(s.poll(note, "a checkpoint of everything"))
        Path(directory, "lines").write_bytes(b"".join(line + b"\n" for line in lines))
        check = [sys.executable, "-B", TLOG_CHECK, "checkpoint", "--note", f"{directory}/note"]
        check += ["--lines", f"{directory}/lines", "--vkey", key.decode().split("\n")[0]]
        done = subprocess.run(check, capture_output=True, timeout=120, check=False)
        s.expect(done.returncode == 0, "the topic's lines hash to the checkpoint", tenant, done.stdout, done.stderr)


def check_access(house):
    """The newest record of each point is the newest wanted state in the log, and has no value where it is removed."""
    newest = {}
    for _, key, _, value in house.broker.records(f"{PREFIX}.access"):
        newest[key] = json.loads(value) if value else None
    wanted = {}
    for tenant in TENANTS:
        for line in house.program.lines(house.data, tenant):
            event = json.loads(line)
            data, kind = event["data"], event["type"]
            if kind == "access.changed.v1":
                wanted[f"{tenant}/{data['point']}"] = {k: data[k] for k in ("version", "wanted", "reasons", "account")}
            elif kind in ("account.opened.v1", "point.added.v1"):
                begins = {"version": 0, "wanted": "on", "reasons": [], "account": data["account"]}
                wanted[f"{tenant}/{data['point']}"] = begins
            elif kind == "point.removed.v1":
                wanted[f"{tenant}/{data['point']}"] = None
    states = list(wanted.values())
    s.expect(any(state and state["version"] > 0 for state in states), "the load has changed some access")
    s.expect(None in states, "and a point is gone")
    s.expect(newest == wanted, "the newest wanted states", newest, wanted)


def change_points(house):
    """One is added and stays, another is removed after it was switched off."""
    account = ACCOUNTS[0]
    with house.server.connect() as client:
        for number, (kind, data) in enumerate(
            [
                ("point.add", {"account": account, "point": f"{account}-stays"}),
                ("point.add", {"account": account, "point": f"{account}-goes"}),
                ("access.block", {"point": f"{account}-goes", "reason": "operator"}),
                ("point.remove", {"point": f"{account}-goes"}),
            ]
        ):
            status, answer = client.post(s.command(kind, f"points-{number}", TENANTS[0], data))
            s.expect(status == 201, f"{kind} is recorded", data, answer)


def kills(house, rounds, mirror_apart):
    """Kills at random moments, while the load goes on."""
    for number in range(rounds):
        house.load.wait_for(house.rng.randrange(20, 400))
        victims = ["server", "broker"] + (["mirror"] if mirror_apart else [])
        # Each is among the first victims, so that a short run has them all.
        chosen = victims[number] if number < len(victims) else house.rng.choice(victims)
        print(f"  kill the {chosen} after {house.load.posted} commands", flush=True)
        if chosen == "server":
            house.restart_server(*([] if mirror_apart else kafka_flags(house)))
        elif chosen == "mirror":
            house.mirror.kill()
            house.mirror = kafka.Mirror(house.binary, house.data, house.broker, PREFIX)
        else:
            house.broker.kill()
            house.load.wait_for(50)  # the ledger goes on without it
            house.broker.start()
    house.load.wait_for(100)


def kafka_flags(house):
    return ["--kafka", house.broker.address, "--config", house.config]


def test_kills(house, rounds):
    house.set_up()
    house.mirror = kafka.Mirror(house.binary, house.data, house.broker, PREFIX)
    house.load.start(house.server)
    kills(house, rounds, mirror_apart=True)
    house.wait_until_mirrored(but_for=2000)
    # A server with a mirror of its own takes over from the one beside it, which says so and ends.
    house.config = f"{house.data}.toml"
    Path(house.config).write_text(f'[kafka]\nprefix = "{PREFIX}"\n')
    house.restart_server(*kafka_flags(house))
    s.poll(lambda: house.mirror.process.poll() is not None, "the older mirror ends")
    s.expect(house.mirror.process.returncode == 2, "the older mirror is fenced", house.mirror.stderr())
    s.expect("another mirror has taken over" in house.mirror.stderr(), "and says so", house.mirror.stderr())
    kills(house, rounds, mirror_apart=False)
    house.load.end()
    change_points(house)
    house.wait_until_mirrored()
    events = check_events(house)
    check_access(house)
    print(f"kills: {events} events in the topic once and in order", flush=True)
    house.server.stop()


def refused(house, data, *flags):
    """What a mirror says that may not begin; it ends by itself."""
    arguments = ["mirror", "--data", data, "--kafka", house.broker.address, "--prefix", PREFIX, *flags]
    code, _, err = house.program.run(*arguments)
    s.expect(code == 1, "a mirror is refused", arguments, code, err)
    return err


def test_refusals(house, directory):
    foreign = os.path.join(directory, "foreign")
    with s.Server(house.binary, foreign) as server, server.connect() as client:
        s.expect(client.post(s.create_tenant("other"))[0] == 201, "another house")
        server.stop()
    # It is shorter as well, which alone could be a server that is not up again yet: the first line tells.
    err = refused(house, foreign)
    s.expect("holds another log" in err, "a foreign log is refused", err)
    err = refused(house, house.data, "--partitions", "5")
    s.expect("has 12 partitions, and 5 are configured" in err, "wrong partitions are refused", err)
    err = refused(house, house.data, "--set", "transactional.id=mine")
    s.expect("kafka.transactional.id cannot be set" in err, "what guarantees hang on is refused", err)
    err = refused(house, house.data, "--set", "partitioner=random")
    s.expect("kafka.partitioner cannot be set" in err, "and so is what the order of an account hangs on", err)
    nonsense = ["security.protocol=sasl_plaintext", "sasl.mechanisms=NONSENSE", "sasl.password=hunter2"]
    err = refused(house, house.data, *(word for setting in nonsense for word in ("--set", setting)))
    s.expect("hunter2" not in err, "a password is not repeated", err)

    alter = ["--alter", "--entity-type", "topics", "--entity-name", f"{PREFIX}.events", "--add-config"]
    house.broker.tool("kafka.admin.ConfigCommand", *alter, "cleanup.policy=compact")
    err = refused(house, house.data)
    s.expect("cleanup.policy = compact, and delete is needed" in err, "a compacted topic is refused", err)
    house.broker.tool("kafka.admin.ConfigCommand", *alter, "cleanup.policy=delete")
    house.program.must(
        "mirror", "--data", house.data, "--kafka", house.broker.address, "--prefix", PREFIX, "--once"
    )
    check_deleted_topic(house)
    print("refusals: ok", flush=True)


def check_deleted_topic(house):
    """A topic that is deleted under a running mirror: it says which, and does not fill a new one from the middle."""
    mirror = kafka.Mirror(house.binary, house.data, house.broker, PREFIX)
    try:
        with s.Server(house.binary, house.data) as server, server.connect() as client:
            house.broker.tool("org.apache.kafka.tools.TopicCommand", "--delete", "--topic", f"{PREFIX}.events")
            s.expect(client.post(s.pay(TENANTS[0], "late", "a1", "1.00", "late"))[0] == 201, "the ledger goes on")
            s.expect(mirror.process.wait(s.DEADLINE_S) == 1, "the mirror ends", mirror.stderr())
            s.expect(f"the topic {PREFIX}.events is gone" in mirror.stderr(), "and says why", mirror.stderr())
            server.stop()
    finally:
        mirror.close()


def main():
    if not kafka.is_there():
        print("neither a broker nor kcat can be run here: tools/setup installs what it takes")
        return 77
    rounds, seed = int(os.environ.get("KAFKA_ROUNDS", "4")), os.environ.get("KAFKA_SEED", str(random.randrange(10**6)))
    print(f"KAFKA_ROUNDS={rounds} KAFKA_SEED={seed}", flush=True)
    with tempfile.TemporaryDirectory(dir=os.environ.get("KAFKA_DIR")) as directory:
        house = House(os.path.abspath(sys.argv[1]), directory, random.Random(seed))
        try:
            test_kills(house, rounds)
            test_refusals(house, directory)
        finally:
            house.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
