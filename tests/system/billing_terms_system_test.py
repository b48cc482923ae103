#!/usr/bin/env python3
"""Worked examples of billing: tax, months of service, arrears, discounts, instalments, hours, closed months; and
the rest of what a tariff or a tenant can ask for. As billing_system_test.py, with the same defaults.
"""

from decimal import Decimal

import server as s
from examples import example, run_examples


def only(events):
    s.expect(len(events) == 1, "one event", events)
    return events[0][1]


def ledger(event):
    """The postings of an event, by ledger account."""
    return {posting["account"]: posting["amount"] for posting in event["postings"]}


@example("23", start="2026-05-25", zone="Europe/Moscow")
def paid_in_a_closed_month(b):
    b.usual("0")
    b.start(at="2026-06-01")
    b.do("period.close", {"month": "2026-05"}, "2026-06-05")
    b.refused("period_closed_already", "period.close", {"month": "2026-05"})
    b.refused("period_not_over", "period.close", {"month": "2026-06"})
    b.events()
    data = {"account": "a", "amount": "600.00", "currency": "RUB", "provider": "bank", "external_id": "n1", "paid_at": "2026-05-30"}
    b.do("payment.receive", data, "2026-06-12 12:00")
    events = b.events("payment.received", "subscription.charged")
    s.expect([kind for kind, _ in events] == ["payment.received", "subscription.charged"], "paid, then charged", events)
    payment, charge = events[0][1], events[1][1]
    s.expect(payment["effective"] == "2026-06-01" and payment["paid_at"] == "2026-05-30", "booked on the first open day", payment)
    s.expect(charge["amount"] == "380.00", "the days that are left", charge)
    b.expect(balance="220.00", access="on")
    b.refused("period_not_closed", "period.reopen", {"month": "2026-06", "reason": "x"})
    b.do("period.reopen", {"month": "2026-05", "reason": "a bank file was late"})
    b.do("period.close", {"month": "2026-05"})
    closed = only(b.events("period.closed"))
    s.expect(closed["open_from"] == "2026-06-01" and int(closed["size"]) > 5 and len(closed["root"]) == 44, "the head of the log", closed)


@example("25", start="2026-06-01")
def tax_of_a_reversal(b):
    b.usual("1000", price="499.90")
    b.start()
    charge = only(b.events("subscription.charged"))
    s.expect((charge["vat"], charge["vat_rate"]) == ("90.15", "22"), "VAT of the charge", charge)
    s.expect(ledger(charge)["revenue/internet"] == "409.75", "what is earned", charge)
    sequence = b.seen
    for amount, vat in (("100.00", "18.04"), (None, "72.11")):
        data = {"charge": find_charge(b), "reason": "complaint"}
        b.do("charge.reverse", data | ({"amount": amount} if amount else {}))
        reversal = only(b.events("charge.reversed"))
        s.expect(reversal["vat"] == vat, "VAT of the reversal", reversal)
    s.expect(sequence > 0, "events were read")
    b.expect(balance="1000.00", access="on")


def find_charge(b):
    """The sequence of the only charge of a subscription."""
    status, body = b.client.get("/v1/ok/events?after=0&limit=10000")
    s.expect(status == 200, "events are read")
    return next(int(s.json.loads(line)["id"]) for line in body.splitlines() if b"subscription.charged" in line)


@example("25", start="2026-06-01")
def tax_of_a_single_charge(b):
    b.usual("1000")
    b.do("charge.post", {"account": "a", "amount": "499.90", "currency": "RUB", "service": "internet"})
    charge = only(b.events("charge.posted"))
    s.expect(charge["vat"] == "90.15" and ledger(charge)["revenue/internet"] == "409.75", "VAT of the charge", charge)
    for amount, vat in (("100.00", "18.04"), ("399.90", "72.11")):
        b.do("charge.reverse", {"charge": b.seen if amount == "100.00" else first, "amount": amount, "reason": "x"})
        first = b.seen
        s.expect(only(b.events("charge.reversed"))["vat"] == vat, "VAT of the reversal")


