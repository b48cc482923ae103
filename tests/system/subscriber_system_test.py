#!/usr/bin/env python3
"""Who the subscribers are, over HTTP: sealed in the log, read back by the key, gone with it.

A vault from before an erasure is put back as an operator would restore it, and brings nobody back.
"""

import json
import os
import shutil
import sys
import tempfile
import traceback

import server as s
from books import TENANT, Books

START = "2026-06-01"

ANNA = {
    "subscriber": "s-1",
    "kind": "person",
    "name": "Анна Ивановна Петрова",
    "phones": ["+79161234567", "+74951234567"],
    "email": "anna@example.org",
    "addresses": [{"text": "ул. Мира, 7, кв. 12", "street": "ул. Мира", "lat": "55.7558", "lon": "37.6173"}],
    "tax_number": "770708389312",
    "registration": "Москва, ул. Мира, 7",
    "contract": {"number": "Д-2026/17", "date": "2026-05-30"},
    "document": "4509 123456",
    "language": "ru-RU",
    "note": "просила звонить\nвечером",
}
PERSONAL = set(ANNA) - {"subscriber", "kind", "language"}
SECRETS = ["Анна", "Петрова", "7916123", "anna@", "Мира", "55.7558", "770708389312", "Д-2026", "4509 123456", "вечером"]


def read(b, subscriber="s-1", status=200):
    got, body = b.client.get(f"/v1/{TENANT}/subscribers/{subscriber}")
    s.expect(got == status, "the subscriber is read", got, body)
    return json.loads(body)


def lines(b):
    status, body = b.client.get(f"/v1/{TENANT}/events?limit=10000")
    s.expect(status == 200, "events are read", status)
    return body.decode()


def restart(b):
    b.client.close()
    b.server.end()
    binary, data = b.server.process.args[0], b.server.process.args[3]

    def start():
        b.server = s.Server(binary, data, flags=["--clock", b.instant(START)])
        b.client = b.server.connect()

    return start


def expect_sealed(b, binary):
    text = lines(b) + s.Program(binary).must("replay", "--data", b.data, "--tenant", TENANT).decode()
    for secret in SECRETS:
        for written in (secret, json.dumps(secret)[1:-1]):
            s.expect(written not in text, "nothing personal is in the log", written)


def life_of_a_subscriber(b, binary):
    b.do("subscriber.register", ANNA)
    for account in ("a", "b"):
        b.do("account.open", {"account": account, "subscriber": "s-1"})
    b.pay("100", account="a")
    expect_sealed(b, binary)

    got = read(b)
    s.expect({name: got[name] for name in ANNA} == ANNA, "all of it is read back", got)
    s.expect((got["hold"], got["erased"], got["accounts"]) == (False, False, ["a", "b"]), "how it stands", got)

    change = {"subscriber": "s-1", "email": "petrova@example.org", "phones": [], "language": "en"}
    b.do("subscriber.change", change)
    b.do("subscriber.change", {"subscriber": "s-1", "name": "Анна Ивановна Сидорова"})
    now = {**ANNA, **change, "name": "Анна Ивановна Сидорова"}
    got = read(b)
    s.expect({name: got[name] for name in ANNA} == now, "the newest of each field is read", got)
    s.expect("Сидорова" not in lines(b), "a change is sealed")
    b.refused("nothing_changed", "subscriber.change", {"subscriber": "s-1", "language": "en"})

    start = restart(b)
    shutil.copytree(os.path.join(b.data, "vault"), f"{b.data}.vault")
    start()
    s.expect(read(b) == got, "the same is read after a restart")

    b.do("subscriber.hold", {"subscriber": "s-1", "on": True, "reason": "суд"})
    s.expect(read(b)["hold"], "the hold is seen")
    b.refused("hold_unchanged", "subscriber.hold", {"subscriber": "s-1", "on": True, "reason": "суд"})
    b.refused("legal_hold", "subscriber.erase", {"subscriber": "s-1", "reason": "asked"})
    b.do("subscriber.hold", {"subscriber": "s-1", "on": False, "reason": "settled"})
    before = lines(b)
    b.do("subscriber.erase", {"subscriber": "s-1", "reason": "asked"})

    def expect_erased():
        got = read(b)
        s.expect(got["erased"] and not PERSONAL & set(got), "nothing personal is left", got)
        s.expect(got["accounts"] == ["a", "b"], "the accounts stay", got)
        s.expect(lines(b).startswith(before), "no line has changed")
        b.expect(account="a", balance="100.00")
        b.refused("erased", "subscriber.change", {"subscriber": "s-1", "name": "x"})
        b.refused("erased", "account.open", {"account": "c", "subscriber": "s-1"})

    expect_erased()
    start = restart(b)
    code, verified = s.Program(binary).verify(b.data)
    s.expect(code == 0 and verified["ok"], "verify finds nothing", verified)
    start()
    expect_erased()
    start = restart(b)
    shutil.rmtree(os.path.join(b.data, "vault"))
    shutil.copytree(f"{b.data}.vault", os.path.join(b.data, "vault"))
    start()
    expect_erased()


def refusals(b, _):
    def pointer(answer):
        return answer["errors"][0]["pointer"]

    bad = b.refused("phone_not_e164", "subscriber.register", {**ANNA, "phones": ["+79161234567", "8 916"]})
    s.expect(pointer(bad) == "/data/phones/1", "which phone", bad)
    bad = b.refused("email_not_plausible", "subscriber.register", {**ANNA, "email": "anna"})
    s.expect(pointer(bad) == "/data/email", "the e-mail", bad)
    b.refused("tax_number_not_digits", "subscriber.register", {**ANNA, "tax_number": "77-07"})
    b.refused("not_on_earth", "subscriber.register", {**ANNA, "addresses": [{"text": "x", "lat": "91", "lon": "0"}]})
    bad = b.refused("invalid_value", "subscriber.register", {**ANNA, "addresses": [{"text": "x", "lat": "north"}]})
    s.expect(pointer(bad) == "/data/addresses/0/lat", "the latitude", bad)
    b.refused("invalid_value", "subscriber.register", {**ANNA, "kind": "robot"})
    bad = read(b, status=404)
    s.expect(bad["code"] == "unknown_subscriber", "it was never registered", bad)
    b.refused("unknown_subscriber", "account.open", {"account": "a", "subscriber": "s-1"})
    b.do("subscriber.register", ANNA)
    b.refused("subscriber_exists", "subscriber.register", ANNA)


def main():
    binary = os.path.abspath(sys.argv[1])
    failed = 0
    for function in (life_of_a_subscriber, refusals):
        with tempfile.TemporaryDirectory(prefix="provodka-subscriber-") as path:
            books = Books(binary, path, start=START)
            try:
                function(books, binary)
                books.close()
                books.check(binary)
                print(function.__name__)
            except Exception:  # pylint: disable=broad-except
                failed += 1
                print(f"FAILED {function.__name__}\n{traceback.format_exc()}{books.server.stderr()}")
                if books.server.process.poll() is None:
                    books.server.kill()
    if failed:
        sys.exit(f"{failed} failed")


if __name__ == "__main__":
    main()
