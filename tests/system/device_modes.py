"""What each enforcement mode has on a router of ours: what should be there, what is, and what is somebody else's."""

import ipaddress
import re

TENANT = "ok"
LIST = "/ip/firewall/address-list"
LIST_V6 = "/ipv6/firewall/address-list"
LEASE = "/ip/dhcp-server/lease"
SECRET = "/ppp/secret"
ACTIVE = "/ppp/active"
QUEUE = "/queue/simple"
MENUS = {
    "address_list": [LIST, LIST_V6],
    "dhcp_lease": [LIST, LIST_V6, LEASE],
    "ppp_secret": [SECRET],
    "simple_queue": [LIST, LIST_V6, QUEUE],
}
TRANSIENT = (ACTIVE, "/system/package")
OURS = re.compile(rf"provodka:{TENANT}/[A-Za-z0-9._:-]{{1,64}}")
UNITS = {"k": 1_000, "M": 1_000_000, "G": 1_000_000_000}


def tag(point):
    return f"provodka:{TENANT}/{point}"


def place(r, i):
    """Where the i-th point of the r-th router is; a point has all of it, whatever the mode needs."""
    return {"address": f"10.{r}.{i // 250}.{i % 250 + 1}", "mac": f"02:00:00:{r:02X}:{i >> 8:02X}:{i & 255:02X}", "login": f"u{r}-{i}"}


def expected(mode, points, left):
    """{menu: {tag: what an entry says}} of the points that a router serves; `left`: {point it served once: its login}."""
    has = {menu: {} for menu in MENUS[mode]}
    for name, point in points.items():
        down, up = (megabits * UNITS["M"] for megabits in point["speed"])
        network = ipaddress.ip_network(point["address"], strict=False)
        if LIST in has and not point["on"]:
            menu = LIST if network.version == 4 else LIST_V6
            has[menu][tag(name)] = ("provodka-blocked", network, "false", "false")
        if LEASE in has and "mac" in point:
            rates = (up, down) if up or down else None
            mac = point["mac"].replace("-", ":").upper()  # a router has it in one form
            has[LEASE][tag(name)] = (point["address"], mac, str(not point["on"]).lower(), rates, "false", "false")
        if SECRET in has and "login" in point:
            has[SECRET][tag(name)] = (point["login"], str(not point["on"]).lower(), 0 if not point["on"] else None)
        if QUEUE in has and (up or down):
            has[QUEUE][tag(name)] = (tag(name), network, (up, down), "false")
    for name, login in left.items():
        if SECRET in has:
            # A secret that nobody wants stays, as its password would be lost, and lets nobody in.
            has[SECRET][tag(name)] = (login, "true", 0)
    return has


def held(mode, state):
    """The same of what an emulated router has. An entry that is there twice shows as `twice`."""
    online = [session["name"] for session in state[ACTIVE]]
    has = {}
    for menu in MENUS[mode]:
        has[menu] = {}
        for entry in state[menu]:
            if OURS.fullmatch(entry.get("comment", "")):
                comment = entry["comment"]
                has[menu][comment] = "twice" if comment in has[menu] else _said(menu, entry, online)
    return has


def _said(menu, entry, online):
    if menu in (LIST, LIST_V6):
        return entry["list"], ipaddress.ip_network(entry["address"]), entry["disabled"], entry["dynamic"]
    if menu == LEASE:
        rates = _rates(entry["rate-limit"]) if "rate-limit" in entry else None
        return (entry["address"], entry["mac-address"], entry.get("block-access", "false"), rates,
                entry["disabled"], entry["dynamic"])  # fmt: skip
    if menu == SECRET:
        # Sessions matter only where there may be none.
        off = entry["disabled"] == "true"
        return entry["name"], entry["disabled"], online.count(entry["name"]) if off else None
    return entry["name"], ipaddress.ip_network(entry["target"]), _rates(entry["max-limit"]), entry["disabled"]


def _rates(text):
    return tuple(int(part.rstrip("kMG")) * UNITS.get(part[-1], 1) for part in text.split("/"))


def foreign(state):
    """Everything that is not ours, to the letter, but what a router makes and forgets by itself."""
    return {
        menu: [entry for entry in entries if not OURS.fullmatch(entry.get("comment", ""))]
        for menu, entries in state.items()
        if isinstance(entries, list) and menu not in TRANSIENT
    }


def lookalikes(mode, r, points):
    """{menu: entries} that come as near to ours as somebody else's can, in the menus of a mode."""
    entries = {menu: [] for menu in MENUS[mode]}
    for i, point in enumerate(points):
        mine = place(r, i)
        near = f"10.{r}.100.{i + 1}"
        mac = f"02:00:01:{r:02X}:{i >> 8:02X}:{i & 255:02X}"
        comments = [
            f" {tag(point)}", f"{tag(point)} ", f"{tag(point)} by hand", tag(point).upper(), f"provodka:other/{point}",
            f"provodka:{TENANT}/", f"provodka:{TENANT}/{point}/1", point, "",
        ]  # fmt: skip
        comment = {"comment": comments[i % len(comments)]}
        if LIST in entries:
            entries[LIST] += [
                {"list": "debtors", "address": mine["address"], **comment},
                {"list": "provodka-blocked-", "address": mine["address"], **comment},
                {"list": "provodka-blocked", "address": near, **comment},
                {"list": "provodka-blocked", "address": f"{near}-10.{r}.101.250", **comment},
            ]
            entries[LIST_V6] += [
                {"list": "debtors", "address": f"2001:db8:{r:x}::{i:x}", **comment},
                {"list": "provodka-blocked", "address": f"2001:db8:{r:x}:f::{i:x}", **comment},
            ]
        if LEASE in entries:
            entries[LEASE].append({"address": near, "mac-address": mac, "block-access": "yes", **comment})
        if SECRET in entries:
            entries[SECRET] += [
                {"name": f"{mine['login']}x", "password": "x", "disabled": "no", **comment},
                {"name": mine["login"].upper(), "password": "x", "disabled": "yes", **comment},
            ]
        if QUEUE in entries:
            entries[QUEUE] += [
                {"name": f"{tag(point)}x", "target": mine["address"], "max-limit": "1M/1M", **comment},
                {"name": f"{point}", "target": near, "max-limit": "10M/50M", **comment},
            ]
    return entries