@example("26", start="2025-12-15")
def tax_rate_changes_in_a_period(b):
    rates = [{"from": "2019-01-01", "rate": "20", "included": True}, {"from": "2026-01-01", "rate": "22", "included": True}]
    b.do("service.define", {"service": "internet", "names": {"ru": "x"}, "rank": 1, "revenue": "internet", "vat": rates})
    b.tariff(anchor="start")
    b.open("600")
    b.start()
    charges = [data for _, data in b.events("subscription.charged")]
    s.expect([(c["amount"], c["vat"], c["from"], c["to"]) for c in charges]
             == [("329.03", "54.84", "2025-12-15", "2025-12-31"), ("270.97", "48.86", "2026-01-01", "2026-01-14")], "split at the rate", charges)
    s.expect({c["segment"] for c in charges} == {1}, "one segment", charges)
    b.expect(balance="0.00", access="on")
    b.do("subscription.cancel", {"subscription": "s", "when": "now"}, "2025-12-20 12:00")
    credits = [data for _, data in b.events("subscription.credited")]
    s.expect([(c["amount"], c["vat_rate"]) for c in credits] == [("212.90", "20"), ("270.97", "22")], "given back at the old rate", credits)


@example("27", start="2026-03-15")
def a_year_in_advance(b):
    b.usual("12000", price="12000.00", period="year", anchor="start")
    b.start()
    charge = only(b.events("subscription.charged"))
    march = Decimal(ledger(charge)["revenue/internet"])
    vat = (Decimal("558.90") * 22 / 122).quantize(Decimal("0.01"))
    s.expect(march == Decimal("558.90") - vat, "March is earned, without its tax", charge)
    s.expect(sum(Decimal(m["amount"]) for m in charge["deferred"]) == Decimal(ledger(charge)["deferred/internet"]), "the months", charge)
    s.expect(march + Decimal(charge["vat"]) + Decimal(ledger(charge)["deferred/internet"]) == 12000, "all of it", charge)
    b.until("2026-04-01 12:00")
    april = only(b.events("income.recognised"))
    s.expect(april["month"] == "2026-04" and april["amount"] == charge["deferred"][0]["amount"], "April is earned in April", april)
    b.until("2027-03-14 12:00")
    months = [data for _, data in b.events("income.recognised")]
    s.expect(len(months) == 11 and months[-1]["postings"][0]["balance"] == "0.00", "nothing is deferred at the end", months[-1])


@example("27", start="2026-03-15")
def a_year_cancelled(b):
    b.usual("12000", price="12000.00", period="year", anchor="start")
    b.start()
    b.events()
    b.do("subscription.cancel", {"subscription": "s", "when": "now"}, "2026-05-10 12:00")
    credit = [data for _, data in b.events("subscription.credited")][0]
    s.expect(Decimal(ledger(credit)["deferred/internet"]) < 0, "what was not earned is not deferred any more", credit)
    b.until("2027-04-01")
    s.expect(not b.events("income.recognised"), "nothing is left to earn")


@example("28", start="2026-06-01")
def in_arrears(b):
    b.do("service.define", {"service": "internet", "names": {"ru": "x"}, "rank": 1, "revenue": "internet",
                            "vat": [{"from": "2026-01-01", "rate": "22", "included": False}]})
    b.tariff("1000.00", mode="arrears", shortage="debt", due_days=20)
    b.open()
    b.start()
    b.expect(access="on", balance="0.00")
    b.until("2026-07-01 00:00")
    charge = only(b.events("subscription.charged"))
    s.expect((charge["amount"], charge["effective"], charge["due"]) == ("1220.00", "2026-06-30", "2026-07-20"), "June", charge)
    b.until("2026-07-20 23:59")
    b.expect(access="on", balance="-1220.00")
    b.until("2026-07-21 00:00")
    b.expect(access="off")
    # Twenty days of July were used, and are charged when it goes off.
    july = only(b.events("subscription.charged"))
    s.expect((july["amount"], july["from"], july["to"]) == ("787.10", "2026-07-01", "2026-07-20"), "July up to the block", july)
    b.pay("2007.10", "2026-07-25 12:00")
    b.expect(access="on", balance="0.00")
    b.until("2026-08-01")
    s.expect(only(b.events("subscription.charged"))["amount"] == "275.48", "seven days of July")


