#!/usr/bin/env python3
"""The read models after a year of the sample provider: every figure in SQL is that of the ledger, a rebuild gives the
same rows, and a reader sees views and nothing else."""

import json
import sys
import tempfile

import server as s
from postgres import Postgres, Projector, equals_the_ledger

TENANT = "ok-telecom"


def load_a_year(binary, path, postgres):
    data, sample = f"{path}/data", f"{path}/sample.ndjson"
    program = s.Program(binary)
    program.must("sample", "--subscribers", "150", "--months", "12", "--seed", "3", "--from", "2025-01-01", "--out", sample,
                 "--tenant", TENANT)  # fmt: skip
    flags = ["--clock", "2025-01-01T00:00:00+03:00", "--postgres", postgres.url]
    with s.Server(binary, data, flags=flags) as server:
        host, port = server.address
        program.must("submit", "--url", f"http://{host}:{port}", sample)
        # A year later nobody has paid, so that there are debts and a closed month.
        after = [
            s.command("tenant.configure", "later", TENANT, {}, time="2026-03-01T00:00:00+03:00"),
            s.command("period.close", "close", TENANT, {"month": "2025-12"}),
            *letters(),
            *reports(),
        ]
        with server.connect() as client:
            for command in after:
                status, answer = client.post(command)
                s.expect(status == 201, "what comes after the sample is recorded", status, answer)
            told = {"message": json.loads(answer)["sequence"], "outcome": "sending", "channel": "sms"}
            status, answer = client.post(s.command("message.report", "told-by-sms", TENANT, told))
            s.expect(status == 201, "a message is reported", status, answer)
            position = json.loads(answer)["position"]
            # Reads after writes: an answer's position is all that is needed.
            postgres.wait_for(position)
            check_reading_after_writing(client, postgres)
        server.end()
    return data


def reports():
    """A router and a message, each with a result."""
    device = {"device": "r", "kind": "routeros_api", "address": "10.0.0.1:8728", "mode": "address_list",
              "credentials": {"login": "a", "password": "b"}}  # fmt: skip
    report = {"point": "by-hand", "version": 0, "device": "r", "outcome": "repaired", "ms": 5}
    return [
        s.command("device.register", "device", TENANT, device),
        s.command("account.open", "open-by-hand", TENANT, {"account": "by-hand"}),
        s.command("access.report", "report", TENANT, report),
        s.command("subscriber.register", "told", TENANT, {"subscriber": "told", "kind": "person", "name": "Anna"}),
        s.command("message.template", "template", TENANT, {"template": "news", "language": "ru", "text": "news"}),
        s.command("message.send", "message", TENANT, {"subscriber": "told", "template": "news"}),
    ]


def letters():
    """Subscribers and labels of every letter up to well past those that are spelled otherwise."""
    every = "".join(c for c in map(chr, range(0x21, 0x3000)) if c.isprintable())
    for i in range(0, len(every), 50):
        text = every[i : i + 50]
        data = {"subscriber": f"letters-{i}", "kind": "person", "name": text, "addresses": [{"text": f"a {text}"}], "phones": ["+70000000000"]}
        yield s.command("subscriber.register", f"letters-{i}", TENANT, data)
        account = {"account": f"Letters-{i}", "subscriber": f"letters-{i}", "label": text}
        yield s.command("account.open", f"open-letters-{i}", TENANT, account)


