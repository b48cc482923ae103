#!/usr/bin/env python3
"""What `access`, `leakage` and `devices` say of a few access points, against rows that were worked out by hand: each
point follows its own subscription, what is needed is so to the kopeck, and routers serve as the agent has it."""

import json
import os
import sys
import tempfile

import server as s
from books import TENANT, Books
from postgres import Postgres, Projector

# Ahead of any clock, as the views go by the ledger's day then.
START = "2040-06-01"
ROUTER = {"kind": "routeros_api", "mode": "address_list", "credentials": {"login": "billing", "password": "k4rt0shk4"}}


class Views:
    def __init__(self, binary, books, postgres):
        self.binary = binary
        self.books = books
        self.postgres = postgres
        self.position = 0

    def do(self, kind, data, at=None):
        self.position = self.books.do(kind, data, at)["position"]

    def start(self, account, tariff, *points):
        self.do("subscription.start", {"subscription": f"{account}-{tariff}", "account": account, "tariff": tariff,
                                       "points": list(points)})  # fmt: skip

    def pay(self, account, amount):
        self.do("payment.receive", {"account": account, "amount": amount, "currency": "RUB", "provider": "cash",
                                    "external_id": f"x{self.books.count}"})  # fmt: skip

    def router(self, name, tenant=TENANT, **more):
        number = self.books.count = self.books.count + 1
        data = {"device": name, "address": f"192.0.2.{number}:8728", **ROUTER, **more}
        self.post(s.command("device.register", f"r-{number}", tenant, data))

    def post(self, command):
        status, answer = self.books.client.post(command)
        s.expect(status == 201, "it is recorded", command, answer)
        self.position = json.loads(answer)["position"]

    def rows(self, query):
        self.postgres.wait_for(self.position)
        return [tuple(row.values()) for row in self.postgres.rows(query)]

    def same(self, what, query, wanted):
        found = self.rows(query)
        s.expect(found == wanted, what, found, wanted)

    def access(self, what, points, wanted):
        names = ", ".join(f"'{point}'" for point in points.split())
        columns = "point, wanted, reasons, subscription, tariff, subscription_state, paid_until, needed"
        where = f"tenant = '{TENANT}' AND point IN ({names})"
        self.same(what, f"SELECT {columns} FROM provodka.access WHERE {where} ORDER BY point", wanted)

    def leakage(self, what, wanted):
        query = f"SELECT point, finding, subscription FROM provodka.leakage WHERE tenant = '{TENANT}' ORDER BY point"
        self.same(what, query, wanted)

    def devices(self, what, wanted, tenant=TENANT):
        """{router: (points, unconfirmed)}, which are those of `provodka devices` too."""
        where = f"tenant = '{tenant}' AND state = 'active'"
        rows = self.rows(f"SELECT device, points, unconfirmed FROM provodka.devices WHERE {where}")
        found = {device: (int(points), int(unconfirmed)) for device, points, unconfirmed in rows}
        s.expect(found == wanted, what, found, wanted)
        said = s.Program(self.binary).must("devices", "--data", self.books.data, "--tenant", tenant, "--format", "json")
        theirs = {row["router"]: (int(row["points"]), int(row["wanted≠applied"])) for row in json.loads(said)}
        s.expect(theirs == wanted, f"{what}, as the agent has it", theirs, wanted)


def points_follow_their_own(views):
    """The money of the first account is enough for one of its two subscriptions, that of the second for none."""
    do = views.do
    for account in "ab":
        do("account.open", {"account": account})
        do("point.add", {"account": account, "point": f"{account}2"})
    views.pay("a", "700.00")
    for account in "ab":
        views.start(account, "home", account)
        views.start(account, "shop", f"{account}2")
    views.access("each point has its own subscription", "a a2 b b2", [
        ("a", "on", "{}", "a-home", "home", "active", "2040-06-30", "0"),
        ("a2", "off", "{unpaid}", "a-shop", "shop", "off", "", "350.00"),
        ("b", "off", "{unpaid}", "b-home", "home", "off", "", "600.00"),
        ("b2", "off", "{unpaid}", "b-shop", "shop", "off", "", "1050.00"),
    ])  # fmt: skip
    views.leakage("who does not pay is off, who pays is on", [])
    views.pay("a", "349.99")
    views.pay("b", "1049.99")
    views.access("a kopeck is missing", "a2 b b2", [
        ("a2", "off", "{unpaid}", "a-shop", "shop", "off", "", "0.01"),
        ("b", "on", "{}", "b-home", "home", "active", "2040-06-30", "0"),
        ("b2", "off", "{unpaid}", "b-shop", "shop", "off", "", "0.01"),
    ])  # fmt: skip
    views.pay("a", "0.01")
    views.pay("b", "0.01")
    views.access("it came in", "a2 b2", [
        ("a2", "on", "{}", "a-shop", "shop", "active", "2040-06-30", "0"),
        ("b2", "on", "{}", "b-shop", "shop", "active", "2040-06-30", "0"),
    ])  # fmt: skip