@example("29", start="2026-05-20")
def discounts(b):
    b.usual("5000", price="1000.00")
    b.start(at="2026-05-20 10:00", **{"from": "2026-06-01"})
    grant = {"subscription": "s", "from": "2026-06-01", "reason": "loyal"}
    b.refused("percent_or_amount", "discount.grant", grant | {"percent": "10", "amount": "1.00"})
    b.refused("discount_above_price", "discount.grant", grant | {"amount": "1000.01"})
    b.refused("ends_before_it_begins", "discount.grant", grant | {"percent": "1", "until": "2026-05-31"})
    b.do("discount.grant", grant | {"amount": "50.00", "order": 3})
    b.do("discount.grant", grant | {"percent": "10", "order": 1})
    b.do("discount.grant", grant | {"percent": "15", "order": 2})
    b.do("discount.grant", {"subscription": "s", "from": "2026-07-01", "until": "2026-07-31", "amount": "800.00", "order": 4, "reason": "outage"})
    b.until("2026-08-01 12:00")
    charges = [(c["amount"], c.get("discount"), c.get("clamped")) for _, c in b.events("subscription.charged")]
    s.expect(charges == [("715.00", "285.00", None), ("0.00", "1000.00", True), ("715.00", "285.00", None)], "less the discounts", charges)


@example("30", start="2026-06-01")
def instalments(b):
    b.usual("5000")
    b.refused("bad_parts", "instalment.agree", {"account": "a", "service": "internet", "amount": "5000.00", "currency": "RUB", "parts": 0, "first": "2026-06-15"})
    b.do("instalment.agree", {"account": "a", "service": "internet", "amount": "5000.00", "currency": "RUB", "parts": 12, "first": "2026-06-15"})
    agreed = only(b.events("instalment.agreed"))
    s.expect(agreed["vat"] == "901.64" and ledger(agreed)["receivable/internet"] == "-5000.00", "taxed at the handover", agreed)
    b.until("2027-05-15 12:00")
    parts = [data for _, data in b.events("instalment.due")]
    s.expect([p["amount"] for p in parts] == ["416.67", "416.66", "416.67"] * 4, "the parts", parts)
    s.expect(parts[-1]["postings"][1]["balance"] == "0.00", "nothing is receivable any more", parts[-1])
    b.expect(balance="0.00")


@example("30", start="2026-06-01")
def instalments_of_one_who_leaves(b):
    b.usual("700")
    b.start()
    b.do("instalment.agree", {"account": "a", "service": "internet", "amount": "300.00", "currency": "RUB", "parts": 3, "first": "2026-06-01"})
    b.expect(balance="0.00")
    b.do("subscription.cancel", {"subscription": "s", "when": "now"}, "2026-06-10 12:00")
    part = b.events("instalment.due")[-1][1]
    s.expect((part["amount"], part["part"]) == ("200.00", 3), "what is left is due", part)
    b.expect(balance="200.00")


def by_the_hour(b, **tariff):
    b.service()
    b.tariff("2.00", mode="hourly", period="hour", **tariff)


@example("31", start="2026-10-20", zone="Europe/Berlin", offset="+02:00")
def hours_of_autumn(b):
    by_the_hour(b)
    b.open("200")
    b.start(at="2026-10-20 12:00", **{"from": "2026-10-25"})
    b.until("2026-10-27 01:00")  # the offset is that of summer
    days = [(c["from"], c["hours"], c["amount"]) for _, c in b.events("subscription.charged")]
    s.expect(days == [("2026-10-25", 25, "50.00"), ("2026-10-26", 24, "48.00")], "a day and a longer one", days)
    b.expect(balance="102.00", access="on")


@example("31", start="2026-03-20", zone="Europe/Berlin", offset="+01:00")
def hours_of_spring(b):
    by_the_hour(b)
    b.open("100")
    b.start(at="2026-03-20 12:00", **{"from": "2026-03-29"})
    b.until("2026-03-30 12:00")
    days = [(c["from"], c["hours"], c["amount"]) for _, c in b.events("subscription.charged")]
    s.expect(days == [("2026-03-29", 23, "46.00")], "a shorter day", days)


@example("31", start="2026-06-01")
def hours_until_the_money_runs_out(b):
    by_the_hour(b)
    b.open("7")
    b.start(at="2026-06-01 10:30")
    b.until("2026-06-01 12:59")
    b.expect(access="on", balance="7.00")
    b.until("2026-06-01 13:00")
    b.expect(access="off", balance="1.00", needed="1.00")
    charge = only(b.events("subscription.charged"))
    s.expect((charge["hours"], charge["amount"]) == (3, "6.00"), "three hours that had begun", charge)
    b.pay("1", "2026-06-01 15:20")
    b.expect(access="on")
    b.until("2026-06-01 16:00")
    b.expect(access="off", balance="0.00")


