#!/usr/bin/env python3
"""What is to come, worked out by hand: one provider's March, looked at from noon of its last day, and what `balances`,
the forecasts and `unbilled` say then. The days lie ahead of the clock, which the read models follow otherwise."""

import json
import os
import sys
import tempfile
from decimal import Decimal

import server as s
from books import TENANT, Books
from postgres import Postgres, Projector

NOW = "2040-03-31 12:00"

# account: (next charge, days left, paid up to), at NOW.
BALANCES = {
    "limit": ("2040-04-01", 36500, "2040-03-31"),  # a limit that pays for more days than anybody counts
    "last-day": ("2040-04-01", 32, "2040-03-31"),  # tomorrow, and 980.65 is one month of 600.00
    "daily": ("2040-04-01", 4, "2040-03-31"),  # today is paid, and 30.00 is three days of 10.00
    "hourly": ("2040-04-01", 3, "2040-03-30"),  # 76.00 is 76 hours
    "ahead": ("2040-03-31", 3, "2040-03-31"),  # 43.50 is 87 hours
    "frozen": ("2040-04-09", 71, "2040-04-08"),  # five and three days later; 700.00 is two periods of 31 days
    "trial": ("2040-04-08", 8, ""),
    "pending": ("2040-04-15", None, ""),
    "debt": ("2040-04-01", 1, "2040-03-31"),
    "arrears": ("2040-04-01", 1, ""),
    "promise": ("2040-04-01", 32, "2040-03-31"),
    "weekly": ("2040-04-03", 45, "2040-04-02"),  # three days, and 430.00 is six weeks of 70.00
    "switched": ("2040-04-01", 1, "2040-03-31"),
    "short": ("2040-04-01", 1, "2040-03-31"),
    "free": ("2040-04-01", 1, "2040-03-31"),
    "things": (None, None, None),
}

# subscription: {days: (tariff, first charge, charges, amount)}; what is not named is not there.
CHARGES = {
    "limit": {7: ("month", "2040-04-01", 1, "600.00"), 30: ("month", "2040-04-01", 1, "600.00")},
    "last-day": {7: ("month", "2040-04-01", 1, "600.00"), 30: ("month", "2040-04-01", 1, "600.00")},
    # Of 310.00 for the 30 days of April: six, and 29.
    "daily": {7: ("daily", "2040-04-01", 6, "62.00"), 30: ("daily", "2040-04-01", 29, "299.67")},
    "hourly": {
        1: ("hourly", "2040-03-31", 1, "24.00"),
        7: ("hourly", "2040-03-31", 7, "168.00"),
        30: ("hourly", "2040-03-31", 30, "720.00"),
    },
    # Paid up to 13:00: eleven hours of today, and 24 of each day.
    "ahead": {
        1: ("ahead", "2040-03-31", 11, "5.50"),
        7: ("ahead", "2040-03-31", 155, "77.50"),
        30: ("ahead", "2040-03-31", 707, "353.50"),
    },
    "frozen": {30: ("since", "2040-04-09", 1, "300.00")},
    # At the price that holds then.
    "trial": {30: ("trial", "2040-04-08", 1, "240.00")},
    # 16 of 30 days of 600.00 and the fee of 100.00, both with 10 percent on top: 352.00 and 110.00.
    "pending": {30: ("tv", "2040-04-15", 2, "462.00")},
    "debt": {7: ("debt", "2040-04-01", 1, "500.00"), 30: ("debt", "2040-04-01", 1, "500.00")},
    # March; April is charged on the first of May.
    "arrears": {7: ("arrears", "2040-04-01", 1, "400.00"), 30: ("arrears", "2040-04-01", 1, "400.00")},
    "promise": {7: ("month", "2040-04-01", 1, "600.00"), 30: ("month", "2040-04-01", 1, "600.00")},
    # 70.00, 63.00, 63.00, 70.00: ten percent off from the 10th to the 20th.
    "weekly": {7: ("weekly", "2040-04-03", 1, "70.00"), 30: ("weekly", "2040-04-03", 4, "266.00")},
    "switched": {7: ("debt", "2040-04-01", 1, "500.00"), 30: ("debt", "2040-04-01", 1, "500.00")},
    "short": {7: ("short", "2040-04-01", 1, "300.00"), 30: ("short", "2040-04-01", 1, "300.00")},
}

# (account, kind): {days: (first, charges, amount)}
PLANS = {
    ("things", "extra"): {30: ("2040-04-20", 1, "30.00")},
    # 100.00 in three parts.
    ("things", "instalment"): {7: ("2040-04-05", 1, "33.33"), 30: ("2040-04-05", 1, "33.33")},
}

