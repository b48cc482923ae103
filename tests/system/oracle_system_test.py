#!/usr/bin/env python3
"""Compares the server with a naive calculator over random histories of accounts.

A history is one account: a tariff or two, and what a subscriber, a cashier and an operator do within a few months.
Many of them, of many tenants in different zones, go through one server in the order of time. After each command the
answer is compared; at local midnights what is read; at the end every charge and credit with its instant and VAT, and
every change of access. The first histories that differ are run again alone, made shorter, and printed.

ORACLE_HISTORIES and ORACLE_SEED say how many, and which. ORACLE_SHOWN says how many of the histories of a server that
differ are made shorter and printed.
"""

import os
import sys
import tempfile
import time
import traceback
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from fractions import Fraction

import server as s
from oracle_alone import show
from oracle_example import Example
from oracle_run import Run
from oracle_terms import Zone, arrears, calendar_days, discounted, hours_used, money

HISTORIES = int(os.environ.get("ORACLE_HISTORIES", "1500"))
SEED = int(os.environ.get("ORACLE_SEED", "1"))
PER_SERVER = 500
SHOWN = int(os.environ.get("ORACLE_SHOWN", "2"))


def check_the_calculator():
    """It is right about the examples that were worked by hand."""
    Example("02-10", price="599.00", balance="1000").expect(["-406.46"], balance="593.54", access="on")

    e = Example("01-01", balance="2000")
    e.tariff("fast", "900.00")
    e.do("subscription.switch", "01-16 10:00", subscription="s", tariff="fast", when="now")
    e.expect(["309.68", "-464.52"])

    e = Example("06-01", balance="2000").until("06-05 12:00")
    e.do("subscription.freeze", subscription="s", **{"from": "2026-06-11", "days": 10})
    e.until("06-10 23:59").expect(["-600.00"], access="on").until("06-11").expect(["400.00"], access="off")
    e.until("06-20 23:59").expect(["400.00"]).until("06-21").expect(["-200.00"], access="on")

    e = Example("06-15", balance="2000", anchor="start")
    e.do("subscription.freeze", subscription="s", **{"from": "2026-06-25", "days": 11})
    e.until("06-30").expect(access="off")
    e.until("07-25 23:59").expect(["-600.00"], access="on").until("07-26").expect(["-600.00", "-600.00"])

    e = Example("06-01").expect([], access="off", needed="600.00").pay("600", "06-11 10:00")
    e.expect(["-400.00"], balance="200.00", access="on").until("07-01").expect(access="off", needed="400.00")
    e = Example("06-01", resume="restart").pay("1200", "06-11 10:00").expect(["-600.00"]).until("07-10 23:00")
    e.expect(balance="600.00").until("07-11").expect(balance="0.00", access="on")

    e = Example("07-01", balance="250", shortage="shorten").expect(["-232.26"]).until("07-12 23:59").expect(access="on")
    e.until("07-13").expect(access="off")
    e = Example("06-01", balance="45", mode="spread").until("06-02 12:00").expect(["-20.00", "-20.00"], access="on")
    e.until("06-03").expect(balance="5.00", access="off", needed="15.00")

    e = Example("06-01", shortage="debt", grace=72).until("06-03 23:59").expect(balance="-600.00", access="on")
    e.until("06-04").expect(["540.00"], balance="-60.00", access="off")
    e.pay("459.99", "06-11 10:00").expect(access="off", needed="0.01").pay("0.01").expect(balance="0.00", access="on")

    too_little = {"access": "off", "balance": "170.00", "needed": "50.00"}
    for amount, expected in (("250", too_little), ("500", {"access": "on"})):
        e = Example("06-01").do("promise.give", "06-01 10:00", amount="600", days=3).expect(["-600.00"], access="on")
        e.until("06-04 23:59").expect(access="on").until("06-05").expect(["520.00"], balance="-80.00", access="off")
        e.pay(amount, "06-20 10:00").expect(**expected)
    e.expect(["-220.00"])

    e = Example("06-01", balance="600").do("payment.reverse", "06-11 09:00", external_id="first")
    e.expect(["380.00"], balance="-220.00", access="off").pay("600", "06-11 15:00").expect(["-380.00"], access="on")

    e = Example("03-01", trial_days=14).until("03-14 23:59").expect([], access="on").until("03-15").expect(access="off")
    e.pay("600", "03-20 09:00").expect(["-232.26"], balance="367.74")
    e = Example("03-01", trial_days=14, threshold="50").expect([], access="off", needed="50.00")
    e.pay("50", "03-05 09:00").expect([], balance="50.00", access="on").until("03-14 23:59").expect(access="on")
    e.until("03-15").expect([], access="off")
    Example("06-01", balance="560", threshold="-50").expect(balance="-40.00", access="on")
    Example("06-01", balance="549.99", threshold="-50").expect(balance="549.99", access="off", needed="0.01")

    e = Example("01-01", price="1000.00", balance="1000", mode="spread").until("01-31 12:00")
    cheap = [i + 1 for i, move in enumerate(e.account.moves) if money(move[2]) == "-32.25"]
    s.expect(cheap == [3, 8, 13, 19, 24, 29], "the cheaper days", cheap)
    vat = [-move[3] for move in e.account.moves]
    s.expect(money(sum(vat)) == "180.33" and [money(v) for v in vat[:3]] == ["5.82", "5.81", "5.82"], "the VAT", vat)

    berlin = Zone("Europe/Berlin")
    for day, hours in ((date(2026, 10, 25), 25), (date(2026, 3, 29), 23), (date(2026, 6, 1), 24)):
        whole = [(berlin.midnight(day), berlin.midnight(day + timedelta(days=1)))]
        s.expect(hours_used(berlin, day, whole) == hours, "the hours of a day", day)
    moment = berlin.midnight(date(2026, 6, 1)) + timedelta(minutes=61)
    s.expect(hours_used(berlin, date(2026, 6, 1), [(moment, moment + timedelta(minutes=1))]) == 1, "a started hour")
    steps = [("percent", Fraction(10)), ("percent", Fraction(15)), ("amount", Fraction(50))]
    s.expect(discounted(Fraction(1000), steps) == 715, "discounts in order")
    june = calendar_days(date(2026, 6, 1), "month")
    s.expect(arrears(Fraction(600), june, set(june[:10]) | set(june[20:])) == 400, "the used days, in arrears")


