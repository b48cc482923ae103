#!/usr/bin/env python3
"""What subscribers and staff are told by itself, what the network reports of it, and a stick that libgammu drives.

The second argument is the agent's program, where it is another one.
"""

import datetime
import random
import re
from collections import Counter
from pathlib import Path

import notify
import server as s
from notify import BY_HAND, outcomes

QUIET = {"quiet_hours": {"from": "00:00", "to": "00:00"}}


def now():
    return datetime.datetime.now(datetime.timezone.utc).isoformat().replace("+00:00", "Z")


def charge_due(h):
    """A month is paid for, the next one is not: that is told once, so many days before."""
    today = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=3)).date()
    h.do("service.define", {"service": "net", "names": {"ru": "net"}, "rank": 1, "revenue": "net",
                            "vat": [{"from": "2026-01-01", "rate": "22", "included": True}]})  # fmt: skip
    h.do("tariff.publish", {"tariff": "basic", "version": 1, "service": "net", "effective": today.isoformat(), "mode": "advance",
                            "period": "month", "anchor": "start", "price": "600.00", "currency": "RUB",
                            "shortage": "refuse"})  # fmt: skip
    for name, paid in (("poor", "650.00"), ("rich", "1200.00"), ("none", None)):
        h.subscriber(name, f"+7900123456{len(name)}")
        if paid:
            h.pay(name, paid)
        h.do("subscription.start", {"subscription": name, "account": name, "tariff": "basic"})
    h.do("message.configure", {**QUIET, "charge_due_days": 40})
    h.start_agent()
    h.do("message.template", {"template": "due", "language": "ru", "trigger": "charge_due",
                              "text": "{date} спишется за месяц, не хватает {amount}, на счёте {balance}"})  # fmt: skip
    told = lambda: [text for text in h.texts() if "спишется" in text]
    s.poll(told, "the charge is told")
    asked = [data for _, data in h.events("message.requested")]
    s.expect([data["subscriber"] for data in asked] == ["poor"], "who has not the money", asked)
    charged = [data for _, data in h.events("subscription.charged") if data["account"] == "poor"][-1]
    due = datetime.date.fromisoformat(charged["to"]) + datetime.timedelta(days=1)
    s.expect(told() == [f"{due:%d.%m.%Y} спишется за месяц, не хватает 550.00 RUB, на счёте 50.00 RUB"], "what it says", told())
    h.kill_agent()
    h.start_agent()
    # It looks again when the days change, and finds somebody else; the first was told of that day.
    h.subscriber("late", "+79001234567")
    h.pay("late", "600.00")
    h.do("subscription.start", {"subscription": "late", "account": "late", "tariff": "basic"})
    h.do("message.configure", {**QUIET, "charge_due_days": 41})
    s.poll(lambda: len(told()) == 2, "another one is told")
    asked = [data["subscriber"] for _, data in h.events("message.requested")]
    s.expect(asked == ["poor", "late"] and max(h.texts().values()) == 1, "nobody is told twice", asked, h.texts())


def run_report(h):
    """Staff are told of each run, whatever dies, once each."""
    h.subscriber("boss", "+79001234567")
    h.subscriber("night", "+79001234568")
    h.subscriber("s-1", "+79001234569")
    h.do("message.configure", {**QUIET, "staff": ["boss", "night"]})
    h.do("message.template", {"template": "run", "language": "ru", "trigger": "run_report",
                              "text": "Начисления {date}: ожидалось {expected}, начислено {charged}, пропущено {skipped}"})  # fmt: skip
    h.start_agent()
    h.do("billing.run", {"through": now()})
    s.poll(lambda: sum("ожидалось 0, начислено 0" in text for text in h.texts().elements()) == 2, "two are told")
    h.kill_agent()
    second = h.do("billing.run", {"through": now()})
    h.start_agent()
    s.poll(lambda: sum("ожидалось" in text for text in h.texts().elements()) == 4, "the second run is told by the next agent")
    asked = [data["subscriber"] for _, data in h.events("message.requested") if data["sequence"] > second]
    s.expect(sorted(asked) == ["boss", "night"], "each once", asked)


def reports(h):
    """The network says what became of an SMS, or says nothing."""
    h.do("message.template", BY_HAND)
    h.do("message.template", {**BY_HAND, "template": "sms-first", "channels": ["sms", "telegram"]})
    h.subscriber("s-1", "+79001234567")
    h.subscriber("s-2", "+79001234568")
    h.start_agent(reports_s=1)
    h.link("s-2", "+79001234568", 778)
    h.stick.misbehave(report="delivered")
    lines = h.settled(h.message("s-1", "one"))
    s.expect(lines == [("sending", "sms", 1, False), ("sent", "sms", 1, False), ("delivered", "sms", 1, True)], "delivered", lines)
    h.stick.misbehave(report="failed")
    lines = h.settled(h.message("s-1", "two"))
    s.expect(lines[-1] == ("failed", "sms", 1, True), "nothing else leads there", lines)
    lines = h.until(h.message("s-2", "three", "sms-first"), lambda lines: lines and lines[-1][1] == "telegram" and lines[-1][3], "an end")
    s.expect(outcomes(lines) == [("sending", "sms", 1), ("sent", "sms", 1), ("failed", "sms", 1), ("sending", "telegram", 2),
                                 ("sent", "telegram", 2)], "a failure leads on", lines)  # fmt: skip
    h.stick.misbehave(report=None)
    silent = h.message("s-1", "four")
    h.until(silent, lambda lines: lines and lines[-1][0] == "sent", "it is sent")
    h.kill_agent()
    h.stick.ask("POST", "/inbox", {"phone": "+79001234567", "type": 7})
    h.start_agent(reports_s=1)
    lines = h.settled(silent)
    s.expect(lines[-1] == ("delivered", "sms", 1, True), "the next agent reads what came meanwhile", lines)
    s.poll(lambda: not h.stick.state()["inbox"], "what was read is removed from the stick")
    s.expect(h.texts() == {"one": 1, "two": 1, "three": 2, "four": 1}, "nothing more went out", h.texts())


