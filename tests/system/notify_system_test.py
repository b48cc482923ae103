#!/usr/bin/env python3
"""Messages to subscribers, by an emulated stick and an emulated bot that misbehave, and an agent that is killed.

Whatever dies: no message goes out twice, none whose outcome is unknown is sent again, and the journal has a line
for every message. The second argument is the agent's program, where it is another one.
"""

import random
from collections import Counter

import notify
import server as s
from notify import BY_HAND, TOKEN, outcomes

def triggers_and_templates(h):
    h.do("message.template", {"template": "paid", "language": "ru", "trigger": "payment_received",
                              "text": "{name}, получено {amount}, на счёте {account} {balance}."})  # fmt: skip
    h.do("message.template", {"template": "cut", "language": "ru", "trigger": "blocked", "text": "Доступ закрыт {date}"})
    h.do("message.template", BY_HAND)
    h.subscriber("s-1", "+79001234567", "100")
    h.start_agent()
    first = h.pay("100", "150.00")
    s.poll(lambda: h.texts()["Анна s-1, получено 150.00 RUB, на счёте 100 150.00 RUB."] == 1, "the payment is told")
    h.do("access.block", {"account": "100", "reason": "debt"})
    s.poll(lambda: sum("Доступ закрыт" in text for text in h.texts()) == 1, "the block is told")
    asked = [data for _, data in h.events("message.requested")]
    h.link("s-1", "+79001234567", 777)
    hand = h.message("s-1", "Ремонт <завтра> & {всегда}")
    s.expect(h.settled(hand) == [("sending", "telegram", 1, False), ("sent", "telegram", 1, True)], "by Telegram", h.journal(hand))
    s.expect(h.texts()["Ремонт <завтра> & {всегда}"] == 1, "as it was written", h.texts())
    s.expect(len(asked) == 2 and first < asked[0]["sequence"], "one message for each cause", asked)
    h.stop_agent()
    h.start_agent()
    h.settled(h.message("s-1", "again"))
    s.expect(len(h.events("message.requested")) == 4, "no cause is told again after a restart")
    s.expect(max(h.texts().values()) == 1, "nothing went out twice", h.texts())


def falls_through(h):
    h.do("message.template", {**BY_HAND, "fall_through_minutes": 1})
    h.subscriber("s-1", "+79001234567")
    h.subscriber("s-2", "+79001234568")
    h.start_agent()
    h.link("s-1", "+79001234567", 777)
    h.link("s-2", "+79001234568", 778)
    h.bot.misbehave(blocked=[777])
    lines = h.settled(h.message("s-1", "one"))
    s.expect(outcomes(lines) == [("sending", "telegram", 1), ("failed", "telegram", 1),
                                              ("sending", "sms", 2), ("sent", "sms", 2)], "SMS follows", lines)  # fmt: skip
    read = h.message("s-2", "two")
    h.until(read, lambda lines: lines and lines[-1][0] == "sent", "it is sent")
    went_s = h.bot.state()["sent"][-1]["date"]

    def writes(date_s):
        h.bot.ask("POST", "/updates", [{"message": {"message_id": 2, "from": {"id": 778}, "date": date_s, "text": "ok",
                                                    "chat": {"id": 778, "type": "private"}}}])  # fmt: skip
        s.poll(lambda: not h.bot.state()["updates"], "the update is taken")

    for date_s in (went_s - 60, went_s):
        writes(date_s)
        s.expect(h.journal(read)[-1][0] == "sent", "who wrote before that has not read it", h.journal(read))
    writes(went_s + 1)
    s.expect(h.settled(read)[-1][0] == "delivered", "who writes has read", h.journal(read))
    h.bot.misbehave(blocked=None, flood={"match": "sendMessage", "retry_after": 1})
    lines = h.until(h.message("s-2", "three"), lambda lines: lines and lines[-1][0] == "sent", "it is sent")
    s.expect(outcomes(lines) == [("sending", "telegram", 1), ("failed", "telegram", 1),
                                              ("sending", "telegram", 2), ("sent", "telegram", 2)], "429 waits", lines)  # fmt: skip
    h.do("subscriber.register", {"subscriber": "s-3", "kind": "person", "name": "Без телефона"})
    lines = h.settled(h.message("s-3", "four"))
    s.expect(lines == [("failed", None, 0, True)], "who cannot be reached", lines)
    s.expect(max(h.texts().values()) == 1, "nothing went out twice", h.texts())


def limits(h):
    h.do("message.template", BY_HAND)
    h.do("message.configure", {"quiet_hours": {"from": "00:00", "to": "00:00"}, "per_day": 2})
    h.subscriber("s-1", "+79001234567")
    h.start_agent()
    ends = [h.settled(h.message("s-1", f"n{i}"))[-1] for i in range(3)]
    s.expect(ends == [("sent", "sms", 1, True)] * 2 + [("failed", None, 0, True)], "two a day", ends)
    h.stick.misbehave(no_signal="refuse")
    late = h.message("s-1", "x")
    s.expect(h.settled(late) == [("failed", None, 0, True)], "the limit holds", h.journal(late))


