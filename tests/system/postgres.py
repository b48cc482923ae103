"""A Postgres of the test's own, and a projector that keeps read models in it."""

import csv
import io
import json
import os
import signal
import subprocess
from decimal import Decimal
from pathlib import Path

import server as s

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "tools" / "postgres"


class Postgres:
    """Started where `path` says, gone with the end of the block."""

    def __init__(self, path):
        self.path = path
        self.url = None
        self.start()

    def start(self):
        environment = dict(os.environ, PROVODKA_POSTGRES_FSYNC="off", PROVODKA_POSTGRES_BUFFERS="128MB")
        done = subprocess.run([SCRIPTS / "start", self.path], capture_output=True, text=True, env=environment, check=False)
        s.expect(done.returncode == 0, "Postgres starts", done.stderr)
        self.url = done.stdout.strip()

    @property
    def home(self):
        link = Path(self.path, "elsewhere")
        return link.resolve() if link.is_symlink() else Path(self.path)

    def kill(self):
        """All of it at once, as when the machine goes: a server that is told would stop in order."""
        postmaster = int((self.home / "data" / "postmaster.pid").read_text().split()[0])
        children = subprocess.run(["pgrep", "-P", str(postmaster)], capture_output=True, text=True, check=False)
        for pid in [postmaster, *map(int, children.stdout.split())]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        s.poll(lambda: not _alive(postmaster), "the end of Postgres")
        # What it leaves of shared memory is in use until the last of its processes has gone.
        for pid in map(int, children.stdout.split()):
            s.poll(lambda pid=pid: not _alive(pid), "the end of a process of Postgres")

    def ask(self, query, user="provodka", check=True):
        """(exit code, rows as dicts, stderr)."""
        url = self.url.replace("user=provodka", f"user={user}")
        done = subprocess.run(
            ["psql", "-X", "-q", "--csv", "-v", "ON_ERROR_STOP=1", "-c", query, url], capture_output=True, text=True, check=False
        )
        s.expect(done.returncode == 0 or not check, "Postgres answers", query, done.stderr)
        return done.returncode, list(csv.DictReader(io.StringIO(done.stdout))), done.stderr

    def rows(self, query, user="provodka"):
        return self.ask(query, user)[1]

    def value(self, query):
        return next(iter(self.rows(query)[0].values()))

    def wait_for(self, position, deadline_s=s.DEADLINE_S):
        """Until every projection has a position of the log."""

        def there():
            code, rows, _ = self.ask(f"SELECT provodka.wait_for({position}, 10.0)", check=False)
            return code == 0 and rows[0]["wait_for"] == "t"

        s.poll(there, f"position {position} in every projection", deadline_s)

    def dump(self):
        """Every row of every table of the projections, in an order that does not depend on how they came."""
        tables = self.rows(
            "SELECT n.nspname || '.' || c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE n.nspname LIKE 'provodka\\_%' AND n.nspname <> 'provodka_runner' AND c.relkind IN ('r', 'p') "
            "AND NOT c.relispartition ORDER BY 1"
        )
        found = {}
        for table in tables:
            rows = self.rows(
                f"SELECT count(*) AS rows, coalesce(sum(hashtextextended(t::text, 0)), 0) AS hash FROM {table['name']} t"
            )
            found[table["name"]] = (int(rows[0]["rows"]), rows[0]["hash"])
        return found

    def stop(self):
        subprocess.run([SCRIPTS / "stop", self.path, "--remove"], capture_output=True, check=False)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


def _alive(pid):
    # What has ended and was not waited for yet still counts for a Postgres that starts.
    return Path(f"/proc/{pid}").exists()


class Projector(s.Running):
    """`provodka project` beside a server; it has the log from the data directory, or from where it is told."""

    def __init__(self, binary, data, url, stderr_path, source=None):
        super().__init__([binary, "project", *(source or ["--data", data]), "--postgres", url], stderr_path)
        line = self.process.stdout.readline()
        s.expect(line.startswith(b"projecting"), "the projector starts", line, self.stderr()[-2000:])


