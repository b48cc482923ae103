#!/usr/bin/env python3
"""What Postgres does not do: it is not there yet, goes away, is read-only, is full, refuses its user, or somebody changed
its tables. Each is said in plain words, the ledger goes on, and afterwards nothing is missing or doubled."""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import server as s
from postgres import Postgres, equals_the_ledger

TENANT = "ok"
TERMINATE = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'provodka %'"


class Paying:
    """Commands go on whatever Postgres does."""

    def __init__(self, server):
        self.server = server
        self.count = 0
        with server.connect() as client:
            for command in [s.create_tenant(TENANT), s.open_account(TENANT, "a"), s.open_account(TENANT, "b")]:
                status, answer = client.post(command)
                s.expect(status == 201, "the tenant begins", answer)

    def pay(self, times=5):
        with self.server.connect() as client:
            for _ in range(times):
                self.count += 1
                status, answer = client.post(s.pay(TENANT, f"p{self.count}", "a", "1.00", f"x{self.count}"))
                s.expect(status == 201, "the ledger goes on", answer)
        return s.json.loads(answer)["position"]


def says(server, pattern):
    s.poll(lambda: re.search(pattern, server.stderr()), f"a warning like {pattern}, not {server.stderr()[-500:]}")


def state_of(postgres, projection):
    rows = postgres.rows(f"SELECT state, error FROM provodka.projection_status WHERE projection = '{projection}'")
    return rows[0]["state"], rows[0]["error"]


def absent_and_then_there(binary, path):
    """A server that starts before its Postgres."""
    postgres = Postgres(f"{path}/late")
    subprocess.run([Path(__file__).parents[2] / "tools/postgres/stop", f"{path}/late"], check=True)
    with postgres, s.Server(binary, f"{path}/late-data", flags=["--postgres", postgres.url]) as server:
        paying = Paying(server)
        position = paying.pay()
        says(server, "Postgres cannot be reached")
        status, body = server.get(f"/v1/{TENANT}/views/balances")
        s.expect(status == 503 and s.json.loads(body)["code"] == "read_models_away", "views say that they are away", status, body)
        postgres.start()
        postgres.wait_for(position)
        says(server, "Postgres is there again")
        equals_the_ledger(binary, postgres, f"{path}/late-data", TENANT)
        read_only(server, paying, postgres)
        changed_by_hand(binary, path, server, paying, postgres)
        equals_the_ledger(binary, postgres, f"{path}/late-data", TENANT)
        server.end()


def read_only(server, paying, postgres):
    postgres.rows("ALTER DATABASE provodka SET default_transaction_read_only = on")
    postgres.rows(TERMINATE)
    position = paying.pay()
    says(server, "read-only")
    writing = postgres.url + "&options=-c%20default_transaction_read_only%3Doff"
    subprocess.run(["psql", "-X", "-q", "-c", "ALTER DATABASE provodka RESET default_transaction_read_only", writing], check=True)
    postgres.rows(TERMINATE)
    postgres.wait_for(position)


def changed_by_hand(binary, path, server, paying, postgres):
    """That projection stops alone and says so; a rebuild mends it."""
    postgres.rows("ALTER TABLE provodka_statement.entry DROP COLUMN note CASCADE")
    position = paying.pay()
    s.poll(lambda: state_of(postgres, "statement")[0] == "failed", "the failure of the statement")
    _, error = state_of(postgres, "statement")
    s.expect("changed by hand" in error and "note" in error, "the error names the column", error)
    says(server, "the projection statement stops: the tables were changed by hand")
    behind = f"SELECT count(*) FROM provodka.projection_status WHERE position < {position} AND projection <> 'statement'"
    s.poll(lambda: postgres.value(behind) == "0", "the other projections")
    s.expect(postgres.value("SELECT provodka.wait_for(%d, 0.1)" % position) == "f", "not every projection has it")
    code, _, err = s.Program(binary).run("project", "--status", "--postgres", postgres.url)
    s.expect(code == 2, "the status tells a failure", code, err)
    s.Program(binary).must("project", "--data", f"{path}/late-data", "--postgres", postgres.url, "--rebuild", "statement")
    postgres.wait_for(paying.pay())
    s.expect(state_of(postgres, "statement")[0] == "running", "the statement runs again")