def misbehaviour(h):
    """One attempt each; what the stick did is what the journal says."""
    h.do("message.template", BY_HAND)
    h.subscriber("s-1", "+79001234567")
    h.start_agent()
    rows = [
        ({"error": {"code": 113018, "match": "send-sms", "when": "before"}}, "unknown"),
        ({"error": {"code": 113018, "match": "send-sms", "when": "after"}}, "sent"),
        ({"cut": {"match": "send-sms", "when": "before"}}, "unknown"),
        ({"cut": {"match": "send-sms", "when": "after"}}, "sent"),
        ({"token_expired": {"match": "send-sms"}}, "sent"),
        ({"session_expired": {"match": "send-sms"}}, "sent"),
        ({"error": {"code": 100004, "match": "send-sms"}}, "sent"),
        ({"garbage": {"match": "send-sms", "kind": "body"}}, "sent"),
    ]
    for i, (fault, outcome) in enumerate(rows):
        text = f"m{i}"
        h.stick.misbehave(**fault)
        lines = h.settled(h.message("s-1", text))
        s.expect(lines[-1][0] == outcome, "the outcome", fault, lines)
        s.expect(h.texts()[text] == (1 if outcome == "sent" else 0), "what went out", fault, h.texts())
    for i, (fault, back) in enumerate([({"power": "off"}, {"power": "on"}), ({"no_signal": True}, {"no_signal": None})]):
        h.stick.misbehave(**fault)
        waiting = h.message("s-1", f"later {i}")
        s.poll(lambda: h.said().count("sms is away") > i, "the agent says so")
        s.expect(h.journal(waiting) == [], "no attempt is begun without the stick", h.journal(waiting))
        h.stick.misbehave(**back)
        s.expect(h.settled(waiting)[-1][0] == "sent", "it goes when the stick is back")
    h.stop_agent()
    for secret in (TOKEN.split(":")[1], "79001234567"):
        s.expect(secret not in h.said(), "no secret and no number is said", h.said())


def misbehaviour_of_the_bot(h):
    """One attempt each where the outcome is not known, and another way or another try where it is."""
    h.do("message.template", BY_HAND)
    h.subscriber("s-1", "+79001234567")
    h.start_agent()
    h.link("s-1", "+79001234567", 777)
    rows = [
        ({"cut": {"match": "sendMessage", "when": "before"}}, ["unknown"], 0),
        ({"cut": {"match": "sendMessage", "when": "after"}}, ["unknown"], 1),
        ({"cut": {"match": "sendMessage", "when": "half"}}, ["unknown"], 1),
        ({"drop": {"match": "sendMessage", "when": "before"}}, ["unknown"], 0),
        ({"drop": {"match": "sendMessage", "when": "after"}}, ["unknown"], 1),
        ({"garbage": {"match": "sendMessage", "kind": "body", "when": "after"}}, ["unknown"], 1),
        ({"error": {"match": "sendMessage", "code": 500}}, ["unknown"], 0),
        ({"error": {"match": "sendMessage", "code": 400, "description": "Bad Request: chat not found"}}, ["failed", "sms"], 1),
        ({"flood": {"match": "sendMessage", "retry_after": 1}}, ["failed", "telegram"], 1),
        ({"blocked": True}, ["failed", "sms"], 1),
        ({"slow_ms": 300}, ["sent"], 1),
    ]
    for i, (fault, ends, times) in enumerate(rows):
        text = f"t{i}"
        h.bot.misbehave(**fault)
        lines = h.settled(h.message("s-1", text))
        s.expect(lines[1][0] == ends[0], "the first attempt", fault, lines)
        s.expect(len(lines) == (4 if len(ends) > 1 else 2), "what follows", fault, lines)
        s.expect(len(ends) == 1 or outcomes(lines)[2:] == [("sending", ends[1], 2), ("sent", ends[1], 2)], "and by what", fault, lines)
        h.bot.misbehave(**{name: None for name in fault})
        s.expect(h.texts()[text] == times, "what went out", fault, h.texts())
    h.bot.misbehave(hang=True)
    hanging = h.message("s-1", "hanging")
    s.expect(h.settled(hanging)[-1][0] == "unknown", "what hangs", h.journal(hanging))
    h.bot.misbehave(hang=None)
    h.bot.misbehave(power="off")
    off = h.message("s-1", "off")
    s.poll(lambda: "telegram is away" in h.said(), "the agent says that the bot is away")
    h.bot.misbehave(power="on")
    lines = h.settled(off)
    s.expect(lines[-1][0] == "sent" and h.texts()["off"] == 1, "it goes when the bot is back", lines, h.texts())
    h.settled(h.message("s-1", "the last"))
    s.expect(outcomes(h.journal(hanging)) == [("sending", "telegram", 1), ("unknown", "telegram", 1)], "unknown stays", lines)
    s.expect(max(h.texts().values()) == 1, "nothing went out twice", h.texts())
    h.stop_agent()
    s.expect(TOKEN.split(":")[1] not in h.said(), "no secret is said", h.said())


