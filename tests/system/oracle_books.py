"""Tenants by chance: their terms, and the commands that made them."""

from datetime import date, timedelta
from fractions import Fraction

from oracle_terms import Service, Tariff, Tenant, Zone, money, rounded

PRICES = ("600.00", "599.00", "1000.00", "333.33", "0.31", "100.01")


class Books:
    """One tenant: its terms, and the commands that made them."""

    def __init__(self, rng, name, begin, zone):
        self.name = name
        self.begin = begin
        grace = rng.choice((1, 10, 24, 48, 72, 100))
        threshold = rng.choice(("0.00", "0.00", "0.00", "-50.00", "-100.01", "50.00"))
        resume = rng.choice(("prorate", "prorate", "restart"))
        promise = {"max_amount": "900.00", "max_days": 10, "interval_days": rng.choice((0, 7, 30))}
        self.tenant = Tenant(
            Zone(zone),
            Fraction(threshold),
            resume,
            timedelta(hours=grace),
            Fraction(promise["max_amount"]),
            promise["max_days"],
            promise["interval_days"],
        )
        configuration = {"threshold": threshold, "grace_hours": grace, "resume": resume, "promise": promise}
        self.commands = [
            (begin, "tenant.create", {"currency": "RUB", "zone": zone, "locale": "ru-RU"}),
            (begin, "tenant.configure", configuration),
        ]
        self.service(rng, "internet", 1)
        self.service(rng, "tv", 2, "internet")
        for i in range(7):
            self.tariff(rng, f"t{i}", "internet")
        self.plain("p0", "600.00")
        self.plain("p1", "450.00")
        for i, shortage in enumerate(("refuse", "refuse", "shorten")):
            self.plain(f"x{i}", money(Fraction(rng.randrange(100, 30000), 100)), "tv", shortage)

    def service(self, rng, name, rank, requires=None):
        second = (self.begin + timedelta(days=rng.randrange(5, 90))).date()
        rates = [("2020-01-01", rng.choice(("22", "20", "10", "0"))), (second.isoformat(), rng.choice(("22", "5")))]
        vat = [{"from": start, "rate": rate, "included": True} for start, rate in rates]
        self.tenant.services[name] = Service(name, rank, [(date.fromisoformat(d), Fraction(r)) for d, r in rates])
        data = {"service": name, "names": {"ru": name}, "rank": rank, "revenue": name, "vat": vat}
        self.commands.append((self.begin, "service.define", data | ({"requires": requires} if requires else {})))

    def plain(self, name, price, service="internet", shortage="refuse"):
        self.publish(name, service, "advance", "month", "calendar", shortage, 0, price)

    def tariff(self, rng, name, service):
        spread = rng.random() < 0.25
        period = rng.choice(("month",) * 5 + ("week", "week", "day", "quarter", "year"))
        if spread:
            period = "month"
        anchor = "calendar" if spread else rng.choice(("calendar", "start"))
        trial = rng.randrange(1, 40) if anchor == "calendar" and rng.random() < 0.2 else 0
        price = rng.choice(PRICES) if rng.random() < 0.5 else money(Fraction(rng.randrange(5000, 200000), 100))
        shortage = rng.choice(("refuse", "debt", "shorten"))
        self.publish(name, service, "spread" if spread else "advance", period, anchor, shortage, trial, price)

    def publish(self, name, service, mode, period, anchor, shortage, trial, price):
        first = date(2020, 1, 1)
        self.tenant.tariffs[name] = Tariff(
            name, service, mode, period, anchor, shortage, trial, [(first, Fraction(price))]
        )
        self.commands.append((self.begin, "tariff.publish", self.terms(name, 1, first, price)))

    def terms(self, name, version, effective, price):
        tariff = self.tenant.tariffs[name]
        return {
            "tariff": name,
            "version": version,
            "service": tariff.service,
            "effective": effective.isoformat(),
            "mode": tariff.mode,
            "period": tariff.period,
            "anchor": tariff.anchor,
            "price": price,
            "currency": "RUB",
            "shortage": tariff.shortage,
            "trial_days": tariff.trial_days,
        }

    def new_version(self, rng, at):
        """The version in force while a trial ends is not asked about."""
        names = [name for name, tariff in self.tenant.tariffs.items() if not tariff.trial_days]
        tariff = self.tenant.tariffs[rng.choice(names)]
        effective = max(tariff.versions[-1][0], self.tenant.zone.date(at)) + timedelta(days=rng.randrange(1, 40))
        price = money(max(Fraction(1, 100), rounded(tariff.versions[-1][1] * rng.randrange(50, 160) / 100)))
        version = len(tariff.versions) + 1
        tariff.versions.append((effective, Fraction(price)))
        self.commands.append((at, "tariff.publish", self.terms(tariff.name, version, effective, price)))
        return self.commands[-1]