@example("an hour in advance", start="2026-10-24", zone="Europe/Berlin", offset="+02:00")
def hours_in_advance(b):
    b.service()
    b.tariff("2.00", period="hour")
    b.open("10")
    b.start(at="2026-10-25 01:15")
    b.until("2026-10-25 04:30")
    hours = [c["began"] for _, c in b.events("subscription.charged")]
    s.expect([h[11:13] for h in hours] == ["23", "00", "01", "02"] and len(set(hours)) == 4, "the repeated hour is no duplicate", hours)
    b.expect(balance="2.00", access="on")
    b.until("2026-10-25 06:00")
    b.expect(balance="0.00", access="off")


@example("32", start="2026-09-05", zone="America/Santiago", offset="-04:00")
def a_day_that_begins_at_one(b):
    by_the_hour(b)
    b.open("100")
    b.start(at="2026-09-05 12:00", **{"from": "2026-09-06"})
    b.expect(access="off")
    b.until("2026-09-06 12:00")
    b.until("2026-09-07 12:00")
    day = only(b.events("subscription.charged"))
    # 01:00 there, by the new offset.
    s.expect((day["began"][:16], day["hours"]) == ("2026-09-06T04:00", 23), "23 hours from 01:00 on", day)


@example("32", start="2024-02-28", zone="Asia/Almaty", offset="+06:00")
def a_day_with_one_more(b):
    b.do("service.define", {"service": "internet", "names": {"ru": "x"}, "rank": 1, "revenue": "internet"})
    b.tariff("2.00", mode="hourly", period="hour")
    b.open("100")
    b.start(at="2024-02-28 12:00", **{"from": "2024-02-29"})
    b.until("2024-03-01 12:00")
    day = only(b.events("subscription.charged"))
    s.expect((day["from"], day["hours"]) == ("2024-02-29", 25), "25 hours", day)


@example("a price of its own, a set-up fee, an extra", start="2026-06-01")
def terms(b):
    b.usual("1000", setup_fee="150.00")
    b.start()
    fee = only(b.events("subscription.fee_charged"))
    s.expect((fee["fee"], fee["amount"]) == ("setup", "150.00"), "the fee of the first charge", fee)
    b.expect(balance="250.00")
    b.do("subscription.override_price", {"subscription": "s", "price": "450.00", "until": "2026-07-31", "reason": "agreed"})
    b.pay("1000")
    b.tariff("700.00", version=2, effective="2026-06-15")
    b.events()
    b.until("2026-08-01 12:00")
    s.expect([c["amount"] for _, c in b.events("subscription.charged")] == ["450.00", "700.00"], "the override stays, then the new version")
    b.expect(balance="100.00")
    b.service("static", rank=2)
    extra = {"account": "a", "service": "static", "amount": "30.00", "currency": "RUB"}
    b.refused("count_without_period", "extra.add", extra | {"count": 2})
    b.do("extra.add", extra | {"period": "month", "count": 2})
    b.refused("extra_exists", "extra.add", extra)
    b.expect(balance="70.00")
    b.pay("1000")
    b.until("2026-12-01 12:00")
    parts = [(e["part"], e["from"]) for _, e in b.events("extra.charged")]
    s.expect(parts == [(1, "2026-08-01"), (2, "2026-09-01")], "twice and no more", parts)


@example("one trial for an account and service", start="2026-06-01")
def trial_once(b):
    b.usual("0", trial_days=5)
    b.start()
    b.expect(access="on", balance="0.00")
    b.do("subscription.cancel", {"subscription": "s", "when": "now"}, "2026-06-02 12:00")
    b.start(name="s2", at="2026-06-03 12:00")
    b.expect(access="off", needed="560.00")


@example("limits of freezing", start="2026-06-01")
def freezing(b):
    b.usual("2000")
    b.start()
    b.do("tenant.configure", {"freeze": {"min_days": 5, "max_days": 20, "days_per_year": 30, "fee": "50.00"}})
    b.refused("freeze_too_short", "subscription.freeze", {"subscription": "s", "days": 4})
    b.refused("freeze_too_long", "subscription.freeze", {"subscription": "s", "days": 21})
    b.do("subscription.freeze", {"subscription": "s", "days": 20})
    b.expect(balance="1350.00")
    b.until("2026-07-05")
    b.refused("freeze_over_allowance", "subscription.freeze", {"subscription": "s", "days": 11})
    b.do("subscription.freeze", {"subscription": "s", "days": 10})


