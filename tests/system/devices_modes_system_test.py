#!/usr/bin/env python3
"""Every enforcement mode over every way to talk: sixteen emulated routers among thousands of foreign entries that look
like ours. Whatever is switched, paid, moved, broken or killed, each router has exactly what the log wants."""

import hashlib
import os
import random
import ssl
import sys
import tempfile

import device_modes as modes
import server as s
from devices import PLAIN, REST, REST_TLS, TENANT, TLS, Network, killed_at_random, now, run_all

KILLS = int(os.environ.get("DEVICE_MODE_KILLS", "10"))
POINTS = 16
FOREIGN = 500
KINDS = (PLAIN, TLS, REST, REST_TLS)
ROUTERS = [(*kind, mode) for mode in modes.MENUS for kind in KINDS]
FIXED = 8  # points from here on are only switched


def in_mode(net, mode):
    return [r for r, m in enumerate(net.modes) if m == mode]


def entries(net, r, menu):
    """Ours in a menu of a router, by their tag."""
    return {e["comment"]: e for e in net.routers[r].state()[menu] if modes.OURS.fullmatch(e.get("comment", ""))}


def by_hand(net, r, menu, **changes):
    return net.routers[r].ask("POST", "/entries", {"menu": menu, **changes})


def factory_new_routers_get_theirs(net):
    """What is wanted is there after the first comparison, among what is not ours."""
    for r, emulator in enumerate(net.routers):
        for menu, others in modes.lookalikes(net.modes[r], r, net.points[r]).items():
            by_hand(net, r, menu, add=others, foreign=FOREIGN)
        online = [modes.place(r, i)["login"] for i in range(POINTS)]
        by_hand(net, r, modes.ACTIVE, add=[{"name": name} for name in online])
        emulator.ask("POST", "/save")
    net.remember_foreign()
    net.switch(off=[p for group in net.points for p in group[::2]])
    net.follow()
    net.in_step()
    print(f"  {sum(len(e) for menus in net.foreign for e in menus.values())} foreign entries")


def all_are_switched(net):
    net.flip(p for group in net.points for p in group)
    net.in_step()
    net.flip(p for group in net.points for p in group[1:])
    net.in_step()
    net.switch(on=net.off)
    net.in_step()


def a_payment_lets_in_and_a_tariff_sets_the_speed(net):
    net.do("service.define", {"service": "internet", "names": {"ru": "x"}, "rank": 1, "revenue": "internet",
                              "vat": [{"from": "2019-01-01", "rate": "20", "included": True}]})  # fmt: skip
    terms = {"effective": "2024-01-01", "mode": "advance", "period": "month", "anchor": "start", "shortage": "refuse"}
    for tariff, down, up in (("basic", 50, 10), ("fast", 200, 100)):
        net.do("tariff.publish", {"tariff": tariff, "version": 1, "service": "internet", "price": "600.00",
                                  "currency": "RUB", "speed": {"down": down, "up": up}, **terms})  # fmt: skip
    debtors = [group[0] for group in net.points]
    net.batch(("subscription.start", {"subscription": f"s-{p}", "account": p, "tariff": "basic"}) for p in debtors)
    wanted = net.in_step()
    s.expect(not any(wanted.points[p]["on"] for p in debtors), "who has not paid is off")
    net.batch(("payment.receive", {"account": p, "amount": "2000.00", "currency": "RUB", "provider": "cash",
                                   "external_id": p}) for p in debtors)  # fmt: skip
    wanted = net.in_step()
    s.expect(all(wanted.points[p]["on"] for p in debtors), "who has paid is on")
    for r in in_mode(net, "simple_queue"):
        queue = entries(net, r, modes.QUEUE)[modes.tag(net.points[r][0])]
        s.expect(queue["max-limit"] == "10000000/50000000", "up and down of the tariff", queue)
    net.batch(("subscription.switch", {"subscription": f"s-{p}", "tariff": "fast", "when": "now"}) for p in debtors)
    net.in_step()
    for r in in_mode(net, "dhcp_lease"):
        lease = entries(net, r, modes.LEASE)[modes.tag(net.points[r][0])]
        s.expect(lease["rate-limit"] == "100M/200M", "the new tariff's", lease)