def journal(binary, data, tenant):
    """What hledger says of every account: {name: balance}, debits positive."""
    program = s.Program(binary)
    text = program.must("export", "--data", data, "--tenant", tenant, "--format", "hledger")
    command = ["hledger", "-f", "-", "balance", "--flat", "--empty", "--no-total", "--no-elide", "-O", "csv"]
    done = subprocess.run(command, input=text, capture_output=True, check=False, timeout=600)
    s.expect(done.returncode == 0, "hledger reads the journal", done.stderr[-2000:])
    rows = csv.DictReader(io.StringIO(done.stdout.decode()))
    return {row["account"]: Decimal("".join(c for c in row["balance"] if c in "-.0123456789") or "0") for row in rows}


def equals_the_ledger(binary, postgres, data, tenant):
    """Balances, statements, trial balance and debtors in SQL are those of `provodka balances` and of hledger."""
    where = f"WHERE tenant = '{tenant}'"
    balances = s.Program(binary).balances(data, tenant)
    found = {r["account"]: Decimal(r["balance"]) for r in postgres.rows(f"SELECT account, balance FROM provodka.balances {where}")}
    _equal("balances", found, balances)
    sums = {
        r["account"]: Decimal(r["sum"])
        for r in postgres.rows(f"SELECT account, sum(amount) FROM provodka.statement {where} GROUP BY account")
    }
    _equal("sums of the statement", sums, {a: b for a, b in balances.items() if b or a in sums})
    last = {
        r["account"]: Decimal(r["balance"])
        for r in postgres.rows(
            f"SELECT DISTINCT ON (account) account, balance FROM provodka.statement {where} ORDER BY account, sequence DESC"
        )
    }
    _equal("last balances of the statement", last, {a: balances[a] for a in last})
    days = {
        r["account"]: Decimal(r["sum"])
        for r in postgres.rows(f"SELECT account, sum(amount) FROM provodka.balance_days {where} GROUP BY account")
    }
    _equal("sums of the days", days, {a: balances[a] for a in days})
    closing = {
        r["account"]: Decimal(r["closing"])
        for r in postgres.rows(
            f"SELECT DISTINCT ON (account) account, closing FROM provodka.turnover {where} ORDER BY account, month DESC"
        )
    }
    _equal("closings of the turnover", closing, {a: balances[a] for a in closing})
    debts = {r["account"]: Decimal(r["debt"]) for r in postgres.rows(f"SELECT account, debt FROM provodka.receivables {where}")}
    _equal("debts", debts, {a: -b for a, b in balances.items() if b < 0})
    trial = {
        r["ledger_account"]: Decimal(r["net"])
        for r in postgres.rows(f"SELECT kind || coalesce('/' || name, '') AS ledger_account, net FROM provodka.trial_balance {where}")
    }
    s.expect(sum(trial.values()) == 0, "the trial balance is zero", trial)
    theirs = journal(binary, data, tenant)
    s.expect(sum(theirs.values()) == 0, "the trial balance of hledger is zero", theirs)
    customers = {a.rsplit(":", 1)[1]: -b for a, b in theirs.items() if ":customers:" in a}
    _equal("hledger's customers", {a: b for a, b in customers.items() if b}, {a: b for a, b in balances.items() if b})
    others = {a: b for a, b in theirs.items() if ":customers:" not in a and b}
    ours = {a: b for a, b in trial.items() if not a.startswith("customer") and b}
    s.expect(sorted(others.values()) == sorted(ours.values()), "the chart of accounts is hledger's", ours, others)
    return balances


def _equal(what, found, wanted):
    differ = {a: (found.get(a), wanted.get(a)) for a in found.keys() | wanted.keys() if found.get(a) != wanted.get(a)}
    s.expect(not differ, f"{what} in SQL are those of the ledger", len(differ), dict(list(differ.items())[:5]))


def position_of(answer):
    return json.loads(answer)["position"]
