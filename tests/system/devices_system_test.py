#!/usr/bin/env python3
"""The server, the agent and three emulated routers: whatever is killed, cut off or hangs, afterwards every router has
exactly what the log wants, the log says so, and nothing that is not ours was touched."""

import os
import random
import sys
import tempfile

import server as s
from devices import LISTS, LOGIN, TENANT, Agent, Network, killed_at_random, now, run_all

KILLS = int(os.environ.get("DEVICE_KILLS", "25"))
POINTS = 100


def a_payment_lets_in(net):
    """A debtor is off on the router, pays, and is on again; both are in the log with the router's name."""
    net.do("service.define", {"service": "internet", "names": {"ru": "x"}, "rank": 1, "revenue": "internet",
                              "vat": [{"from": "2019-01-01", "rate": "20", "included": True}]})  # fmt: skip
    terms = {"effective": "2024-01-01", "mode": "advance", "period": "month", "anchor": "calendar", "shortage": "refuse"}
    net.do("tariff.publish", {"tariff": "basic", "version": 1, "service": "internet", "price": "600.00",
                              "currency": "RUB", **terms})  # fmt: skip
    debtor = net.points[0][0]
    net.do("subscription.start", {"subscription": "s", "account": debtor, "tariff": "basic"})
    tag = f"provodka:{TENANT}/{debtor}"
    s.expect(tag in net.in_step().blocked_on("r0"), "who has not paid is off")
    answer = net.do("payment.receive", {"account": debtor, "amount": "600.00", "currency": "RUB", "provider": "cash",
                                        "external_id": "1"})  # fmt: skip
    s.expect("access.changed.v1" in answer["events"], "a payment unblocks", answer)
    wanted = net.in_step()
    s.expect(tag not in wanted.blocked_on("r0"), "who has paid is on")
    last = [report for report in wanted.reports if report["point"] == debtor][-1]
    s.expect((last["device"], last["outcome"]) == ("r0", "applied"), "the router's answer is in the log", last)


def what_drifts_is_repaired(net):
    """Somebody's hand on a router is put right, and the log says that it was repaired."""
    net.switch(off=net.points[0][:10])
    net.in_step()
    before = len(net.wanted().reports)
    ours = [e[".id"] for e in net.routers[0].state()["/ip/firewall/address-list"] if e.get("comment", "").startswith("prov")]
    net.routers[0].ask("POST", "/entries", {"remove": ours[:4]})
    stray = {"list": "provodka-blocked", "address": "10.0.9.9", "comment": f"provodka:{TENANT}/{net.points[0][50]}"}
    net.routers[0].ask("POST", "/entries", {"add": [stray]})
    net.in_step()
    s.poll(lambda: len(net.wanted().reports) >= before + 5, "five repairs in the log")
    told = net.wanted().reports[before:]
    s.expect({report["outcome"] for report in told} == {"repaired"}, "they were lost and are back", told)


MISBEHAVIOURS = [
    {"cut": {"nth": 2, "when": "before", "match": "address-list"}},
    {"cut": {"nth": 2, "when": "after", "match": "address-list"}},
    {"cut": {"nth": 2, "when": "half", "match": "address-list"}},
    {"drop": {"nth": 2, "match": "address-list"}},
    {"garbage": {"nth": 2}},
    {"garbage": {"nth": 1, "kind": "body"}},
    {"error": {"nth": 1, "times": 3, "match": "address-list"}},
    {"slow_ms": 200},
    {"hang": True},
    {"refuse_login": True},
    {"power": "cycle"},
]


def every_misbehaviour_passes(net):
    chance = random.Random(3)
    for r, emulator in enumerate(net.routers):
        for fault in MISBEHAVIOURS:
            print(f"  r{r} {fault}", flush=True)
            before = len(emulator.requests())
            emulator.misbehave(**fault)
            if "refuse_login" in fault:
                emulator.misbehave(power="cycle")
            net.flip(chance.sample(net.points[r][60:], 12))
            # The fault has to meet work: a request came, or the router is known to be out of reach.
            s.poll(lambda e=emulator, n=before, r=r: len(e.requests()) > n or net.states()[f"r{r}"]["state"] != "in step",
                   "the fault meets work")  # fmt: skip
            emulator.misbehave(**{name: None for name in fault if name != "power"})
            net.in_step(routers=[r])
    net.in_step()


def one_that_hangs_delays_nobody(net):
    net.in_step()
    net.routers[0].misbehave(hang=True)
    try:
        for i in range(20):
            start = now()
            point = net.points[1 + i % 2][20 + i]
            net.switch(off=[point])
            net.switch(off=[net.points[0][30 + i]])
            tag = f"provodka:{TENANT}/{point}"
            s.poll(lambda r=1 + i % 2, tag=tag: any(e.get("comment") == tag for e in
                   net.routers[r].state()["/ip/firewall/address-list"]), "the other routers go on", 5, every_s=0.005)  # fmt: skip
            took = now() - start
            s.expect(took < 2, "without delay", took)
        s.poll(lambda: net.states()["r0"]["state"] == "unreachable", "the table says who hangs")
        s.expect(int(net.states()["r0"]["wanted≠applied"]) > 0, "and how many wait", net.states()["r0"])
    finally:
        net.routers[0].misbehave(hang=None)
    net.in_step()


