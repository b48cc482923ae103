#!/usr/bin/env python3
"""Each way in which the emulated router misbehaves, as librouteros sees it; and what a loss of power loses."""

import os
import signal
import socket
import tempfile
import time

import emulators as e

if __name__ == "__main__":
    e.use_clients("librouteros")

import librouteros  # noqa: E402
from librouteros.exceptions import ConnectionClosed, LibRouterosError, TrapError  # noqa: E402
from librouteros.protocol import encode_sentence  # noqa: E402

LISTS = "/ip/firewall/address-list"
USER, PASSWORD = "bill", "s3cr3t"
SHORT_S = 0.3


def connect(emulator, **more):
    host, number = emulator.ports["ready"]
    return librouteros.connect(host, USER, PASSWORD, port=number, **{"timeout": 30, **more})


def add(api, n=1, **more):
    return api.path(LISTS).add(list="debtors", address=f"10.0.0.{n}", **more)


def stored(emulator):
    return [entry["address"] for entry in emulator.state()[LISTS]]


def slow(emulator):
    """Each answer comes late, and commands that were sent together are late together."""
    api = connect(emulator)
    emulator.misbehave(slow_ms=300)
    started = time.monotonic()
    api.protocol.transport.sock.sendall(
        b"".join(encode_sentence("/system/identity/print", f".tag={n}", encoding="ascii") for n in range(50))
    )
    for _ in range(100):
        api.protocol.readSentence()
    took = time.monotonic() - started
    e.expect(0.3 <= took < 5, "late once, not fifty times", took)


def hangs(emulator):
    api = connect(emulator, timeout=SHORT_S)
    emulator.misbehave(hang=True)
    e.raises(TimeoutError, add, api)
    e.raises(TimeoutError, connect, emulator, timeout=SHORT_S)
    e.expect(stored(emulator) == [], "nothing is done while it hangs")
    emulator.misbehave(hang=False)
    e.poll(lambda: stored(emulator) == ["10.0.0.1"], "what was sent is done when it goes on")
    connect(emulator)


def cuts(emulator):
    api = connect(emulator)
    emulator.misbehave(cut={"nth": 2})
    add(api, 1)
    e.raises((ConnectionClosed, ConnectionError), add, api, 2)
    e.expect(stored(emulator) == ["10.0.0.1"], "the second was not done")
    api = connect(emulator)
    emulator.misbehave(cut={"when": "after", "match": "=address=10.0.0.3"})
    add(api, 2)
    e.raises((ConnectionClosed, ConnectionError), add, api, 3)
    e.expect(stored(emulator) == ["10.0.0.1", "10.0.0.2", "10.0.0.3"], "the third was done, and nobody was told")
    api = connect(emulator)
    emulator.misbehave(cut={"when": "half"})
    e.raises((ConnectionClosed, ConnectionError), tuple, api.path(LISTS))
    outcomes = [request["outcome"] for request in emulator.requests() if request["outcome"] != "done"]
    e.expect(outcomes == ["cut", "cut", "cut"], "the journal tells", outcomes)


def drops(emulator):
    api = connect(emulator, timeout=SHORT_S)
    emulator.misbehave(drop={"nth": 2})
    add(api, 1)
    e.raises(TimeoutError, add, api, 2)
    add(api, 3)
    e.expect(stored(emulator) == ["10.0.0.1", "10.0.0.3"], "one was not done, and the connection goes on")
    emulator.misbehave(drop={"when": "after", "times": 2})
    e.raises(TimeoutError, add, api, 4)
    e.raises(TimeoutError, add, api, 5)
    add(api, 6)
    e.expect(stored(emulator)[2:] == ["10.0.0.4", "10.0.0.5", "10.0.0.6"], "both were done, without an answer")


def garbage(emulator):
    api = connect(emulator)
    emulator.misbehave(garbage=True)
    e.raises(LibRouterosError, tuple, api.path(LISTS))
    api = connect(emulator)
    emulator.misbehave(garbage={"kind": "body"})
    e.raises((LibRouterosError, ValueError), tuple, api.path(LISTS))
    api = connect(emulator)
    e.expect(tuple(api.path(LISTS)) == (), "and then it makes sense again")


def refuses_logins(emulator):
    api = connect(emulator)
    emulator.misbehave(refuse_login=True)
    refused = e.raises(TrapError, connect, emulator)
    e.expect(refused.message == "invalid user name or password (6)", "as a router refuses", refused)
    add(api)
    emulator.misbehave(refuse_login=False)
    connect(emulator)


def any_error(emulator):
    api = connect(emulator)
    emulator.misbehave(error={"message": "failure: no memory", "category": 4, "match": "list/add", "times": None})
    for _ in range(3):
        refused = e.raises(TrapError, add, api)
        e.expect((refused.message, refused.category) == ("failure: no memory", 4), "as told", refused)
    e.expect(tuple(api.path(LISTS)) == (), "only what matches")