def killed(h):
    """The agent is killed at moments of its own choosing, and the stick and the bot too."""
    h.do("message.template", BY_HAND)
    h.do("message.template", {**BY_HAND, "template": "silent", "channels": ["sms", "telegram"], "fall_through_minutes": 1})
    chosen = random.Random(7)
    names = []
    for i in range(6):
        names.append(f"s-{i}")
        h.subscriber(names[-1], f"+7900123450{i}")
    h.start_agent()
    for i in range(3):
        h.link(f"s-{i}", f"+7900123450{i}", 770 + i)
    # A minute of silence passes while the rest goes on.
    silent = h.message("s-0", "silence", "silent")
    h.until(silent, lambda lines: lines and lines[-1][0] == "sent", "it is sent")
    messages = {}
    for round_number in range(12):
        for i in range(4):
            text = f"r{round_number} m{i}"
            messages[h.message(names[chosen.randrange(len(names))], text)] = text
        when = chosen.choice(["before", "after", "half"])
        kind = chosen.choice(["cut", "drop", "none", "stuck"])
        if kind == "stuck":
            h.stick.misbehave(stuck=True)
        elif kind != "none":
            h.stick.misbehave(**{kind: {"match": "send-sms", "when": when}})
            h.bot.misbehave(**{kind: {"match": "sendMessage", "when": when, "nth": chosen.randrange(1, 3)}})
        if chosen.random() < 0.2:
            h.bot.misbehave(flood={"match": "sendMessage", "retry_after": 1})
        # Killed once some more intents are on record, or once one of the two was asked to send some more.
        begun = chosen.randrange(1, 3)
        by_stick = chosen.random() < 0.5
        asked = lambda: len(h.stick.requests("send-sms")) + len(h.bot.requests("sendMessage"))
        asked_before = asked()

        def some_begun():
            if by_stick:
                return asked() >= asked_before + begun
            reports = [data for _, data in h.events("message.reported") if data["message"] in messages]
            ours = [one for one in reports if one["outcome"] == "sending"]
            return len([one for one in ours if messages[one["message"]].startswith(f"r{round_number} ")]) >= begun

        s.poll(some_begun, "attempts are begun", 60)
        h.kill_agent()
        h.stick.misbehave(cut=None, drop=None, stuck=None)
        h.bot.misbehave(cut=None, drop=None, flood=None)
        for emulator in (h.stick, h.bot):
            if chosen.random() < 0.3:
                emulator.misbehave(power="cycle")
        h.start_agent()
    for message in messages:
        h.settled(message)
    lines = h.settled(silent)
    s.expect(outcomes(lines)[:3] == [("sending", "sms", 1), ("sent", "sms", 1), ("sending", "telegram", 2)],
             "silence is followed by the next channel, as a second attempt of the same message", lines)  # fmt: skip
    texts = h.texts()
    s.expect(texts.pop("silence") == (2 if lines[-1][0] == "sent" else 1), "and goes out there", lines, texts)
    unknown, channels = 0, Counter()
    for message, text in messages.items():
        lines = h.journal(message)
        s.expect(texts[text] <= 1, "nothing goes out twice", text, lines, texts[text])
        ends = [line[0] for line in lines]
        for before, intent in zip(["failed", *ends], ends):
            s.expect(intent != "sending" or before == "failed", "what is not known to have failed is not sent again", lines)
        if ends[-1] == "unknown":
            unknown += 1
        else:
            s.expect((lines[-1][0] == "sent") == (texts[text] == 1), "the journal says what was", text, lines, texts[text])
        channels.update(line[1] for line in lines if line[0] == "sending")
    s.expect(set(texts) <= set(messages.values()), "every message that went out was asked for", texts)
    interrupted = [data for _, data in h.events("message.reported") if data.get("detail", "").startswith("interrupted")]
    s.expect(interrupted, "some attempt was interrupted")
    settled = Counter(data["outcome"] for data in interrupted)
    s.expect(len(channels) == 2, "both ways were taken", channels)
    print(f"  {len(messages)} messages by {dict(channels)}, {sum(texts.values())} went out, {unknown} unknown; "
          f"interrupted: {dict(settled)}")  # fmt: skip


def server_away(h):
    """The server is killed while messages go out, and comes back at the same place."""
    h.do("message.template", BY_HAND)
    h.subscriber("s-1", "+79001234567")
    h.start_agent()
    messages = {}
    for i in range(10):
        messages[h.message("s-1", f"n{i}")] = f"n{i}"
    s.poll(lambda: h.stick.state()["sent"], "the first goes out")
    binary, port = h.server.process.args[0], h.server.address[1]
    h.server.kill()
    h.server = s.Server(binary, h.data, listen=f"127.0.0.1:{port}")
    for message, text in messages.items():
        lines = h.settled(message)
        s.expect(lines[-1][0] == "sent" and h.texts()[text] == 1, "each goes out once", lines, h.texts())


def from_the_server(h):
    """The same where the agent has the log from the server, and of the data directory the keys alone."""
    h.source = ["--from", "http://{}:{}".format(*h.server.address)]
    server_away(h)


if __name__ == "__main__":
    tests = [triggers_and_templates, falls_through, limits, misbehaviour, misbehaviour_of_the_bot, killed, server_away]
    notify.run(*tests, from_the_server)