def money_goes_by_rank(views):
    """Of what is no base the first by rank takes what comes in, where that is enough for it."""
    do = views.do
    do("account.open", {"account": "c"})
    for point in ("c2", "c3"):
        do("point.add", {"account": "c", "point": point})
    views.pay("c", "600.00")
    views.start("c", "home", "c")
    views.start("c", "kiosk", "c2")
    views.start("c", "shop", "c3")
    views.access("the dearer one waits for the cheaper one", "c c2 c3", [
        ("c", "on", "{}", "c-home", "home", "active", "2040-06-30", "0"),
        ("c2", "off", "{unpaid}", "c-kiosk", "kiosk", "off", "", "100.00"),
        ("c3", "off", "{unpaid}", "c-shop", "shop", "off", "", "550.00"),
    ])  # fmt: skip
    views.pay("c", "549.99")
    views.access("a kopeck is missing for it", "c2 c3", [
        ("c2", "on", "{}", "c-kiosk", "kiosk", "active", "2040-06-30", "0"),
        ("c3", "off", "{unpaid}", "c-shop", "shop", "off", "", "0.01"),
    ])  # fmt: skip
    views.pay("c", "0.01")
    views.access("it came in", "c3", [("c3", "on", "{}", "c-shop", "shop", "active", "2040-06-30", "0")])


def days_make_it_cheaper(views):
    do = views.do
    do("tenant.configure", {}, "2040-06-11 12:00")
    do("account.open", {"account": "d"})
    do("point.add", {"account": "d", "point": "d2"})
    views.start("d", "home", "d")
    views.start("d", "shop", "d2")
    views.access("20 of 30 days", "d d2", [
        ("d", "off", "{unpaid}", "d-home", "home", "off", "", "400.00"),
        ("d2", "off", "{unpaid}", "d-shop", "shop", "off", "", "700.00"),
    ])  # fmt: skip
    do("tenant.configure", {}, "2040-06-21 12:00")
    views.access("10 of 30 days", "d d2", [
        ("d", "off", "{unpaid}", "d-home", "home", "off", "", "200.00"),
        ("d2", "off", "{unpaid}", "d-shop", "shop", "off", "", "350.00"),
    ])  # fmt: skip
    views.pay("d", "350.00")
    views.access("it came in", "d d2", [
        ("d", "on", "{}", "d-home", "home", "active", "2040-06-30", "0"),
        ("d2", "on", "{}", "d-shop", "shop", "active", "2040-06-30", "0"),
    ])  # fmt: skip


LEAKS = [("d2", "paid for but off", "d-free"), ("d4", "on without a subscription", "")]


def leaks_are_found(views):
    do = views.do
    for point in ("d3", "d4"):
        do("point.add", {"account": "d", "point": point})
    views.start("d", "kiosk", "d3")
    do("subscription.cancel", {"subscription": "d-kiosk", "when": "now"})
    views.access("an ended one is followed where there is no other; and one that none serves", "d3 d4", [
        ("d3", "off", "{ended}", "d-kiosk", "kiosk", "ended", "", "0.00"),
        ("d4", "on", "{}", "", "", "", "", "0"),
    ])  # fmt: skip
    views.leakage("who has nothing to pay for is on", [("d4", "on without a subscription", "")])
    # The first of its two is on, so that the subscription goes on.
    views.start("d", "free", "d", "d2")
    do("access.block", {"point": "d2", "reason": "repair"})
    views.leakage("what is paid for is off", LEAKS)


def closed_ones_are_off(views):
    do = views.do
    do("account.open", {"account": "e"})
    do("point.add", {"account": "e", "point": "e2", "address": "10.1.9.9"})
    do("account.close", {"account": "e"})
    views.access("a closed account", "e e2", [
        ("e", "off", "{closed}", "", "", "", "", "0.00"),
        ("e2", "off", "{closed}", "", "", "", "", "0.00"),
    ])  # fmt: skip
    closed = f"SELECT point FROM provodka.access WHERE tenant = '{TENANT}' AND closed ORDER BY point"
    views.same("and it says so", closed, [("e",), ("e2",)])
    views.leakage("which is no leak", LEAKS)


