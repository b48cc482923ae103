#!/usr/bin/env python3
"""A server that was away for days charges what came due meanwhile, by the system's clock, as soon as it is back:
each day once, in order, without anybody asking."""

import os
import sys
import tempfile
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import server as s
from books import Books


def main():
    binary = os.path.abspath(sys.argv[1])
    now = datetime.now(timezone(timedelta(hours=3)))
    started = now.date() - timedelta(days=10)
    with tempfile.TemporaryDirectory(prefix="provodka-catch-up-") as path:
        books = Books(binary, path, start=started.isoformat())
        books.service()
        books.tariff(mode="spread")
        books.open("1000")
        books.start()
        books.until(f"{started + timedelta(days=4)} 12:00")
        books.close()

        books.server = s.Server(binary, books.data)
        books.client = books.server.connect()
        # Midnight may pass while this runs.
        is_up_to_date = lambda: books.account()["subscriptions"][0]["next"] > now.date().isoformat()
        s.poll(is_up_to_date, "the days since then are charged")
        lines = [data for _, data in books.events("subscription.charged")]
        days = [line["from"] for line in lines]
        expected = [(started + timedelta(days=i)).isoformat() for i in range(len(days))]
        s.expect(days == expected and days[10] == now.date().isoformat(), "each day is charged once, in order", days)
        charged = sum(Decimal(line["amount"]) for line in lines)
        books.expect(balance=f"{1000 - charged:.2f}", access="on")
        books.close()
        books.check(binary)


if __name__ == "__main__":
    main()