def changed_moved_and_removed(net):
    """Other addresses, logins and routers; and a point that is gone."""
    net.switch(off=[group[1] for group in net.points])
    net.batch(
        ("point.change", {"point": group[j], "address": f"10.{r}.9.{j + 1}", "mac": f"02-00-09-00-{r:02x}-{j:02x}",
                          "login": f"v{r}-{j}"})
        for r, group in enumerate(net.points) for j in (0, 1)
    )  # fmt: skip
    net.in_step()
    for mode in modes.MENUS:
        group = in_mode(net, mode)
        for r, to in zip(group, group[1:] + group[:1], strict=True):
            moved = net.points[r][2]
            if mode == "ppp_secret":
                net.dial_in(to, {moved: modes.place(r, 2)["login"]})
            net.do("point.change", {"point": moved, "device": f"r{to}"})
    net.flip(group[2] for group in net.points)
    net.in_step()
    # The second point of an account comes, is blocked, and goes.
    seconds = [f"second-{r}" for r in range(len(net.points))]
    for r in in_mode(net, "ppp_secret"):
        net.dial_in(r, {seconds[r]: f"second{r}"})
    net.batch(
        ("point.add", {"account": net.points[r][3], "point": p, "device": f"r{r}", "address": f"10.{r}.8.1",
                       "mac": f"02:00:08:00:00:{r:02X}", "login": f"second{r}"})
        for r, p in enumerate(seconds)
    )  # fmt: skip
    net.batch(("access.block", {"point": p, "reason": "operator"}) for p in seconds)
    net.in_step()
    net.batch(("point.remove", {"point": p}) for p in seconds)
    net.in_step()


def points_of_ipv6(net):
    """Addresses and prefixes, written in any way; and back to IPv4."""
    routers = in_mode(net, "address_list") + in_mode(net, "simple_queue")
    net.switch(off=[net.points[r][i] for r in routers for i in (4, 5) if net.points[r][i] not in net.off])
    for six in (True, False):
        net.batch(
            ("point.change", {"point": net.points[r][i], "address": address if six else modes.place(r, i)["address"]})
            for r in routers
            for i, address in ((0, f"2001:DB8:{r:x}:0::a"), (4, f"2001:DB8:{r:x}::5"), (5, f"2001:db8:{r:x}:1:2:3:4:5/64"))
        )
        net.in_step()
    net.switch(on=[net.points[r][4] for r in routers])
    net.in_step()


def a_certificate_is_held_to_its_fingerprint(net):
    for r, (kind, _, _) in enumerate(ROUTERS[:4]):
        device = f"r{r}"
        shown = net.program.must("device", "check", device, "--data", net.data).decode()
        s.expect(("certificate" in shown) == kind.endswith("tls"), "the fingerprint is shown of TLS", shown)
        if not kind.endswith("tls"):
            net.do("device.change", {"device": device, "fingerprint": "ab" * 32}, status=422)
            continue
        with open(net.routers[r].values["certificate"], encoding="ascii") as file:
            right = hashlib.sha256(ssl.PEM_cert_to_DER_cert(file.read())).hexdigest()
        s.expect(right in shown, "it is the certificate's", shown, right)
        net.do("device.change", {"device": device, "fingerprint": "ab" * 32})
        s.poll(lambda d=device: net.states()[d]["state"] == "refused", "another certificate is refused")
        seen = len(net.routers[r].requests())
        net.flip(net.points[r][FIXED:])
        code, _, err = net.program.run("device", "check", device, "--data", net.data)
        s.expect(code == 1 and right in err, "the check says which it saw", code, err)
        s.expect(len(net.routers[r].requests()) == seen, "nothing was said to that router, and no password")
        net.do("device.change", {"device": device, "fingerprint": ":".join(right[i:i + 2] for i in range(0, 64, 2)).upper()})
        net.in_step()
        shown = net.program.must("device", "check", device, "--data", net.data).decode()
        s.expect("as it should be" in shown, "it is the one", shown)


