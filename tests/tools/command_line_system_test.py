#!/usr/bin/env python3
"""What the command line says and how it ends: 0 fine, 1 usage or refused, 2 damage or failure."""

import json
import shutil
import subprocess
import tempfile
from pathlib import Path

from serving import ServerAt, Tool, expect, main
from server import Server, command, create_tenant, open_account, pay


def ended(binary, code, *arguments, says=""):
    """The output, of a run that must end so and say that."""
    got, out, err = Tool(binary, *arguments).run()
    expect(got == code and says in err, f"{' '.join(map(str, arguments))} ends with", got, out, err)
    if code:
        expect(err.startswith("provodka: "), "it does not begin with the program", err)
    return out


def filled(server):
    with server.connect() as client:
        for c in [create_tenant("acme"), open_account("acme", "A"), *(pay("acme", f"p{n}", "A", "1.00", str(n)) for n in range(600))]:
            status, answer = client.post(c)
            expect(status == 201, "a command is not recorded", c, status, answer)


def usage_errors_say_what_was_meant(binary):
    ended(binary, 1, "relpay", says='there is no subcommand "relpay"; did you mean "replay"?')
    ended(binary, 1, "replay", "--acount", "5", says='there is no option "--acount"; did you mean "--account"?')
    ended(binary, 1, says="subcommand is required")
    for arguments in (["--from", "-1"], ["--to", "-1"]):
        ended(binary, 1, "replay", *arguments, says="-1: a number from 0 is expected")
    ended(binary, 1, "prove", "--", "-1")
    got, out, err = Tool(binary, "balances", "--format", "xml").run()
    expect(got == 1 and "table" in err and "ndjson" in err and not any(c.isdigit() for c in err), "it says", err)
    ended(binary, 0, "replay", "--help")


def refusals_end_with_1_and_make_nothing(binary):
    with tempfile.TemporaryDirectory() as path:
        data = Path(path, "data")
        for subcommand in ("replay", "balances", "verify", "export"):
            ended(binary, 1, subcommand, "--data", data, says="there is no directory")
        ended(binary, 1, "replay", "--data", path, says="is not a provodka data directory")
        for listen in ("0.0.0.0:0", "example.net:0", "127.0.0.1", "127.0.0.1:x"):
            ended(binary, 1, "serve", "--data", data, "--listen", listen, says="--listen: ")
        for clock in ("9999-12-30T00:00:00Z", "0001-01-02T00:00:00Z", "today"):
            ended(binary, 1, "serve", "--data", data, "--clock", clock, says="--clock: ")
        config = Path(path, "provodka.toml")
        for line in ('listen = "0.0.0.0:8080"', 'listen = "here"', 'clock = "today"', 'data = ""'):
            config.write_text(f"\n{line}\n", encoding="utf-8")
            ended(binary, 1, "serve", "--config", config, says=f"provodka: {config}:2: ")
        config.write_text('lisen = "127.0.0.1:0"\n', encoding="utf-8")
        ended(binary, 1, "serve", "--config", config, says='unknown key "lisen"; did you mean "listen"?')
        expect(not data.exists(), "a start that was refused made the directory")
        with ServerAt(binary, str(data)):
            ended(binary, 1, "serve", "--data", data, "--listen", "127.0.0.1:0", says="has it open")
        Path(data, "FORMAT").write_text("provodka data 2\n", encoding="utf-8")
        ended(binary, 1, "serve", "--data", data, "--listen", "127.0.0.1:0", says="newer than this program's")
        ended(binary, 1, "replay", "--data", data, says="newer than this program's")
        Path(data, "FORMAT").write_text("?", encoding="utf-8")
        ended(binary, 2, "replay", "--data", data, says="is damaged")


def output_that_cannot_be_written_is_a_failure(binary):
    with tempfile.TemporaryDirectory() as path, ServerAt(binary, f"{path}/data") as server:
        filled(server)
        for arguments in (["replay"], ["balances"], ["export"], ["verify"], ["prove", "3"]):
            with open("/dev/full", "wb") as full:
                done = subprocess.run(
                    [binary, arguments[0], "--data", f"{path}/data", *arguments[1:]],
                    stdout=full, stderr=subprocess.PIPE, timeout=600, check=False,
                )  # fmt: skip
            expect(done.returncode == 2 and done.stderr, f"{arguments} to a full disk ends with", done)