def changing(request):
    return request["words"][0].rsplit("/", 1)[1] in ("add", "set", "remove")


def a_day_without_power(net):
    """Hundreds are switched while a router is off; back again it is sent the differences and nothing else."""
    emulator = net.routers[0]
    net.in_step()
    has = set(net.wanted().blocked_on("r0"))
    emulator.misbehave(power="off")
    chance = random.Random(9)
    for _ in range(8):
        net.flip(chance.sample(net.points[0][1:], 60))
    s.poll(lambda: net.states()["r0"]["state"] == "unreachable", "the router is missed")
    differences = has ^ set(net.wanted().blocked_on("r0"))
    count = len(emulator.requests())
    emulator.misbehave(power="on")
    net.in_step()
    sent = [request["text"] for request in emulator.requests()[count:] if changing(request)]
    s.expect(len(sent) == len(differences), "only differences are sent", len(sent), len(differences), sent[:3])
    s.expect(0 < len(differences) < 100, "and they are fewer than what happened", len(differences))
    quiet = len(emulator.requests())
    s.poll(lambda: sum("print" in r["text"] and "address-list" in r["text"] for r in emulator.requests()[quiet:]) >= 2,
           "it is compared again")  # fmt: skip
    s.expect(not [r for r in emulator.requests()[quiet:] if changing(r)], "and nothing is left to send")


def are_killed_at_random(net):
    killed_at_random(net, KILLS)


def what_is_asked_by_hand(net):
    states = net.states()
    s.expect(set(states) == {"r0", "r1", "r2"}, "all routers are shown", states)
    s.poll(lambda: {row["state"] for row in net.states().values()} == {"in step"}, "the table says so")
    s.expect({row["points"] for row in states.values()} == {str(POINTS)}, "their points", states)
    for device in states:
        out = net.program.must("device", "check", device, "--data", net.data).decode()
        s.expect("7.15.3" in out and "is let in" in out, "the version is shown", out)
    net.routers[1].misbehave(power="off")
    code, _, err = net.program.run("device", "check", "r1", "--data", net.data, "--timeout", "1")
    s.expect(code == 2 and "provodka: " in err, "one that is off is a failure", code, err)
    net.routers[1].misbehave(power="on")
    code, _, err = net.program.run("device", "check", "r9", "--data", net.data)
    s.expect(code == 1 and "there is no device r9" in err, "one that is not there is refused", code, err)


def from_the_server(net):
    """An agent that has the log from the server's stream, which breaks off and comes back."""
    net.agent.kill()
    net.follow("--from", net.url)
    net.flip(net.points[0][10:20])
    net.in_step()
    net.restart_server()
    net.flip(net.points[1][10:20])
    net.in_step()
    net.agent.end()
    reads = ["agent", "devices", "--data", net.data, "--url", net.url, "--from", net.url]
    code, _, err = net.program.run(*reads, "--kafka", "127.0.0.1:1")
    s.expect(code == 1 and "excludes" in err, "a log has one origin", code, err)
    net.follow()


def each_tenant_has_its_agent(net):
    """What the agent of one tenant says of its routers is not overwritten by that of another."""
    net.in_step()
    net.agent.kill()
    of_all, *words = [f"{net.data}/agent/devices{tenant}.json" for tenant in ("", f"-{TENANT}", "-other")]
    os.remove(of_all)
    net.follow("--tenant", TENANT)
    with Agent(net.binary, net.data, net.url, *net.FLAGS, "--tenant", "other"):
        s.poll(lambda: all(os.path.exists(word) for word in words), "both say how their routers are")
        net.flip(net.points[0][:5])
        net.in_step()
        s.poll(lambda: {row["state"] for row in net.states().values()} == {"in step"}, "the table says so")
        s.expect(not os.path.exists(of_all), "nobody speaks of all tenants' routers")
    net.agent.kill()
    net.follow()


def changed_and_retired(net):
    """Wrong credentials, a device that is retired, and one that takes its place."""
    net.do("device.change", {"device": "r2", "credentials": {"login": "billing", "password": "wr0ng-0ne"}})
    s.poll(lambda: net.states()["r2"]["state"] == "refused", "the login is refused")
    net.do("device.change", {"device": "r2", "credentials": LOGIN})
    net.flip(net.points[2][:10])
    net.in_step()
    moved = net.points[1][:5]
    net.batch(("point.change", {"point": p, "device": "r2"}) for p in moved)
    net.in_step()
    net.do("device.retire", {"device": "r1", "reason": "sold"})
    s.poll(lambda: set(net.states()) == {"r0", "r2"}, "the retired one is gone from the table")


def main(binary):
    with tempfile.TemporaryDirectory() as path, Network(binary, path, POINTS, LISTS) as net:
        net.follow()
        tests = [a_payment_lets_in, what_drifts_is_repaired, one_that_hangs_delays_nobody, a_day_without_power,
                 every_misbehaviour_passes, are_killed_at_random, from_the_server, each_tenant_has_its_agent,
                 what_is_asked_by_hand, changed_and_retired]  # fmt: skip
        run_all(net, tests, secrets=(LOGIN["password"], "wr0ng-0ne"))
    print(f"{len(tests)} hold")


if __name__ == "__main__":
    main(sys.argv[1])
