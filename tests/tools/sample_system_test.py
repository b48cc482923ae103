#!/usr/bin/env python3
"""The provider that `provodka sample` makes: the same bytes for the same arguments, no command that a ledger refuses,
and books that verify and another program find whole."""

import csv
import io
import json
import shutil
import subprocess
import tempfile
from collections import Counter
from decimal import Decimal
from pathlib import Path

from serving import Program, Server, Tool, expect, main

FROM = "2026-01-01"
SHOWN = "100042"  # the account that tools/run shows


def sampled(binary, *arguments):
    code, out, err = Tool(binary, "sample", *arguments).run()
    expect(code == 0 and err == "", "the sample ends with", code, err)
    return out


def usage_errors_say_what_is_wanted(binary):
    many = ["--subscribers", "10", "--months", "2"]
    for arguments, says in (
        (["--months", "2"], "--subscribers is required"),
        (["--subscribers", "10"], "--months is required"),
        (["--subscribers", "0", "--months", "2"], "--subscribers: "),
        (["--subscribers", "-1", "--months", "2"], "--subscribers: "),
        (["--subscribers", "10", "--months", "121"], "--months: "),
        ([*many, "--from", "2026-02-30"], "--from 2026-02-30: a date such as 2026-01-01 is expected"),
        ([*many, "--from", "2018-12-31"], "the months lie between 2019-01-01 and 2099-12-31"),
        ([*many, "--from", "2099-12-01"], "the months lie between 2019-01-01 and 2099-12-31"),
        ([*many, "--tenant", "ok telecom"], "--tenant is 1 to 64"),
        ([*many, "--out", "/nowhere/sample.ndjson"], "cannot write /nowhere/sample.ndjson"),
    ):
        code, out, err = Tool(binary, "sample", *arguments).run()
        expect(code == 1 and out == "" and says in err, f"sample {arguments} ends with", code, out[:200], err)


def the_same_arguments_give_the_same_bytes(binary):
    arguments = ["--subscribers", "200", "--months", "3", "--seed", "7", "--from", FROM]
    first = sampled(binary, *arguments)
    expect(first == sampled(binary, *arguments), "a second sample differs")
    expect(first != sampled(binary, *arguments[:4], "--seed", "8", "--from", FROM), "another seed gives the same")
    with tempfile.TemporaryDirectory() as path:
        file = Path(path, "sample.ndjson")
        expect(sampled(binary, *arguments, "--out", file) == "", "with --out there is something on standard output")
        expect(file.read_text(encoding="utf-8") == first, "the file differs")


def check_hledger(program, data):
    """Another program finds the books whole, and the same balances. Its balances by account, none where it is not there."""
    hledger = shutil.which("hledger")
    if hledger is None:
        print("hledger is not installed: what it would say is not compared")
        return None
    journal = program.must("export", "--data", data, "--format", "hledger")
    done = subprocess.run([hledger, "-f", "-", "check"], input=journal, capture_output=True, timeout=600, check=False)
    expect(done.returncode == 0, "hledger check refuses:", done.stderr[-2000:])
    command = [hledger, "-f", "-", "balance", "--flat", "--empty", "--no-total", "--output-format", "csv"]
    done = subprocess.run(command, input=journal, capture_output=True, timeout=600, check=True)
    rows = list(csv.DictReader(io.StringIO(done.stdout.decode())))
    found = {row["account"]: Decimal(row["balance"].replace("RUB", "").strip() or 0) for row in rows}
    expect(sum(found.values()) == 0, "the trial balance of hledger is", sum(found.values()))
    ours = {account: Decimal(balance) for account, balance in program.balances(data, "ok-telecom").items()}
    theirs = {name.rsplit(":", 1)[1]: -balance for name, balance in found.items() if ":customers:" in name}
    differ = {a: (ours.get(a, 0), theirs.get(a, 0)) for a in ours.keys() | theirs.keys() if ours.get(a, 0) != theirs.get(a, 0)}
    expect(not differ, "hledger has other balances", list(differ.items())[:3])
    return found