# account: {days: (blocks on, charges, missing)}
BLOCKS = {
    "daily": {7: ("2040-04-03", "62.00", "32.00"), 30: ("2040-04-03", "299.67", "269.67")},
    "hourly": {7: ("2040-04-03", "168.00", "92.00"), 30: ("2040-04-03", "720.00", "644.00")},
    "ahead": {7: ("2040-04-04", "77.50", "34.00"), 30: ("2040-04-04", "353.50", "310.00")},
    "trial": {30: ("2040-04-08", "240.00", "240.00")},
    "pending": {30: ("2040-04-15", "462.00", "462.00")},
    # Ten days of grace, and twenty to pay in.
    "debt": {30: ("2040-04-11", "500.00", "400.00")},
    "arrears": {30: ("2040-04-21", "400.00", "400.00")},
    "switched": {30: ("2040-04-11", "500.00", "100.00")},
    # 700.00 lent up to the fourth pay for April, until they are gone again.
    "promise": {7: ("2040-04-05", "600.00", "600.00"), 30: ("2040-04-05", "600.00", "600.00")},
    # 100.32 pays for ten days of 10.00.
    "short": {30: ("2040-04-11", "300.00", "199.68")},
}

UNBILLED = {"weekly": ("on a closed tariff", "2040-03-31"), "free": ("at no price", "")}


def sell(b):
    b.service()
    tax = [{"from": "2026-01-01", "rate": "10", "included": False}]
    b.do("service.define", {"service": "tv", "names": {"ru": "tv"}, "rank": 2, "revenue": "tv", "vat": tax})
    promise = {"max_amount": "1000.00", "max_days": 10, "interval_days": 0}
    b.do("tenant.configure", {"grace_hours": 240, "promise": promise})
    b.tariff("600.00", "month")
    b.tariff("310.00", "daily", mode="spread")
    b.tariff("1.00", "hourly", mode="hourly", period="hour")
    b.tariff("0.50", "ahead", period="hour")
    b.tariff("300.00", "since", anchor="start")
    b.tariff("200.00", "trial", anchor="start", trial_days=14)
    b.tariff("240.00", "trial", version=2, anchor="start", trial_days=14, effective="2040-04-05")
    b.tariff("600.00", "tv", service="tv", setup_fee="100.00")
    b.tariff("500.00", "debt", shortage="debt")
    b.tariff("400.00", "arrears", mode="arrears", shortage="debt", due_days=20)
    b.tariff("70.00", "weekly", period="week", anchor="start")
    b.tariff("300.00", "short", shortage="shorten")
    b.tariff("0.00", "free")


def march(b):
    """In the order of the days."""

    def begin(name, tariff, balance="0", at=None, **more):
        b.open(balance, name)
        b.start(tariff, at, name, name, **more)

    b.until("2040-03-01")
    b.do("account.open", {"account": "limit", "credit_limit": "99999999999.00"})
    b.start("month", None, "limit", "limit")
    begin("frozen", "since", "1000")
    begin("debt", "debt", "600")
    begin("arrears", "arrears")
    begin("promise", "month", "600")
    begin("switched", "month", "1000")
    begin("free", "free")
    b.do("subscription.freeze", {"subscription": "frozen", "from": "2040-03-05", "days": 5}, "2040-03-04")
    b.do("subscription.freeze", {"subscription": "frozen", "from": "2040-03-15", "days": 3}, "2040-03-14")
    b.until("2040-03-20")
    b.do("subscription.switch", {"subscription": "switched", "tariff": "debt", "when": "next"})
    b.open("100", "things")
    money = {"account": "things", "service": "internet", "currency": "RUB"}
    b.do("extra.add", {**money, "amount": "30.00", "period": "month"})
    b.do("instalment.agree", {**money, "amount": "100.00", "parts": 3, "first": "2040-04-05"})
    b.until("2040-03-25")
    begin("daily", "daily", "100")
    begin("trial", "trial")
    begin("pending", "tv", **{"from": "2040-04-15"})
    b.until("2040-03-27")
    begin("weekly", "weekly", "500")
    days = {"from": "2040-04-10", "until": "2040-04-20"}
    b.do("discount.grant", {"subscription": "weekly", "percent": "10", **days, "reason": "a fair"})
    b.until("2040-03-30")
    begin("hourly", "hourly", "100")
    b.do("promise.give", {"account": "promise", "amount": "700.00", "days": 5})
    b.until("2040-03-31")
    begin("ahead", "ahead", "50")
    begin("last-day", "month", "1000")
    begin("short", "short", "110")
    b.do("tariff.close", {"tariff": "weekly"})
    b.until(NOW)


