#!/usr/bin/env python3
"""Six weeks of two subscribers, worked out by hand, and what every read model says of them.

The price is 610.00 with 22 % of VAT in it, which is 500.00 and 110.00. `a` pays ahead, is cut off for two days and
comes back; `d` has credit and owes. The clock is the commands': the last of them is what today is.
"""

import sys
import tempfile

import server as s
from books import TENANT, Books
from postgres import Postgres, Projector

TODAY = "2031-02-10"


def six_weeks(b):
    b.service()
    b.do("tenant.configure", {"resume": "prorate", "promise": {"max_amount": "500.00", "max_days": 5, "interval_days": 30}})
    b.tariff("610.00")
    b.tariff("610.00", "trusted")
    b.open("1000", "a")
    b.start(name="s-a", account="a", at="2031-01-01 10:00")  # a: 1000 - 610 = 390
    b.do("account.open", {"account": "d", "credit_limit": "2000.00"})
    b.start("trusted", name="s-d", account="d")  # d: -610
    unknown = {"account": "nobody", "amount": "55.00", "currency": "RUB", "provider": "terminal", "external_id": "t-1"}
    b.do("payment.receive", unknown, "2031-01-05 12:00")
    single = {"account": "a", "amount": "122.00", "currency": "RUB", "service": "internet", "note": "a visit"}
    charge = b.do("charge.post", single, "2031-01-10 12:00")["sequence"]  # a: 268
    b.do("charge.post", single | {"account": "d", "amount": "61.00", "note": "a box"})  # d: -671
    b.do("adjustment.make", {"account": "a", "amount": "10.00", "currency": "RUB", "reason": "patience"}, "2031-01-15 12:00")  # a: 278
    b.do("charge.reverse", {"charge": charge, "amount": "61.00", "reason": "half a visit"}, "2031-01-20 12:00")  # a: 339
    b.do("promise.give", {"account": "d", "amount": "100.00", "days": 5}, "2031-01-25 12:00")
    # On 1 February a's 339.00 are not enough, and d owes 610.00 more: -1281.
    # On 3 February 26 of 28 days are left: 610 * 26 / 28 = 566.43, of which VAT 102.14. a: 839 - 566.43 = 272.57
    b.pay("500", "2031-02-03 12:00", "a")
    b.do("billing.run", {"through": b.instant("2031-02-05")}, "2031-02-05 00:00")
    b.do("period.close", {"month": "2031-01"}, "2031-02-06 12:00")
    b.until(f"{TODAY} 12:00")


