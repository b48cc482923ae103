#!/usr/bin/env python3
"""`provodka submit` against a running server, one that is killed in mid-stream included."""

import json
import subprocess
import tempfile
import threading
from decimal import Decimal
from pathlib import Path

from serving import Failed, Program, ServerAt, Tool, expect, main, poll
from server import charge, create_tenant, free_port, open_account, pay

COUNT = 20_000


def ndjson(commands):
    return b"".join(json.dumps(command).encode() + b"\n" for command in commands)


def opening():
    return [create_tenant("acme"), open_account("acme", "A")]


def payments(first, past):
    return [pay("acme", f"p-{n}", "A", "0.01", str(n)) for n in range(first, past)]


def rejected_lines_are_counted_and_named(binary):
    with tempfile.TemporaryDirectory() as path, ServerAt(binary, f"{path}/data") as server:
        bad = [charge("acme", "x-1", "B", "1.00"), pay("acme", "x-2", "A", "-1.00", "y")]
        file = Path(path, "c.ndjson")
        file.write_bytes(ndjson(opening()) + b"\n" + ndjson([bad[0], *payments(0, 3), bad[1], *payments(2, 3)]))
        code, out, err = Tool(binary, "submit", "--url", server.url, "--actor", "anna", file).run()
        expect(code == 1 and out == "", "it ends with", code, out, err)
        lines = err.splitlines()
        expect(lines[0] == f"provodka: submit {file}: 5 recorded, 1 already there, 2 rejected", "it says", err)
        expect(lines[1].startswith("  line 4: unknown_account: ") and "(/data/account)" in lines[1], "it says", err)
        expect(lines[2].startswith("  line 8: amount_not_positive: "), "it says", err)
        status, events = server.get("/v1/acme/events?limit=1")
        expect(status == 200 and b'"actor":"anna"' in events, "the actor is", events)
        file.write_bytes(ndjson(opening() + payments(0, 3)))
        code, out, err = Tool(binary, "submit", "--url", server.url, file).run()
        expect(code == 0 and out == f"submit {file}: 0 recorded, 5 already there, 0 rejected\n", "again:", code, out, err)
        code, out, err = Tool(binary, "submit", "--url", server.url, "--json", "--batch", 1, "-").run(
            input=ndjson(payments(3, 50)).decode()
        )
        expect(code == 0 and json.loads(out)["recorded"] == 47, "from standard input:", code, out, err)


def a_line_without_an_id_stops_it_before_anything_is_sent(binary):
    with tempfile.TemporaryDirectory() as path, ServerAt(binary, f"{path}/data") as server:
        file = Path(path, "c.ndjson")
        nameless = pay("acme", "", "A", "1.00", "x")
        del nameless["id"]
        # An id elsewhere is not the command's.
        nameless["data"]["id"] = "x"
        for bad, why in [(ndjson([nameless]), 'the command has no "id"'), (b"{]\n", "the line is not a JSON object"),
                         (b'{"id":7}\n', 'the command has no "id"'), (b'{"id":""}\n', '"id" is 1 to 128')]:  # fmt: skip
            text = ndjson(opening()) + bad + ndjson(payments(0, 2))
            file.write_bytes(text)
            code, out, err = Tool(binary, "submit", "--url", server.url, file).run()
            expect(code == 1 and err.startswith(f"provodka: {file}:3: {why}"), "it says", code, out, err)
            expect(err.endswith("; nothing was sent\n") and server.size("acme") == 0, "something was sent", err)
        # What comes through a pipe cannot be looked at beforehand: it is stopped at the line.
        code, out, err = Tool(binary, "submit", "--url", server.url, "-").run(input=text.decode())
        expect(code == 1 and "standard input:3: " in err and "nothing behind it was sent" in err, "it says", code, out, err)
        expect(server.size("acme") == 2, "what was before the line is recorded")


def a_killed_server_gets_everything_once(binary):
    with tempfile.TemporaryDirectory() as path:
        data = f"{path}/data"
        port = free_port()
        with ServerAt(binary, data, port) as server:
            submit = subprocess.Popen(
                [binary, "submit", "--url", server.url, "--batch", "100", "--json", "-"],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            )  # fmt: skip
            submit.stdin.write(ndjson(opening() + payments(0, COUNT // 2)))
            submit.stdin.flush()

            def feed():
                submit.stdin.write(ndjson(payments(COUNT // 2, COUNT)))
                submit.stdin.close()

            feeder = threading.Thread(target=feed)
            # The rest is under way while the server dies.
            poll(lambda: server.size("acme") > COUNT // 4, "a part of it recorded")
            feeder.start()
            server.kill()
        expect(submit.poll() is None, "submit gave up at once")
        with ServerAt(binary, data, port) as server:
            feeder.join()
            out, err = submit.stdout.read(), submit.stderr.read()
            expect(submit.wait(600) == 0, "submit ends with", submit.returncode, out, err)
            said = json.loads(out)
            expect(said["recorded"] + said["repeated"] == COUNT + 2 and said["rejected"] == 0, "it says", said, err)
            expect(said["sent_again"] > 0, "nothing was sent again, so nothing was tried", said)
            size = server.size("acme")
            expect(size == COUNT + 2, "not everything is there once", size)
            expect(server.stop() == 0, "the server ends badly", server.stderr())
        balances = Program(binary).balances(data, "acme")
        expect(balances == {"A": Decimal(COUNT) / 100}, "the balances are", balances)


def a_server_that_stays_away_is_given_up(binary):
    with tempfile.TemporaryDirectory() as path:
        with ServerAt(binary, f"{path}/data") as server:
            submit = subprocess.Popen(
                [binary, "submit", "--url", server.url, "--patience", "1", "-"],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            )  # fmt: skip
            submit.stdin.write(ndjson(opening()))
            submit.stdin.flush()
            poll(lambda: server.size("acme") == 2, "the first lines recorded")
            server.kill()
        out, err = submit.communicate(ndjson(payments(0, 10)))
        expect(submit.returncode == 2, "it ends with", submit.returncode, out, err)
        expect(f"cannot reach {server.url}".encode() in err and b"Send the file again" in err, "it says", err)
        # The server may have died between recording the two and answering.
        expect(b": 2 recorded, 0 already there" in err or b": 0 recorded, 0 already there" in err, "it says", err)
        code, out, err = Tool(binary, "submit", "--url", "http://127.0.0.1:1", "-").run(input=ndjson(opening()).decode())
        expect(code == 2 and "cannot reach http://127.0.0.1:1: Connection refused" in err, "at once:", code, out, err)


if __name__ == "__main__":
    main(
        [
            rejected_lines_are_counted_and_named,
            a_line_without_an_id_stops_it_before_anything_is_sent,
            a_killed_server_gets_everything_once,
            a_server_that_stays_away_is_given_up,
        ]
    )
