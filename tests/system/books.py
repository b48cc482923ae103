"""Books of a tenant on a server whose clock the commands set: what the examples of billing are written with."""

import json
import os
from decimal import Decimal

import server as s

TENANT = "ok"


class Books:
    """A tenant on a server of its own, and what the examples say about it."""

    def __init__(self, binary, path, start="2026-01-01", zone="Europe/Moscow", offset="+03:00"):
        self.offset = offset
        self.data = os.path.join(path, "data")
        self.server = s.Server(binary, self.data, flags=["--clock", self.instant(start)])
        self.client = self.server.connect()
        self.count = 0
        self.seen = 0
        data = {"currency": "RUB", "zone": zone, "locale": "ru-RU"}
        self.do("tenant.create", data)

    def close(self):
        self.client.close()
        self.server.end()

    def instant(self, text):
        """A local time of the tenant: a date is its midnight."""
        date, _, time = text.partition(" ")
        return f"{date}T{time or '00:00'}:00{self.offset}"

    def ask(self, kind, data, at=None):
        self.count += 1
        command = s.command(kind, f"c-{self.count}", TENANT, data)
        if at:
            command["time"] = self.instant(at)
        status, body = self.client.post(command)
        return status, json.loads(body)

    def do(self, kind, data, at=None):
        status, answer = self.ask(kind, data, at)
        s.expect(status == 201, f"{kind} is recorded", data, answer)
        return answer

    def refused(self, code, kind, data, at=None):
        status, answer = self.ask(kind, data, at)
        s.expect(status >= 400 and answer["code"] == code, f"{kind} is refused as {code}", answer)
        return answer

    def until(self, at):
        """Lets time pass."""
        self.do("tenant.configure", {}, at)

    def service(self, name="internet", rank=1, **more):
        vat = [{"from": "2026-01-01", "rate": "22", "included": True}]
        self.do("service.define", {"service": name, "names": {"ru": name}, "rank": rank, "revenue": name, "vat": vat, **more})

    def tariff(self, price="600.00", name="basic", version=1, service="internet", **more):
        terms = {"effective": "2024-01-01", "mode": "advance", "period": "month", "anchor": "calendar", "shortage": "refuse"}
        terms.update(more)
        self.do("tariff.publish", {"tariff": name, "version": version, "service": service, "price": price, "currency": "RUB", **terms})

    def open(self, balance="0", account="a"):
        self.do("account.open", {"account": account})
        if Decimal(balance) > 0:
            self.pay(balance, account=account)

    def pay(self, amount, at=None, account="a"):
        amount = f"{Decimal(amount):.2f}"
        external = f"x{self.count}"
        data = {"account": account, "amount": amount, "currency": "RUB", "provider": "cash", "external_id": external}
        self.do("payment.receive", data, at)
        return external

    def start(self, tariff="basic", at=None, name="s", account="a", **more):
        return self.do("subscription.start", {"subscription": name, "account": account, "tariff": tariff, **more}, at)

    def account(self, account="a"):
        status, body = self.client.get(f"/v1/{TENANT}/accounts/{account}")
        s.expect(status == 200, "the account is there", status, body)
        return json.loads(body)

    def events(self, *types):
        """What was recorded since the last call: (type without version, data)."""
        status, body = self.client.get(f"/v1/{TENANT}/events?after={self.seen}&limit=10000")
        s.expect(status == 200, "events are read", status)
        events = [json.loads(line) for line in body.splitlines()]
        if events:
            self.seen = int(events[-1]["id"])
        named = [(event["type"].rsplit(".", 1)[0], event["data"]) for event in events]
        return [e for e in named if not types or e[0] in types]

    def moves(self):
        """What was charged (below zero) and given back since the last call, in order."""
        both = {"subscription.charged": -1, "subscription.credited": 1}
        return [both[kind] * Decimal(data["amount"]) for kind, data in self.events(*both)]

    def expect_moves(self, *expected):
        moves = self.moves()
        s.expect(moves == [Decimal(e) for e in expected], "money moves", moves, expected)

    def expect(self, account="a", **expected):
        got = self.account(account)
        for name, value in expected.items():
            s.expect(got[name] == value, f"{name} of the account", got[name], value, got)

    def usual(self, balance="0", **tariff):
        self.service()
        self.tariff(**tariff)
        self.open(balance)

    def check(self, binary):
        """Whatever was done, the books are whole and are the same when they are read again."""
        code, verified = s.Program(binary).verify(self.data)
        s.expect(code == 0 and verified["ok"], "verify finds nothing", verified)
