#!/usr/bin/env python3
"""The emulated router does what a MikroTik does, as librouteros sees it."""

import ssl
import time

import emulators as e

if __name__ == "__main__":
    e.use_clients("librouteros")

import librouteros  # noqa: E402
from librouteros.exceptions import FatalError, TrapError  # noqa: E402
from librouteros.login import plain, token  # noqa: E402
from librouteros.query import And, Key, Or  # noqa: E402

LISTS = "/ip/firewall/address-list"
USER, PASSWORD = "bill", "s3cr3t"


def connect(emulator, port="ready", **more):
    host, number = emulator.ports[port]
    given = {"username": USER, "password": PASSWORD, "encoding": "utf-8", "timeout": 30, **more}
    return librouteros.connect(host, port=number, **given)


def trap(function, *arguments, **named):
    return e.raises(TrapError, lambda: tuple(function(*arguments, **named) or ()))


def both_logins(emulator):
    for login in (plain, token):
        api = connect(emulator, login_method=login)
        e.expect(tuple(api("/system/identity/print")) == ({"name": "emulated"},), "the identity is read")
        api.close()
        wrong = e.raises(TrapError, connect, emulator, login_method=login, password="other")
        e.expect(wrong.message in ("invalid user name or password (6)", "cannot log in"), "who is refused", wrong)


def over_tls(emulator):
    context = ssl.create_default_context(cafile=emulator.values["certificate"])
    wrap = lambda socket: context.wrap_socket(socket, server_hostname="127.0.0.1")
    api = connect(emulator, "ready-tls", ssl_wrapper=wrap)
    made = api.path(LISTS).add(list="debtors", address="10.0.0.5")
    api.close()
    stored = emulator.state()[LISTS]
    e.expect([entry[".id"] for entry in stored] == [made], "what came over TLS is there", stored)


def life_of_an_entry(emulator):
    api = connect(emulator)
    lists = api.path(LISTS)
    made = lists.add(list="debtors", address="10.0.0.5/32", comment="Долг = 17")
    shown = tuple(lists)
    expected = {".id": made, "list": "debtors", "address": "10.0.0.5", "dynamic": False, "disabled": False}
    e.expect(len(shown) == 1 and expected.items() <= shown[0].items(), "the entry is shown", shown)
    e.expect(shown[0]["comment"] == "Долг = 17" and "creation-time" in shown[0], "and all of it", shown)

    duplicate = trap(lists, "add", list="debtors", address="10.0.0.5", comment="another")
    e.expect(duplicate.message == "failure: already have such entry", "once in a list", duplicate)
    other = lists.add(list="debtors", address="10.0.0.5", disabled=True)
    e.expect("already have" in trap(lists, "enable", **{".id": other}).message, "a disabled one may be there, disabled")
    lists.update(**{".id": made, "disabled": True, "comment": ""})
    tuple(lists("enable", numbers=other))
    flags = {entry[".id"]: (entry["disabled"], entry.get("comment")) for entry in lists}
    e.expect(flags == {made: (True, None), other: (False, None)}, "set, enable and an empty comment", flags)

    e.expect(trap(lists, "set", **{".id": made, "nonsense": "1"}).message == "unknown parameter nonsense", "unknown")
    gone = trap(lists, "remove", **{".id": f"{made},*FFFF"})
    e.expect((gone.message, gone.category) == ("no such item", 0), "a list of ids is removed whole or not", gone)
    lists.remove(made, other)
    e.expect(tuple(lists) == (), "both are gone")
    e.expect(lists.add(list="debtors", address="10.0.0.5") not in (made, other), "an id is not given again")
    e.expect(trap(api, "/ip/nonsense/print").category == 0, "no such menu")
    e.expect(trap(api, "/system/identity/remove").message == "no such command", "no such command")
    e.expect("not a valid dns name" in trap(lists, "add", list="a", address="10.0.0.999").message, "no address")
    e.expect(trap(lists, "add", address="10.0.0.1").message == "missing =list=", "nothing is missing")


def lists_of_ipv6(emulator):
    lists = connect(emulator).path("/ipv6/firewall/address-list")
    for written, kept in (("2001:DB8:0::5", "2001:db8::5/128"), ("2001:db8:1::9/64", "2001:db8:1::/64")):
        lists.add(list="debtors", address=written)
        shown = tuple(lists.select("address").where(Key("address") == kept))
        e.expect(shown == ({"address": kept},), "an address is kept as a prefix", shown)
    duplicate = trap(lists, "add", list="debtors", address="2001:db8::5")
    e.expect(duplicate.message == "failure: already have such entry", "once in a list", duplicate)
    trap(lists, "add", list="debtors", address="10.0.0.5")