def byte_by_byte_and_mixed(emulator):
    api = connect(emulator)
    add(api, 1, comment="x" * 300)
    emulator.misbehave(dribble=True)
    e.expect(len(next(iter(api.path(LISTS)))["comment"]) == 300, "a client puts the bytes together")
    emulator.misbehave(dribble=False, interleave=True)
    add(api, 2)
    two = b"".join(encode_sentence(f"{LISTS}/print", f".tag={n}", encoding="ascii") for n in (1, 2))
    api.protocol.transport.sock.sendall(two)
    tags = [api.protocol.readSentence()[1][-1] for _ in range(6)]
    e.expect(tags == [".tag=1", ".tag=2"] * 3, "the answers are mixed", tags)


def unreadable_bytes(emulator):
    """A control byte, and words too long for who has not logged in, end the connection and nothing else."""
    for data in (b"\xf8\0", b"\xef\xff\xff\xff", encode_sentence("/login", "=name=" + "x" * 5000, encoding="ascii")):
        with socket.create_connection(emulator.ports["ready"], timeout=e.DEADLINE_S) as raw:
            raw.sendall(data)
            try:
                e.expect(raw.recv(100) == b"", "it is closed", data[:10])
            except ConnectionResetError:
                pass
    connect(emulator)


def power(emulator):
    api = connect(emulator)
    add(api, 1)
    add(api, 2, timeout="1d")
    session = {"name": "ann", "address": "10.0.0.5"}
    emulator.ask("POST", "/entries", {"menu": "/ppp/active", "add": [session]})
    [first] = [entry[".id"] for entry in emulator.state()[LISTS] if entry["dynamic"] == "false"]
    emulator.misbehave(power="off")
    e.raises((ConnectionClosed, ConnectionError), add, api, 3)
    e.raises(ConnectionRefusedError, connect, emulator)
    emulator.misbehave(power="on")
    kept = emulator.state()
    e.expect([entry[".id"] for entry in kept[LISTS]] == [first], "what has a timeout is lost", kept[LISTS])
    e.expect(kept["/ppp/active"] == [], "sessions are lost")

    emulator.ask("POST", "/save")
    api = connect(emulator)
    last = add(api, 4)
    emulator.misbehave(power="cycle", keep="saved")
    e.expect(stored(emulator) == ["10.0.0.1"], "back to what was saved")
    e.raises((ConnectionClosed, ConnectionError), add, api, 5)
    e.expect(add(connect(emulator), 4) not in (first, last), "ids are not given again")


def timeouts(emulator):
    api = connect(emulator)
    add(api, 1, timeout="1s")
    shown = next(iter(api.path(LISTS)))
    e.expect((shown["timeout"], shown["dynamic"]) == ("1s", True), "an entry with a timeout is dynamic", shown)
    e.poll(lambda: tuple(api.path(LISTS)) == (), "the entry goes when its time is over")


def a_file_keeps_it(_):
    with tempfile.TemporaryDirectory(prefix="provodka-routeros-") as folder:
        flags = ("--user", USER, "--password", PASSWORD, "--state", f"{folder}/state.json", "--empty", "done")
        with e.Emulator("routeros", *flags) as first:
            add(connect(first), 1)
            first.ask("POST", "/save")
            add(connect(first), 2)
            os.kill(first.process.pid, signal.SIGKILL)
            first.process.wait(e.DEADLINE_S)
        with e.Emulator("routeros", *flags) as second:
            e.expect(stored(second) == ["10.0.0.1"], "what was saved, and not what came after")
            api = connect(second)
            api.protocol.writeSentence(f"{LISTS}/print", "?address=10.9.9.9")
            answers = [api.protocol.readSentence()[0] for _ in range(2)]
            e.expect(answers == ["!empty", "!done"], "an empty print says so", answers)


def bad_settings(emulator):
    for wrong in ({"explode": True}, {"cut": "x"}, {"cut": {"nth": 0}}, {"power": "maybe"}, {"drop": {"when": "never"}}):
        refused = emulator.ask("POST", "/misbehave", wrong, status=400)
        e.expect("error" in refused, "it says what is wrong", refused)
    emulator.ask("POST", "/entries", {"menu": "/nonsense"}, status=400)
    emulator.ask("GET", "/nonsense", status=404)
    e.expect(emulator.ask("GET", "/misbehave") == {"power": "on"}, "nothing is on")


TESTS = [
    slow, hangs, cuts, drops, garbage, refuses_logins, any_error, byte_by_byte_and_mixed, unreadable_bytes, power,
    timeouts, a_file_keeps_it, bad_settings,
]  # fmt: skip

if __name__ == "__main__":
    e.run(lambda: e.Emulator("routeros", "--user", USER, "--password", PASSWORD), TESTS)
