#!/usr/bin/env python3
"""Agents in the server: routers follow and subscribers are written to without another process, a server that is
killed finds everything again, and an agent that can do nothing does not hold the server up."""

import os
import sys
import tempfile
from pathlib import Path

import server as s
from devices import LISTS, TENANT, Emulator, Network

POINTS = 30


class Embedded(Network):
    """A network of which the server drives the routers and a stick itself."""

    def __init__(self, binary, path):
        self.stick = Emulator("hilink", "--send-ms", 1)
        self.config = Path(path, "provodka.toml")
        self.config.write_text(
            'agents = "devices,notify"\n[devices]\nevery_s = 1\npause_max_s = 1\ntimeout_s = 1\n'
            f'[notify]\nmodem = "{self.stick.url()}"\nmodem_poll_ms = 5\nmodem_settle_s = 1\nsms_per_minute = 0\n',
            "utf-8",
        )
        super().__init__(binary, path, POINTS, LISTS)
        self.agent = self.server  # what it says is what the agent says

    def serve(self):
        self.server = s.Server(self.binary, self.data, listen=f"127.0.0.1:{self.port}", flags=["--config", str(self.config)])
        self.agent = self.server

    def __exit__(self, *failure):
        super().__exit__(*failure)
        self.stick.stop()


def routers_follow(net):
    net.switch(off=net.points[0][:10] + net.points[1][:5])
    s.expect(len(net.in_step().blocked_on("r0")) == 10, "what is switched off is off")
    s.poll(lambda: {row["state"] for row in net.states().values()} == {"in step"}, "the table says so")
    net.switch(on=net.points[0][:10])
    net.in_step()


def subscribers_are_written_to(net):
    net.do("message.template", {"template": "news", "language": "ru", "text": "{text}"})
    net.do("subscriber.register", {"subscriber": "s-1", "kind": "person", "name": "Анна", "phones": ["+79001234567"]})
    net.do("message.send", {"subscriber": "s-1", "template": "news", "fields": {"text": "завтра работы"}})
    s.poll(lambda: [one["Content"] for one in net.stick.state()["sent"]] == ["завтра работы"], "an SMS goes out once")

    def is_told():
        lines = net.program.lines(net.data, TENANT)
        return any(b'"message.reported' in line and b'"outcome":"sent"' in line for line in lines)

    s.poll(is_told, "and the log says so")


def killed(net):
    for r, emulator in enumerate(net.routers):
        net.flip(net.points[r][:12])
        emulator.misbehave(power="cycle")
        net.restart_server()
        net.flip(net.points[r][6:20])
    net.in_step()
    s.expect(len(net.stick.state()["sent"]) == 1, "no SMS goes out again", net.stick.state()["sent"])


def a_failing_agent_stops_nothing(net):
    """No router and no stick is there, and then there are two tenants where the notifying agent can have one."""
    for emulator in net.routers:
        emulator.misbehave(power="off")
    net.flip(net.points[0][:5])
    s.poll(lambda: {row["state"] for row in net.states().values()} == {"unreachable"}, "the table says so")
    status, answer = net.client.post(s.create_tenant("other"))
    s.expect(status == 201, "another tenant", answer)
    net.restart_server()
    s.poll(lambda: "tenant" in net.server.stderr(), "the agent says why it writes to nobody")
    net.flip(net.points[1][:5])
    for emulator in net.routers:
        emulator.misbehave(power="on")
    net.in_step()


def what_is_refused(binary, path):
    program = s.Program(binary)
    code, _, err = program.run("serve", "--data", f"{path}/other", "--listen", "127.0.0.1:0", "--agents", "device")
    s.expect(code == 1 and "devices, notify or both" in err, "an agent that is not there is refused", code, err)
    code, _, err = program.run("serve", "--data", f"{path}/other", "--listen", "127.0.0.1:0", "--agents", "notify")
    s.expect(code == 1 and "there is no way to reach anybody" in err, "one without a way to reach anybody", code, err)


def main(binary):
    with tempfile.TemporaryDirectory() as path, Embedded(binary, path) as net:
        for test in [routers_follow, subscribers_are_written_to, killed, a_failing_agent_stops_nothing]:
            print(test.__name__, flush=True)
            test(net)
        net.server.end()
        code, found = net.program.verify(net.data)
        s.expect(code == 0 and found["ok"], "the log is whole", found)
        what_is_refused(binary, path)
    print("all hold")


if __name__ == "__main__":
    main(os.path.abspath(sys.argv[1]))
