#!/usr/bin/env python3
"""Writes the sample provider that tools/run starts with: make.py OUT.ndjson makes the commands of OK-Telecom,
1,000 accounts over half a year, the same bytes at every call. None of them is refused by an empty ledger: the
script keeps the balances as it goes. Up to the closings each leaves one event, so a command's sequence is its line;
from the day on which it is loaded, the accounts are billed by tariffs."""

import json
import random
import sys
from dataclasses import dataclass
from datetime import date, timedelta

TENANT = "ok-telecom"
CURRENCY = "RUB"
ACCOUNTS = 1_000
FIRST_ACCOUNT = 100_001
MONTHS = [date(2026, month, 1) for month in range(5, 11)]
STREETS = ("Lenina", "Sadovaya", "Rechnaya", "Zavodskaya", "Molodyozhnaya", "Shkolnaya")
TARIFFS = (450_00, 550_00, 650_00, 900_00)
SERVICES = {"internet": None, "tv": 199_00, "static-ip": 150_00}
LIMITS = (0, 0, 100_00, 300_00, 500_00, 1000_00)
PROVIDERS = ("cash", "cash", "sberbank", "sbp", "terminal")


@dataclass
class Account:
    name: str
    tariff: int
    services: tuple
    limit: int
    balance: int = 0
    blocked: bool = False
    second_point: str = ""

    @property
    def available(self):
        return self.balance + self.limit


@dataclass
class Entry:
    """A payment or a charge that may be reversed."""

    account: Account
    amount: int
    names: dict


