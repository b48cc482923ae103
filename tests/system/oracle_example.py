"""What the worked examples are written with, for the calculator alone."""

from datetime import date, datetime, timedelta, timezone
from fractions import Fraction

import server as s
from oracle import Account
from oracle_terms import Service, Tariff, Tenant, Zone, money


class Example:
    """A worked example, for the calculator alone: 600.00 a month on the calendar of 2026, and what is said."""

    def __init__(self, at, price="600.00", balance="0", threshold="0", resume="prorate", grace=0, vat="22", **terms):
        day = date(2020, 1, 1)
        self.tenant = Tenant(
            Zone("Europe/Moscow"), Fraction(threshold), resume, timedelta(hours=grace), Fraction(900), 30, 0
        )
        self.tenant.services["internet"] = Service("internet", 1, [(day, Fraction(vat))])
        usual = {"mode": "advance", "period": "month", "anchor": "calendar", "shortage": "refuse", "trial_days": 0}
        self.terms = usual | terms
        self.tariff("basic", price)
        self.account = Account(self.tenant, self.instant(at))
        if Fraction(balance):
            self.pay(balance, name="first")
        self.do("subscription.start", subscription="s", tariff="basic")

    def tariff(self, name, price, **terms):
        versions = [(date(2020, 1, 1), Fraction(price))]
        self.tenant.tariffs[name] = Tariff(name=name, service="internet", versions=versions, **(self.terms | terms))

    def instant(self, text):
        day, _, clock = text.partition(" ")
        return datetime.fromisoformat(f"2026-{day}T{clock or '00:00'}:00+03:00").astimezone(timezone.utc)

    def until(self, at):
        self.account.advance(self.instant(at))
        return self

    def do(self, kind, at=None, **data):
        if at:
            self.until(at)
        code = self.account.apply(kind, data)
        s.expect(code is None, "the calculator accepts", kind, code)
        return self

    def pay(self, amount, at=None, name=None):
        return self.do("payment.receive", at, amount=amount, external_id=name or f"p{len(self.account.payments)}")

    def expect(self, moves=None, **expected):
        account = self.account
        if moves is not None:
            made = [money(amount) for _, _, amount, _ in account.moves]
            s.expect(made[-len(moves) :] == list(moves), "the calculator moves", made, moves)
        got = {"balance": money(account.balance), "access": "on" if account.access() else "off"}
        if "needed" in expected:
            got["needed"] = money(account.needed())
        for key, value in expected.items():
            s.expect(got[key] == value, "the calculator says", key, got[key], value)
        return self