def run(binary, seed, count):
    """(what differs, counts) of one server."""
    counts = Counter()
    with tempfile.TemporaryDirectory(prefix="provodka-oracle-") as path:
        one = Run(binary, seed, count, path)
        try:
            one.go()
        except Exception:  # pylint: disable=broad-except
            return [f"run {seed}: {traceback.format_exc()}"], counts
        wrong = [h for h in one.histories if h.wrong]
        counts.update(commands=one.sent, readings=one.read, histories=len(one.histories), different=len(wrong))
        counts.update(given_up=sum(bool(h.given_up) for h in one.histories))
        for history in one.histories:
            counts.update(kind for _, kind, _ in history.script)
        end = one.begin + timedelta(days=one.days)
        wrong.sort(key=lambda history: len(history.script))
        others = [f"history {h.seed}: {h.wrong}" for h in wrong[SHOWN:]]
        return [show(binary, h, end) for h in wrong[:SHOWN]] + others, counts


def main():
    binary = os.path.abspath(sys.argv[1])
    check_the_calculator()
    began = time.monotonic()
    total = Counter()
    problems = []
    jobs = [(SEED * 1000 + i, min(PER_SERVER, HISTORIES - i * PER_SERVER)) for i in range(-(-HISTORIES // PER_SERVER))]
    with ProcessPoolExecutor(min(4, os.cpu_count())) as pool:
        for found, counts in pool.map(run, [binary] * len(jobs), *zip(*jobs)):
            problems += found
            total += counts
    took = time.monotonic() - began
    print(f"seed {SEED}: {dict(total)} in {took:.0f} s")
    for problem in problems:
        print(problem)
    if problems:
        sys.exit(f"{total['different']} histories differ; ORACLE_SEED={SEED} shows them again")


if __name__ == "__main__":
    main()
