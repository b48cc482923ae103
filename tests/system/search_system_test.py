#!/usr/bin/env python3
"""Who answers the phone finds the subscriber, whatever is asked for, and reads a statement that says what became of
each payment. Read models follow a server over its stream, also while it is away for a moment."""

import json
import sys
import tempfile

import server as s
from postgres import Postgres, Projector

TENANT = "ok"
SUBSCRIBERS = {
    # One id for the subscriber, the account and the contract, which are three hits of one rank.
    "D-17": {"name": "Пётр Щукин", "phones": ["+79691030846"], "contract": {"number": "D-17", "date": "2026-01-01"}},
    "100042": {"name": "Анна Петрова", "phones": ["+79161234567"], "contract": {"number": "100042", "date": "2026-01-01"}},
    "100043": {"name": "Анна Сергеева", "phones": ["+79161234568"]},
}


class House:
    def __init__(self, server):
        self.server = server
        self.count = 0

    def do(self, kind, data):
        self.count += 1
        with self.server.connect() as client:
            status, body = client.post(s.command(kind, f"c-{self.count}", TENANT, data))
        s.expect(status == 201, f"{kind} is recorded", data, body)
        return json.loads(body)

    def fill(self):
        self.do("tenant.create", {"currency": "RUB", "zone": "Europe/Moscow", "locale": "ru-RU"})
        for name, more in SUBSCRIBERS.items():
            self.do("subscriber.register", {"subscriber": name, "kind": "person", **more})
            self.do("account.open", {"account": name, "subscriber": name})
        return self.do("account.open", {"account": "alone"})["position"]

    def pay(self, account, number):
        data = {"account": account, "amount": "100.00", "currency": "RUB", "provider": "cash", "external_id": number}
        return self.do("payment.receive", data)


def everybody_is_found(postgres):
    def found(what):
        rows = postgres.rows(f"SELECT subscriber, rank, matched, accounts FROM provodka.search('{TENANT}', '{what}')", "provodka_reader")
        return [row["subscriber"] for row in rows]

    for what, wanted in {
        "D-17": ["D-17"],
        "d17": ["D-17"],
        "100042": ["100042"],
        "10004": ["100042", "100043"],
        "8 (969) 103–08–46": ["D-17"],  # with dashes of a document
        "+7 969 103-08-46": ["D-17"],  # with spaces that do not break
        "8969/1030846": ["D-17"],
        "Щукин": ["D-17"],
        "щукен петр": ["D-17"],
        "анна": ["100042", "100043"],
        "сергева": ["100043"],
        "nobody at all": [],
    }.items():
        s.expect(sorted(found(what)) == wanted, f"who is found by {what}", found(what))
    rows = postgres.rows(f"SELECT * FROM provodka.search('{TENANT}', 'alone')", "provodka_reader")
    s.expect([row["accounts"] for row in rows] == ["{alone}"], "an account of nobody", rows)


def what_became_of_payments(house, postgres):
    first = house.pay("D-17", "n1")["sequence"]
    moved = house.do("payment.move", {"provider": "cash", "external_id": "n1", "to": "100042", "reason": "a digit was wrong"})
    postgres.wait_for(moved["position"])
    rows = postgres.rows(f"SELECT account, sequence, what, other, reverses, reversed_by FROM provodka.statement WHERE sequence >= {first} "
                         "ORDER BY sequence, account DESC")  # fmt: skip
    last = str(moved["sequence"])
    s.expect([tuple(row.values()) for row in rows] == [
        ("D-17", str(first), "Payment by cash, no. n1", "", "", f"{{{last}}}"),
        ("D-17", last, "Payment moved to 100042 by cash, no. n1", "100042", str(first), ""),
        ("100042", last, "Payment moved from D-17 by cash, no. n1", "D-17", "", ""),
    ], "a payment that was moved", rows)  # fmt: skip
    s.expect(postgres.value(f"SELECT provodka.wait_for({moved['position']}, '2 seconds')") == "t", "a time is written as one")
    s.expect(postgres.value(f"SELECT provodka.wait_for({moved['position']}, 0.5)") == "t", "or as a number of seconds")


def over_the_stream(binary, path, postgres):
    listen = f"127.0.0.1:{s.free_port()}"
    data = f"{path}/data"
    house = House(s.Server(binary, data, listen=listen))
    position = house.fill()
    with Projector(binary, None, postgres.url, f"{path}/projector.stderr", ["--from", f"http://{listen}"]) as projector:
        postgres.wait_for(position)
        house.server.end()
        s.poll(lambda: "cannot" in projector.stderr() or listen in projector.stderr(), "it says that the server is away")
        house.server = s.Server(binary, data, listen=listen)
        postgres.wait_for(house.pay("alone", "n0")["position"])
        s.poll(lambda: "is read again" in projector.stderr(), "and that it is back")
        states = postgres.rows("SELECT DISTINCT state, error FROM provodka.projection_status")
        s.expect(states == [{"state": "running", "error": ""}], "no read model has failed", states, projector.stderr())
        what_became_of_payments(house, postgres)
        everybody_is_found(postgres)
        projector.end()
    house.server.end()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as path, Postgres(f"{path}/postgres") as postgres:
        over_the_stream(sys.argv[1], path, postgres)