def reports_of_parts(h):
    """Of a long text the network reports once, or of each part; none of that is of another message."""
    h.do("message.template", BY_HAND)
    h.subscriber("s-1", "+79001234567")
    h.start_agent(reports_s=1)

    def comes(kind):
        h.stick.ask("POST", "/inbox", {"phone": "+79001234567", "type": kind})
        s.poll(lambda: not h.stick.state()["inbox"], "what came is read and removed")

    comes(8)  # late, of something that is long settled
    long, short = h.message("s-1", "д" * 140), h.message("s-1", "short")
    for message in (long, short):
        h.until(message, lambda lines: lines and lines[-1][0] == "sent", "it is sent")
    comes(7)
    s.expect(h.settled(long)[-1] == ("delivered", "sms", 1, True), "the first part decides", h.journal(long))
    for kind in (8, 7):
        comes(kind)
        s.expect(h.journal(short)[-1][0] == "sent", "its other parts are of no other message", h.journal(short))
    comes(7)
    s.expect(h.settled(short)[-1] == ("delivered", "sms", 1, True), "and then it is its turn", h.journal(short))
    h.stick.misbehave(report="delivered", report_parts=True)
    messages = [h.message("s-1", letter * 140) for letter in "абв"]
    for message in messages:
        lines = h.settled(message)
        s.expect(lines[-1] == ("delivered", "sms", 1, True), "with a report of each part", lines)


def unlinked(h):
    """By hand, and where that is wanted, when the user blocks the bot."""
    h.do("message.template", BY_HAND)
    h.subscriber("s-1", "+79001234567")
    h.start_agent()
    h.link("s-1", "+79001234567", 777)
    s.expect(h.settled(h.message("s-1", "one"))[-1][1] == "telegram", "linked")
    h.do("telegram.unlink", {"subscriber": "s-1", "reason": "asked for it"})
    s.expect(h.settled(h.message("s-1", "two"))[-1][1] == "sms", "linked no more")
    h.link("s-1", "+79001234567", 777)
    h.bot.misbehave(blocked=True)
    lines = h.settled(h.message("s-1", "three"))
    s.expect(lines[-1] == ("sent", "sms", 2, True), "who blocks gets an SMS", lines)
    s.expect(len(h.events("telegram.unlinked")) == 1, "and stays linked")
    h.do("message.configure", {**QUIET, "unlink_blocked": True})
    s.expect(h.settled(h.message("s-1", "four"))[-1] == ("sent", "sms", 2, True), "an SMS again")
    s.poll(lambda: len(h.events("telegram.unlinked")) == 2, "the chat is linked no more")
    s.expect("blocked" in h.events("telegram.unlinked")[-1][1]["reason"], "and why")
    s.expect(h.settled(h.message("s-1", "five")) == [("sending", "sms", 1, False), ("sent", "sms", 1, True)], "at once by SMS")


def sent_by_gammu(phone):
    """The texts in the dummy phone's outbox: libgammu writes them as hexadecimal UCS-2."""
    found = []
    for file in (phone / "sms" / "2").glob("*"):
        text = file.read_text("utf-8", "replace")
        parts = re.findall(r"^Text\d+ = ([0-9A-F]*)", text, re.MULTILINE)
        found.append(bytes.fromhex("".join(parts)).decode("utf-16-be"))
    return Counter(found)


def gammu(h):
    """The phone that libgammu brings along for tests, in which a message is a file; the agent is killed."""
    phone = Path(h.path, "phone")
    phone.mkdir()
    config = Path(h.path, "gammurc")
    config.write_text(f"[gammu]\nconnection = none\nmodel = dummy\ndevice = {phone}\n", "utf-8")
    h.do("message.template", BY_HAND)
    h.subscriber("s-1", "+79001234567")
    h.start_agent(gammu=str(config))
    for text in ("Balance 150.00", "Баланс 150,00 €"):
        lines = h.settled(h.message("s-1", text))
        s.expect(lines == [("sending", "sms", 1, False), ("sent", "sms", 1, True)], "it is sent", lines)
        s.expect(sent_by_gammu(phone)[text] == 1, "as it was written", text, sent_by_gammu(phone))
    chosen = random.Random(11)
    messages = {}
    for round_number in range(5):
        for i in range(3):
            text = f"Раунд {round_number}, {i}"
            messages[h.message("s-1", text)] = text
        begun = chosen.randrange(1, 4) + 3 * round_number
        s.poll(lambda: sum(h.journal(message) != [] for message in messages) >= begun, "attempts are begun", 60)
        h.kill_agent()
        h.start_agent(gammu=str(config))
    ends = Counter()
    for message, text in messages.items():
        lines = h.settled(message)
        ends[lines[-1][0]] += 1
        s.expect([line[0] for line in lines].count("sending") == 1, "one attempt", lines)
        went = sent_by_gammu(phone)[text]
        s.expect(went <= 1 and (went == 1) == (lines[-1][0] == "sent"), "the journal says what was", lines, went)
    s.expect(ends["sent"] >= 5, "most go out", ends)
    print(f"  {len(messages)} messages by libgammu: {dict(ends)}")


if __name__ == "__main__":
    notify.run(charge_due, run_report, reports, reports_of_parts, unlinked, gammu)