def check_spelling(postgres):
    """What the fold writes for searching is what spelling() makes, which the search asks with."""
    beyond = postgres.value(
        "SELECT count(*) FROM generate_series(8704, 200000) i WHERE i NOT BETWEEN 55296 AND 57343 "
        "AND provodka_crm.spelling(chr(i)) <> chr(i)"
    )
    s.expect(beyond == "0", "letters from U+2200 on are spelled as they are", beyond)
    cards = postgres.rows(
        "SELECT subscriber FROM provodka_crm.subscriber WHERE NOT erased AND (search IS DISTINCT FROM ' ' || provodka_crm.spelling("
        "concat_ws(' ', coalesce(name, ''), coalesce(contract, ''), coalesce(array_to_string(addresses, ' '), ''), "
        "coalesce(email, ''), coalesce(tax_number, ''), subscriber)) || ' ' "
        "OR digits IS DISTINCT FROM replace(array_to_string(phones, ' '), '+', '') "
        "OR contract_key IS DISTINCT FROM replace(provodka_crm.spelling(contract), ' ', ''))"
    )
    s.expect(not cards, "cards are spelled", len(cards), cards[:5])
    accounts = postgres.rows(
        "SELECT account FROM provodka_crm.account WHERE search IS DISTINCT FROM ' ' || provodka_crm.spelling(account || ' ' "
        "|| coalesce(label, '')) || ' ' OR account_key IS DISTINCT FROM replace(provodka_crm.spelling(account), ' ', '')"
    )
    s.expect(not accounts, "accounts are spelled", len(accounts), accounts[:5])
    indexes = postgres.value("SELECT count(*) FROM pg_indexes WHERE schemaname = 'provodka_crm' AND indexdef LIKE '%gin_trgm_ops%'")
    s.expect(indexes == "3", "what is searched in has its indexes", indexes)


def check_reading_after_writing(client, postgres):
    account = postgres.value(f"SELECT min(account) FROM provodka.balances WHERE tenant = '{TENANT}' AND status = 'open'")
    for i in range(20):
        status, answer = client.post(s.pay(TENANT, f"raw-{i}", account, "1.00", f"raw-{i}"))
        s.expect(status == 201, "a payment is recorded", answer)
        answer = json.loads(answer)
        rows = postgres.rows(
            f"SELECT provodka.wait_for({answer['position']}, 30.0) AS there; "
            f"SELECT balance FROM provodka.balances WHERE tenant = '{TENANT}' AND account = '{account}'"
        )
        s.expect(rows[-1]["there"] == answer["balances"][account]["balance"], "the balance that was answered is read", rows, answer)


def check_views(postgres):
    """Every view answers, says what it is, and is for the reader."""
    views = postgres.rows("SELECT name, key FROM provodka_runner.view ORDER BY name")
    s.expect(len(views) >= 30, "there are views", len(views))
    for view in views:
        name = view["name"]
        columns = postgres.rows(
            "SELECT a.attname AS name, col_description(a.attrelid, a.attnum) AS comment FROM pg_attribute a "
            f"WHERE a.attrelid = 'provodka.{name}'::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum"
        )
        names = [column["name"] for column in columns]
        s.expect(names[0] == "tenant", f"{name} begins with the tenant", names)
        described = postgres.value(f"SELECT obj_description('provodka.{name}'::regclass)")
        s.expect(described, f"{name} says what it is")
        silent = [column["name"] for column in columns if not column["comment"]]
        s.expect(not silent, f"every column of {name} says what it is", silent)
        key = [k for k in view["key"].strip("{}").split(",") if k]
        s.expect(set(key) <= set(names), f"the key of {name} is among its columns", key, names)
        rows = postgres.rows(f"SELECT count(*) AS rows, count(DISTINCT ({', '.join(['tenant', *key])})) AS keys FROM provodka.{name}",
                             user="provodka_reader")  # fmt: skip
        s.expect(rows[0]["rows"] == rows[0]["keys"], f"the key of {name} is one", rows)
    for name in ("devices", "device_results", "device_days", "messages", "message_journal", "message_templates", "message_days",
                 "dashboard", "revenue", "timeline", "audit", "runs", "forecast_charges", "subscribers", "vat_book", "access"):  # fmt: skip
        s.expect(int(postgres.value(f"SELECT count(*) FROM provodka.{name}")) > 0, f"{name} has rows")
    return len(views)