def loaded(binary, subscribers, months, seed, start, and_then=None):
    """Nothing is refused, and the books are whole. What the commands and the events are, by type; what comes of
    and_then(server) is in the books too."""
    arguments = ["--subscribers", subscribers, "--months", months, "--seed", seed, "--from", start]
    program = Program(binary)
    with tempfile.TemporaryDirectory() as path:
        sample, data = Path(path, "sample.ndjson"), f"{path}/data"
        sampled(binary, *arguments, "--out", sample)
        commands = [json.loads(line) for line in sample.read_text(encoding="utf-8").splitlines()]
        times = [command["time"] for command in commands]
        expect(times == sorted(times) and times[0] == f"{start}T00:00:00+03:00", "the times", times[0])
        last = commands[-1]
        expect((last["type"], last["data"]) == ("billing.run", {"through": times[-1]}), "the last is", last)
        with Server(binary, data, flags=["--clock", times[0]]) as server:
            code, out, err = Tool(binary, "submit", "--url", "http://{}:{}".format(*server.address), "--json", sample).run()
            expect(code == 0, "submit ends with", code, out, err)
            said = json.loads(out)
            expect((said["recorded"], said["rejected"]) == (len(commands), 0), "submit says", said)
            status, body = server.get(f"/v1/ok-telecom/accounts/{SHOWN}")
            account = json.loads(body)
            expect(status == 200 and account["access"] == "on", "the account that is shown", status, account)
            expect({s["service"] for s in account["subscriptions"]} == {"internet", "tv"}, "what it has", account)
            expect(all(s["state"] == "active" for s in account["subscriptions"]), "it is on", account)
            expect(Decimal(account["balance"]) > 0, "it has paid", account)
            if and_then:
                and_then(server)
            expect(server.stop() == 0, "the server ends badly", server.stderr())
        code, found = program.verify(data)
        expect(code == 0 and found["ok"], "verify:", code, found)
        balances = check_hledger(program, data)
        events = Counter(json.loads(line)["type"].rsplit(".", 1)[0] for line in program.lines(data, "ok-telecom"))
    return Counter(command["type"] for command in commands), events, balances


def a_server_takes_all_of_it(binary):
    commands, events, _ = loaded(binary, 200, 3, 7, FROM)
    expect(commands["account.open"] == 200, "there are as many as were asked for", commands)
    for kind in ("payment.received", "subscription.charged", "subscription.suspended", "access.changed", "promise.given"):
        expect(events[kind] > 0, f"there is no {kind}", events)


def whenever_it_begins(binary):
    commands, events, _ = loaded(binary, 150, 14, 1, "2027-11-17")
    for kind in ("subscription.switch", "subscription.freeze", "subscription.cancel", "payment.reverse", "access.block"):
        expect(commands[kind] > 0, f"there is no {kind}", commands)
    expect(events["promise.ended"] > 0 and events["subscription.credited"] > 0, "events", events)


def one_subscriber_is_a_sample(binary):
    commands, _, _ = loaded(binary, 1, 1, 1, "2024-02-01")
    expect(commands["account.open"] == 1, "there is one", commands)


def nothing_is_deferred_when_all_periods_have_ended(binary):
    def until_nobody_can_pay(server):
        # Nobody pays any more; two years later the last year that was paid for has ended.
        last = "2029-02-01T00:00:00+03:00"
        command = {"type": "billing.run", "id": "the-end", "tenant": "ok-telecom", "time": last, "data": {"through": last}}
        with server.connect() as client:
            status, body = client.post(command)
            expect(status == 201, "the last run", status, body)
            status, body = client.get("/v1/ok-telecom/runs?limit=1000")
            runs = json.loads(body)["rows"]
            expect(status == 200 and len(runs) == 1000, "there is a run a day", len(runs))
            for run in runs:
                told = run["charged"] + sum(skipped["count"] for skipped in run["skipped"])
                expect(run["expected"] == told, "each is charged or skipped", run)

    _, events, balances = loaded(binary, 120, 12, 5, FROM, until_nobody_can_pay)
    for kind in ("income.recognised", "extra.charged", "instalment.due", "discount.granted", "subscription.period_begun"):
        expect(events[kind] > 0, f"there is no {kind}", events)
    if balances is not None:
        deferred = {name: balance for name, balance in balances.items() if ":deferred:" in name and balance != 0}
        expect(not deferred, "is still deferred:", deferred)


if __name__ == "__main__":
    main(
        [
            usage_errors_say_what_is_wanted,
            the_same_arguments_give_the_same_bytes,
            a_server_takes_all_of_it,
            whenever_it_begins,
            one_subscriber_is_a_sample,
            nothing_is_deferred_when_all_periods_have_ended,
        ]
    )
