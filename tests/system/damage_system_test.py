#!/usr/bin/env python3
"""Flips single bytes of a data directory, each in a copy of its own, and asks what then is noticed.

A byte of the log, the head or the vault that went bad is reported by `verify`, with the positions where it is in
a frame; the server refuses to start and says why, or serves every line as it was or not at all, and its scrub
reports what is damaged. A byte of the derived data that went bad is reported as well, and built again. Only what
UNREAD names may change unnoticed, and then everything else is as it was.

DAMAGE_FLIPS says how many bytes, DAMAGE_ONLY (a part of a path) which files.
"""

import concurrent.futures
import json
import os
import random
import re
import shutil
import struct
import sys
import tempfile
import threading
import traceback
from collections import Counter
from pathlib import Path

import server as s

TENANTS = ("acme", "beta")
ENGINE = {"snapshot_every_events": 1000, "scrub_mb_per_second": 1000}
ACCOUNTS = 30
RUNS = 7  # of the server; the log has a file more after each
EVENTS_PER_RUN = 600

# What nothing reads: notes of RocksDB for people and for its own tools, and who has the directory open. The last
# record of a MANIFEST, which counts what is in the other files anyway, may look torn off: nothing depends on it.
UNREAD = re.compile(r"(^lock|/LOG(\.old\.\d+)?|/OPTIONS-\d+|/IDENTITY|/LOCK)$")
# The keys of subscribers are no part of what the log says: verify does not read them, and the server is held to
# them by subscriber_keys_rocks_test.
KEYS = "vault/subscribers/"


def fill(binary, data):
    """Several runs with all kinds of ends. Returns the commands and their answers."""
    rng = random.Random(1)
    answers = []
    for run in range(RUNS):
        with s.Server(binary, data, ENGINE) as server:
            if run == 0:
                with server.connect() as client:
                    for tenant in TENANTS:
                        post(client, s.create_tenant(tenant), answers)
                        for i in range(ACCOUNTS):
                            post(client, s.open_account(tenant, f"a{i}", "100000.00"), answers)
            threads = []
            for thread in range(3):
                arguments = (server, f"r{run}-{thread}", random.Random(rng.random()), answers)
                threads.append(threading.Thread(target=post_some, args=arguments))
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            if run % 2:
                server.end()
            else:
                server.kill()
    return answers


def post(client, command, answers):
    status, answer = client.post(command)
    s.expect(status == 201, "the command is recorded", command, status, answer)
    answers.append((command, json.loads(answer)))


