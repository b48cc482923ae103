#!/usr/bin/env python3
"""Worked examples of billing, entered as commands against a server whose clock they set.

Unless an example says otherwise: 600.00 a month on the calendar, refused when the money does not suffice,
threshold 0, prorated after a block, VAT 22 % included, Europe/Moscow, 2026.
"""

from decimal import Decimal

import server as s
from examples import example, run_examples


@example("1", start="2026-02-10")
def starts_in_mid_month(b):
    b.usual("1000", price="599.00")
    b.start()
    b.expect_moves("-406.46")
    b.expect(balance="593.54", access="on")


@example("2, 3", start="2026-01-01")
def spread_over_31_days(b):
    b.usual("1000", price="1000.00", mode="spread")
    b.start()
    b.until("2026-01-31 23:00")
    lines = [data for kind, data in b.events("subscription.charged")]
    cheap = [int(line["from"][-2:]) for line in lines if line["amount"] == "32.25"]
    s.expect(cheap == [3, 8, 13, 19, 24, 29], "days at 32.25", cheap)
    s.expect(sum(line["amount"] == "32.26" for line in lines) == 25, "the others are at 32.26")
    vat = [Decimal(line["vat"]) for line in lines]
    s.expect(sum(vat) == Decimal("180.33"), "the VAT of the month", sum(vat))
    s.expect(vat[:3] == [Decimal("5.82"), Decimal("5.81"), Decimal("5.82")], "the VAT of the first days", vat[:3])
    b.expect(balance="0.00", access="on")
    s.expect({line["segment"] for line in lines} == {1}, "one segment")


@example("4", start="2026-01-01")
def spread_with_a_block(b):
    b.usual("1000", price="1000.00", mode="spread")
    b.start()
    b.do("access.block", {"account": "a", "reason": "abuse"}, "2026-01-11")
    b.expect(access="off")
    b.do("access.unblock", {"account": "a", "reason": "abuse"}, "2026-01-21")
    b.expect(access="on")
    b.until("2026-01-31 12:00")
    s.expect(sum(b.moves()) == Decimal("-677.42"), "what the days cost")
    b.expect(balance="322.58")


