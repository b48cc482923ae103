"""A naive calculator of billing: what an account owes, day by day, in exact fractions.

It is written from the rules of billing and from nothing else: one account at a time, one local midnight after the
other, lists of days, no cleverness.

`Account.apply` does a command, or says with which code it must be refused. `Account.doubt` says why a command is not
worth comparing: the rules are silent or can be read in two ways there, so the test does not go there. Each doubt is
a question to whoever writes the rules.
"""

from fractions import Fraction

from oracle_commands import Commands
from oracle_doubt import Doubt, Doubts
from oracle_terms import (
    DAY,
    OFF_FOR_MONEY,
    Paid,
    Period,
    anchored_days,
    calendar_days,
    days_between,
    discounted,
    later,
    slice_price,
    stretches,
    vat_in,
)


class Account(Commands, Doubts):
    def __init__(self, tenant, now, credit=Fraction(0)):
        self.tenant = tenant
        self.zone = tenant.zone
        self.now = now
        self.balance = Fraction(0)
        self.credit = credit
        self.promise = None  # {amount, paid, ends}
        self.promised_on = self.promise_over = None
        self.subs = {}
        self.blocked = False
        self.grace_until = None
        self.payments = {}  # external id to what is left
        self.promise_payments = set()
        self.gross = {}  # VAT key to gross
        self.moves = []  # (instant, subscription, signed amount, signed VAT)
        self.access_log = []  # (instant, on)

    # What there is

    @property
    def today(self):
        return self.zone.date(self.now)

    def available(self):
        return self.balance + self.credit + (self.promise["amount"] if self.promise else 0)

    def short(self):
        return self.available() < self.tenant.threshold

    def overdue(self):
        return self.short() and (self.grace_until is None or self.grace_until <= self.now)

    def in_order(self):
        return sorted(self.subs.values(), key=lambda s: (self.tenant.services[s.tariff.service].rank, s.name))

    def base(self):
        return self.in_order()[0] if self.subs else None

    def access(self):
        base = self.base()
        return bool(base) and self.runs(base) and not self.blocked and not self.overdue()

    def needed(self):
        """What is missing for access today; None where it is not money, or where the rules do not say."""
        if self.access():
            return Fraction(0)
        base = self.base()
        if not base or self.blocked or base.status != "off" or base.reason not in OFF_FOR_MONEY:
            return None
        if self.in_trial(base):
            return max(Fraction(0), self.tenant.threshold - self.available())
        # With the rule `shorten` one may ask for a day or for all of them.
        if base.tariff.shortage == "shorten" or self.unclear_today(base):
            return None
        _, days, period = self.what_is_due(base)
        return max(Fraction(0), period.cost(days) + self.tenant.threshold - self.available())

    # Time

    def advance(self, instant):
        while True:
            midnight = self.zone.midnight(self.today + DAY)
            grace = self.grace_until if self.grace_until and self.grace_until > self.now else None
            step = min(midnight, grace) if grace else midnight
            if step > instant:
                break
            self.now = step
            if step == midnight:
                self.begin_day()
            else:
                self.settle()
            self.note_access()
        self.now = instant

    def begin_day(self):
        today = self.today
        happened = bool(self.grace_until and self.grace_until <= self.now)
        if self.promise and self.promise["ends"] == today:
            self.promise = None
            self.promise_over = today
            happened = True
            self.forget_grace_if_short()
        for sub in self.in_order():
            if sub.status == "ended":
                continue
            if sub.ends == today:
                self.end(sub)
                happened = True
                continue
            if sub.status == "pending" and sub.start == today:
                self.begin(sub)
                happened = True
            before = sub.tariff
            if sub.next_tariff and today not in sub.period.days and today > sub.period.days[-1]:
                sub.tariff, sub.next_tariff = sub.next_tariff, None
                sub.entered = today
                if not self.same_length(before, sub.tariff) or "spread" in (before.mode, sub.tariff.mode):
                    sub.period = None  # it enters the new tariff today
            if sub.freeze and sub.freeze[0] == today:
                self.suspend(sub, "frozen")
                happened = True
            elif sub.freeze and sub.freeze[1] and sub.freeze[1] + DAY == today:
                self.thaw(sub)
                happened = True
            if sub.status == "trial" and sub.trial_end <= today:
                sub.status = "active"
                happened = True
            if sub.status == "active" and not self.covers(sub, today):
                happened = True
        # Time alone changes nothing for who waits for money: settling follows from an event.
        if happened:
            self.settle()

    def note_access(self):
        if not self.subs:
            return
        on = self.access()
        if not self.access_log or self.access_log[-1][1] != on:
            if self.access_log and self.access_log[-1][0] == self.now:
                self.access_log.pop()
                if self.access_log and self.access_log[-1][1] == on:
                    return
            self.access_log.append((self.now, on))

    # Money

    def post(self, sub, amount, key):
        """A charge is below zero."""
        before = self.gross.get(key, Fraction(0))
        after = before - amount
        rate = key[2]
        vat = vat_in(after, rate) - vat_in(before, rate)
        self.gross[key] = after
        self.balance += amount
        if amount:
            self.moves.append((self.now, sub.name, amount, -vat))

    def forget_grace_if_short(self):
        """Grace belongs to charges alone: whatever else leaves too little is overdue at once."""
        if self.short():
            self.grace_until = None

    # What follows

    def settle(self):
        for _ in range(20):
            if not self.short():
                self.grace_until = None
            moved = False
            if self.overdue():
                for sub in self.in_order():
                    if self.runs(sub):
                        self.suspend(sub, "debt" if sub.tariff.shortage == "debt" else "unpaid")
                        moved = True
            if not self.blocked:
                for sub in self.in_order():
                    moved |= self.try_to_charge(sub)
            if not moved:
                return
        raise AssertionError("settling does not come to an end")

    def covers(self, sub, day):
        if sub.status == "trial":
            return True
        if not sub.paid:
            return False
        # Days resumed on were used before, and paid before.
        return day in sub.paid.days() or (day in sub.used and day < sub.paid.days()[0])

    def runs(self, sub):
        return sub.status in ("trial", "active")

    def in_trial(self, sub):
        """Nothing is to be paid for today, whether it is on or waits."""
        return sub.start <= self.today < sub.trial_end

    def waiting(self, sub):
        return sub.status == "off" and sub.reason in OFF_FOR_MONEY

    def what_is_due(self, sub):
        """(first day to pay for, days to pay for, their period)."""
        today = self.today
        first = today + DAY if today in sub.used else today
        restart = self.waiting(sub) and self.tenant.resume == "restart" and sub.tariff.mode == "advance"
        period = sub.period
        if restart:
            period = Period(days_between(first, later(first, sub.tariff.period, 1)), self.price(sub, sub.tariff, first))
        elif not period or first not in period.days or sub.tariff.mode == "spread":
            period = self.period_of(sub, first)
        days = period.days[period.number(first) - 1 :]
        return first, days[:1] if sub.tariff.mode == "spread" else days, period

    def price(self, sub, tariff, day):
        steps = [d[1:3] for d in sorted(sub.discounts) if d[3] <= day and (d[4] is None or day <= d[4])]
        return discounted(tariff.price(day), steps)

    def period_of(self, sub, day):
        """The version in force when the period began counts, or when the tariff was entered within it."""
        tariff = sub.tariff
        if tariff.mode == "spread":
            days = calendar_days(day, "month")
            return Period(days, self.price(sub, tariff, day))
        if tariff.anchor == "start" or sub.restarted:
            days = anchored_days(day, tariff.period, sub.origin)
        else:
            days = calendar_days(day, tariff.period)
        return Period(days, self.price(sub, tariff, max(days[0], sub.entered)))

    def try_to_charge(self, sub):
        """Whether anything changed."""
        waiting = self.waiting(sub)
        if not waiting and (sub.status != "active" or self.covers(sub, self.today)):
            return False
        if sub is not self.base() and not self.is_on(self.base()):
            return self.refuse(sub)
        if waiting and self.short():
            return False
        if waiting and self.in_trial(sub):
            sub.status, sub.reason = "trial", None
            return True
        if self.overdue():
            return self.refuse(sub)
        first, days, period = self.what_is_due(sub)
        budget = self.available() - self.tenant.threshold
        if period.cost(days) > budget:
            if sub.tariff.shortage == "shorten":
                while days and period.cost(days) > budget:
                    days = days[:-1]
                if not days:
                    return self.refuse(sub)
            elif sub.tariff.shortage == "refuse" or waiting:
                return self.refuse(sub)
        if waiting and self.unclear_today(sub):
            raise Doubt("resumed on the last day of its period, which was used already")
        if waiting and period is not sub.period and self.tenant.resume == "restart" and sub.tariff.mode == "advance":
            sub.origin = period.days[0]
            sub.restarted = True
        was_short = self.short()
        sub.period = period
        sub.paid = Paid(period, [period.number(day) for day in days], {})
        for first, last in self.stretches_of_a_rate(sub, period, [period.number(day) for day in days]):
            key = self.vat_key(sub, period.days[first - 1])
            sub.paid.keys.update({number: key for number in range(first, last + 1)})
            self.post(sub, -slice_price(period.price, len(period.days), first, last), key)
        if self.short() and not was_short:
            self.grace_until = self.now + self.tenant.grace
        self.turn_on(sub)
        return True

    def stretches_of_a_rate(self, sub, period, numbers):
        service = self.tenant.services[sub.tariff.service]
        return stretches(numbers, lambda number: service.rate(period.days[number - 1]))

    def vat_key(self, sub, day):
        return (sub.name, day.replace(day=1), self.tenant.services[sub.tariff.service].rate(day))

    def is_on(self, sub):
        return sub.status == "trial" or (sub.status == "active" and self.covers(sub, self.today))

    def refuse(self, sub):
        if sub.status != "active":
            return False
        self.suspend(sub, "unpaid")
        return True

    def turn_on(self, sub):
        if sub.status != "active" or sub.on_since is None:
            sub.on_since = self.now
        sub.status, sub.reason = "active", None

    def close_stretch(self, sub):
        """Marks the days on which it was on for a moment."""
        if sub.on_since is not None:
            day = self.zone.date(sub.on_since)
            while self.zone.midnight(day) < self.now:
                if max(self.zone.midnight(day), sub.on_since) < self.now:
                    sub.used.add(day)
                day += DAY
        sub.on_since = None

    def give_back(self, sub, days):
        """The paid days that nobody used."""
        left = [number for number in sub.paid.numbers if sub.paid.period.days[number - 1] in days] if sub.paid else []
        if left:
            period = sub.paid.period
            for first, last in stretches(left, sub.paid.keys.get):
                amount = slice_price(period.price, len(period.days), first, last)
                self.post(sub, amount, sub.paid.keys[first])
        sub.paid = None

    def unused(self, sub):
        return [d for d in sub.paid.days() if d >= self.today and d not in sub.used] if sub.paid else []

    def keeps_paid_days(self, sub):
        """A freeze extends what was paid instead of giving it back."""
        return sub.tariff.mode == "advance" and sub.tariff.anchor == "start"

    def suspend(self, sub, reason):
        self.close_stretch(sub)
        if not (reason == "frozen" and self.keeps_paid_days(sub)):
            self.give_back(sub, self.unused(sub))
        sub.status, sub.reason = "off", reason

    def begin(self, sub):
        if sub.trial_end > self.today:
            sub.status = "trial"
        else:
            sub.status = "active"

    def thaw(self, sub):
        first = sub.freeze[0]
        sub.freeze = None
        today = self.today
        if self.keeps_paid_days(sub):
            by = today - first
            sub.period.days[:] = [day + by if day >= first else day for day in sub.period.days]
            sub.origin = sub.period.days[-1] + DAY
            if sub.origin < today:  # it was frozen since the end of its period
                sub.origin = today
        sub.status, sub.reason = "active", None
        if self.blocked:
            self.suspend(sub, "blocked")
        elif self.covers(sub, today):
            sub.on_since = self.now

    def end(self, sub):
        if sub.paid:
            self.close_stretch(sub)
            self.give_back(sub, self.unused(sub))
        sub.status, sub.reason, sub.freeze = "ended", None, None
