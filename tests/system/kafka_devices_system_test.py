#!/usr/bin/env python3
"""A server, its mirror to a real broker, an agent that reads the log from there, and emulated routers: whatever is
killed, afterwards every router has exactly what the log wants, the log says so, and nothing that is not ours was
touched. Of two agents of one group one works, and the other takes over. The broker takes only clients with TLS and a
password.

KAFKA_DEVICE_KILLS and KAFKA_SEED say how often, and which run.
"""

import json
import os
import random
import sys
import tempfile
from pathlib import Path

import kafka
import server as s
from devices import LISTS, LOGIN, TENANT, Agent, Load, Network, now, run_all

KILLS = int(os.environ.get("KAFKA_DEVICE_KILLS", "6"))
SEED = os.environ.get("KAFKA_SEED", str(random.randrange(10**6)))
POINTS = 40
PREFIX = "house"


class MirroredNetwork(kafka.Mirrored, Network):
    """A network of which the agent has nothing of the data directory but the keys."""

    def __init__(self, binary, path):
        self.broker = kafka.Broker(os.path.join(path, "broker"), secure=True)
        # The shortest that the broker allows: so long it takes until a member that was killed is given up.
        self.source = ["--kafka", self.broker.address, "--prefix", PREFIX, "--settings", self.broker.settings]
        self.source += ["--set", "session.timeout.ms=6000"]
        self.mirror = None
        try:
            super().__init__(binary, path, POINTS, LISTS)
        except BaseException:
            self.broker.stop()
            raise
        self.copy()

    def copy(self):
        self.mirror = kafka.Mirror(self.binary, self.data, self.broker, PREFIX, "--settings", self.broker.settings)

    def follow(self, *flags):
        super().follow(*self.source, *flags)

    def another_agent(self, *flags):
        return Agent(self.binary, self.data, self.url, *self.FLAGS, *self.source, *flags)

    def __exit__(self, *failure):
        super().__exit__(*failure)
        if self.mirror:
            self.mirror.close()
        self.broker.stop()


def it_follows(net):
    net.switch(off=net.points[0][:10] + net.points[1][:5])
    wanted = net.in_step()
    s.expect(len(wanted.blocked_on("r0")) == 10, "what was switched off is off")
    s.poll(lambda: {row["state"] for row in net.states().values()} == {"in step"}, "the table says so")
    net.switch(on=net.points[0][:10])
    net.in_step()


def strangers_are_refused(net):
    """Without the password, without its certificate, and not in TLS: each is told, and the mirror tries again."""
    given = Path(net.broker.settings).read_text()
    stranger = Path(f"{net.data}.stranger.settings")
    for old, new, told in [
        ("sasl.password=", "sasl.password=x", "SASL authentication error"),
        ("ssl.ca.location=", "#ssl.ca.location=", "certificate verify failed"),
        ("sasl_ssl", "plaintext", "incorrect security.protocol configuration"),
    ]:
        stranger.write_text(given.replace(old, new))
        flags = ["--settings", stranger, "--set", "socket.connection.setup.timeout.ms=2000"]
        mirror = kafka.Mirror(net.binary, net.data, net.broker, "stranger", *flags)
        try:
            s.poll(lambda mirror=mirror, told=told: told in mirror.stderr(), f"{told}, it says", 20)
            s.expect(net.broker.password() not in mirror.stderr(), "and not the password", mirror.stderr())
            s.expect(mirror.process.poll() is None, "it tries again")
        except s.Failed as failed:
            raise s.Failed(f"{failed}: {mirror.stderr()}") from None
        finally:
            mirror.close()
    stranger.write_text(f"# of the broker\n\n{net.broker.password()}\n")
    code, _, err = net.program.run("mirror", "--data", net.data, "--kafka", net.broker.address, "--settings", stranger)
    s.expect(code == 1 and f"{stranger}:3: KEY=VALUE is expected" in err, "the line that is none is named", code, err)
    s.expect(net.broker.password() not in err, "and not repeated", err)
    reads = ["agent", "devices", "--data", net.data, "--url", net.url, *net.source]
    code, _, err = net.program.run(*reads, "--set", "queued.min.messages=1")
    s.expect(code == 1 and "kafka.queued.min.messages cannot be set" in err, "a reader's own setting is refused", code, err)


