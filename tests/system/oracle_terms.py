"""What the calculator reckons with: amounts, days and periods, zones, tariffs, and a subscription as a record.

Days of a period are numbered 1..n; days a..b of a price P cost R(P*b/n) - R(P*(a-1)/n), where R rounds half up to a
hundredth.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from fractions import Fraction
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MONTHS = {"month": 1, "quarter": 3, "year": 12}
OFF_FOR_MONEY = ("unpaid", "debt")


def money(amount):
    """As on the wire."""
    cents = int(amount * 100)
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def rounded(amount):
    """To a hundredth, half up."""
    return Fraction((amount * 200 + 1) // 2, 100)


def slice_price(price, n, first, last):
    """Days first..last of n."""
    return rounded(price * last / n) - rounded(price * (first - 1) / n)


def vat_in(gross, rate):
    return rounded(gross * rate / (100 + rate))


def discounted(price, discounts):
    """Steps in order; each rounds; never below zero."""
    for kind, value in discounts:
        price = max(Fraction(0), rounded(price * (100 - value) / 100) if kind == "percent" else price - value)
    return price


def hours_used(zone, day, stretches):
    """How many hours of a local day began or went on while it was on; stretches are (from, to), instants."""
    hour, count = zone.midnight(day), 0
    while hour < zone.midnight(day + DAY):
        count += any(first < hour + HOUR and hour < after for first, after in stretches)
        hour += HOUR
    return count


def arrears(price, days, used):
    """What the used days of a period cost when it is over: each run of days as a slice."""
    total, run = Fraction(0), []
    for number, day in enumerate([*days, None], 1):
        if day in used:
            run.append(number)
        elif run:
            total += slice_price(price, len(days), run[0], run[-1])
            run = []
    return total


def add_months(day, count):
    month = day.month - 1 + count
    year, month = day.year + month // 12, month % 12 + 1
    last = (date(year + month // 12, month % 12 + 1, 1) - DAY).day
    return date(year, month, min(day.day, last))


def later(day, period, count):
    """The day `count` periods after it."""
    if period in MONTHS:
        return add_months(day, MONTHS[period] * count)
    return day + DAY * count * (7 if period == "week" else 1)


def days_between(first, after):
    return [first + DAY * i for i in range((after - first).days)]


def calendar_days(day, period):
    if period == "day":
        first = day
    elif period == "week":
        first = day - DAY * day.weekday()
    elif period == "month":
        first = day.replace(day=1)
    elif period == "quarter":
        first = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    else:
        first = date(day.year, 1, 1)
    return days_between(first, later(first, period, 1))


def anchored_days(day, period, origin):
    count = 0
    while later(origin, period, count + 1) <= day:
        count += 1
    return days_between(later(origin, period, count), later(origin, period, count + 1))


class Zone:
    def __init__(self, name):
        self.name = name
        self.info = ZoneInfo(name)

    def date(self, instant):
        return instant.astimezone(self.info).date()

    def midnight(self, day):
        """The first instant of a local day."""
        return datetime(day.year, day.month, day.day, tzinfo=self.info).astimezone(timezone.utc)

    def text(self, instant):
        return instant.astimezone(self.info).isoformat()


@dataclass
class Tariff:
    name: str
    service: str
    mode: str
    period: str
    anchor: str
    shortage: str
    trial_days: int
    versions: list  # (effective, price), in order

    def price(self, day):
        return [price for effective, price in self.versions if effective <= day][-1]


@dataclass
class Service:
    name: str
    rank: int
    vat: list  # (from, rate), in order

    def rate(self, day):
        return [rate for start, rate in self.vat if start <= day][-1]


@dataclass
class Tenant:
    zone: Zone
    threshold: Fraction
    resume: str
    grace: timedelta
    promise_max: Fraction
    promise_days: int
    promise_interval: int
    services: dict = field(default_factory=dict)
    tariffs: dict = field(default_factory=dict)


@dataclass
class Period:
    """Days in order: the day at place i is number i + 1. A freeze moves them, and they keep their numbers."""

    days: list
    price: Fraction

    def number(self, day):
        return self.days.index(day) + 1

    def cost(self, days):
        if not days:
            return Fraction(0)
        return slice_price(self.price, len(self.days), self.number(days[0]), self.number(days[-1]))


@dataclass
class Paid:
    """A segment: numbers of days of a period that were charged at once."""

    period: Period
    numbers: list
    keys: dict  # by number: what its VAT adds up under

    def days(self):
        return [self.period.days[number - 1] for number in self.numbers]


class Subscription:
    def __init__(self, name, tariff, start):
        self.name = name
        self.tariff = tariff
        self.start = start
        self.origin = start  # what the periods of an anchored tariff count from
        self.restarted = False
        self.status = "pending"  # then trial, active, off, ended
        self.reason = None  # why it is off: unpaid, debt, frozen, blocked
        self.trial_end = start + DAY * tariff.trial_days
        self.entered = self.trial_end  # when it came to its tariff
        self.period = None
        self.paid = None
        self.on_since = None
        self.used = set()  # days on which it was on for a moment, once such a stretch is over
        self.freeze = None  # (first day, last day or None)
        self.next_tariff = None
        self.ends = None  # the day it ends at
        self.switched = None  # the day of the last switch
        self.discounts = []  # (order, kind, value, first day, last day or None)


def stretches(numbers, of):
    """The first and the last of each run of numbers that have the same of(number)."""
    found = []
    for number in numbers:
        if found and of(found[-1][0]) == of(number) and found[-1][1] == number - 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found