def queries(emulator):
    api = connect(emulator)
    lists = api.path(LISTS)
    for n in range(1, 7):
        comment = {"comment": f"c{n}"} if n % 2 else {}
        lists.add(list="debtors" if n < 4 else "slow", address=f"10.0.0.{n}", **comment)
    address, name, comment, disabled = Key("address"), Key("list"), Key("comment"), Key("disabled")

    def found(*query):
        return [row["address"].rsplit(".", 1)[1] for row in lists.select(address).where(*query)]

    e.expect(found(address == "10.0.0.2") == ["2"], "equal")
    e.expect(found(name == "slow", comment == "c5") == ["5"], "all of several")
    e.expect(found(Or(address == "10.0.0.1", address == "10.0.0.6")) == ["1", "6"], "or")
    e.expect(found(And(name != "slow", disabled == False)) == ["1", "2", "3"], "and, not, no is false")  # noqa: E712
    e.expect(found(address.In("10.0.0.4", "10.0.0.5", "10.0.0.9")) == ["4", "5"], "one of")
    e.expect(found(["?comment"]) == ["1", "3", "5"] and found(["?-comment"]) == ["2", "4", "6"], "has and lacks")
    e.expect(found(["?>address=10.0.0.4"]) == ["5", "6"] and found(["?<address=10.0.0.2"]) == ["1"], "greater, less")
    e.expect(found(["?list=slow", "?comment", "?#1.!&", "?#0"]) == ["1", "3"], "an index pushes a copy")
    e.expect(found(["?list=slow", "?comment", "?#0"]) == ["1", "3", "5"], "an index at the end keeps that value")
    ids = [row[".id"] for row in lists.select(Key(".id"))]
    only = tuple(lists.select(Key(".id"), comment).where(Key(".id") == ids[4]))
    e.expect(only == ({".id": ids[4], "comment": "c5"},), "by id, with the properties asked for", only)
    e.expect(tuple(lists("print", **{"count-only": ""})) == ({"ret": 6},), "how many")
    e.expect(trap(api.rawCmd, f"{LISTS}/print", "?#&").category == 5, "an operator without values")


def leases(emulator):
    api = connect(emulator)
    menu = "/ip/dhcp-server/lease"
    leased = api.path(menu)
    made = leased.add(**{"address": "10.0.0.5", "mac-address": "02-aa-bb-cc-dd-ee", "server": "lan"})
    shown = next(iter(leased))
    e.expect(shown["mac-address"] == "02:AA:BB:CC:DD:EE" and "block-access" not in shown, "as it is kept", shown)
    leased.update(**{".id": made, "block-access": True, "rate-limit": "10M/50M"})
    shown = next(iter(leased))
    e.expect((shown["block-access"], shown["rate-limit"]) == (True, "10M/50M"), "blocked and limited", shown)
    again = {"address": "10.0.0.6", "mac-address": "02:AA:BB:CC:DD:EE", "server": "lan"}
    e.expect("for this client" in trap(leased, "add", **again).message, "one lease for a client")
    again = {"address": "10.0.0.5", "mac-address": "02:AA:BB:CC:DD:EF"}
    e.expect("with this IP address" in trap(leased, "add", **again).message, "one lease for an address")
    dynamic = {"address": "10.0.0.9", "mac-address": "02:00:00:00:00:09", "dynamic": "true", "status": "bound"}
    [lent] = emulator.ask("POST", "/entries", {"menu": menu, "add": [dynamic]})["added"]
    e.expect("dynamic" in trap(leased, "set", **{".id": lent, "block-access": True}).message, "it is made static first")
    tuple(leased("make-static", **{".id": lent}))
    [row] = leased.select(Key(".id"), Key("dynamic")).where(Key("address") == "10.0.0.9")
    e.expect(row[".id"] != lent and row["dynamic"] is False, "it has another id then", row)
    leased.update(**{".id": row[".id"], "block-access": True})


def sessions_and_queues(emulator):
    api = connect(emulator)
    secrets, active = api.path("/ppp/secret"), api.path("/ppp/active")
    made = secrets.add(name="ann", password="x", service="pppoe")
    e.expect("already exists" in trap(secrets, "add", name="ann").message, "one secret of a name")
    e.expect(trap(secrets, "add", name="bob", service="nonsense").category == 1, "a service that is none")
    session = {"name": "ann", "service": "pppoe", "address": "10.0.0.5", "uptime": "1h"}
    emulator.ask("POST", "/entries", {"menu": "/ppp/active", "add": [session]})
    e.expect(trap(active, "add", name="eve").message == "no such command", "sessions come by themselves")
    [row] = active.select(Key(".id")).where(Key("name") == "ann")
    active.remove(row[".id"])
    [again] = active
    e.expect(again[".id"] != row[".id"], "the subscriber dials again while the secret is enabled", again)
    secrets.update(**{".id": "ann", "disabled": True})
    active.remove(again[".id"])
    e.expect(tuple(active) == () and next(iter(secrets))[".id"] == made, "and not once it is disabled")

    queue = api.path("/queue/simple")
    made = queue.add(name="ann", target="10.0.0.5", **{"max-limit": "10M/50M"})
    queue.update(**{".id": made, "max-limit": "5M/512k"})
    shown = next(iter(queue))
    e.expect((shown["target"], shown["max-limit"]) == ("10.0.0.5/32", "5000000/512000"), "plain numbers", shown)
    e.expect("already have such name" in trap(queue, "add", name="ann", target="10.0.0.6").message, "one of a name")