def of_yen(b, binary):
    """A provider whose currency has no smaller unit: what is charged day by day is whole yen."""

    def do(kind, data, at=None):
        command = s.command(kind, f"{kind}-{b.count}", "yen", data, **({"time": b.instant(at)} if at else {}))
        b.count += 1
        status, answer = b.client.post(command)
        s.expect(status == 201, f"{kind} is recorded", answer)
        return json.loads(answer)

    do("tenant.create", {"currency": "JPY", "zone": "Asia/Tokyo", "locale": "ja-JP"})
    do("service.define", {"service": "internet", "names": {"ja": "internet"}, "rank": 1, "revenue": "internet"})
    terms = {"mode": "spread", "period": "month", "anchor": "calendar", "shortage": "refuse", "effective": "2024-01-01"}
    price = {"price": "1000", "currency": "JPY"}
    do("tariff.publish", {"tariff": "daily", "version": 1, "service": "internet", **price, **terms})
    do("account.open", {"account": "yen"})
    money = {"amount": "2000", "currency": "JPY"}
    do("payment.receive", {"account": "yen", "provider": "cash", "external_id": "yen", **money})
    return do("subscription.start", {"subscription": "yen", "account": "yen", "tariff": "daily"})["position"]


def expect_table(what, rows, expected):
    keys = rows.keys() | expected.keys()
    differ = {key: (rows.get(key), expected.get(key)) for key in keys if rows.get(key) != expected.get(key)}
    s.expect(not differ, f"{what} are as worked out by hand", differ)


def by_days(rows, key, *columns):
    """{key: {days: the columns}}"""
    found = {}
    for row in rows:
        found.setdefault(key(row), {})[int(row["within_days"])] = tuple(row[column] for column in columns)
    return found


def as_printed(table):
    """Numbers as psql prints them."""
    return {key: {days: tuple(map(str, row)) for days, row in rows.items()} for key, rows in table.items()}


def check_balances(postgres):
    rows = postgres.rows(f"SELECT account, next_charge, days_left FROM provodka.balances WHERE tenant = '{TENANT}'")
    found = {row["account"]: (row["next_charge"], row["days_left"]) for row in rows}
    expected = {a: (charge or "", "" if days is None else str(days)) for a, (charge, days, _) in BALANCES.items()}
    expect_table("balances", found, expected)
    rows = postgres.rows(f"SELECT account, next_charge, paid_to FROM provodka.subscriptions WHERE tenant = '{TENANT}'")
    found = {row["account"]: (row["next_charge"], row["paid_to"]) for row in rows}
    expect_table("subscriptions", found, {a: (charge, paid) for a, (charge, _, paid) in BALANCES.items() if charge})
    period = postgres.rows("SELECT period_from, period_to FROM provodka.subscriptions WHERE subscription = 'frozen'")[0]
    s.expect(period == {"period_from": "2040-03-09", "period_to": "2040-04-08"}, "two freezes moved the period", period)
    # What is paid for in advance is paid up to the day that the ledger says.
    differ = postgres.rows(
        "SELECT s.account, s.paid_to, a.paid_until FROM provodka.subscriptions s "
        "JOIN provodka.access a USING (tenant, subscription) "
        "JOIN provodka.tariffs f ON f.tenant = s.tenant AND f.tariff = s.tariff AND f.mode IN ('advance', 'spread') "
        "WHERE s.state = 'active' AND f.version = 1 AND s.paid_to IS DISTINCT FROM a.paid_until"
    )
    s.expect(not differ, "paid_to is the ledger's", differ)