def readers_need_only_the_log(binary):
    with tempfile.TemporaryDirectory() as path:
        data = Path(path, "data")
        with ServerAt(binary, str(data)) as server:
            filled(server)
            expect(server.stop() == 0, "the server ends badly", server.stderr())
        readers = [["replay"], ["balances"], ["export"], ["prove", "5", "--json"]]
        ask = lambda: [ended(binary, 0, r[0], "--data", data, *r[1:]) for r in readers]  # noqa: E731
        whole = ask()
        expect(len(whole[0].splitlines()) == 602, "replay gives", whole[0])
        for file in Path(data, "derived", "index").glob("*.sst"):
            file.write_bytes(bytes(file.stat().st_size))
        expect(ask() == whole, "with damaged tables they say something else")
        for file in Path(data, "derived", "index").glob("*.sst"):
            file.unlink()
        expect(ask() == whole, "without the tables they say something else")
        shutil.rmtree(data / "derived")
        expect(ask() == whole, "without derived data they say something else")
        expect(not (data / "derived").exists(), "a reader made the directory")


def options_that_all_have(binary):
    with tempfile.TemporaryDirectory() as path:
        data = f"{path}/data"
        with ServerAt(binary, data) as server:
            nameless = [create_tenant("acme"), open_account("acme", "A"), open_account("beta", "B")]
            del nameless[0]["tenant"], nameless[1]["tenant"]
            text = "".join(json.dumps(c) + "\n" for c in [*nameless[:1], create_tenant("beta"), *nameless[1:]])
            code, out, err = Tool(binary, "submit", "--url", server.url, "--tenant", "acme", "-").run(input=text)
            expect(code == 0 and "4 recorded" in out, "submit --tenant ends with", code, out, err)
            ended(binary, 1, "submit", "--url", server.url, "--tenant", "a b", "-", says="--tenant")
        found = json.loads(ended(binary, 0, "verify", "--data", data, "--tenant", "beta", "--format", "json"))
        expect(found["ok"] and [t["tenant"] for t in found["tenants"]] == ["beta"], "verify says", found)
        table = ended(binary, 0, "verify", "--data", data, "--format", "csv")
        expect(table.startswith("tenant,size,root\nacme,2,"), "verify says", table)
        ended(binary, 1, "verify", "--data", data, "--tenant", "gamma", says="there is no tenant gamma")
        reader = ["--data", data, "--tenant", "acme"]
        proof = ended(binary, 0, "prove", *reader, "1")
        found = json.loads(ended(binary, 0, "prove", *reader, "1", "--json"))
        expect(found["tenant"] == "acme" and found["proof"].splitlines()[:2] == proof.splitlines()[:2], "prove says", found)
        lines = ended(binary, 0, "export", *reader, "--json")
        expect(lines == ended(binary, 0, "replay", *reader), "export --json says", lines)


def sums_of_a_part_of_the_entries(binary):
    """What is left out may be what kept a balance in its range, and accounts are opened before their oldest entry."""
    with tempfile.TemporaryDirectory() as path:
        data = f"{path}/data"
        with Server(binary, data) as server, server.connect() as client:
            commands = [create_tenant("acme"), open_account("acme", "A")]
            for n in range(10):
                amount = {"account": "A", "amount": "9999999999999999.99", "currency": "RUB", "reason": f"r{n}"}
                commands.append(command("adjustment.make", f"up{n}", "acme", amount, effective="1850-01-01"))
                amount = {**amount, "amount": "-9999999999999999.99"}
                commands.append(command("adjustment.make", f"down{n}", "acme", amount))
            for c in commands:
                status, answer = client.post(c)
                expect(status == 201, "a command is not recorded", c, status, answer)
        ended(binary, 0, "balances", "--data", data)
        ended(binary, 2, "balances", "--data", data, "--as-of", "1900-01-01", says="account A: the sum")
        beancount = ended(binary, 0, "export", "--data", data, "--format", "beancount").splitlines()
        expect(beancount[0].startswith("1850-01-01 open "), "beancount begins", beancount[:3])


if __name__ == "__main__":
    main(
        [
            usage_errors_say_what_was_meant,
            refusals_end_with_1_and_make_nothing,
            output_that_cannot_be_written_is_a_failure,
            readers_need_only_the_log,
            options_that_all_have,
            sums_of_a_part_of_the_entries,
        ]
    )