def system_and_the_end(emulator):
    api = connect(emulator)
    [resource] = api("/system/resource/print")
    e.expect(resource["version"].startswith("7.15.3") and resource["uptime"], "the resources", resource)
    tuple(api("/system/identity/set", name="north"))
    e.expect(tuple(api("/system/identity/print")) == ({"name": "north"},), "the name is set")
    e.expect(next(iter(api("/system/package/print")))["name"] == "routeros", "the packages")
    quit_ = e.raises(FatalError, lambda: tuple(api("/quit")))
    e.expect(str(quit_) == "session terminated on request", "the end", quit_)
    host, number = emulator.ports["ready"]
    skip = lambda api, *_: None
    stranger = librouteros.connect(host, username="", password="", port=number, login_method=skip)
    e.expect(str(e.raises(FatalError, lambda: tuple(stranger("/system/identity/print")))) == "not logged in", "no login")


def tags(emulator):
    """Several commands at once on one connection, one of them a stream that is cancelled."""
    api = connect(emulator)
    write, read = api.protocol.writeSentence, api.protocol.readSentence
    write(f"{LISTS}/listen", ".tag=stream")
    write(f"{LISTS}/add", "=list=a", "=address=10.0.0.1", ".tag=1")
    write(f"{LISTS}/print", "=.proplist=list", ".tag=2")
    got = [read() for _ in range(4)]
    tags = sorted(words[-1] for _, words in got)
    e.expect(tags == [".tag=1", ".tag=2", ".tag=2", ".tag=stream"], "each answer has its tag", got)
    write("/cancel", "=tag=stream", ".tag=3")
    got = [read() for _ in range(3)]
    expected = [
        ("!trap", ("=category=2", "=message=interrupted", ".tag=stream")), ("!done", (".tag=3",)),
        ("!done", (".tag=stream",)),
    ]  # fmt: skip
    e.expect(got == expected, "the stream ends", got)


def ten_thousand_at_once(emulator):
    api = connect(emulator)
    started = time.monotonic()
    words = (("=list=debtors", f"=address=10.{n >> 8}.{n & 255}.1", f".tag={n}") for n in range(10_000))
    api.protocol.transport.sock.sendall(
        b"".join(librouteros.protocol.encode_sentence(f"{LISTS}/add", *more, encoding="ascii") for more in words)
    )
    answers = [api.protocol.readSentence() for _ in range(10_000)]
    e.expect(all(kind == "!done" for kind, _ in answers), "each is done")
    print(f"  10,000 adds in {time.monotonic() - started:.2f} s")
    e.expect(len(emulator.state()[LISTS]) == 10_000, "all are there")
    emulator.ask("POST", "/entries", {"foreign": 50_000})
    started = time.monotonic()
    rows = tuple(api.path(LISTS).select(Key(".id"), Key("list"), Key("address")))
    print(f"  {len(rows)} entries read in {time.monotonic() - started:.2f} s")
    e.expect(sum(row["list"] == "foreign" for row in rows) == 50_000, "the foreign ones too")
    requests = emulator.requests(match="10.39.15.1")
    e.expect([request["words"][2] for request in requests] == ["=address=10.39.15.1"], "the journal has them", requests)


def the_bytes_are_kept(emulator):
    """The journal shows the bytes of every sentence, and they are those that the manual tells."""
    connect(emulator)
    [login] = emulator.requests(match="/login")
    vector = "062f6c6f67696e0a3d6e616d653d62696c6c103d70617373776f72643d73336372337400"
    e.expect(login["hex"] == vector, "the login in bytes", login)


TESTS = [
    both_logins, over_tls, life_of_an_entry, lists_of_ipv6, queries, leases, sessions_and_queues, system_and_the_end, tags,
    ten_thousand_at_once, the_bytes_are_kept,
]  # fmt: skip

if __name__ == "__main__":
    e.run(lambda: e.Emulator("routeros", "--user", USER, "--password", PASSWORD, "--redial"), TESTS)
