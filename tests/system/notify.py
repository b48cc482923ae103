"""A server, an emulated stick, an emulated bot and the agent between them: what the tests of messages are written with."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
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

    def __init__(self, binary, agent_binary, path):
        self.agent_binary, self.path = agent_binary, path
        self.data = os.path.join(path, "data")
        self.server = s.Server(binary, self.data, listen=f"127.0.0.1:{s.free_port()}")
        self.stick = Emulator("hilink", "--send-ms", 1)
        self.bot = Emulator("telegram", "--token", TOKEN)
        self.token_file = os.path.join(path, "token")
        Path(self.token_file).write_text(TOKEN + "\n", "utf-8")
        self.agent, self.count = None, 0
        self.source = []  # where the agent has the log from, if not from the data directory
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

    def start_agent(self, reports_s=0, gammu=None):
        """Reports of the network are looked for that often; 0: the stick is not asked for any."""
        sticks = ["--gammu", gammu] if gammu else ["--modem", self.stick.url(), "--modem-poll", "5"]
        url = "http://{}:{}".format(*self.server.address)
        with open(os.path.join(self.path, "agent.stderr"), "ab") as stderr:
            self.agent = subprocess.Popen(
                [self.agent_binary, "agent", "notify", "--data", self.data, "--url", url, *sticks, *self.source,
                 "--telegram", self.bot.url(), "--telegram-token-file", self.token_file, "--telegram-timeout", "5",
                 "--modem-settle", "3", "--sms-per-minute", "0", "--telegram-poll", "1", "--sms-reports", str(reports_s)],
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
        def linked():
            return sum(data["subscriber"] == name for _, data in self.events("telegram.linked"))

        before = linked()
        self.bot.ask("POST", "/updates", [{"message": {
            "message_id": 1, "from": {"id": chat, "is_bot": False, "first_name": "A"}, "date": 1767323050,
            "chat": {"id": chat, "type": "private", "first_name": "A"},
            "contact": {"phone_number": phone.lstrip("+"), "first_name": "A", "user_id": chat}}}])  # fmt: skip
        s.poll(lambda: linked() > before, f"{name} is linked")

    def message(self, name, text, template="news"):
        return self.do("message.send", {"subscriber": name, "template": template, "fields": {"text": text}})

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
            return s.poll(look, what, 90)
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


def outcomes(lines):
    return [line[:3] for line in lines]


def run(*functions, house_of=House):
    """Each on a house of its own, with the program that the first argument names; the second is the agent's, where it
    is another one, and further ones choose."""
    binary = os.path.abspath(sys.argv[1])
    agent = os.path.abspath(sys.argv[2]) if len(sys.argv) > 2 else binary
    wanted = sys.argv[3:]
    failed = 0
    for function in functions:
        if wanted and function.__name__ not in wanted:
            continue
        with tempfile.TemporaryDirectory(prefix="provodka-notify-") as path:
            house = house_of(binary, agent, path)
            began = time.monotonic()
            try:
                function(house)
                house.close()
                code, verified = s.Program(binary).verify(house.data)
                s.expect(code == 0 and verified["ok"], "verify finds nothing", verified)
                print(f"{function.__name__}  {time.monotonic() - began:.1f} s", flush=True)
            except Exception:  # pylint: disable=broad-except
                failed += 1
                print(f"FAILED {function.__name__}\n{traceback.format_exc()}{house.server.stderr()[-2000:]}{house.said()[-3000:]}")
                house.close()
    if failed:
        sys.exit(f"{failed} failed")