def the_mirror_is_away(net):
    """What Kafka has is done, by an agent that was started anew as well; the rest once the mirror is back."""
    net.in_step()
    net.mirror.kill()
    net.agent.kill()
    # What the one before said of the routers is no word of this one; while it stands by it says nothing.
    status = f"{net.data}/agent/devices.json"
    os.remove(status)
    net.follow()
    late = net.points[2][:8]
    net.switch(off=late)
    s.poll(lambda: os.path.exists(status) and {row["state"] for row in net.states().values()} == {"in step"},
           "the end of what Kafka has is seen")  # fmt: skip
    held = json.dumps(net.routers[2].state())
    s.expect(not [point for point in late if f'provodka:{TENANT}/{point}"' in held], "of the rest nothing is known")
    net.copy()
    net.in_step()


def one_stands_by(net):
    """Of two agents one works; when it dies the other one goes on."""
    net.in_step()
    waits = f"another member of the group {PREFIX}-devices is at work"
    with net.another_agent() as second:
        s.poll(lambda: waits in second.stderr(), "one stands by")
        net.flip(net.points[1][:10])
        net.in_step()
        net.agent.kill()
        net.flip(net.points[0][:10])
        start = now()
        net.in_step()
        print(f"  taken over within {now() - start:.1f} s", flush=True)
        said = second.stderr()
        # Once more at most, while the group takes the place of the one that died from it.
        s.expect(said.count(waits) <= 2, "it is not said again and again", said)
        lags = net.broker.tool(
            "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand", "--describe", "--group", f"{PREFIX}-devices"
        )
        s.expect(f"{PREFIX}.events".encode() in lags, "Kafka's own tools show how far it is", lags)
        second.end()
    net.follow()


def another_tenants_agent_does_not_wait(net):
    """It is in a group of its own, so that it is at work beside the one that is."""
    net.in_step()
    word = f"{net.data}/agent/devices-other.json"
    with net.another_agent("--tenant", "other"):
        s.poll(lambda: os.path.exists(word) and not json.loads(Path(word).read_bytes())["log"], "it follows the log")
        net.flip(net.points[0][:5])
        net.in_step()


def killed_at_random(net):
    chance = random.Random(SEED)
    load = Load(net, SEED)
    load.start()
    deeds = {
        "server": net.restart_server,
        "mirror": net.restart_mirror,
        "broker": net.restart_broker,
        "agent": net.restart_agent,
        "router": lambda: chance.choice(net.routers).misbehave(power="cycle"),
    }
    # Each is among the first victims, so that a short run has them all.
    victims = chance.sample(list(deeds), len(deeds))
    try:
        for number in range(KILLS):
            reached = load.recorded
            more = chance.randrange(20, 80)
            s.poll(lambda reached=reached, more=more: load.recorded > reached + more, "progress after a kill")
            who = victims[number] if number < len(victims) else chance.choice(victims)
            print(f"  kill the {who} after {load.recorded} changes", flush=True)
            deeds[who]()
    finally:
        load.stop()
    wanted = net.in_step()
    print(f"  {load.recorded} changes, {len(wanted.reports)} results")


def main(binary):
    if not kafka.is_there():
        print("neither a broker nor kcat can be run here: tools/setup installs what it takes")
        return 77
    print(f"KAFKA_DEVICE_KILLS={KILLS} KAFKA_SEED={SEED}", flush=True)
    with tempfile.TemporaryDirectory(dir=os.environ.get("KAFKA_DIR")) as path, MirroredNetwork(binary, path) as net:
        net.follow()
        tests = [it_follows, strangers_are_refused, another_tenants_agent_does_not_wait, the_mirror_is_away,
                 killed_at_random, one_stands_by]  # fmt: skip
        run_all(net, tests, (LOGIN["password"], net.broker.password()))
    print(f"{len(tests)} hold")
    return 0


if __name__ == "__main__":
    sys.exit(main(os.path.abspath(sys.argv[1])))
