"""Histories by chance: what a subscriber, a cashier and an operator do to an account, and what comes of it."""

import random
from datetime import timedelta
from fractions import Fraction

from oracle import Account
from oracle_doubt import Doubt
from oracle_terms import money, rounded


def minutes(rng, first, days):
    """A random minute, which is not a midnight."""
    return first + timedelta(minutes=rng.randrange(1, days * 24 * 60))


class History:
    """One account."""

    def __init__(self, seed, books, name, days):
        self.seed = seed
        self.rng = random.Random(seed)
        self.books = books
        self.name = name
        self.begin = minutes(self.rng, books.begin + timedelta(days=1), 25)
        self.end = books.begin + timedelta(days=days)
        self.account = None
        self.script = []  # (instant, kind, data)
        self.given_up = None
        self.wrong = None  # what the server said otherwise
        self.count = 0
        busy = self.rng.randrange(3, 18)
        self.times = sorted({minutes(self.rng, self.begin, (self.end - self.begin).days) for _ in range(busy)})
        self.times = [t for t in self.times if books.tenant.zone.midnight(books.tenant.zone.date(t)) != t]

    def opening(self):
        """What it begins with."""
        rng, zone = self.rng, self.books.tenant.zone
        tariff = rng.choice([t for t in self.books.tenant.tariffs.values() if t.service == "internet"])
        account = {"account": self.name}
        if rng.random() < 0.15:
            account["credit_limit"] = money(Fraction(rng.randrange(1, 40000), 100))
        self.do("account.open", account)
        for _ in range(rng.randrange(3)):
            self.do("payment.receive", self.payment(tariff.versions[0][1]))
        start = {"subscription": self.id("s"), "account": self.name, "tariff": tariff.name}
        if rng.random() < 0.3:
            start["from"] = (zone.date(self.begin) + timedelta(days=rng.randrange(0, 12))).isoformat()
        self.do("subscription.start", start)

    def id(self, text):
        return f"{self.name}-{text}"

    def payment(self, usual):
        rng = self.rng
        self.count += 1
        needed = self.account.needed() or Fraction(0)
        amounts = [usual, usual * rng.randrange(2, 6), Fraction(rng.randrange(1, 90000), 100)]
        if needed:
            amounts += [needed, needed, needed - Fraction(1, 100), needed + usual]
        amount = max(Fraction(1, 100), rng.choice(amounts))
        if rng.random() < 0.3:
            amount = max(Fraction(1, 100), rounded(amount * rng.randrange(1, 200) / 100))
        return {
            "account": self.name,
            "amount": money(amount),
            "currency": "RUB",
            "provider": "cash",
            "external_id": self.id(self.count),
        }

    def propose(self):
        """Something that somebody may do now."""
        rng, account = self.rng, self.account
        tariffs = self.books.tenant.tariffs
        subs = list(account.subs.values())
        sub = rng.choice(subs)
        name = {"subscription": sub.name}
        if rng.random() < 0.1:
            first = account.today + timedelta(days=rng.randrange(1, 40))
            data = {**name, "from": first.isoformat(), "order": len(sub.discounts), "reason": "loyal"}
            if rng.random() < 0.6:
                data["percent"] = str(rng.randrange(1, 101))
            else:
                data["amount"] = money(Fraction(rng.randrange(1, 90000), 100))
            if rng.random() < 0.5:
                data["until"] = (first + timedelta(days=rng.randrange(0, 90))).isoformat()
            return "discount.grant", data
        if account.blocked and rng.random() < 0.5:
            return "access.unblock", {"account": self.name, "reason": "abuse"}
        if sub.freeze and rng.random() < 0.3:
            return "subscription.unfreeze", name
        if sub.freeze and rng.random() < 0.1:
            return "subscription.cancel", {**name, "when": "now"}
        dice = rng.random()
        if dice < 0.36:
            return "payment.receive", self.payment(sub.tariff.versions[0][1])
        if dice < 0.46 and account.payments:
            payments = list(account.payments)
            external = payments[-1] if rng.random() < 0.6 else rng.choice(payments)
            return "payment.reverse", {"provider": "cash", "external_id": external, "reason": "chargeback"}
        if dice < 0.62:
            others = [t.name for t in tariffs.values() if t.service == sub.tariff.service]
            when = "now" if rng.random() < 0.75 else "next"
            return "subscription.switch", {**name, "tariff": rng.choice(others), "when": when}
        if dice < 0.72:
            data = dict(name)
            if rng.random() < 0.75:
                data["days"] = rng.randrange(1, 25)
            if rng.random() < 0.5:
                data["from"] = (account.today + timedelta(days=rng.randrange(0, 8))).isoformat()
            return "subscription.freeze", data
        if dice < 0.75:
            return "subscription.unfreeze", name
        if dice < 0.82:
            kind = rng.choice(("access.block", "access.block", "access.unblock"))
            return kind, {"account": self.name, "reason": "abuse"}
        if dice < 0.89:
            needed = account.needed() or Fraction(rng.randrange(1, 95000), 100)
            return "promise.give", {"account": self.name, "amount": money(needed), "days": rng.randrange(0, 12)}
        if dice < 0.91:
            return "subscription.cancel", {**name, "when": rng.choice(("now", "period_end"))}
        if dice < 0.93:
            limit = money(Fraction(rng.choice((0, rng.randrange(1, 60000))), 100))
            return "account.set_credit_limit", {"account": self.name, "credit_limit": limit}
        extras = [t.name for t in tariffs.values() if t.service == "tv"]
        data = {"subscription": self.id("x"), "account": self.name, "tariff": rng.choice(extras)}
        if rng.random() < 0.3:
            data["from"] = (account.today + timedelta(days=rng.randrange(0, 12))).isoformat()
        return "subscription.start", data

    def do(self, kind, data):
        self.script.append((self.at, kind, data))
        self.expected.append(expectation(self.books, self, self.at, kind, data))

    def step(self, at):
        """[(kind, data, what is to come of it)] at one instant."""
        self.at, self.expected = at, []
        before = len(self.script)
        try:
            if self.account is None:
                self.opening()
            else:
                self.account.advance(at)
                for _ in range(12):
                    kind, data = self.propose()
                    if not self.account.doubt(kind, data):
                        self.do(kind, data)
                        break
        except Doubt as doubt:
            self.given_up = str(doubt)
            del self.script[before:]
            return []
        return [(kind, data, said) for (_, kind, data), said in zip(self.script[before:], self.expected)]


def expectation(books, history, at, kind, data):
    """What the calculator says to a command, and does."""
    if kind == "account.open":
        history.account = Account(books.tenant, at, Fraction(data.get("credit_limit", 0)))
        code = None
    else:
        code = history.account.apply(kind, data)
    if code:
        return {"code": code}
    account = history.account
    said = {"balance": money(account.balance), "available": money(account.available())}
    if account.subs:
        said["access"] = "on" if account.access() else "off"
    return said
