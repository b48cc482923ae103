#!/usr/bin/env python3
"""Messages to subscribers, by an emulated stick and an emulated bot that misbehave, and an agent that is killed.

Whatever dies: no message goes out twice, none whose outcome is unknown is sent again, and the journal has a line
for every message. The second argument is the agent's program, where it is another one.
"""

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import traceback
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "adapters" / "emulators"))

import server as s  # noqa: E402
from emulators import Emulator  # noqa: E402

TENANT = "ok"
TOKEN = "123456:TEST-token"
BY_HAND = {"template": "news", "language": "ru", "text": "{text}"}


class House:
    """A server, a stick, a bot, and an agent between them."""

    def __init__(self, binary, agent_binary, path, stick_flags=()):
        self.agent_binary, self.path = agent_binary, path
        self.data = os.path.join(path, "data")
        self.server = s.Server(binary, self.data)
        self.stick = Emulator("hilink", "--send-ms", 1, *stick_flags)
        self.bot = Emulator("telegram", "--token", TOKEN)
        self.token_file = os.path.join(path, "token")
        Path(self.token_file).write_text(TOKEN + "\n", "utf-8")
        self.agent, self.count = None, 0
        self.do("tenant.create", {"currency": "RUB", "zone": "Europe/Moscow", "locale": "ru-RU"})

    def close(self):
        if self.agent is not None:
            self.kill_agent()
        for emulator in (self.stick, self.bot):
            emulator.stop()
        if self.server.process.poll() is None:
            self.server.stop()

    def do(self, kind, data):
        self.count += 1
        # A connection each: one that is kept is closed by the server while a test waits for something else.
        with self.server.connect() as client:
            status, body = client.post(s.command(kind, f"c-{self.count}", TENANT, data))
        s.expect(status == 201, f"{kind} is recorded", data, body)
        return json.loads(body)["sequence"]

    def start_agent(self, *flags):
        url = "http://{}:{}".format(*self.server.address)
        with open(os.path.join(self.path, "agent.stderr"), "ab") as stderr:
            self.agent = subprocess.Popen(
                [self.agent_binary, "agent", "notify", "--data", self.data, "--url", url, "--modem", self.stick.url(),
                 "--telegram", self.bot.url(), "--telegram-token-file", self.token_file, "--modem-poll", "5",
                 "--modem-settle", "1", "--sms-per-minute", "0", "--telegram-poll", "2", *flags],
                stderr=stderr, stdout=subprocess.DEVNULL,
            )  # fmt: skip

    def kill_agent(self):
        self.agent.kill()
        self.agent.wait(s.DEADLINE_S)
        self.agent = None

    def stop_agent(self):
        self.agent.send_signal(signal.SIGTERM)
        code = self.agent.wait(s.DEADLINE_S)
        s.expect(code == 0, "the agent ends by itself", code, self.said())
        self.agent = None

    def said(self):
        return Path(self.path, "agent.stderr").read_text("utf-8", "replace")

    def subscriber(self, name, phone, account=None):
        self.do("subscriber.register", {"subscriber": name, "kind": "person", "name": f"Анна {name}", "phones": [phone]})
        self.do("account.open", {"account": account or name, "subscriber": name})

    def pay(self, account, amount):
        self.count += 1
        data = {"account": account, "amount": amount, "currency": "RUB", "provider": "cash", "external_id": f"x{self.count}"}
        return self.do("payment.receive", data)

    def link(self, name, phone, chat):
        self.bot.ask("POST", "/updates", [{"message": {
            "message_id": 1, "from": {"id": chat, "is_bot": False, "first_name": "A"}, "date": 1767323050,
            "chat": {"id": chat, "type": "private", "first_name": "A"},
            "contact": {"phone_number": phone.lstrip("+"), "first_name": "A", "user_id": chat}}}])  # fmt: skip
        s.poll(lambda: [1 for kind, data in self.events("telegram.linked") if data["subscriber"] == name], f"{name} is linked")

    def message(self, name, text):
        return self.do("message.send", {"subscriber": name, "template": "news", "fields": {"text": text}})

    def events(self, *types):
        status, body = self.server.get(f"/v1/{TENANT}/events?limit=10000")
        s.expect(status == 200, "events are read", status)
        events = [json.loads(line) for line in body.splitlines()]
        named = [(event["type"].rsplit(".", 1)[0], {**event["data"], "sequence": int(event["id"])}) for event in events]
        return [event for event in named if event[0] in types]

    def journal(self, message):
        return [(data["outcome"], data.get("channel"), data["attempt"], data["final"])
                for _, data in self.events("message.reported") if data["message"] == message]  # fmt: skip

    def until(self, message, condition, what):
        def look():
            lines = self.journal(message)
            return lines if condition(lines) else None

        try:
            return s.poll(look, what, 60)
        except s.Failed as failed:
            raise s.Failed(f"{failed}: {self.journal(message)} {self.said()[-1000:]}") from None

    def settled(self, message):
        return self.until(message, lambda lines: lines and (lines[-1][3] or lines[-1][0] == "unknown"), "an end")

    def texts(self):
        """How often each text went out, by either way."""
        sent = [one["Content"] for one in self.stick.state()["sent"]]
        # But for what the bot says to whoever links a chat.
        sent += [one["text"] for one in self.bot.state()["sent"] if not one["text"].startswith(("Готово", "Чтобы"))]
        return Counter(sent)


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
    s.expect([line[:3] for line in lines] == [("sending", "telegram", 1), ("failed", "telegram", 1),
                                              ("sending", "sms", 2), ("sent", "sms", 2)], "SMS follows", lines)  # fmt: skip
    read = h.message("s-2", "two")
    h.until(read, lambda lines: lines and lines[-1][0] == "sent", "it is sent")
    h.bot.ask("POST", "/updates", [{"message": {"message_id": 2, "from": {"id": 778}, "date": 1767323051, "text": "ok",
                                                "chat": {"id": 778, "type": "private"}}}])  # fmt: skip
    s.expect(h.settled(read)[-1][0] == "delivered", "who writes has read", h.journal(read))
    h.bot.misbehave(blocked=None, flood={"match": "sendMessage", "retry_after": 1})
    lines = h.until(h.message("s-2", "three"), lambda lines: lines and lines[-1][0] == "sent", "it is sent")
    s.expect([line[:3] for line in lines] == [("sending", "telegram", 1), ("failed", "telegram", 1),
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


def killed(h):
    """The agent is killed at moments of its own choosing, and the stick too."""
    h.do("message.template", BY_HAND)
    chosen = random.Random(7)
    names = []
    for i in range(6):
        names.append(f"s-{i}")
        h.subscriber(names[-1], f"+7900123450{i}")
    h.start_agent()
    h.link("s-0", "+79001234500", 777)
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
        # Killed once some more intents are on record, or once the stick was asked to send some more.
        begun = chosen.randrange(1, 3)
        by_stick = chosen.random() < 0.5
        asked_before = len(h.stick.requests("send-sms"))

        def some_begun():
            if by_stick:
                return len(h.stick.requests("send-sms")) >= asked_before + begun
            reports = [data for _, data in h.events("message.reported") if data["message"] in messages]
            ours = [one for one in reports if one["outcome"] == "sending"]
            return len([one for one in ours if messages[one["message"]].startswith(f"r{round_number} ")]) >= begun

        s.poll(some_begun, "attempts are begun", 60)
        h.kill_agent()
        h.stick.misbehave(cut=None, drop=None, stuck=None)
        if chosen.random() < 0.3:
            h.stick.misbehave(power="cycle")
        h.start_agent()
    for message in messages:
        h.settled(message)
    texts = h.texts()
    unknown = 0
    for message, text in messages.items():
        lines = h.journal(message)
        s.expect(texts[text] <= 1, "nothing goes out twice", text, lines, texts[text])
        outcomes = [line[0] for line in lines]
        for before, intent in zip(["failed", *outcomes], outcomes):
            s.expect(intent != "sending" or before == "failed", "what is not known to have failed is not sent again", lines)
        if outcomes[-1] == "unknown":
            unknown += 1
        else:
            s.expect((lines[-1][0] == "sent") == (texts[text] == 1), "the journal says what was", text, lines, texts[text])
    for text, count in texts.items():
        s.expect(text in messages.values() or count >= 1, "every message that went out was asked for", text)
    interrupted = [data for _, data in h.events("message.reported") if data.get("detail", "").startswith("interrupted")]
    s.expect(interrupted, "some attempt was interrupted")
    settled = Counter(data["outcome"] for data in interrupted)
    print(f"  {len(messages)} messages, {sum(texts.values())} went out, {unknown} unknown; interrupted: {dict(settled)}")


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


def main():
    binary = os.path.abspath(sys.argv[1])
    agent = os.path.abspath(sys.argv[2]) if len(sys.argv) > 2 else binary
    wanted = sys.argv[3:]
    failed = 0
    for function in (triggers_and_templates, falls_through, limits, misbehaviour, killed, server_away):
        if wanted and function.__name__ not in wanted:
            continue
        with tempfile.TemporaryDirectory(prefix="provodka-notify-") as path:
            house = House(binary, agent, path)
            try:
                print(function.__name__, flush=True)
                function(house)
                house.close()
                code, verified = s.Program(binary).verify(house.data)
                s.expect(code == 0 and verified["ok"], "verify finds nothing", verified)
            except Exception:  # pylint: disable=broad-except
                failed += 1
                print(f"FAILED {function.__name__}\n{traceback.format_exc()}{house.server.stderr()[-2000:]}{house.said()[-3000:]}")
                house.close()
    if failed:
        sys.exit(f"{failed} failed")


if __name__ == "__main__":
    main()
