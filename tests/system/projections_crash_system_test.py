#!/usr/bin/env python3
"""The projector and Postgres are killed at random moments while commands are recorded, fifty times in all; in between
tables are rebuilt. Afterwards every figure in SQL is that of the ledger, and nobody who read all the time saw an error."""

import os
import random
import sys
import tempfile
import threading
import time

import server as s
from postgres import Postgres, Projector, equals_the_ledger

TENANT = "ok"
KILLS = int(os.environ.get("PROJECTION_KILLS", "50"))
ACCOUNTS = 60


class Load(threading.Thread):
    """Records payments, charges, transfers, reversals and blocks until it is told to stop."""

    def __init__(self, server, seed):
        super().__init__(daemon=True)
        self.server = server
        self.random = random.Random(seed)
        self.stopping = threading.Event()
        self.recorded = 0
        self.failure = None

    def run(self):
        try:
            with self.server.connect() as client:
                i = 0
                while not self.stopping.is_set():
                    i += 1
                    for answer in client.post_batch([self.command(i * 40 + k) for k in range(40)]):
                        self.recorded += answer.get("status") == 201
                    # About a thousand commands a second, so that a kill meets work and not only a backlog.
                    self.stopping.wait(0.02)
        except Exception as failure:  # told by whoever joins
            self.failure = failure

    def command(self, i):
        r = self.random
        account, other = (f"a{k}" for k in r.sample(range(ACCOUNTS), 2))
        amount = f"{r.randrange(1, 90000) / 100:.2f}"
        kind = r.randrange(10)
        if kind < 5:
            return s.pay(TENANT, f"p{i}", account, amount, f"x{i}", r.choice(["bank", "cash"]))
        if kind < 7:
            return s.charge(TENANT, f"c{i}", account, amount)
        if kind == 7:
            return s.transfer(TENANT, f"t{i}", account, other, amount)
        if kind == 8:
            data = {"account": account, "amount": f"-{amount}", "currency": "RUB", "reason": "goodwill"}
            return s.command("adjustment.make", f"j{i}", TENANT, data)
        return s.command(r.choice(["access.block", "access.unblock"]), f"b{i}", TENANT, {"account": account, "reason": "operator"})

    def stop(self):
        self.stopping.set()
        self.join(s.DEADLINE_S)
        s.expect(self.failure is None, "the load goes on", self.failure)


class Reader(threading.Thread):
    """Reads views all the time over one connection after the other; where Postgres is killed it comes back."""

    QUERY = (
        "SELECT (SELECT count(*) FROM provodka.balances) AS accounts, "
        "(SELECT coalesce(sum(balance), 0) FROM provodka.balances) AS balances, "
        "(SELECT count(*) FROM provodka.statement) AS entries, "
        "(SELECT coalesce(sum(net), 0) FROM provodka.trial_balance) AS trial"
    )

    def __init__(self, postgres):
        super().__init__(daemon=True)
        self.postgres = postgres
        self.stopping = threading.Event()
        self.reads = 0
        self.wrong = []
        self.entries = 0

    def run(self):
        while not self.stopping.is_set():
            code, rows, stderr = self.postgres.ask(self.QUERY, user="provodka_reader", check=False)
            if code != 0:
                self.wrong.append(stderr)
                continue
            self.reads += 1
            row = rows[0]
            # All accounts were there before, and every transaction leaves the books balanced. What was seen once
            # is in the new tables too.
            seen, self.entries = self.entries, int(row["entries"])
            if int(row["accounts"]) != ACCOUNTS or float(row["trial"]) != 0 or self.entries < seen:
                self.wrong.append((seen, row))

    def stop(self):
        self.stopping.set()
        self.join(s.DEADLINE_S)


def begin(server):
    with server.connect() as client:
        commands = [s.create_tenant(TENANT)] + [s.open_account(TENANT, f"a{i}", "100000.00") for i in range(ACCOUNTS)]
        for command in commands:
            status, answer = client.post(command)
            s.expect(status == 201, "the tenant begins", answer)
        status, answer = client.post(s.pay(TENANT, "first", "a0", "1.00", "first"))
        return s.json.loads(answer)["position"]


def killed_fifty_times(binary, path, postgres, data):
    chance = random.Random(11)
    projector = Projector(binary, data, postgres.url, f"{path}/projector.stderr")
    killed = {"projector": 0, "Postgres": 0}
    for _ in range(KILLS):
        reached = int(postgres.value("SELECT coalesce(min(position), 0) FROM provodka.projection_status"))
        # A moment within the work: as soon as something has moved since the last one, and a little later.
        s.poll(
            lambda reached=reached: int(postgres.value("SELECT min(position) FROM provodka.projection_status")) > reached,
            "progress after a kill",
        )
        time.sleep(chance.random() * 0.15)  # the random moment itself
        if chance.random() < 0.5:
            projector.kill()
            projector = Projector(binary, data, postgres.url, f"{path}/projector.stderr")
            killed["projector"] += 1
        else:
            postgres.kill()
            postgres.start()
            killed["Postgres"] += 1
    return projector, killed


def rebuilt_under_load(binary, postgres, data):
    """A reader never sees an error, a gap or a mixture."""
    reader = Reader(postgres)
    reader.start()
    program = s.Program(binary)
    for name in ("balances", "statement", "trial_balance", "turnover", "access"):
        program.must("project", "--data", data, "--postgres", postgres.url, "--rebuild", name)
    reader.stop()
    s.expect(reader.reads > 3 and not reader.wrong, "a reader sees whole tables all the time", reader.reads, reader.wrong[:3])
    return reader.reads


def main(binary):
    with tempfile.TemporaryDirectory() as path, Postgres(f"{path}/postgres") as postgres:
        data = f"{path}/data"
        with s.Server(binary, data) as server:
            first = begin(server)
            with Projector(binary, data, postgres.url, f"{path}/projector.stderr"):
                postgres.wait_for(first)
            load = Load(server, seed=5)
            load.start()
            projector, killed = killed_fifty_times(binary, path, postgres, data)
            with projector:
                reads = rebuilt_under_load(binary, postgres, data)
                load.stop()
                with server.connect() as client:
                    _, answer = client.post(s.pay(TENANT, "last", "a0", "1.00", "last"))
                postgres.wait_for(s.json.loads(answer)["position"])
                equals_the_ledger(binary, postgres, data, TENANT)
                live = postgres.dump()
                s.Program(binary).must("project", "--data", data, "--postgres", postgres.url, "--rebuild", "all")
                rebuilt = postgres.dump()
                differ = {name: (live[name], rebuilt.get(name)) for name in live if live[name] != rebuilt.get(name)}
                s.expect(not differ, "a rebuild gives the rows that came one by one", differ)
                projector.end()
            server.end()
        print(f"{load.recorded} commands, killed: {killed}, {reads} reads while tables were rebuilt")


if __name__ == "__main__":
    main(sys.argv[1])
