#!/usr/bin/env python3
"""The billing run, by the system's clock, after days on which nobody charged: killed at random moments and asked
for again, twice at a time, with payments meanwhile. Each charge exists once, nobody is missed, what was charged is
what left the balances, and the report is true.

RUN_ACCOUNTS, RUN_KILLS and RUN_SEED say how many, how often, and which run.
"""

import http.client
import json
import os
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import server as s
from books import TENANT, Books

ACCOUNTS = int(os.environ.get("RUN_ACCOUNTS", "1500"))
KILLS = int(os.environ.get("RUN_KILLS", "12"))
DAYS = 6
LOST = (OSError, http.client.HTTPException, s.Failed, json.JSONDecodeError)


def batch(client, commands):
    for answer in client.post_batch(commands):
        s.expect(answer["status"] in (200, 201), "a command is recorded", answer)


def open_books(books):
    books.service()
    books.tariff("300.00", "spread", mode="spread")
    books.tariff("10.00", "daily", period="day")
    books.tariff("90.00", "owing", mode="spread", shortage="debt")
    commands = []
    for i in range(ACCOUNTS):
        account = f"n{i}"
        # Some have enough for all days, some for a few, some for none.
        amount = f"{(i % 7) * 15 + 1}.00"
        commands += [
            s.command("account.open", f"open-{i}", TENANT, {"account": account}),
            s.pay(TENANT, f"pay-{i}", account, amount, f"x-{i}"),
            s.command("subscription.start", f"start-{i}", TENANT, {"subscription": f"s{i}", "account": account, "tariff": ("spread", "daily", "owing")[i % 3]}),
        ]
    batch(books.client, commands)


class Clients:
    """Two that ask for the run again and again, and one that pays, until the server is gone."""

    def __init__(self, server, through, rng, paid):
        self.server, self.through, self.rng, self.paid = server, through, rng, paid
        self.threads = [threading.Thread(target=self.ask), threading.Thread(target=self.ask), threading.Thread(target=self.pay)]
        for thread in self.threads:
            thread.start()

    def ask(self):
        try:
            client = self.server.connect()
            for n in range(1_000_000):
                data = {"through": self.through}
                client.post(s.command("billing.run", f"run-{threading.get_ident()}-{time.monotonic_ns()}-{n}", TENANT, data))
        except LOST:
            pass

    def pay(self):
        try:
            client = self.server.connect()
            while True:
                key = f"meanwhile-{len(self.paid)}"
                account = f"n{self.rng.randrange(ACCOUNTS)}"
                self.paid.append((key, account))
                client.post(s.pay(TENANT, key, account, "1.00", key))
        except LOST:
            pass

    def join(self):
        for thread in self.threads:
            thread.join()


def all_events(books):
    books.seen = 0
    events = []
    while page := books.events():
        events += page
    return events


def check_run(books, today):
    events = all_events(books)
    moved = Counter()
    charges = Counter()
    through = {}
    for kind, data in events:
        for posting in data.get("postings", []):
            if posting["account"].startswith("customer/"):
                moved[posting["account"][9:]] += Decimal(posting["amount"])
        if kind == "subscription.charged":
            charges[data["subscription"], data["segment"], data["from"]] += 1
            through[data["subscription"]] = data["to"]
    twice = [key for key, count in charges.items() if count > 1]
    s.expect(not twice, "nobody is charged twice", twice[:5])
    states = Counter()
    for i in range(ACCOUNTS):
        account = books.account(f"n{i}")
        s.expect(moved[f"n{i}"] == Decimal(account["balance"]), "the balance is what moved", account)
        subscription = account["subscriptions"][0]
        states[subscription.get("reason", "charged")] += 1
        if subscription["state"] == "active":
            s.expect(through[f"s{i}"] >= today, "nobody is missed", account)
        else:
            s.expect(Decimal(account["needed"]) > 0 and account["access"] == "off", "who is off has to pay", account)
    return states


def main():
    binary = os.path.abspath(sys.argv[1])
    seed = int(os.environ.get("RUN_SEED", "1"))
    rng = random.Random(seed)
    zone = timezone(timedelta(hours=3))
    started = datetime.now(zone).date() - timedelta(days=DAYS)
    print(f"seed {seed}, {ACCOUNTS} accounts, {KILLS} kills")
    with tempfile.TemporaryDirectory(prefix="provodka-run-") as path:
        books = Books(binary, path, start=started.isoformat())
        open_books(books)
        books.close()
        paid = []
        for _ in range(KILLS):
            books.server = s.Server(binary, books.data)
            clients = Clients(books.server, datetime.now(zone).isoformat(), rng, paid)
            time.sleep(rng.random() * 0.4)  # a random moment, not a condition
            books.server.kill()
            clients.join()
        books.server = s.Server(binary, books.data)
        books.client = books.server.connect()
        for key, account in paid:  # those that nobody knows of are paid once by being sent again
            status, body = books.client.post(s.pay(TENANT, key, account, "1.00", key))
            s.expect(status in (200, 201), "a payment is recorded once", body)
        now = datetime.now(zone)
        for n in range(2):
            status, body = books.client.post(s.command("billing.run", f"last-{n}", TENANT, {"through": now.isoformat()}))
            s.expect(status == 201, "a run is recorded", body)
        states = check_run(books, now.date().isoformat())
        status, body = books.client.get(f"/v1/{TENANT}/runs?limit=1")
        run = json.loads(body)["rows"][0]
        s.expect(run["expected"] == run["charged"] + sum(skipped["count"] for skipped in run["skipped"]), "nobody is left out", run)
        s.expect(not run["services"], "the last run had nothing to do", run)
        s.expect(run["charged"] == states["charged"], "the report is true", run, states)
        for skipped in run["skipped"]:
            s.expect(skipped["count"] == states[skipped["reason"]], "for each reason", run, states)
        s.expect(len(states) > 2, "there were several reasons", states)
        ahead = f"/v1/{TENANT}/preview?through={(now + timedelta(days=40)).isoformat().replace('+', '%2B')}"
        status, body = books.client.get(ahead)
        preview = json.loads(body)
        s.expect(status == 200 and preview["blocked"] > 0 and preview["expected"] == ACCOUNTS, "what will come", preview)
        s.expect("shortfalls" not in preview, "accounts are named only where that is asked for", list(preview))
        status, body = books.client.get(ahead + "&shortfalls=true")
        named = json.loads(body)
        short = named.pop("shortfalls")
        s.expect(status == 200 and named == preview, "the same", named, preview)
        s.expect(len({row["account"] for row in short}) == len(short) > 0, "each account once", short[:5])
        s.expect(all(float(row["missing"]) > 0 for row in short), "something is missing", short[:5])
        status, _ = books.client.get(ahead + "&shortfalls=perhaps")
        s.expect(status == 400, "true or false", status)
        books.close()
        books.check(binary)
        print(f"{dict(states)}, {len(paid)} payments meanwhile")


if __name__ == "__main__":
    main()
