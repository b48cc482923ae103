#!/usr/bin/env python3
"""Public views over HTTP: pages that add up to the whole, conditions, order, CSV; and whatever a client writes into a
name or a value stays a name or a value."""

import csv
import io
import json
import sys
import tempfile
from decimal import Decimal
from urllib.parse import quote

import server as s
from postgres import Postgres

ACCOUNTS = 25


def fill(client, tenant):
    commands = [s.create_tenant(tenant, f"create-{tenant}")]
    commands += [s.open_account(tenant, f"a{i:02}", "1000.00") for i in range(ACCOUNTS)]
    commands += [s.pay(tenant, f"p{i}", f"a{i % ACCOUNTS:02}", f"{i + 1}.50", f"x{i}", "cash") for i in range(90)]
    commands += [s.charge(tenant, f"c{i}", f"a{i:02}", f"{400 + i}.00") for i in range(0, ACCOUNTS, 2)]
    for command in commands:
        status, answer = client.post(command)
        s.expect(status == 201, "the books are filled", answer)
    return json.loads(answer)["position"]


class Views:
    def __init__(self, client, tenant):
        self.client = client
        self.tenant = tenant

    def get(self, view, query=""):
        status, body = self.client.get(f"/v1/{self.tenant}/views/{view}{'?' + query if query else ''}")
        return status, json.loads(body)

    def page(self, view, query=""):
        status, answer = self.get(view, query)
        s.expect(status == 200, f"{view}?{query} is answered", status, answer)
        return answer["rows"], answer["next"]

    def all(self, view, query="", limit=7):
        rows, following = self.page(view, f"{query}&limit={limit}".lstrip("&"))
        while following:
            more, following = self.page(view, f"{query}&limit={limit}&cursor={quote(following)}".lstrip("&"))
            rows += more
        return rows

    def refused(self, code, status, view, query=""):
        got, answer = self.get(view, query)
        s.expect(got == status and answer["code"] == code, f"{view}?{query} is refused as {code}", got, answer)
        return answer["detail"]


def pages_are_the_whole(views, binary_balances):
    rows = views.all("balances")
    s.expect([r["account"] for r in rows] == sorted(binary_balances), "all accounts, in the order of the key", len(rows))
    s.expect({r["account"]: Decimal(r["balance"]) for r in rows} == binary_balances, "their balances are the ledger's")
    s.expect(all(isinstance(r["balance"], str) and r["tenant"] == views.tenant for r in rows), "amounts are texts, of one tenant")
    for order in ("-balance", "balance,-account", "label,-balance", "-version"):
        sorted_rows = views.all("balances", f"sort={order}")
        s.expect(sorted(r["account"] for r in sorted_rows) == sorted(binary_balances), f"sorted by {order} each once")
    falling = [Decimal(r["balance"]) for r in views.all("balances", "sort=-balance")]
    s.expect(falling == sorted(falling, reverse=True), "in falling order", falling)
    statement = views.all("statement", "account=a04&sort=-sequence", limit=2)
    s.expect(len(statement) == 5 and statement[0]["sort"] == "charge", "the statement of an account", statement)


def conditions_hold(views, binary_balances):
    debtors = views.all("balances", "balance.lt=0")
    s.expect({r["account"] for r in debtors} == {a for a, b in binary_balances.items() if b < 0}, "debtors", len(debtors))
    some = views.all("balances", "balance.ge=100.5&balance.lt=200&access=on")
    s.expect({r["account"] for r in some} == {a for a, b in binary_balances.items() if Decimal("100.5") <= b < 200}, "between", some)
    s.expect(views.page("balances", "account=a03")[0][0]["account"] == "a03", "one account")
    s.expect(views.page("balances", "account=nobody")[0] == [], "nobody")
    status, body = views.client.get(f"/v1/{views.tenant}/views/balances?format=csv&sort=account&limit=1000")
    table = list(csv.DictReader(io.StringIO(body.decode())))
    s.expect(status == 200 and [r["account"] for r in table] == sorted(binary_balances), "as CSV", status, body[:200])


def nothing_gets_into_the_sql(views):
    evil = "'; DROP SCHEMA provodka_balances CASCADE; --"
    for name in ("nothing", "pg_class", "provodka_balances.account", 'balances"', "balances;select 1", "balances--", "..%2f"):
        status, answer = views.get(quote(name, safe="%"))
        s.expect(status in (400, 404), f"no view {name}", status, answer)
    views.refused("unknown_view", 404, "nothing")
    for column in ("nothing", "xmin", "ctid", "balance;", "1=1 or balance", 'balance"', "balance::text", "(select 1)", evil):
        detail = views.refused("invalid_query", 400, "balances", f"{quote(column)}=1")
        s.expect(detail, "the refusal says why")
        views.refused("invalid_query", 400, "balances", f"sort={quote(column)}")
    s.expect("nothing" in views.refused("invalid_query", 400, "balances", "nothing=1"), "the column is named")
    for value in (evil, "' OR '1'='1", "a03' OR 'a'='a", "$1", "%00x", "\\", "a03\\'; --"):
        status, answer = views.get("balances", f"account={quote(value, safe='%')}")
        s.expect(status in (200, 400) and not answer.get("rows"), f"the value {value} is a value", status, answer)
    for column, value in (("balance", "1 OR 1=1"), ("balance", "abc"), ("version", "1;2"), ("opened", "yesterday'--"), ("next_charge", "2026-02-30")):
        s.expect(column in views.refused("invalid_query", 400, "balances", f"{column}={quote(value)}"), "the column is named", column)
    for query in ("limit=0", "limit=1001", "limit=x", "limit=1%3Bselect", "cursor=x", "cursor=AAAA", "sort=", "sort=account,account",
                  "format=xml", "account=a&account=b", "tenant=other"):  # fmt: skip
        status, answer = views.get("balances", query)
        s.expect(status == 400 or not answer["rows"], f"{query} is refused", status, answer)
    _, following = views.page("balances", "limit=2")
    views.refused("invalid_query", 400, "balances", f"limit=2&sort=-balance&cursor={quote(following)}")
    views.refused("invalid_query", 400, "subscriptions", f"limit=2&cursor={quote(following)}")


def main(binary):
    with tempfile.TemporaryDirectory() as path, Postgres(f"{path}/postgres") as postgres:
        data = f"{path}/data"
        with s.Server(binary, data, flags=["--postgres", postgres.url]) as server, server.connect() as client:
            fill(client, "other")
            postgres.wait_for(fill(client, "ok"))
            balances = s.Program(binary).balances(data, "ok")
            views = Views(client, "ok")
            pages_are_the_whole(views, balances)
            conditions_hold(views, balances)
            before = postgres.dump()
            nothing_gets_into_the_sql(views)
            s.expect(postgres.dump() == before, "nothing was changed by it")
            status, answer = Views(client, "unknown").get("balances")
            s.expect(status == 404 and answer["code"] == "unknown_tenant", "a tenant that is none", status, answer)
            s.expect(len(views.page("projection_status")[0]) >= 15, "how far the read models are")
            served = postgres.rows("SELECT name FROM provodka_runner.view ORDER BY name")
            for view in served:
                views.page(view["name"], "limit=3")
            client.close()
            server.end()
        print(f"{len(served)} views served")


if __name__ == "__main__":
    main(sys.argv[1])