@example("blocking hours", start="2026-06-01")
def blocked_in_the_morning(b):
    b.do("tenant.configure", {"blocking_hours": {"from": "09:00", "to": "18:00"}})
    b.usual("600")
    b.start()
    b.until("2026-07-01 08:59")
    b.expect(access="on", balance="0.00")
    b.until("2026-07-01 09:00")
    b.expect(access="off", needed="600.00")
    b.pay("600", "2026-07-01 23:00")
    b.expect(access="on")


@example("nothing comes of what was taken back", start="2026-06-01")
def taken_back(b):
    b.usual("600")
    b.start()
    batch = [
        s.command("tenant.create", "other", "other", {"currency": "RUB", "zone": "Asia/Omsk", "locale": "ru-RU"}),
        s.command("account.open", "open-n", "ok", {"account": "n"}),
        s.pay("ok", "pay-n", "n", "600.00", "n1"),
        s.command("subscription.start", "start-n", "ok", {"subscription": "n", "account": "n", "tariff": "basic"}),
        s.command("subscription.start", "again", "ok", {"subscription": "n", "account": "n", "tariff": "basic"}),
    ]
    for _ in range(3):
        for answer in b.client.post_batch(batch, atomic=True):
            s.expect(answer["status"] == 422, "the batch is refused", answer)
    b.events()
    b.until("2026-06-04 12:00")
    runs = b.events("billing.run_completed")
    nights = [f"2026-{day}T21:00:00.000000Z" for day in ("05-31", "06-01", "06-02", "06-03")]
    s.expect([run["through"] for _, run in runs] == nights, "a run a night, and one for each", runs)
    b.until("2026-07-01 12:00")
    b.expect(access="off", balance="0.00")


@example("the end comes before a freeze", start="2026-06-01")
def ended_before_a_freeze(b):
    b.do("tenant.configure", {"freeze": {"min_days": 5, "max_days": 20, "days_per_year": 30}})
    b.usual("5000")
    b.start()
    b.do("subscription.freeze", {"subscription": "s", "from": "2026-07-05", "days": 10})
    b.do("subscription.cancel", {"subscription": "s", "when": "period_end"})
    b.until("2026-09-20")
    found = b.events("subscription.charged", "subscription.credited", "subscription.suspended", "subscription.resumed")
    s.expect([kind for kind, _ in found] == ["subscription.charged", "subscription.suspended"], "it ends, and stays so", found)


@example("many at once", start="2026-06-01")
def mass(b):
    b.service()
    b.tariff()
    b.tariff("900.00", "fast")
    for i in range(5):
        b.do("account.open", {"account": f"n{i}"})
        b.do("point.add", {"account": f"n{i}", "point": f"n{i}-p", "device": "r1" if i < 3 else "r2"})
        b.pay("600", account=f"n{i}")
        b.start(account=f"n{i}", name=f"s{i}")
    b.refused("accounts_or_device", "outage.recalculate", {"from": "2026-06-03", "to": "2026-06-04", "reason": "cut"})
    b.do("outage.recalculate", {"device": "r1", "from": "2026-06-03", "to": "2026-06-04", "reason": "a cable was cut"}, "2026-06-05")
    report = only(b.events("outage.recalculated"))
    s.expect((report["subscriptions"], report["amount"]) == (3, "120.00"), "two days for each of three", report)
    b.expect(account="n0", balance="40.00")
    b.expect(account="n4", balance="0.00")
    b.do("outage.recalculate", {"device": "r1", "from": "2026-06-03", "to": "2026-06-04", "reason": "again"})
    s.expect(only(b.events("outage.recalculated"))["amount"] == "0.00", "no day twice")
    for i in range(5):
        b.pay("900", account=f"n{i}")
    b.do("tariff.move", {"from": "basic", "to": "fast", "when": "next"})
    moved = only(b.events("tariff.moved"))
    s.expect((moved["moved"], moved["left"]) == (5, 0), "all of them", moved)
    b.until("2026-07-01 12:00")
    s.expect([c["tariff"] for _, c in b.events("subscription.charged")] == ["fast"] * 5, "at the next period")


if __name__ == "__main__":
    run_examples()