# What is asked, and the rows that come.
WANTED = {
    "SELECT account, balance FROM provodka.balances": ["a 272.57", "d -1281.00"],
    f"SELECT account, balance FROM provodka.balances_on('{TENANT}', '2031-01-31')": ["a 339.00", "d -671.00"],
    "SELECT account, debt, since, oldest, days, days_0_30, days_31_60, days_61_90, days_over_90 FROM provodka.receivables": [
        "d 1281.00 2031-01-01 2031-01-01 40 610.00 671.00 0.00 0.00"
    ],
    "SELECT bucket, debt, accounts FROM provodka.receivables_ageing": ["0-30 610.00 1", "31-60 671.00 1", "61-90 0.00 0", "over 90 0.00 0"],
    "SELECT account, amount, given_on, outcome FROM provodka.promises": ["d 100.00 2031-01-25 broken"],
    "SELECT provider, external_id, amount, effective FROM provodka.suspense": ["terminal t-1 55.00 2031-01-05"],
    "SELECT month, service, tariff, charges, charged_net, charged_vat, credits, credited_net, credited_vat, net, vat "
    "FROM provodka.revenue_months": [
        "2031-01-01 internet  2 150.00 33.00 1 50.00 11.00 100.00 22.00",
        "2031-01-01 internet basic 1 500.00 110.00 0 0.00 0.00 500.00 110.00",
        "2031-01-01 internet trusted 1 500.00 110.00 0 0.00 0.00 500.00 110.00",
        "2031-02-01 internet basic 1 464.29 102.14 0 0.00 0.00 464.29 102.14",
        "2031-02-01 internet trusted 1 500.00 110.00 0 0.00 0.00 500.00 110.00",
    ],
    "SELECT day, net, vat FROM provodka.revenue WHERE tariff = 'basic'": ["2031-01-01 500.00 110.00", "2031-02-03 464.29 102.14"],
    "SELECT month, rate, charges, charged_net, charged_vat, credited_net, credited_vat, net, vat, gross FROM provodka.vat_book": [
        "2031-01-01 22 4 1150.00 253.00 50.00 11.00 1100.00 242.00 1342.00",
        "2031-02-01 22 2 964.29 212.14 0.00 0.00 964.29 212.14 1176.43",
    ],
    "SELECT account, month, opening, charged, credited, paid, adjusted, closing, frozen FROM provodka.turnover": [
        "a 2031-01-01 0.00 732.00 61.00 1000.00 10.00 339.00 t",
        "a 2031-02-01 339.00 566.43 0.00 500.00 0.00 272.57 f",
        "d 2031-01-01 0.00 671.00 0.00 0.00 0.00 -671.00 t",
        "d 2031-02-01 -671.00 610.00 0.00 0.00 0.00 -1281.00 f",
    ],
    "SELECT month, accounts, opening, charged, credited, paid, adjusted, closing, frozen FROM provodka.turnover_months": [
        "2031-01-01 2 0.00 1403.00 61.00 1000.00 10.00 -332.00 t",
        "2031-02-01 2 -332.00 1176.43 0.00 500.00 0.00 -1008.43 f",
    ],
    "SELECT month, frozen FROM provodka.closed_months": ["2031-01-01 t"],
    "SELECT day, accounts_in_debt, debts, accounts_in_advance, advances, net FROM provodka.settlements": [
        f"{TODAY} 1 1281.00 1 272.57 -1008.43"
    ],
    f"SELECT accounts_in_debt, debts, accounts_in_advance, advances, net FROM provodka.settlements_on('{TENANT}', '2031-01-20')": [
        "1 671.00 1 339.00 -332.00"
    ],
    "SELECT sort, account, amount, reason FROM provodka.discretion": [
        "adjustment a 10.00 patience",
        "charge_reversal a 61.00 half a visit",
        "credit_limit d 2000.00 ",
        "promise d 100.00 ",
    ],
    "SELECT month, sort, decisions, in_favour, against, amount FROM provodka.discretion_by_actor WHERE sort <> 'promise'": [
        "2031-01-01 adjustment 1 10.00 0 10.00",
        "2031-01-01 charge_reversal 1 61.00 0 61.00",
        "2031-01-01 credit_limit 1 2000.00 0 2000.00",
    ],
    "SELECT day, active, off, new, blocked, returned, payments, paid, charges, credits, debt FROM provodka.dashboard "
    "WHERE day IN ('2031-01-01', '2031-01-20', '2031-02-01', '2031-02-03')": [
        "2031-01-01 2 0 2 0 0 1 1000.00 1220.00 0.00 610.00",
        "2031-01-20 2 0 0 0 0 0 0.00 0.00 61.00 671.00",
        "2031-02-01 1 1 0 1 0 0 0.00 610.00 0.00 1281.00",
        "2031-02-03 2 0 0 0 1 1 500.00 566.43 0.00 1281.00",
    ],
    "SELECT day, provider, payments, amount, net FROM provodka.payments_by_provider WHERE provider = 'cash'": [
        "2031-01-01 cash 1 1000.00 1000.00",
        "2031-02-03 cash 1 500.00 500.00",
    ],
    "SELECT bool_and(complete), sum(amount) FROM provodka.runs": ["t 2396.43"],
    "SELECT count(*) FROM provodka.unbilled": ["0"],
    "SELECT count(*) FROM provodka.skips_now": ["0"],
    "SELECT sum(net) FROM provodka.trial_balance": ["0.00"],
    "SELECT sort, count(*) FROM provodka.statement GROUP BY sort": ["adjustment 1", "charge 6", "credit 1", "payment 2"],
    "SELECT what, amount, balance FROM provodka.statement WHERE account = 'a' AND effective >= '2031-02-01'": [
        "Payment by cash, no. x16 500.00 839.00",
        "internet, basic, 2031-02-03 to 2031-02-28 -566.43 272.57",
    ],
}


def main(binary):
    with tempfile.TemporaryDirectory() as path, Postgres(f"{path}/postgres") as postgres:
        books = Books(binary, path, start="2031-01-01")
        six_weeks(books)
        wrong = []
        with Projector(binary, books.data, postgres.url, f"{path}/projector.stderr") as projector:
            postgres.wait_for(books.do("tenant.configure", {})["position"])
            for query, wanted in WANTED.items():
                rows = [" ".join(row.values()) for row in postgres.rows(query, "provodka_reader")]
                if sorted(rows) != sorted(wanted):
                    wrong.append("\n  ".join([query, "wanted", *sorted(wanted), "found", *sorted(rows)]))
            projector.end()
        books.close()
        s.expect(not wrong, "each read model says what was worked out:\n" + "\n".join(wrong))
        print(f"{len(WANTED)} questions answered")


if __name__ == "__main__":
    main(sys.argv[1])