def points_without_a_device_are_served_by_prefix(net):
    wide, narrow = in_mode(net, "address_list")[:2]
    net.do("device.change", {"device": f"r{wide}", "serves": ["10.200.0.0/16", "2001:db8:200::/48"]})
    net.do("device.change", {"device": f"r{narrow}", "serves": ["10.200.7.0/24"]})
    net.do("device.change", {"device": f"r{narrow}", "serves": ["10.200.0.0/16"]}, status=422)
    free = [f"free-{i}" for i in range(6)]
    places = ["10.200.1.1", "10.200.7.1", "10.200.7.0/24", "2001:db8:200:1::/64", "10.201.0.1", "10.200.8.1"]
    net.batch(("account.open", {"account": p}) for p in free)
    net.batch(("point.change", {"point": p, "address": a}) for p, a in zip(free, places, strict=True))
    net.batch(("access.block", {"point": p, "reason": "operator"}) for p in free)
    wanted = net.in_step()
    s.expect(set(wanted.served_by(f"r{narrow}")) >= {"free-1", "free-2"}, "the longest prefix has it")
    s.expect(set(wanted.served_by(f"r{wide}")) >= {"free-0", "free-3", "free-5"}, "the others are the wide one's")
    net.do("point.change", {"point": "free-5", "address": "10.200.7.9"})
    net.in_step()
    net.do("device.change", {"device": f"r{narrow}", "serves": []})
    net.in_step()


def what_drifts_is_repaired(net):
    """Whatever somebody does to ours: taken away, changed, added where it should not be, made twice."""
    net.switch(off={p for group in net.points for p in group[FIXED:FIXED + 4]} - net.off)
    net.switch(on={p for group in net.points for p in group[FIXED + 4:]} & net.off)
    net.in_step()
    before = len(net.wanted().reports)
    drifted = set()
    for r, group in enumerate(net.points):
        off, on = [modes.tag(p) for p in group[FIXED:FIXED + 4]], [modes.tag(p) for p in group[FIXED + 4:]]
        for menu in modes.MENUS[net.modes[r]]:
            ours = entries(net, r, menu)
            if menu == modes.LIST_V6:
                stray = {"list": "provodka-blocked", "address": f"2001:db8:{r:x}::77", "comment": on[1]}
                by_hand(net, r, menu, add=[stray])
                drifted.add(on[1])
            elif menu == modes.LIST:
                by_hand(net, r, menu, remove=[ours[off[0]][".id"]], set=[{".id": ours[off[1]][".id"], "disabled": "yes"}])
                stray = {"list": "provodka-blocked", "address": modes.place(r, FIXED + 4)["address"], "comment": on[0]}
                twice = {**{k: ours[off[2]][k] for k in ("list", "comment")}, "address": f"10.{r}.77.7"}
                nobody = {"list": "provodka-blocked", "address": f"10.{r}.77.8", "comment": modes.tag("nobody")}
                by_hand(net, r, menu, add=[stray, twice, nobody])
                drifted.update((*off[:3], on[0]))
            elif menu == modes.LEASE:
                by_hand(net, r, menu, remove=[ours[tag][".id"] for tag in (off[0], on[0], on[1])],
                        set=[{".id": ours[off[1]][".id"], "block-access": "no"},
                             {".id": ours[on[2]][".id"], "block-access": "yes", "rate-limit": "1M/1M"}])  # fmt: skip
                # Its client asked meanwhile, and the router made a lease of its own.
                own = {k: ours[on[1]][k] for k in ("address", "mac-address")}
                nobody = {"address": f"10.{r}.77.8", "mac-address": "02:00:77:00:00:08", "comment": modes.tag("nobody")}
                by_hand(net, r, menu, add=[{**own, "dynamic": "true"}, nobody])
                drifted.update((*off[:2], *on[:3]))
            elif menu == modes.SECRET:
                by_hand(net, r, menu, set=[{".id": ours[off[0]][".id"], "disabled": "no"},
                                           {".id": ours[on[0]][".id"], "disabled": "yes"},
                                           {".id": ours[off[1]][".id"], "name": "renamed"}])  # fmt: skip
                by_hand(net, r, modes.ACTIVE, add=[{"name": ours[off[0]]["name"]}, {"name": ours[off[2]]["name"]}])
                drifted.update((*off[:3], on[0]))
            else:
                speed = ours[modes.tag(group[0])]
                by_hand(net, r, menu, set=[{".id": speed[".id"], "max-limit": "1M/1M", "target": "10.9.9.9"}])
                by_hand(net, r, menu, add=[{"name": on[0], "target": "10.9.9.8", "max-limit": "1M/1M", "comment": on[0]}])
                drifted.update((modes.tag(group[0]), on[0]))
    net.in_step()

    def told():
        return net.wanted().reports[before:]

    s.poll(lambda: {modes.tag(report["point"]) for report in told()} == drifted, "their repairs, and no others, in the log")
    s.expect({report["outcome"] for report in told()} == {"repaired"}, "they were lost and are back", told())