def check_figures(postgres):
    """What views say of the same thing is the same."""

    def value(query):
        return postgres.value(query)

    debt = value("SELECT sum(debt) FROM provodka.receivables")
    s.expect(value("SELECT sum(debt) FROM provodka.receivables_ageing") == debt, "the buckets are the debt")
    s.expect(value("SELECT debt FROM provodka.dashboard ORDER BY day DESC LIMIT 1") == debt, "the dashboard's debt is the debt")
    paid = value("SELECT sum(amount) FROM provodka.statement WHERE sort = 'payment'")
    s.expect(value("SELECT sum(payments_amount) FROM (SELECT sum(net) AS payments_amount FROM provodka.payments_by_provider) x") == paid,
             "payments by provider are the payments of the statement")  # fmt: skip
    income = value("SELECT sum(net) FROM provodka.trial_balance WHERE kind = 'revenue'")
    s.expect(income and value("SELECT count(*) FROM provodka.trial_balance_check WHERE net <> 0") == "0", "books balance", income)
    s.expect(value("SELECT count(*) FROM provodka.runs WHERE NOT complete") == "0", "every run was complete")
    frozen = value("SELECT count(*) FROM provodka.turnover WHERE month = '2025-12-01' AND frozen")
    s.expect(int(frozen) > 0, "the turnover of a closed month is frozen", frozen)
    off = value("SELECT count(*) FROM provodka.access WHERE wanted = 'off' AND needed > 0")
    s.expect(int(off) > 0, "somebody lacks something", off)


def check_reader(postgres):
    refused = [
        "SELECT * FROM provodka_balances.account",
        "SELECT * FROM provodka_runner.projection",
        "UPDATE provodka.balances SET balance = 0",
        "DELETE FROM provodka.statement",
        "INSERT INTO provodka.tenants (tenant) VALUES ('x')",
        "CREATE TABLE mine (x int)",
        "CREATE TEMP TABLE mine (x int)",
        "CREATE SCHEMA mine",
        "CREATE TABLE provodka.mine (x int)",
        "TRUNCATE provodka_balances.account",
        "DROP VIEW provodka.balances",
        "SELECT provodka_runner.publish('x', '{}')",
        "CREATE FUNCTION provodka.f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "ALTER ROLE provodka_reader SUPERUSER",
        "SET ROLE provodka",
        "COPY provodka.balances TO PROGRAM 'cat'",
        "SELECT lo_create(0)",
        "SELECT lo_from_bytea(0, 'x')",
    ]
    for query in refused:
        code, rows, stderr = postgres.ask(query, user="provodka_reader", check=False)
        s.expect(code != 0 and ("denied" in stderr or "must be" in stderr or "cannot" in stderr), f"a reader may not: {query}", rows, stderr)
    schemas = postgres.rows("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'provodka\\_%'")
    tables = postgres.rows(
        "SELECT n.nspname || '.' || c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE n.nspname LIKE 'provodka\\_%' AND c.relkind IN ('r', 'p')"
    )
    for table in tables:
        code, _, stderr = postgres.ask(f"SELECT 1 FROM {table['name']} LIMIT 1", user="provodka_reader", check=False)
        s.expect(code != 0 and "denied" in stderr, "a reader cannot read a table", table, stderr)
    return len(schemas), len(tables)


def main(binary):
    with tempfile.TemporaryDirectory() as path, Postgres(f"{path}/postgres") as postgres:
        data = load_a_year(binary, path, postgres)
        balances = equals_the_ledger(binary, postgres, data, TENANT)
        views = check_views(postgres)
        check_figures(postgres)
        check_spelling(postgres)
        schemas, tables = check_reader(postgres)
        live = postgres.dump()
        s.Program(binary).must("project", "--data", data, "--postgres", postgres.url, "--rebuild", "all")
        rebuilt = postgres.dump()
        differ = {name: (live[name], rebuilt.get(name)) for name in live if live[name] != rebuilt.get(name)}
        s.expect(not differ and set(live) == set(rebuilt), "a rebuild gives the same rows", differ)
        equals_the_ledger(binary, postgres, data, TENANT)
        with Projector(binary, data, postgres.url, f"{path}/projector.stderr") as projector:
            postgres.wait_for(int(postgres.value("SELECT max(position) FROM provodka.projection_status")))
            projector.end()
        print(f"{len(balances)} accounts, {views} views, {tables} private tables in {schemas} schemas")


if __name__ == "__main__":
    main(sys.argv[1])
