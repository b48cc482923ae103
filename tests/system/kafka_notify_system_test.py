#!/usr/bin/env python3
"""Messages by an agent that has the log from a real broker: whatever of agent, mirror and broker is killed, none goes
out twice, none whose outcome is unknown is sent again, and the journal has a line for every message.

KAFKA_NOTIFY_SEED says which run.
"""

import os
import random
import sys

import kafka
import notify
import server as s
from notify import BY_HAND

SEED = os.environ.get("KAFKA_NOTIFY_SEED", str(random.randrange(10**6)))
PREFIX = "house"


class MirroredHouse(kafka.Mirrored, notify.House):
    """A house of which the agent has nothing of the data directory but the keys."""

    def __init__(self, binary, agent_binary, path):
        self.broker, self.mirror = kafka.Broker(os.path.join(path, "broker")), None
        try:
            super().__init__(binary, agent_binary, path)
        except BaseException:
            self.broker.stop()
            raise
        self.source = ["--kafka", self.broker.address, "--prefix", PREFIX, "--set", "session.timeout.ms=6000"]
        self.copy()

    def copy(self):
        self.mirror = kafka.Mirror(self.agent_binary, self.data, self.broker, PREFIX)

    def close(self):
        super().close()
        self.mirror.close()
        self.broker.stop()

    def restart_agent(self):
        self.kill_agent()
        self.start_agent()


def killed(h):
    chance = random.Random(SEED)
    h.do("message.template", BY_HAND)
    h.do("message.template", {"template": "paid", "language": "ru", "trigger": "payment_received", "text": "Получено {amount}"})
    h.subscriber("s-0", "+79001234500")
    h.subscriber("s-1", "+79001234501")
    h.start_agent()
    h.link("s-1", "+79001234501", 771)
    messages, kopecks = {}, 0
    deeds = [h.restart_agent, h.restart_mirror, h.restart_broker]
    for deed in chance.sample(deeds, 3) + [chance.choice(deeds)]:
        print(f"  {deed.__name__} after {len(messages)} messages", flush=True)
        for name in ("s-0", "s-1", "s-0"):
            text = f"m{len(messages)}"
            messages[h.message(name, text)] = text
            kopecks += 1
            h.pay(name, f"{kopecks}.00")
        went_out = sum(h.texts().values())
        s.poll(lambda went_out=went_out: sum(h.texts().values()) > went_out, "some go out", 60)
        deed()
    wanted = {f"Получено {n}.00 RUB" for n in range(1, kopecks + 1)}
    s.poll(lambda: len(h.events("message.requested")) == len(messages) + len(wanted), "each payment asks for a message", 60)
    asked = [data for _, data in h.events("message.requested")]
    for data in asked:
        h.settled(data["sequence"])
    texts = h.texts()
    s.expect(max(texts.values()) == 1, "nothing goes out twice", texts)
    s.expect(set(texts) <= wanted | set(messages.values()), "what goes out was asked for", texts)
    unknown = 0
    for data in asked:
        lines = h.journal(data["sequence"])
        ends = [line[0] for line in lines]
        for before, intent in zip(["failed", *ends], ends):
            s.expect(intent != "sending" or before == "failed", "what is not known to have failed is not sent again", lines)
        unknown += ends[-1] == "unknown"
    s.expect(sum(texts.values()) + unknown >= len(asked), "each went out, or it is not known", texts, unknown)
    h.stop_agent()
    print(f"  {len(asked)} messages, {sum(texts.values())} went out, {unknown} unknown")


if __name__ == "__main__":
    if not kafka.is_there():
        print("neither a broker nor kcat can be run here: tools/setup installs what it takes")
        sys.exit(77)
    print(f"KAFKA_NOTIFY_SEED={SEED}", flush=True)
    notify.run(killed, house_of=MirroredHouse)