def sessions_end_of_ours_alone(net):
    for r in in_mode(net, "ppp_secret"):
        names = [modes.place(r, i)["login"] for i in range(FIXED, POINTS)]
        strange = [f"{name}x" for name in names] + [name.upper() for name in names] + [f"x{name}" for name in names]
        by_hand(net, r, modes.ACTIVE, add=[{"name": name} for name in strange], foreign=FOREIGN)
    net.switch(on=net.off)
    net.in_step()
    kept = {}
    for r in in_mode(net, "ppp_secret"):
        online = net.routers[r].state()[modes.ACTIVE]
        names = [modes.place(r, i)["login"] for i in range(FIXED, POINTS)]
        kept[r] = [session for session in online if session["name"] not in names]
        missing = [name for name in names if name not in {session["name"] for session in online}]
        by_hand(net, r, modes.ACTIVE, add=[{"name": name} for name in missing + names[:1]])
    net.switch(off=[p for r in kept for p in net.points[r][FIXED:FIXED + 4]])
    net.in_step()
    for r, foreign in kept.items():
        online = net.routers[r].state()[modes.ACTIVE]
        ours = [session["name"] for session in online if session not in foreign]
        s.expect(sorted(ours) == sorted(modes.place(r, i)["login"] for i in range(FIXED + 4, POINTS)),
                 "those who are on stay", r, ours)  # fmt: skip
        s.expect([session for session in online if session in foreign] == foreign, "and everybody else's", r)


def faults(menu):
    yield {"cut": {"nth": 2, "when": "before", "match": menu}}
    yield {"cut": {"nth": 2, "when": "after", "match": menu}}
    yield {"cut": {"nth": 2, "when": "half", "match": menu}}
    yield {"drop": {"nth": 2, "match": menu}}
    yield {"garbage": {"nth": 2}}
    yield {"garbage": {"nth": 1, "kind": "body"}}
    yield {"error": {"nth": 1, "times": 3, "match": menu}}
    yield {"slow_ms": 100}
    yield {"hang": True}
    yield {"refuse_login": True, "power": "cycle"}
    yield {"power": "cycle"}
    yield {"power": "cycle", "keep": "saved"}


