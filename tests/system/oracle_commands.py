"""What a command does to an account, or the code with which it must be refused."""

from datetime import date
from fractions import Fraction

from oracle_terms import DAY, Period, Subscription


class Commands:
    """The commands of an account: `apply` does one."""

    def apply(self, kind, data):
        """None, or the code of the refusal."""
        code = getattr(self, "do_" + kind.replace(".", "_"))(data)
        if code is None:
            self.settle()
        self.note_access()
        return code

    def do_payment_receive(self, data):
        amount = Fraction(data["amount"])
        self.balance += amount
        self.payments[data["external_id"]] = amount
        if self.promise:
            self.promise_payments.add(data["external_id"])
            self.promise["paid"] += amount
            if self.promise["paid"] >= self.promise["amount"]:
                self.promise = None
                self.promise_over = self.today
        return None

    def do_payment_reverse(self, data):
        left = self.payments[data["external_id"]]
        if not left:
            return "payment_reversed_already"
        self.payments[data["external_id"]] = Fraction(0)
        self.balance -= left
        self.forget_grace_if_short()
        return None

    def do_account_set_credit_limit(self, data):
        limit = Fraction(data["credit_limit"])
        if limit == self.credit:
            return "credit_limit_unchanged"
        self.credit = limit
        self.forget_grace_if_short()
        return None

    def do_subscription_start(self, data):
        if data["subscription"] in self.subs:
            return "subscription_exists"
        start = date.fromisoformat(data["from"]) if "from" in data else self.today
        if start < self.today:
            return "start_in_past"
        sub = Subscription(data["subscription"], self.tenant.tariffs[data["tariff"]], start)
        self.subs[sub.name] = sub
        if start == self.today:
            self.begin(sub)
        return None

    def do_subscription_switch(self, data):
        sub = self.subs[data["subscription"]]
        tariff = self.tenant.tariffs[data["tariff"]]
        if sub.status == "ended":
            return "subscription_ended"
        if tariff is sub.tariff:
            return "same_tariff"
        if data["when"] == "next":
            sub.next_tariff = tariff
            return None
        if sub.switched == self.today:
            return "switched_today"
        period, back = self.period_after_switch(sub, tariff)
        cost = period.cost(self.days_after_switch(tariff, period))
        if tariff.shortage == "refuse" and self.available() + back - cost < self.tenant.threshold:
            return "insufficient_funds"
        if sub.status == "active":
            # The day belongs to the new tariff.
            if sub.on_since < self.zone.midnight(self.today):
                self.close_stretch(sub)
                sub.used.discard(self.today)
            sub.on_since = self.now
            self.give_back(sub, [d for d in sub.paid.days() if d >= self.today])
        sub.tariff, sub.period, sub.switched, sub.entered = tariff, period, self.today, self.today
        if sub.status == "off":
            # What is affordable is taken at once, and it is the switch that starts it.
            sub.status, sub.reason = "active", None
        return None

    def days_after_switch(self, tariff, period):
        days = period.days[period.number(self.today) - 1 :]
        return days[:1] if tariff.mode == "spread" else days

    def period_after_switch(self, sub, tariff):
        """(the period that today is in, what comes back)."""
        back = Fraction(0)
        if sub.status == "active" and sub.paid:
            back = sub.paid.period.cost([d for d in sub.paid.days() if d >= self.today])
        kept = sub.period and self.today in sub.period.days and self.same_length(sub.tariff, tariff)
        days = list(sub.period.days) if kept else None
        if not days:
            moved = Subscription(sub.name, tariff, sub.start)
            moved.origin, moved.restarted = sub.origin, sub.restarted
            days = self.period_of(moved, self.today).days
        return Period(days, self.price(sub, tariff, self.today)), back

    def same_length(self, one, other):
        length = lambda tariff: "month" if tariff.mode == "spread" else tariff.period
        return length(one) == length(other)

    def do_discount_grant(self, data):
        if self.subs[data["subscription"]].status == "ended":
            return "subscription_ended"
        kind = "percent" if "percent" in data else "amount"
        last = date.fromisoformat(data["until"]) if "until" in data else None
        step = (data.get("order", 0), kind, Fraction(data[kind]), date.fromisoformat(data["from"]), last)
        self.subs[data["subscription"]].discounts.append(step)
        return None

    def do_subscription_freeze(self, data):
        sub = self.subs[data["subscription"]]
        if sub.status == "ended":
            return "subscription_ended"
        if sub.freeze:
            return "frozen_already"
        if sub.status != "active":
            return "not_running"
        first = date.fromisoformat(data["from"]) if "from" in data else self.today + DAY
        if first <= self.today or data.get("days") == 0:
            return "freeze_not_ahead"
        if self.promise or self.short():
            return "freeze_in_debt"
        sub.freeze = (first, first + DAY * (data["days"] - 1) if "days" in data else None)
        return None

    def do_subscription_unfreeze(self, data):
        sub = self.subs[data["subscription"]]
        if sub.status == "ended":
            return "subscription_ended"
        if not sub.freeze:
            return "not_frozen"
        if sub.freeze[0] > self.today:
            sub.freeze = None
        else:
            self.thaw(sub)
        return None

    def do_subscription_cancel(self, data):
        sub = self.subs[data["subscription"]]
        if sub.status == "ended":
            return "subscription_ended"
        if data["when"] == "period_end":
            sub.ends = sub.period.days[-1] + DAY
        else:
            if sub.freeze and sub.freeze[0] <= self.today:  # days since then were not used, and keep what was paid
                self.give_back(sub, [d for d in sub.paid.days() if d >= sub.freeze[0]] if sub.paid else [])
            self.end(sub)
        return None

    def do_access_block(self, data):
        if self.blocked:
            return "blocked_already"
        self.blocked = True
        for sub in self.in_order():
            if sub.status == "active":
                self.suspend(sub, "blocked")
        return None

    def do_access_unblock(self, data):
        if not self.blocked:
            return "not_blocked"
        self.blocked = False
        for sub in self.in_order():
            if sub.status == "off" and sub.reason == "blocked":
                if self.overdue():
                    sub.reason = "debt" if sub.tariff.shortage == "debt" else "unpaid"
                else:
                    sub.status, sub.reason = "active", None
        return None

    def do_promise_give(self, data):
        amount = Fraction(data["amount"])
        if self.promise:
            return "promise_stands"
        if amount > self.tenant.promise_max:
            return "promise_too_large"
        if not 1 <= data["days"] <= self.tenant.promise_days:
            return "promise_too_long"
        if self.promised_on and self.today < self.promised_on + DAY * self.tenant.promise_interval:
            return "promise_too_soon"
        self.promise = {"amount": amount, "paid": Fraction(0), "ends": self.today + DAY * (data["days"] + 1)}
        self.promised_on = self.today
        return None
