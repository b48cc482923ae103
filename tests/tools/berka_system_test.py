#!/usr/bin/env python3
"""A real bank's transactions through `provodka import`: the balances are those that were computed apart from this
project, twice is as good as once, and other programs find the same in what is exported."""

import csv
import io
import json
import shutil
import subprocess
import sys
import tempfile
import time
from decimal import Decimal

from serving import ROOT, SKIPPED, Program, ServerAt, Tool, expect

# Where this is found is known by then.
from postgres import Postgres, Projector, equals_the_ledger  # isort: skip

BERKA = ROOT.parent / "shared" / "data" / "berka"
ROWS = 49_102


def imported(binary, url, rejects):
    tool = Tool(binary, "import", "--map", ROOT / "tools" / "maps" / "berka.toml", "--url", url, "--tenant", "berka",
                "--rejects", rejects, "--json", BERKA / "trans.csv")  # fmt: skip
    began = time.monotonic()
    code, out, err = tool.run()
    expect(code == 0 and err == "", "the import ends with", code, out, err)
    return json.loads(out), time.monotonic() - began


def check_hledger(binary, data, expected):
    hledger = shutil.which("hledger")
    if hledger is None:
        print("hledger is not installed: what it would say is not compared")
        return
    journal = Program(binary).must("export", "--data", data, "--tenant", "berka", "--format", "hledger")

    def ask(*arguments):
        done = subprocess.run([hledger, "-f", "-", *arguments], input=journal, capture_output=True, timeout=600, check=False)
        expect(done.returncode == 0, f"hledger {arguments[0]} refuses:", done.stderr[-2000:])
        return done.stdout.decode()

    ask("check")
    prefix = "liabilities:customers:"
    table = ask("balance", prefix, "--flat", "--empty", "--no-total", "-O", "csv", "--no-elide")
    found = {}
    for row in csv.DictReader(io.StringIO(table)):
        amount = row["balance"].replace("CZK", "").replace(",", "").strip()
        # Liabilities are credits, which hledger shows as negative.
        found[row["account"].removeprefix(prefix)] = -Decimal(amount)
    differing = {a: (found.get(a, Decimal(0)), b) for a, b in expected.items() if found.get(a, Decimal(0)) != b}
    expect(not differing and set(found) <= set(expected), "hledger finds other balances", dict(list(differing.items())[:5]))
    print(f"hledger {len(found)} accounts")


def check_sql(binary, path, data, expected):
    """Balances, sums of statements, debts and the trial balance in Postgres."""
    with Postgres(f"{path}/postgres") as postgres, Projector(binary, data, postgres.url, f"{path}/projector.stderr") as projector:
        began = time.monotonic()
        postgres.wait_for(1 + len(expected) + ROWS)
        print(f"projected in {time.monotonic() - began:.2f} s")
        expect(equals_the_ledger(binary, postgres, data, "berka") == expected, "the balances differ from those expected")
        entries = postgres.value("SELECT count(*) FROM provodka.statement WHERE tenant = 'berka'")
        expect(int(entries) == ROWS, "each row is an entry of a statement, not", entries)
        expect(projector.stop() == 0, "the projector ends badly")


def main(binary):
    if not (BERKA / "trans.csv").exists():
        print(f"{BERKA} is not there")
        sys.exit(SKIPPED)
    expected_text = (BERKA / "expected_balances.csv").read_bytes()
    expected = {row["account"]: Decimal(row["balance"]) for row in csv.DictReader(io.StringIO(expected_text.decode()))}
    program = Program(binary)
    with tempfile.TemporaryDirectory() as path:
        data, rejects = f"{path}/data", f"{path}/rejects"
        with ServerAt(binary, data) as server:
            said, seconds = imported(binary, server.url, rejects)
            expect((said["recorded"], said["repeated"], said["rejected"]) == (ROWS, 0, 0), "the import says", said)
            print(f"imported in {seconds:.2f} s")
            size = server.size("berka")
            expect(size == 1 + len(expected) + ROWS, "a tenant, the accounts and the rows are recorded, not", size)

            balances = program.must("balances", "--data", data, "--format", "csv")
            expect(balances == expected_text, "the balances differ from those expected", balances[:500])

            said, seconds = imported(binary, server.url, rejects)
            expect((said["recorded"], said["repeated"], said["rejected"]) == (0, ROWS, 0), "the second import says", said)
            print(f"imported again in {seconds:.2f} s")
            expect(server.size("berka") == size, "the second import changed something", size, server.size("berka"))
            check_hledger(binary, data, expected)
            check_sql(binary, path, data, expected)

            code, found = program.verify(data)
            expect(code == 0 and found["ok"], "verify beside the server:", code, found)
            expect(server.stop() == 0, "the server ends badly", server.stderr())

        code, found = program.verify(data)
        expect(code == 0 and found["ok"], "verify:", code, found)
        shutil.rmtree(f"{data}/derived")
        # The server makes anew what can be derived, and verify holds it to the same.
        with ServerAt(binary, data) as server:
            expect(server.size("berka") == size, "after rebuilding there are", server.size("berka"), size)
            expect(server.stop() == 0, "the server ends badly", server.stderr())
        code, rebuilt = program.verify(data)
        expect(code == 0 and rebuilt["ok"], "verify after rebuilding:", code, rebuilt)
        expect(rebuilt["state_hash"] == found["state_hash"], "the state differs", found, rebuilt)
        expect(rebuilt["tenants"] == found["tenants"], "the tree differs", found, rebuilt)
    print("holds")


if __name__ == "__main__":
    main(sys.argv[1])