def refused(binary, path):
    """What somebody has to mend is said, and ends the commands that ask for it."""
    with Postgres(f"{path}/strict") as postgres, s.Server(binary, f"{path}/strict-data") as server:
        position = Paying(server).pay()
        data = f"{path}/strict-data"
        program = s.Program(binary)
        superuser = postgres.url.replace("user=provodka", "user=postgres")
        subprocess.run(["psql", "-X", "-q", "-c", "CREATE ROLE nobody LOGIN", superuser], check=True)
        code, _, err = program.run("project", "--data", data, "--postgres", postgres.url.replace("user=provodka", "user=nobody"),
                                   "--rebuild", "balances")  # fmt: skip
        s.expect(code == 2 and "may not" in err and "permission denied" in err, "a user without rights is told", code, err)
        code, _, err = program.run("project", "--status", "--postgres", postgres.url)
        s.expect(code == 1 and "nothing was projected" in err, "an empty database is told", code, err)
        code, _, err = program.run("project", "--status", "--postgres", "postgresql:///x?host=/nowhere")
        s.expect(code == 2 and "cannot be reached" in err, "no Postgres is told", code, err)
        code, _, err = program.run("project", "--data", data, "--postgres", postgres.url, "--rebuild", "balance")
        s.expect(code == 1 and 'did you mean "balances"' in err, "a name that is none is told", code, err)
        code, _, err = program.run("project", "--data", data)
        s.expect(code == 1 and "--postgres is missing" in err, "what is missing is told", code, err)
        program.must("project", "--data", data, "--postgres", postgres.url, "--rebuild", "all")
        postgres.wait_for(position)
        equals_the_ledger(binary, postgres, data, TENANT)
        another_log(binary, path, postgres)
        server.end()


def another_log(binary, path, postgres):
    """Tables of one log are not continued with another one."""
    with s.Server(binary, f"{path}/other-data", flags=["--postgres", postgres.url]) as server:
        Paying(server).pay(30)
        says(server, "it is another log")
        server.end()


def full(binary, path):
    """A Postgres whose disk is full goes on when there is room again."""
    disk = f"{path}/disk"
    os.mkdir(disk)
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=150m", "tmpfs", disk], capture_output=True, check=False).returncode != 0:
        print("cannot mount a small disk: a full Postgres is not tried")
        return
    try:
        with Postgres(f"{disk}/postgres") as postgres, s.Server(binary, f"{path}/full-data", flags=["--postgres", postgres.url]) as server:
            paying = Paying(server)
            postgres.wait_for(paying.pay())
            filler = Path(disk, "filler")
            with open(filler, "wb", buffering=0) as file:
                try:
                    while True:
                        file.write(b"f" * 4096)
                except OSError:
                    pass
            s.poll(lambda: paying.pay(50) and "Postgres" in server.stderr(), "a warning on a full disk")
            position = paying.pay()
            filler.unlink()
            if not (postgres.home / "data" / "postmaster.pid").exists() or postgres.ask("SELECT 1", check=False)[0] != 0:
                postgres.start()  # a full disk may end it
            postgres.wait_for(position)
            equals_the_ledger(binary, postgres, f"{path}/full-data", TENANT)
            server.end()
    finally:
        subprocess.run(["umount", "-l", disk], check=False)


def main(binary):
    with tempfile.TemporaryDirectory() as path:
        os.chmod(path, 0o755)
        absent_and_then_there(binary, path)
        refused(binary, path)
        full(binary, path)


if __name__ == "__main__":
    main(sys.argv[1])
