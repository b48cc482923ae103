#!/usr/bin/env python3
"""Runs the server on a disk that becomes full, and then has room again.

While it is full, commands are refused as a fault, with nothing half done, and reads go on. A start on the full
disk works or says why not, and harms nothing. Once there is room and the server is started again, everything
that was acknowledged is there, once, and commands are accepted.

Needs to mount a small file system; skipped (77) where that is not permitted.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from pathlib import Path

import server as s

DISK_MB = 48
BALLAST_MB = 41
CLIENTS = 4
SKIPPED = 77


class Disk:
    """A file system of its own, most of which a ballast takes up."""

    def __init__(self):
        self.path = tempfile.mkdtemp(prefix="provodka-disk-")
        mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "tmpfs", self.path]
        mounted = subprocess.run(mount, capture_output=True, check=False)
        if mounted.returncode != 0:
            print("skipped: cannot mount:", mounted.stderr.decode().strip())
            os.rmdir(self.path)
            sys.exit(SKIPPED)
        self.ballast = os.path.join(self.path, "ballast")

    def take_room(self):
        with open(self.ballast, "wb") as file:
            for _ in range(BALLAST_MB):
                file.write(b"b" * (1 << 20))

    def fill(self):
        """To the last byte."""
        with open(os.path.join(self.path, "more"), "ab", buffering=0) as file:
            for size in (1 << 16, 1 << 12, 1):
                try:
                    while True:
                        file.write(b"m" * size)
                except OSError:
                    pass

    def free(self):
        for name in ("ballast", "more"):
            Path(self.path, name).unlink(missing_ok=True)

    def unmount(self):
        subprocess.run(["umount", self.path], check=True)
        os.rmdir(self.path)
        Path(self.path + ".stderr").unlink()


def serve(binary, data):
    """What it says must not need room on the disk."""
    return s.Server(binary, data, stderr_path=os.path.dirname(data) + ".stderr")


class Posts:
    """What clients sent; ends with the first answer that is a fault."""

    def __init__(self):
        self.lock = threading.Lock()
        self.answers = {}  # id -> (command, answer)
        self.refused = []
        self.other = []

    def post_until_refused(self, server, name):
        with server.connect() as client:
            for i in range(1_000_000):
                command_id = f"{name}-{i}"
                command = s.pay("acme", command_id, "a", "1.00", f"x-{command_id}")
                try:
                    status, answer = client.post(command)
                except OSError as lost:
                    self.other.append(lost)
                    return
                with self.lock:
                    if status == 201:
                        self.answers[command_id] = (command, json.loads(answer))
                    elif status == 503:
                        self.refused.append((command, json.loads(answer)))
                        return
                    else:
                        self.other.append((status, answer))
                        return


def check_while_full(program, server, data, posts):
    s.expect(server.get("/healthz")[0] == 200, "it still says that it lives")
    with server.connect() as client:
        status, answer = client.post(s.pay("acme", "while-full", "a", "1.00", "x-while-full"))
        s.expect(status == 503, "commands are refused", status, answer)
        s.expect(json.loads(answer)["code"] == "unavailable", "with the reason", answer)
    s.expect("no commands are accepted any more" in server.stderr(), "the operator is told", server.stderr())
    check_events(program, data, posts)


def check_events(program, data, posts):
    """What another process reads is what was acknowledged, and perhaps what nobody got an answer for."""
    events = [json.loads(line) for line in program.lines(data, "acme")]
    causes = Counter(event["cause"] for event in events)
    s.expect(max(causes.values()) == 1, "nothing is recorded twice", causes.most_common(2))
    sequences = {event["cause"]: int(event["id"]) for event in events}
    for command_id, (_, answer) in posts.answers.items():
        s.expect(sequences.get(command_id) == answer["sequence"], "what was acknowledged is there", command_id)
    unasked = sequences.keys() - posts.answers.keys() - {c["id"] for c, _ in posts.refused} - {"create", "open-a"}
    s.expect(not unasked, "nothing else is", unasked)


def check_after_restart(server, posts, number):
    with server.connect() as client:
        for command, answer in posts.answers.values():
            status, again = client.post(command)
            s.expect(status == 200 and json.loads(again) == answer, "it answers as the first time", command, again)
        for command, _ in posts.refused:
            status, answer = client.post(command)
            s.expect(status in (200, 201), "what was refused is taken now", command, status, answer)
            posts.answers[command["id"]] = (command, json.loads(answer))
        command = s.pay("acme", f"after-{number}", "a", "1.00", f"x-after-{number}")
        status, answer = client.post(command)
        s.expect(status == 201, "commands are accepted again", status, answer)
        posts.answers[command["id"]] = (command, json.loads(answer))
    posts.refused.clear()


def run_until_full(binary, disk, data, posts, number):
    """Returns the server, which takes no commands any more."""
    server = serve(binary, data)
    before = len(posts.answers)
    threads = []
    for client in range(CLIENTS):
        threads.append(threading.Thread(target=posts.post_until_refused, args=(server, f"r{number}-c{client}")))
    for thread in threads:
        thread.start()
    s.poll(lambda: len(posts.answers) > before + 500 or not any(t.is_alive() for t in threads), "some are acknowledged")
    disk.fill()
    for thread in threads:
        thread.join()
    s.expect(not posts.other, "each answer is 201 or 503", posts.other[:3], server.stderr())
    s.expect(len(posts.refused) == CLIENTS, "every client was refused in the end")
    print(f"run {number}: {len(posts.answers) - before} acknowledged before the disk was full", flush=True)
    return server


def start_while_full(binary, data):
    """It may or may not start; either way it says what is the matter."""
    try:
        with serve(binary, data) as server:
            with server.connect() as client:
                status, answer = client.post(s.pay("acme", "still-full", "a", "1.00", "x-still-full"))
            s.expect(status in (201, 503), "a command is refused, or there was room for it", status, answer)
            server.stop()
            return status == 201
    except s.NotStarted as ended:
        s.expect(ended.code == 2 and "No space left" in ended.stderr, "it says why it does not start", ended.stderr)
        return False


def main():
    binary = os.path.abspath(sys.argv[1])
    program = s.Program(binary)
    disk = Disk()
    try:
        data = os.path.join(disk.path, "data")
        posts = Posts()
        with serve(binary, data) as server, server.connect() as client:
            for command in (s.create_tenant("acme"), s.open_account("acme", "a")):
                s.expect(client.post(command)[0] == 201, "the books are opened")
            server.stop()
        for number, kill in enumerate((False, True)):
            disk.take_room()
            with run_until_full(binary, disk, data, posts, number) as server:
                check_while_full(program, server, data, posts)
                if kill:
                    server.kill()
                else:
                    server.end()
            if start_while_full(binary, data):
                posts.refused.append((s.pay("acme", "still-full", "a", "1.00", "x-still-full"), {}))
            disk.free()
            with serve(binary, data) as server:
                check_after_restart(server, posts, number)
                check_events(program, data, posts)
                server.end()
            code, verified = program.verify(data)
            s.expect(code == 0, "verify finds nothing", verified)
            s.expect(program.balances(data, "acme")["a"] == len(posts.answers), "each payment counts once")
            shutil.rmtree(os.path.join(data, "derived"))
    finally:
        disk.unmount()
    print("everything that was acknowledged is there")


if __name__ == "__main__":
    main()
