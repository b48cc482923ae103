"""What the rules leave open: each doubt is a question to whoever writes them, and the test does not go there."""

from datetime import date
from fractions import Fraction

from oracle_terms import DAY, MONTHS, days_between


class Doubt(Exception):
    """The rules do not say what follows."""


class Doubts:
    """The doubts of an account: `doubt` says why a command is not worth comparing."""

    def unclear_today(self, sub):
        """Off after being on today, and nothing of its period is left after today: whether the next period is to be
        paid today or only when it begins is not said."""
        if not self.waiting(sub) and sub.reason != "blocked":
            return False
        if self.today not in sub.used:
            return False
        if sub.tariff.mode == "spread":
            return True
        if self.waiting(sub) and self.tenant.resume == "restart":
            return False
        return not sub.period or self.today + DAY not in sub.period.days

    def live(self):
        return [sub for sub in self.subs.values() if sub.status != "ended"]

    def doubt(self, kind, data):
        """Why the rules do not say what this command does now, or None."""
        if any(self.unclear_today(sub) for sub in self.live()):
            return "off since today, and its period ends today: what is to be paid to be on again today?"
        if kind not in ("payment.receive", "payment.reverse") and any(
            sub.freeze and sub.freeze[0] > self.today for sub in self.live()
        ):
            return "what comes between a freeze that was agreed and its first day?"
        asked = getattr(self, "doubt_" + kind.replace(".", "_"), None)
        return asked(data) if asked else None

    def doubt_loss(self, left):
        """Money that goes away by somebody's decision."""
        if left >= self.tenant.threshold:
            return None
        live = self.live()
        if len(live) > 1 and any(sub.status in ("active", "trial") for sub in live):
            return "are extras given back when a debt blocks the account?"
        for sub in live:
            if sub.freeze and (sub.freeze[0] > self.today or self.keeps_paid_days(sub)):
                return "a debt that comes before or within a freeze"
            if sub.status == "pending" and sub.tariff.shortage == "debt":
                return "does a tariff with debt start on an account in debt?"
        return None

    def doubt_payment_reverse(self, data):
        if data["external_id"] in self.promise_payments:
            return "does a reversed payment count for a promise?"
        return self.doubt_loss(self.available() - self.payments[data["external_id"]])

    def doubt_account_set_credit_limit(self, data):
        left = self.available() - self.credit + Fraction(data["credit_limit"])
        if left < self.tenant.threshold and any(sub.tariff.shortage == "debt" for sub in self.live()):
            return "is there grace when a credit limit is lowered?"
        return self.doubt_loss(left)

    def aligned_with_base(self, tariff):
        base = self.base().tariff
        return (tariff.mode, tariff.anchor, tariff.period) == (base.mode, base.anchor, base.period)

    def doubt_subscription_start(self, data):
        if data["subscription"] in self.subs or not self.subs:
            return None
        base, tariff = self.base(), self.tenant.tariffs[data["tariff"]]
        if len(self.subs) > 1 or base.status != "active" or not self.is_on(base):
            return "an extra beside a base that is not on"
        if not self.aligned_with_base(tariff) or tariff.mode != "advance" or tariff.anchor != "calendar":
            return "is an extra that is paid suspended when its base is refused?"
        if base.tariff.shortage != "refuse" or self.tenant.resume != "prorate" or base.restarted:
            return "is an extra that is paid suspended when its base is off?"
        if base.freeze or base.ends or base.next_tariff or self.promise or self.blocked or self.short():
            return "an extra beside a base that is about to change"
        return None

    def doubt_subscription_switch(self, data):
        sub = self.subs[data["subscription"]]
        tariff = self.tenant.tariffs[data["tariff"]]
        if sub.status == "ended" or (tariff is sub.tariff and sub.status == "active"):
            return None
        running = sub.status != "pending" and not self.in_trial(sub)
        if self.blocked or sub.freeze or sub.ends or sub.next_tariff or not running:
            return "a switch of what is not running, or will change anyway"
        if tariff.trial_days:
            return "does a switch begin a trial?"
        if self.today in sub.used:
            return "the day belongs to the new tariff, but it is paid with the old one and closed"
        calendar = lambda t: t.mode == "spread" or t.anchor == "calendar"
        if self.same_length(sub.tariff, tariff):
            if calendar(sub.tariff) != calendar(tariff):
                return "the period is kept: what are the next ones anchored at?"
            if sub.restarted and "spread" in (sub.tariff.mode, tariff.mode):
                return "a month of its own, spread"
        elif not (calendar(sub.tariff) and calendar(tariff)) or sub.restarted:
            return "what is the new period anchored at?"
        if len(self.live()) > 1 and (not self.aligned_with_base(tariff) or tariff.shortage == "debt"):
            return "is an extra that is paid suspended when its base is refused?"
        if len(self.live()) > 1 and sub is self.base() and tariff.shortage != "refuse":
            return "is an extra that is paid suspended when its base is refused?"
        if data["when"] == "next":
            if sub.status != "active" or sub.tariff.mode == "spread" or self.tenant.resume == "restart":
                return "when is next, for what is off, spread or restarted?"
            if sub.switched == self.today or not self.is_on(sub):
                return "is the next switch one of today's?"
            return None
        if sub.switched == self.today:
            return None
        period, back = self.period_after_switch(sub, tariff)
        left = self.available() + back - self.tenant.threshold
        cost = period.cost(self.days_after_switch(tariff, period))
        refused = tariff.shortage == "refuse" and left < cost
        if sub.status == "off":
            if tariff.shortage != "refuse" or sub is not self.base():
                return "does a switch start what waits for money, with the new rule?"
            if self.tenant.resume == "restart":
                return "is a switch a restart?"
        if self.short() and not refused:
            return "a switch in debt: does the grace go on?"
        if tariff.shortage == "shorten" and left < period.cost(period.days[period.number(self.today) - 1 :][:1]):
            return "a switch to a tariff of which not a day is affordable"
        return None

    def doubt_subscription_freeze(self, data):
        sub = self.subs[data["subscription"]]
        if sub.status == "ended" or (sub.freeze and sub.status == "off"):
            return None
        if sub.status == "trial" or sub.status == "pending" or self.blocked:
            return "is a trial extended by a freeze?"
        if sub.status == "off":
            return None
        if sub.ends or sub.next_tariff:
            return "a freeze beside an end or a switch to come"
        if self.promise or self.short() or data.get("days") == 0:
            return None
        first = date.fromisoformat(data["from"]) if "from" in data else self.today + DAY
        if first <= self.today:
            return None
        if self.balance < 0:
            return "is it debt what a credit limit or a threshold covers?"
        if len(self.live()) > 1 and sub is self.base():
            return "is an extra that is paid suspended when its base is frozen?"
        if not all(self.covers(sub, day) for day in days_between(self.today, first)):
            return "does a freeze begin for what is off by then?"
        if sub.restarted and sub.tariff.anchor == "calendar" and sub.tariff.mode == "advance":
            return "is a calendar period that was restarted given back or extended?"
        if self.keeps_paid_days(sub):
            if sub.tariff.shortage == "shorten":
                return "is a shortened period extended?"
            if sub.tariff.period in MONTHS and ("days" not in data or sub.origin.day + data["days"] > 28):
                return "do later periods begin as long after as this one was extended?"
        return None

    def doubt_subscription_unfreeze(self, data):
        sub = self.subs[data["subscription"]]
        return "a freeze that ends in a block" if sub.freeze and self.blocked else None

    def doubt_subscription_cancel(self, data):
        sub = self.subs[data["subscription"]]
        if sub.status == "ended":
            return None
        if len(self.live()) > 1 and sub is self.base():
            return "what becomes of extras without their base?"
        if data["when"] == "period_end":
            if sub.status != "active" or sub.ends or sub.freeze or sub.next_tariff or self.blocked:
                return "the end of which period?"
            if sub.tariff.mode == "spread" or sub.tariff.shortage == "shorten" or self.tenant.resume == "restart":
                return "the end of which period?"
            if not sub.paid or sub.paid.days()[-1] != sub.period.days[-1]:
                return "the end of which period?"
        return None

    def doubt_access_block(self, data):
        if self.blocked:
            return None
        for sub in self.live():
            if sub.status == "pending":
                return "a block before the start"
            if sub.freeze and self.keeps_paid_days(sub):
                return "is a freeze longer by a block within it?"
        return None

    def doubt_discount_grant(self, data):
        sub = self.subs[data["subscription"]]
        price = sub.tariff.price(self.today)
        return "a fixed discount above the price is refused" if Fraction(data.get("amount", 0)) > price else None

    def doubt_promise_give(self, data):
        if self.promise:
            return None
        live = self.live()
        if len(live) != 1:
            return "are extras given back when a debt blocks the account?"
        sub = live[0]
        if self.blocked or sub.freeze or not (sub.status == "active" or self.waiting(sub)):
            return "a promise for what is not running"
        if self.promise_over and self.today >= self.promised_on + DAY * self.tenant.promise_interval:
            if self.today < self.promise_over + DAY * self.tenant.promise_interval:
                return "do the days between promises count from the first or the last day?"
        if sub.tariff.shortage == "debt":
            ends = self.today + DAY * (data["days"] + 1)
            if sub.tariff.mode == "spread" or not sub.period or ends not in sub.period.days:
                return "is there grace for a charge that is due as a promise is broken?"
            if self.short():
                return "does a promise that is too small end the grace?"
        return None