def routers_serve(views):
    """The one that a point names, else the longest prefix around its address, else the only one."""
    do = views.do
    views.router("core", serves=["10.0.0.0/8", "2001:db8::/32"])
    views.router("edge", serves=["10.1.0.0/16", "172.16.0.5"])
    views.router("flat", serves=["10.1.2.0/24"])
    views.router("north")
    # Both were switched before.
    do("point.change", {"point": "a2", "address": "10.1.0.7"})
    do("point.change", {"point": "d2", "address": "10.2.0.7"})
    do("account.open", {"account": "f"})
    for point, place in {
        "flat-1": {"address": "10.1.2.3"},
        "zeros": {"address": "010.001.000.008"},
        "net": {"address": "10.1.3.0/24"},
        "wide": {"address": "10.0.0.0/7"},
        "v6": {"address": "2001:DB8::5"},
        "one": {"address": "172.16.0.5"},
        "other": {"address": "172.16.0.6"},
        "words": {"address": "Lenina 5"},
        "short": {"address": "10.1"},
        "zone": {"address": "fe80::1%eth0"},
        "login": {"login": "anna"},
        "named": {"address": "10.1.0.9", "device": "north"},
    }.items():
        do("point.add", {"account": "f", "point": point, **place})
    # core: d2, v6; edge: a2, e2, zeros, net, one; flat: flat-1; north: named. A new point asks nothing of a router.
    views.devices("the longest prefix serves", {"core": (2, 1), "edge": (5, 2), "flat": (1, 0), "north": (1, 0)})
    version = views.rows(f"SELECT version FROM provodka.access WHERE tenant = '{TENANT}' AND point = 'a2'")[0][0]
    do("access.report", {"point": "a2", "version": int(version), "device": "edge", "outcome": "applied", "ms": 3})
    views.devices("one was confirmed", {"core": (2, 1), "edge": (5, 1), "flat": (1, 0), "north": (1, 0)})
    do("point.add", {"account": "f", "point": "heir", "address": "10.1.9.9"})
    served = {"core": (2, 1), "edge": (5, 0), "flat": (1, 0), "north": (1, 0)}
    views.devices("a closed one's place is another's", served)
    do("device.retire", {"device": "flat", "reason": "sold"})
    views.devices("what it served is in the next prefix", {"core": (2, 1), "edge": (6, 0), "north": (1, 0)})
    do("device.change", {"device": "edge", "serves": ["10.1.0.0/24"]})
    # core has net, flat-1 and heir now as well; one is in no prefix, a2 and zeros stay.
    views.devices("other prefixes", {"core": (5, 1), "edge": (2, 0), "north": (1, 0)})
    serves = f"SELECT serves FROM provodka.devices WHERE tenant = '{TENANT}' AND device = 'edge'"
    views.same("which ones", serves, [("{10.1.0.0/24}",)])
    do("device.change", {"device": "edge", "serves": []})
    do("device.retire", {"device": "core", "reason": "sold"})
    views.devices("two that say no prefixes serve those that name them", {"edge": (0, 0), "north": (1, 0)})
    do("device.retire", {"device": "edge", "reason": "sold"})
    # The twelve, a2, d2 and heir.
    views.devices("the only one serves all that say where they are", {"north": (15, 1)})


def another_tenant(views):
    """Prefixes, places and the only router are a tenant's own."""
    create = s.create_tenant("solo", "create-solo")
    for command in (
        create,
        s.open_account("solo", "x"),
        s.command("point.add", "solo-1", "solo", {"account": "x", "point": "x2", "mac": "02:00:00:00:00:01"}),
        s.command("point.add", "solo-2", "solo", {"account": "x", "point": "x3", "login": "anna"}),
        s.command("account.close", "solo-3", "solo", {"account": "x"}),
        s.open_account("solo", "y"),
    ):
        views.post(command)
    views.router("only", "solo")
    views.devices("closed ones stay", {"only": (2, 2)}, "solo")
    views.post(s.command("point.add", "solo-4", "solo", {"account": "y", "point": "y2", "mac": "020000000001"}))
    views.devices("a MAC is the same however it is spelled", {"only": (2, 1)}, "solo")


def main(binary):
    with tempfile.TemporaryDirectory() as path, Postgres(f"{path}/postgres") as postgres:
        books = Books(os.path.abspath(binary), path, start=START)
        books.service()
        for name, price in (("home", "600.00"), ("kiosk", "100.00"), ("shop", "450.00"), ("free", "0.00")):
            service = "internet" if name == "home" else name
            if name != "home":
                books.service(name, rank={"kiosk": 2, "shop": 3, "free": 0}[name])
            books.tariff(price, name, service=service)
        with Projector(binary, books.data, postgres.url, f"{path}/projector.stderr"):
            views = Views(binary, books, postgres)
            points_follow_their_own(views)
            money_goes_by_rank(views)
            days_make_it_cheaper(views)
            leaks_are_found(views)
            closed_ones_are_off(views)
            routers_serve(views)
            another_tenant(views)
            live = postgres.dump()
            s.Program(binary).must("project", "--data", books.data, "--postgres", postgres.url, "--rebuild", "all")
            rebuilt = postgres.dump()
            differ = {name: (live[name], rebuilt.get(name)) for name in live if live[name] != rebuilt.get(name)}
            s.expect(not differ, "a rebuild gives the same rows", differ)
        books.close()
        books.check(binary)
    print("access, leakage and devices are what was worked out by hand")


if __name__ == "__main__":
    main(sys.argv[1])