@example("5", start="2026-01-31")
def anchored_at_the_end_of_a_month(b):
    b.usual("6000", anchor="start")
    b.start()
    b.until("2026-05-31 12:00")
    days = [data["from"] for kind, data in b.events("subscription.charged")]
    s.expect(days == ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"], "periods begin", days)


@example("6", start="2026-01-01")
def switch_in_mid_month(b):
    b.usual("2000")
    b.tariff("900.00", "fast")
    b.start()
    b.moves()
    answer = b.do("subscription.switch", {"subscription": "s", "tariff": "fast", "when": "now"}, "2026-01-16 10:00")
    s.expect(answer["events"] == ["subscription.switched.v1", "subscription.credited.v1", "subscription.charged.v1"], "events", answer)
    events = b.events("subscription.credited", "subscription.charged")
    s.expect([data["amount"] for _, data in events] == ["309.68", "464.52"], "money moves", events)
    s.expect(events[0][1]["vat"] == "55.85", "the VAT goes back", events[0][1]["vat"])
    b.expect(balance="1245.16", access="on")
    b.refused("switched_today", "subscription.switch", {"subscription": "s", "tariff": "basic", "when": "now"})


@example("7", start="2026-01-01")
def switch_on_the_last_day(b):
    b.usual("2000")
    b.tariff("900.00", "fast")
    b.start()
    b.moves()
    b.do("subscription.switch", {"subscription": "s", "tariff": "fast", "when": "now"}, "2026-01-31 10:00")
    b.expect_moves("19.35", "-29.03")


@example("8", start="2026-01-15")
def switch_keeps_the_period(b):
    b.usual("2000", anchor="start")
    b.tariff("900.00", "fast", anchor="start")
    b.start()
    b.moves()
    b.do("subscription.switch", {"subscription": "s", "tariff": "fast", "when": "now"}, "2026-02-01 10:00")
    b.expect_moves("270.97", "-406.45")
    b.until("2026-02-15 01:00")
    b.expect_moves("-900.00")


@example("9", start="2026-06-01")
def freeze_within_a_month(b):
    b.usual("2000")
    b.start()
    b.moves()
    b.do("subscription.freeze", {"subscription": "s", "from": "2026-06-11", "days": 10}, "2026-06-05 12:00")
    b.until("2026-06-10 23:59")
    b.expect_moves()
    b.expect(access="on")
    b.until("2026-06-11")
    b.expect_moves("400.00")
    b.expect(access="off")
    b.until("2026-06-20 23:59")
    b.expect_moves()
    b.until("2026-06-21")
    b.expect_moves("-200.00")
    b.expect(access="on")


@example("10", start="2026-06-01")
def freeze_over_the_end_of_a_month(b):
    b.usual("2000")
    b.start()
    b.moves()
    b.do("subscription.freeze", {"subscription": "s", "from": "2026-06-25", "days": 11})
    b.until("2026-07-05 23:59")
    b.expect_moves("120.00")
    b.until("2026-07-06")
    b.expect_moves("-503.23")


@example("11", start="2026-06-15")
def freeze_extends_an_anchored_period(b):
    b.usual("2000", anchor="start")
    b.start()
    b.moves()
    b.do("subscription.freeze", {"subscription": "s", "from": "2026-06-25", "days": 11})
    b.until("2026-06-30")
    b.expect(access="off")
    b.until("2026-07-06")
    b.expect(access="on")
    b.until("2026-07-25 23:59")
    b.expect_moves()
    b.until("2026-07-26")
    b.expect_moves("-600.00")


@example("12", start="2026-03-01")
def trial_and_then_a_payment(b):
    b.usual(trial_days=14)
    b.start()
    b.expect(access="on", balance="0.00")
    b.until("2026-03-14 23:59")
    b.expect(access="on")
    b.until("2026-03-15")
    b.expect(access="off", balance="0.00")
    b.pay("600", "2026-03-20 09:00")
    b.expect_moves("-232.26")
    b.expect(access="on", balance="367.74")


@example("13, 14", start="2026-06-01")
def unpaid_and_prorated(b):
    b.usual()
    b.start()
    b.pay("1.00", "2026-06-01 12:00")
    b.expect(access="off", needed="599.00", balance="1.00")
    b.do("adjustment.make", {"account": "a", "amount": "-1.00", "currency": "RUB", "reason": "test"})
    answer = b.do("payment.receive", {"account": "a", "amount": "600.00", "currency": "RUB", "provider": "cash", "external_id": "1"}, "2026-06-11 10:00")
    s.expect(answer["events"] == ["payment.received.v1", "subscription.charged.v1", "access.changed.v1"], "one atomic step", answer)
    s.expect(answer["balances"] == {"a": {"balance": "200.00", "available": "200.00", "access": "on"}}, "balances", answer)
    b.expect_moves("-400.00")
    b.until("2026-07-01")
    b.expect(access="off", needed="400.00")


@example("14", start="2026-06-01")
def unpaid_and_restarted(b):
    b.usual()
    b.do("tenant.configure", {"resume": "restart"})
    b.start()
    b.pay("1200", "2026-06-11 10:00")
    b.expect_moves("-600.00")
    b.until("2026-07-10 23:00")
    b.expect_moves()
    b.until("2026-07-11")
    b.expect_moves("-600.00")
    b.expect(balance="0.00", access="on")


@example("15", start="2026-07-01")
def shortened(b):
    b.usual("250", shortage="shorten")
    b.start()
    line = b.events("subscription.charged")[0][1]
    s.expect((line["amount"], line["to"]) == ("232.26", "2026-07-12"), "twelve days", line)
    b.expect(balance="17.74", access="on")
    b.until("2026-07-13")
    b.expect(balance="17.74", access="off")


@example("16", start="2026-06-01")
def spread_until_the_money_is_gone(b):
    b.usual("45", mode="spread")
    b.start()
    b.until("2026-06-02 12:00")
    b.expect(access="on")
    b.until("2026-06-03")
    b.expect_moves("-20.00", "-20.00")
    b.expect(access="off", balance="5.00", needed="15.00")


@example("17", start="2026-06-01")
def debt_with_grace(b):
    b.usual(shortage="debt")
    b.do("tenant.configure", {"grace_hours": 72})
    b.start()
    b.expect(balance="-600.00", access="on")
    b.until("2026-06-03 23:59")
    b.expect(access="on")
    b.until("2026-06-04")
    b.expect_moves("-600.00", "540.00")
    b.expect(balance="-60.00", access="off")
    s.expect(b.account()["points"][0]["reasons"] == ["debt"], "why it is off", b.account())
    b.pay("459.99", "2026-06-11 10:00")
    b.expect(access="off", balance="399.99", needed="0.01")
    b.pay("0.01")
    b.expect(access="on", balance="0.00")


def promised(b):
    b.usual()
    b.do("tenant.configure", {"promise": {"max_amount": "600.00", "max_days": 5, "interval_days": 30}})
    b.start()
    b.expect(access="off", balance="0.00")
    b.do("promise.give", {"account": "a", "amount": "600.00", "days": 3}, "2026-06-01 10:00")
    b.expect(access="on", balance="-600.00", available="0.00")
    b.refused("promise_stands", "promise.give", {"account": "a", "amount": "1.00", "days": 1})
    b.until("2026-06-04 23:59")
    b.expect(access="on")
    b.until("2026-06-05")
    b.expect_moves("-600.00", "520.00")
    b.expect(access="off", balance="-80.00")


@example("18, 19", start="2026-06-01")
def promise_broken_and_too_little(b):
    promised(b)
    b.pay("250", "2026-06-20 10:00")
    b.expect(access="off", balance="170.00", needed="50.00")


@example("19", start="2026-06-01")
def promise_broken_and_enough(b):
    promised(b)
    b.pay("500", "2026-06-20 10:00")
    b.expect_moves("-220.00")
    b.expect(access="on", balance="200.00")


@example("18", start="2026-06-01")
def promise_kept(b):
    b.usual()
    b.do("tenant.configure", {"promise": {"max_amount": "600.00", "max_days": 5, "interval_days": 30}})
    b.start()
    b.do("promise.give", {"account": "a", "amount": "600.00", "days": 3}, "2026-06-01 10:00")
    b.pay("600", "2026-06-02 10:00")
    ended = b.events("promise.ended")
    s.expect([data["outcome"] for _, data in ended] == ["kept"], "the promise is kept", ended)
    b.until("2026-06-10")
    b.expect(access="on", balance="0.00")


def bundle(b, balance):
    b.service("internet", 1)
    b.service("address", 2, requires="internet")
    b.service("tv", 3)
    b.tariff("600.00", "net")
    b.tariff("150.00", "static", service="address")
    b.tariff("100.00", "tv", service="tv")
    b.open(balance)
    for name in ("tv", "static", "net"):
        b.start(name, name=name, **{"from": "2026-06-01"})
    b.until("2026-06-01 01:00")


@example("20", start="2026-05-20")
def extras_that_can_be_paid(b):
    bundle(b, "700")
    charged = {data["service"]: data["amount"] for _, data in b.events("subscription.charged")}
    s.expect(charged == {"internet": "600.00", "tv": "100.00"}, "what is charged", charged)
    b.expect(balance="0.00", access="on")


@example("20", start="2026-05-20")
def nothing_below_a_refused_base(b):
    bundle(b, "500")
    b.expect_moves()
    b.expect(balance="500.00", access="off", needed="100.00")


@example("21", start="2026-06-01")
def switch_to_what_can_be_paid(b):
    b.usual("350")
    b.tariff("450.00", "small")
    b.start()
    b.expect(access="off")
    b.do("subscription.switch", {"subscription": "s", "tariff": "small", "when": "now"}, "2026-06-11 09:00")
    b.expect_moves("-300.00")
    b.expect(access="on", balance="50.00")


@example("22", start="2026-06-01")
def new_version_of_a_tariff(b):
    b.service()
    b.tariff(anchor="start", name="anchored")
    b.tariff(mode="spread", name="daily")
    b.tariff("700.00", version=2, effective="2026-06-15", anchor="start", name="anchored")
    b.tariff("700.00", version=2, effective="2026-06-15", mode="spread", name="daily")
    b.open("5000")
    b.open("5000", account="b")
    b.start("daily", account="b", name="d")
    b.start("anchored", **{"from": "2026-06-10"})
    b.until("2026-06-30 12:00")
    daily = [Decimal(data["amount"]) for _, data in b.events("subscription.charged") if data["subscription"] == "d"]
    s.expect((sum(daily[:14]), sum(daily[14:])) == (Decimal("280.00"), Decimal("373.33")), "day by day", daily)
    b.until("2026-07-10")
    anchored = [data["amount"] for _, data in b.events("subscription.charged") if data["subscription"] == "s"]
    s.expect(anchored == ["700.00"], "from the next period", anchored)


@example("24", start="2026-06-01")
def payment_reversed(b):
    b.usual()
    external = b.pay("600")
    b.start()
    b.expect(access="on", balance="0.00")
    b.moves()
    data = {"provider": "cash", "external_id": external, "reason": "chargeback"}
    b.do("payment.reverse", data, "2026-06-11 09:00")
    b.expect_moves("380.00")
    b.expect(access="off", balance="-220.00")
    b.pay("600", "2026-06-11 15:00")
    b.expect_moves("-380.00")
    b.expect(access="on", balance="0.00")


@example("33", start="2026-06-01")
def threshold_below_zero(b):
    b.usual("560")
    b.do("tenant.configure", {"threshold": "-50.00"})
    b.start()
    b.expect(access="on", balance="-40.00")


@example("33", start="2026-06-01")
def threshold_not_reached(b):
    b.usual("549.99")
    b.do("tenant.configure", {"threshold": "-50.00"})
    b.start()
    b.expect_moves()
    b.expect(access="off", balance="549.99", needed="0.01")


@example("cancelled at once", start="2026-06-01")
def cancelled(b):
    b.usual("600")
    b.start()
    b.moves()
    b.do("subscription.cancel", {"subscription": "s", "when": "now"}, "2026-06-10 12:00")
    b.expect_moves("400.00")
    b.expect(access="off", balance="400.00")
    b.refused("subscription_ended", "subscription.cancel", {"subscription": "s", "when": "now"})


@example("cancelled at the end of the period, and closed", start="2026-06-01")
def cancelled_later(b):
    b.usual("600")
    b.start()
    b.do("subscription.cancel", {"subscription": "s", "when": "period_end"}, "2026-06-10 12:00")
    b.until("2026-06-30 23:59")
    b.expect(access="on")
    b.until("2026-07-01")
    b.expect(access="off", balance="0.00")
    b.do("account.close", {"account": "a"})
    s.expect("closed" in b.account()["points"][0]["reasons"], "the points of a closed account are off", b.account())


@example("a run after the last has nothing to do", start="2026-06-01")
def runs(b):
    b.usual("600")
    b.start()
    b.refused("run_in_future", "billing.run", {"through": "2026-06-02T00:00:00+03:00"})
    for charges in (1, 0):
        b.do("billing.run", {"through": "2026-06-01T00:00:00+03:00"})
        _, run = b.events("billing.run_completed")[0]
        s.expect((run["expected"], run["charged"]) == (1, 1), "everyone is billed", run)
        s.expect(sum(service["charges"] for service in run["services"]) == charges, "charges of this run", run)
    b.expect(balance="0.00")


@example("killed before a month's first night", start="2026-06-01")
def killed(b):
    b.usual()
    for i in range(50):
        b.open("1200", account=f"n{i}")
        b.start(account=f"n{i}", name=f"s{i}")
    b.server.kill()
    b.client.close()
    binary, data = b.server.process.args[0], b.server.process.args[3]
    b.server = s.Server(binary, data, flags=["--clock", b.instant("2026-07-01 00:00")])
    b.client = b.server.connect()
    b.until("2026-07-01 00:01")
    for i in range(50):
        b.expect(account=f"n{i}", balance="0.00", access="on")


if __name__ == "__main__":
    run_examples()