def post_some(server, name, rng, answers):
    with server.connect() as client:
        for i in range(EVENTS_PER_RUN // 3):
            tenant = rng.choice(TENANTS)
            account = f"a{rng.randrange(ACCOUNTS)}"
            amount = f"{rng.randrange(1, 1000)}.{rng.randrange(10)}0"
            if rng.random() < 0.6:
                post(client, s.pay(tenant, f"{name}-{i}", account, amount, f"x{name}-{i}"), answers)
            else:
                post(client, s.charge(tenant, f"{name}-{i}", account, amount), answers)


class Original:
    """What the whole directory gives."""

    def __init__(self, program, data, answers):
        self.data = data
        self.answers = answers
        self.lines = {tenant: program.lines(data, tenant) for tenant in TENANTS}
        code, self.verified = program.verify(data)
        s.expect(code == 0, "the directory is whole before anything is done to it", self.verified)
        with s.Server(program.binary, copy_of(data, data + "-served"), ENGINE) as server:
            self.published = {path: server.get(path) for tenant in TENANTS for path in self.paths(tenant)}
        s.expect({status for status, _ in self.published.values()} == {200}, "everything is published", self.published)
        self.proofs = {(tenant, sequence): prove(program, data, tenant, sequence)[1]
                       for tenant in TENANTS for sequence in self.proved(tenant)}  # fmt: skip

    def proved(self, tenant):
        return (len(self.lines[tenant]) // 3,)

    def paths(self, tenant):
        """What is published of a tenant's tree."""
        index, width = divmod(len(self.lines[tenant]), 256)
        names = ["checkpoint", "keys", f"tile/0/{index:03}.p/{width}", f"tile/1/000.p/{index}", "tile/entries/000"]
        return [f"/v1/{tenant}/{name}" for name in [*names, *(f"tile/0/{i:03}" for i in range(index))]]

    def same(self, verified):
        return all(verified[name] == self.verified[name] for name in ("events", "state_hash", "tenants"))


def copy_of(data, path):
    shutil.copytree(data, path)
    return path


def prove(program, data, tenant, sequence):
    return program.run("prove", "--data", data, "--tenant", tenant, str(sequence))


RECORD_BLOCK = 32768  # of RocksDB's log files
FRAME = struct.Struct("<4sHHQIIIIQ")


def frames_of(file_bytes):
    """(offset, end, first, last) of the frames in a file; nothing else has their magic and fits."""
    frames = []
    at = -1
    while (at := file_bytes.find(b"PVDK", at + 1)) >= 0 and at + FRAME.size <= len(file_bytes):
        _, version, compression, first, count, text, body, reserved, _ = FRAME.unpack_from(file_bytes, at)
        if version == 1 and compression in (0, 1) and 0 < count < 1 << 20 and reserved == 0 and body <= text + FRAME.size:
            frames.append((at, at + FRAME.size + body, first, first + count - 1))
    return frames


class Flip:
    """One byte of one file. `frame` is (first, last) where it is in a frame."""

    def __init__(self, data, path, offset, mask):
        self.path, self.offset, self.mask = path, offset, mask
        file_bytes = (Path(data) / path).read_bytes()
        in_log = path.endswith((".log", ".sst")) and path.startswith("log/")
        within = [frame for frame in (frames_of(file_bytes) if in_log else []) if frame[0] <= offset < frame[1]]
        self.frame = within[0][2:] if within else None

    def __str__(self):
        return f"{self.path}[{self.offset}] ^ 0x{self.mask:02x}" + (f" in frame {self.frame}" if self.frame else "")

    def apply(self, data):
        with open(Path(data) / self.path, "r+b") as file:
            file.seek(self.offset)
            byte = file.read(1)[0]
            file.seek(self.offset)
            file.write(bytes([byte ^ self.mask]))


def kind_of(path):
    """Files of one kind share the flips."""
    return re.sub(r"\d+", "N", path)


def flips_of(data, count):
    """A deterministic spread: every kind of file, its first, middle and last bytes, and places between."""
    rng = random.Random(2)
    kinds = {}
    for path in sorted(str(p.relative_to(data)) for p in Path(data).rglob("*") if p.is_file() and p.stat().st_size):
        if path.startswith(KEYS):
            continue
        kinds.setdefault(kind_of(path), []).append(path)
    weights = {kind: 1 if UNREAD.search(paths[0]) else 8 for kind, paths in kinds.items()}
    for kind in kinds:
        if kind.startswith("log/N.") or kind.startswith("derived/index/N.sst"):
            weights[kind] = 24
    for kind, paths in kinds.items():
        number = max(1, round(count * weights[kind] / sum(weights.values())))
        for i in range(number):
            path = paths[i % len(paths)] if i >= len(paths) else paths[-1 - i]  # the newest first
            size = (Path(data) / path).stat().st_size
            offset = (0, size - 1, size // 2)[i] if i < 3 else rng.randrange(size)
            yield Flip(data, path, offset, rng.choice((0x01, 0x80, 0xFF, 1 << rng.randrange(8))))


def header_flips_of(data):
    """Each byte of the header of a record in the last block of the newest WAL and of the MANIFEST: a length that
    points behind the end of the file looks like a record that was torn off."""
    for pattern in ("*.log", "MANIFEST-*"):
        path = max((Path(data) / "log").glob(pattern))
        file_bytes = path.read_bytes()
        at = (len(file_bytes) - 1) // RECORD_BLOCK * RECORD_BLOCK
        headers = []
        while at + 7 < len(file_bytes):
            headers.append(at)
            at += 7 + struct.unpack_from("<H", file_bytes, at + 4)[0]
        for byte in range(7):
            yield Flip(data, str(path.relative_to(data)), headers[len(headers) // 2] + byte, 0x40)


class Check:
    """What one flip leads to. `why` collects what should not be."""

    def __init__(self, binary, work, original, flip, number):
        self.binary = binary
        self.program = s.Program(binary)
        self.original = original
        self.flip = flip
        self.data = os.path.join(work, f"flip-{number}")
        self.unread = bool(UNREAD.search(flip.path))
        self.outcome = None
        # A byte of FORMAT may make of it the name of a newer format, which is refused.
        self.refusals = (1, 2) if flip.path == "FORMAT" else (2,)

    def run(self):
        copy_of(self.original.data, self.data)
        self.flip.apply(self.data)
        self.check_verify()
        self.check_readers()
        served = self.check_server()
        if served and self.is_derived:
            self.check_rebuilt()
        shutil.rmtree(self.data)

    @property
    def is_derived(self):
        return self.flip.path.startswith("derived/")

    def check_verify(self):
        if self.flip.path == "FORMAT":  # what a directory is has to be known before it is read
            code, _, err = self.program.run("verify", "--data", self.data, "--json")
            s.expect(code in self.refusals and ("FORMAT" in err or "format" in err), "verify names the file", code, err)
            self.noticed, self.damage = True, None
            return
        code, found = self.program.verify(self.data)
        self.noticed = code == 2
        s.expect(code in (0, 2), "verify ends with 0 or 2", code)
        s.expect(found["ok"] == (code == 0) == (not found["damage"]), "and says the same", found)
        if code == 0:
            noticeable = not self.unread and not self.flip.path.startswith("log/MANIFEST")
            s.expect(not noticeable, "a byte that is read was changed, and verify did not notice")
            s.expect(self.original.same(found), "verify finds nothing, so all is as it was", found)
        else:
            s.expect(not self.unread, "a byte that nothing reads was changed", found)
        if self.is_derived:
            s.expect(self.original.same(found), "the log is whole", found)
        if self.flip.frame:
            lost = [(d["first"], d["last"]) for d in found["damage"] if d["first"]]
            first, last = self.flip.frame
            named = any(a <= first and last <= b for a, b in lost)
            s.expect(named, "the positions of the damaged frame are named", found["damage"])
        self.damage = found["damage"]

    def check_readers(self):
        """Whatever is printed is what was recorded, and nothing is left out silently."""
        for tenant in TENANTS:
            code, out, err = self.program.run("replay", "--data", self.data, "--tenant", tenant)
            lines = out.splitlines()
            s.expect(code in (0, *self.refusals), "replay ends with 0 or 2", code, err)
            s.expect(code != 0 or lines == self.original.lines[tenant], "replay prints everything or fails", len(lines), err)
            s.expect(set(lines) <= set(self.original.lines[tenant]), "replay prints no line that was not recorded")
            for sequence in self.original.proved(tenant):
                code, out, err = prove(self.program, self.data, tenant, sequence)
                s.expect(code in (0, *self.refusals), "prove ends with 0 or 2", code, err)
                s.expect(code != 0 or out == self.original.proofs[tenant, sequence], "a proof is the same or refused", out)

    def check_server(self):
        """True when it started."""
        try:
            server = s.Server(self.binary, self.data, ENGINE)
        except s.NotStarted as ended:
            s.expect(ended.code in self.refusals, "a server that does not start ends with 2", ended.code, ended.stderr)
            s.expect(self.noticed, "a directory that verify finds whole can be served", ended.stderr)
            s.expect(not self.is_derived, "derived data does not keep the server from starting", ended.stderr)
            s.expect(len(ended.stderr.strip()) > 20, "it says why", ended.stderr)
            if self.damage is not None:
                _, after = self.program.verify(self.data)
                s.expect(after["damage"] == self.damage, "it changed nothing that could still be read", after["damage"])
            self.outcome = "refused to start"
            return False
        with server:
            rebuilt = "built again from the log" in server.stderr()
            self.check_served(server, everything=rebuilt or not self.noticed)
            if rebuilt or not self.noticed or self.flip.path.startswith("derived/snapshots/"):
                self.outcome = "rebuilt" if rebuilt else "served"
            else:
                s.poll(lambda: "damaged" in server.stderr(), f"the scrub reports {self.damage}", 30)
                self.outcome = "served what is whole, scrub reported"
            server.end()
        if self.is_derived and self.noticed and not rebuilt:
            with s.Server(self.binary, self.data, ENGINE) as server:
                in_snapshot = self.flip.path.startswith("derived/snapshots/")
                s.expect(in_snapshot or "built again from the log" in server.stderr(), "the next start builds it again")
                self.check_served(server, everything=True)
                server.end()
            self.outcome += ", then rebuilt"
        return True

    def check_served(self, server, everything):
        """Nothing wrong is answered, and `everything` is."""
        rng = random.Random(3)
        with server.connect() as client:
            for command, answer in rng.sample(self.original.answers, 40) + self.original.answers[-20:]:
                status, again = client.post(command)
                s.expect(status in (200, 503), "what was acknowledged is known, or cannot be read", command, status, again)
                s.expect(status == 503 or json.loads(again) == answer, "it answers as the first time", command, again, answer)
                s.expect(status == 200 or not everything, "what is whole is served", command, again)
            for tenant in TENANTS:
                self.check_events(client, tenant, everything)
                for path in self.original.paths(tenant):
                    answer = client.get(path)
                    s.expect(answer == self.original.published[path] or answer[0] == 503, "what is published", path, answer)
                    s.expect(answer[0] == 200 or not everything, "what is whole is published", path, answer)

    def check_events(self, client, tenant, everything):
        """Each line as it was, or a fault; none is left out."""
        expected = self.original.lines[tenant]
        after = faults = 0
        while after < len(expected):
            status, body = client.get(f"/v1/{tenant}/events?after={after}&limit=1000")
            if status == 503:
                faults += 1
                after += 1
                continue
            lines = body.splitlines()
            s.expect(status == 200 and lines, "a page has lines, or is a fault", tenant, after, status, body[:300])
            s.expect(lines == expected[after : after + len(lines)], "lines are as they were", tenant, after)
            after += len(lines)
        s.expect(faults == 0 or not everything, "what is whole is served", tenant, faults)

    def check_rebuilt(self):
        code, found = self.program.verify(self.data)
        s.expect(code == 0 and self.original.same(found), "the server built the derived data again", found)
        self.check_readers()


def main():
    binary = os.path.abspath(sys.argv[1])
    count = int(os.environ.get("DAMAGE_FLIPS", "80"))
    only = os.environ.get("DAMAGE_ONLY", "")
    program = s.Program(binary)
    work = tempfile.mkdtemp(prefix="provodka-damage-")
    data = os.path.join(work, "original")
    answers = fill(binary, data)
    original = Original(program, data, answers)
    flips = [f for f in [*header_flips_of(data), *flips_of(data, count)] if only in f.path]
    print(f"{original.verified['events']} events, {len(flips)} flips", flush=True)
    outcomes = Counter()
    failed = 0

    def check(numbered):
        number, flip = numbered
        one = Check(binary, work, original, flip, number)
        try:
            one.run()
        except Exception:  # pylint: disable=broad-except
            return flip, one, traceback.format_exc()
        return flip, one, None

    with concurrent.futures.ThreadPoolExecutor(4) as pool:  # a scrub is mostly waited for
        for flip, one, failure in pool.map(check, enumerate(flips)):
            if failure:
                failed += 1
                print(f"FAILED {flip} in {one.data}\n{failure}", flush=True)
            else:
                outcomes[kind_of(flip.path), "noticed" if one.noticed else "unread", one.outcome] += 1
    for (kind, noticed, outcome), times in sorted(outcomes.items()):
        print(f"{times:4}  {kind:32} {noticed:8} {outcome}")
    if failed:
        sys.exit(f"{failed} of {len(flips)} flips were not handled")
    shutil.rmtree(work)


if __name__ == "__main__":
    main()