def every_misbehaviour_passes(net):
    chance = random.Random(3)
    kinds = [list(faults("firewall/address-list" if mode == "address_list" else modes.MENUS[mode][-1])) for mode in net.modes]
    for strike in zip(*kinds, strict=True):
        print(f"  {strike[0]}", flush=True)
        seen = []
        for emulator, fault in zip(net.routers, strike, strict=True):
            seen.append(len(emulator.requests()))
            emulator.misbehave(**fault)
        net.flip(p for group in net.points for p in chance.sample(group[FIXED:], 4))

        def meets(r):
            # The fault has to meet work: a request came, or the router is known to be out of reach.
            return len(net.routers[r].requests()) > seen[r] or net.states()[f"r{r}"]["state"] != "in step"

        s.poll(lambda: all(meets(r) for r in range(len(net.routers))), "the fault meets work")
        for emulator, fault in zip(net.routers, strike, strict=True):
            emulator.misbehave(**{name: None for name in fault if name not in ("power", "keep")})
        net.in_step()


def are_killed_at_random(net):
    killed_at_random(net, KILLS)


def what_a_former_mode_left_is_taken_away(net):
    """Lists become secrets, leases queues, queues leases; and nobody else's entry is in the way."""
    turns = {"address_list": "ppp_secret", "dhcp_lease": "simple_queue", "simple_queue": "dhcp_lease"}
    # Who serves points by their prefix stays with its list: they have no login.
    stay = in_mode(net, "address_list")[:2]
    # Without a login no secret keeps them out, so these stay in the list as long as they are off.
    bare = {r: f"bare-{r}" for r in in_mode(net, "address_list")[2:]}
    net.batch(("point.add", {"account": net.points[r][3], "point": p, "device": f"r{r}", "address": f"10.{r}.7.1"})
              for r, p in bare.items())  # fmt: skip
    net.batch(("access.block", {"point": p, "reason": "operator"}) for p in bare.values())
    wanted = net.in_step()
    for r in bare:
        served = {p: point["login"] for p, point in wanted.served_by(f"r{r}").items() if "login" in point}
        net.dial_in(r, {**wanted.left[f"r{r}"], **served})
    # A router that lets nothing be removed for a while.
    refusing = in_mode(net, "simple_queue")[0]
    net.routers[refusing].misbehave(error={"times": None, "match": "queue/simple/remove"})
    for r, mode in enumerate(list(net.modes)):
        if mode in turns and r not in stay:
            net.modes[r] = turns[mode]
            net.do("device.change", {"device": f"r{r}", "mode": turns[mode]})
    net.in_step()
    for r, p in bare.items():
        s.poll(lambda r=r, p=p: set(entries(net, r, modes.LIST)) == {modes.tag(p)}, f"{p} alone is in the list of r{r}")
    left = entries(net, refusing, modes.QUEUE)
    s.expect(left, "queues are left on the router that refuses")
    s.poll(lambda: "provodka:" in net.states()[f"r{refusing}"]["since"], "and it is told of")
    net.routers[refusing].misbehave(error=None)
    net.batch(("access.unblock", {"point": p, "reason": "operator"}) for p in bare.values())
    for r, mode in enumerate(net.modes):
        for menu in {modes.LIST, modes.LIST_V6, modes.LEASE, modes.QUEUE} - set(modes.MENUS[mode]):
            s.poll(lambda r=r, menu=menu: not entries(net, r, menu), f"r{r} has nothing of ours in {menu}")
    net.untouched()


def main(binary):
    with tempfile.TemporaryDirectory() as path, Network(binary, path, POINTS, ROUTERS) as net:
        tests = [factory_new_routers_get_theirs, all_are_switched, a_payment_lets_in_and_a_tariff_sets_the_speed,
                 what_drifts_is_repaired, sessions_end_of_ours_alone, every_misbehaviour_passes, changed_moved_and_removed,
                 points_of_ipv6, a_certificate_is_held_to_its_fingerprint, points_without_a_device_are_served_by_prefix,
                 are_killed_at_random, what_a_former_mode_left_is_taken_away]  # fmt: skip
        run_all(net, tests)
    print(f"{len(tests)} hold of tenant {TENANT} on {len(ROUTERS)} routers")


if __name__ == "__main__":
    main(sys.argv[1])