def check_forecasts(postgres):
    where = f"WHERE tenant = '{TENANT}'"
    rows = postgres.rows(f"SELECT * FROM provodka.forecast_charges {where}")
    found = by_days(rows, lambda r: r["subscription"], "tariff", "first_charge", "charges", "amount")
    expect_table("charges to come", found, as_printed(CHARGES))
    rows = postgres.rows(f"SELECT * FROM provodka.forecast_plans {where}")
    found = by_days(rows, lambda r: (r["account"], r["kind"]), "first_charge", "charges", "amount")
    expect_table("plans to come", found, as_printed(PLANS))
    rows = postgres.rows(f"SELECT * FROM provodka.forecast_blocks {where}")
    expect_table("blocks to come", by_days(rows, lambda r: r["account"], "blocks_on", "charges", "missing"), BLOCKS)
    for row in postgres.rows(f"SELECT * FROM provodka.forecast {where}"):
        days = int(row["within_days"])
        charges = [(name, c[days][-2:]) for table in (CHARGES, PLANS) for name, c in table.items() if days in c]
        expected = (
            sum(count for _, (count, _) in charges),
            sum(Decimal(amount) for _, (_, amount) in charges),
            len({name[0] if isinstance(name, tuple) else name for name, _ in charges}),
            sum(days in b for b in BLOCKS.values()),
        )
        found = (int(row["charges"]), Decimal(row["amount"]), int(row["accounts"]), int(row["blocks"]))
        s.expect(found == expected, f"the sums within {days} days", found, expected)


def check_yen(postgres):
    rows = postgres.rows("SELECT * FROM provodka.forecast_charges WHERE tenant = 'yen'")
    found = by_days(rows, lambda r: r["subscription"], "charges", "amount", "currency")
    # Of 1000 for the 30 days of April: six days, and 29.
    expect_table("charges in yen", found, {"yen": {7: ("6", "200", "JPY"), 30: ("29", "967", "JPY")}})
    sums = postgres.rows("SELECT amount, blocks FROM provodka.forecast WHERE tenant = 'yen' ORDER BY within_days")
    found = [(row["amount"], row["blocks"]) for row in sums]
    s.expect(found == [("0", "0"), ("200", "0"), ("967", "0")], "sums in yen", found)


def check_unbilled(postgres):
    rows = postgres.rows(f"SELECT subscription, finding, closed FROM provodka.unbilled WHERE tenant = '{TENANT}'")
    expect_table("unbilled", {row["subscription"]: (row["finding"], row["closed"]) for row in rows}, UNBILLED)


def check(postgres):
    check_balances(postgres)
    check_forecasts(postgres)
    check_yen(postgres)
    check_unbilled(postgres)


def check_april(b):
    """The ledger does what was foretold: nothing came in."""
    b.until("2040-04-29 23:59")
    charged, off = {}, {}
    for kind, data in b.events("subscription.charged", "subscription.suspended"):
        if kind == "subscription.charged":
            charged.setdefault(data["account"], []).append(Decimal(data["amount"]))
        elif data["reason"] != "frozen":
            off.setdefault(data["account"], data["effective"])
    expect_table("blocks", off, {account: rows[30][0] for account, rows in BLOCKS.items()})
    paid = {a: (str(len(c)), str(sum(c))) for a, c in charged.items() if a not in BLOCKS and sum(c)}
    expect_table("charges", paid, {a: tuple(map(str, c[30][-2:])) for a, c in CHARGES.items() if a not in BLOCKS})


def main(binary):
    with tempfile.TemporaryDirectory() as path, Postgres(f"{path}/postgres") as postgres:
        b = Books(binary, path, start="2040-02-01")
        sell(b)
        march(b)
        position = of_yen(b, binary)
        with Projector(binary, b.data, postgres.url, f"{path}/projector.stderr") as projector:
            postgres.wait_for(position)
            check(postgres)
            projector.end()
        b.events()
        # A projector that starts anew has to know what was moved before: a third freeze comes on top of the two.
        with Projector(binary, b.data, postgres.url, f"{path}/projector.stderr") as projector:
            b.do("subscription.freeze", {"subscription": "frozen", "from": "2040-04-02", "days": 2}, "2040-04-01")
            b.until("2040-04-05 12:00")
            postgres.wait_for(b.do("tenant.configure", {})["position"])
            frozen = "WHERE subscription = 'frozen'"
            rows = postgres.rows(f"SELECT next_charge, paid_to FROM provodka.subscriptions {frozen}")
            s.expect(rows == [{"next_charge": "2040-04-11", "paid_to": "2040-04-10"}], "a third freeze", rows)
            rows = postgres.rows(f"SELECT first_charge FROM provodka.forecast_charges {frozen} AND within_days = 7")
            s.expect(rows == [{"first_charge": "2040-04-11"}], "what comes after it", rows)
            projector.end()
        check_april(b)
        b.close()
        b.check(binary)
    forecasts, blocks = (sum(map(len, table.values())) for table in (CHARGES, BLOCKS))
    print(f"{len(BALANCES)} accounts, {forecasts} forecasts, {blocks} blocks")


if __name__ == "__main__":
    main(os.path.abspath(sys.argv[1]))