class Sample:
    def __init__(self, out):
        self.out = out
        self.commands = 0
        # Of all that random offers, only this stays the same from one Python to the next.
        self.chance = random.Random(20261120).random
        self.counts = {provider: 0 for provider in PROVIDERS}

    def pick(self, items):
        return items[int(self.chance() * len(items))]

    def write(self, type, effective, data):
        self.commands += 1
        command = {"type": type, "id": f"sample/{self.commands:06}", "tenant": TENANT, "data": data}
        command["effective"] = effective.isoformat()
        self.out.write(json.dumps(command, ensure_ascii=False, separators=(",", ":")) + "\n")

    def open_accounts(self):
        day = MONTHS[0]
        zone = {"currency": CURRENCY, "zone": "Europe/Moscow", "locale": "ru-RU", "name": "OK-Telecom"}
        self.write("tenant.create", day, zone)
        accounts = []
        for number in range(FIRST_ACCOUNT, FIRST_ACCOUNT + ACCOUNTS):
            services = ("internet",) + tuple(s for s, p in (("tv", 0.6), ("static-ip", 0.25)) if self.chance() < p)
            account = Account(str(number), self.pick(TARIFFS), services, self.pick(LIMITS))
            label = f"{self.pick(STREETS)} {1 + int(self.chance() * 80)}, flat {1 + int(self.chance() * 120)}"
            opening = {"account": account.name, "label": label}
            if account.limit:
                opening["credit_limit"] = money(account.limit)
            self.write("account.open", day, opening)
            accounts.append(account)
            if self.chance() < 0.05:
                account.second_point = f"{account.name}-2"
                self.write("point.add", day, {"account": account.name, "point": account.second_point, "device": "core-1"})
        return accounts

    def pay(self, account, amount, day):
        provider = self.pick(PROVIDERS)
        self.counts[provider] += 1
        names = {"provider": provider, "external_id": f"{day:%Y%m}-{self.counts[provider]:06}"}
        self.write(
            "payment.receive", day,
            {"account": account.name, "amount": money(amount), "currency": CURRENCY} | names
            | ({"paid_at": day.isoformat()} if provider != "cash" else {}),
        )  # fmt: skip
        account.balance += amount
        if account.blocked and account.available > 0:
            self.write("access.unblock", day, {"point": account.name, "reason": "debt"})
            account.blocked = False
        return Entry(account, amount, names)

    def charge(self, account, service, day):
        """One month of a service; whoever cannot pay for it is blocked."""
        amount = SERVICES[service] or account.tariff
        if amount > account.available:
            if not account.blocked:
                self.write("access.block", day, {"point": account.name, "reason": "debt"})
                account.blocked = True
            return None
        data = {"account": account.name, "amount": money(amount), "currency": CURRENCY, "service": service}
        self.write("charge.post", day, data | {"note": f"{day:%Y-%m}"})
        account.balance -= amount
        return Entry(account, amount, {"charge": self.commands})

    def reverse(self, kind, entry, day, reason):
        amount = entry.amount if self.chance() < 0.7 else entry.amount // 2
        part = {} if amount == entry.amount else {"amount": money(amount)}
        self.write(f"{kind}.reverse", day, entry.names | part | {"reason": reason})
        entry.account.balance += amount if kind == "charge" else -amount

    def adjust(self, account, amount, reason, day):
        data = {"account": account.name, "amount": money(amount), "currency": CURRENCY, "reason": reason}
        self.write("adjustment.make", day, data)
        account.balance += amount

    def transfer(self, giver, taker, day):
        amount = min(giver.available // 2, 200_00)
        if giver is taker or amount <= 0:
            return
        data = {"from": giver.name, "to": taker.name, "amount": money(amount), "currency": CURRENCY}
        self.write("transfer.make", day, data | {"note": "within the family"})
        giver.balance -= amount
        taker.balance += amount

    def month(self, accounts, first):
        payments, charges = [], []
        for account in accounts:
            monthly = sum(SERVICES[s] or account.tariff for s in account.services)
            day = first + timedelta(days=int(self.chance() * 10))
            if self.chance() < 0.93:
                rounded = -(-monthly // 50_00) * 50_00
                payments.append(self.pay(account, rounded, day))
            if self.chance() < 0.22:
                payments.append(self.pay(account, self.pick((100_00, 200_00, 300_00)), day + timedelta(days=3)))
            for service in account.services:
                if entry := self.charge(account, service, day + timedelta(days=4)):
                    charges.append(entry)
        late = first + timedelta(days=20)
        for entry in payments[:: len(payments) // 12]:
            self.reverse("payment", entry, late, "the bank took it back")
        for entry in charges[:: len(charges) // 15]:
            self.reverse("charge", entry, late, "outage on the line")
        for _ in range(30):
            self.transfer(self.pick(accounts), self.pick(accounts), late + timedelta(days=1))
        for _ in range(20):
            amount, reason = self.pick(((50_00, "goodwill"), (-25_00, "equipment"), (12_34, "rounding")))
            self.adjust(self.pick(accounts), amount, reason, late + timedelta(days=2))
        for _ in range(8):
            account = self.pick(accounts)
            account.limit += 100_00
            data = {"account": account.name, "credit_limit": money(account.limit), "reason": "pays on time"}
            self.write("account.set_credit_limit", late + timedelta(days=3), data)
        for account in [a for a in accounts if a.second_point][:10]:
            for command, shift in (("access.block", 3), ("access.unblock", 5)):
                data = {"point": account.second_point, "reason": "asked"}
                self.write(command, late + timedelta(days=shift), data)

    def close_some(self, accounts):
        day = MONTHS[-1] + timedelta(days=28)
        for account in accounts[-5:]:
            if account.balance:
                self.adjust(account, -account.balance, "settled-at-closing", day)
            self.write("account.close", day, {"account": account.name, "reason": "moved away"})


    def subscribe(self, accounts):
        """The services as tariffs, and who has which: from then on the ledger bills by itself."""
        day = MONTHS[-1] + timedelta(days=29)
        vat = [{"from": "2026-01-01", "rate": "22", "included": True}]
        terms = {"version": 1, "effective": "2026-01-01", "mode": "advance", "period": "month", "anchor": "calendar"}
        prices = {"internet": TARIFFS, "tv": (SERVICES["tv"],), "static-ip": (SERVICES["static-ip"],)}
        names = {"internet": "Интернет", "tv": "Телевидение", "static-ip": "Постоянный адрес"}
        for rank, service in enumerate(prices, 1):
            needs = {"requires": "internet"} if service == "static-ip" else {}
            definition = {"service": service, "names": {"ru": names[service]}, "rank": rank, "revenue": service, "vat": vat}
            self.write("service.define", day, definition | needs)
            for price in prices[service]:
                # Who has the dearest tariff may pay later.
                shortage = "debt" if price == TARIFFS[-1] else "refuse"
                tariff = {"tariff": f"{service}-{price // 100}", "service": service, "price": money(price)}
                self.write("tariff.publish", day, tariff | terms | {"currency": CURRENCY, "shortage": shortage})
        self.write("tenant.configure", day, {"grace_hours": 72})
        for account in accounts:
            for service in account.services:
                price = account.tariff if service == "internet" else SERVICES[service]
                names = {"subscription": f"{account.name}-{service}", "account": account.name}
                self.write("subscription.start", day, names | {"tariff": f"{service}-{price // 100}"})


def money(minor):
    sign, minor = "-" if minor < 0 else "", abs(minor)
    return f"{sign}{minor // 100}.{minor % 100:02}"


def main(path):
    with open(path, "w", encoding="utf-8") as out:
        sample = Sample(out)
        accounts = sample.open_accounts()
        for first in MONTHS:
            sample.month(accounts, first)
        sample.close_some(accounts)
        sample.subscribe(accounts[:-5])


if __name__ == "__main__":
    main(sys.argv[1])
