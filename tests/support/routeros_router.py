"""The router behind both of its APIs: its menus, and what the commands do to them."""

import json
import os
import time

from routeros_table import CRUD, Shape, Single, Table
from routeros_values import (
    FAILURE, MISSING, Trap, boolean, duration, duration_s, listed_address, listed_v6, mac_address, one_address, one_of,
    rate_limit, rate_pair, shown_duration, target, text,
)  # fmt: skip

ADDRESS_LIST = "/ip/firewall/address-list"
ADDRESS_LIST_V6 = "/ipv6/firewall/address-list"
LEASE = "/ip/dhcp-server/lease"
SECRET = "/ppp/secret"
ACTIVE = "/ppp/active"
QUEUE = "/queue/simple"
SERVICES = one_of("any", "async", "l2tp", "ovpn", "pppoe", "pptp", "sstp")


def is_enabled(shown):
    return shown.get("disabled") != "true"


def is_dynamic(shown):
    return shown.get("dynamic") == "true"


def listed_key(shown):
    """A second entry with the same list and address is refused unless one of the two is disabled."""
    return (shown["list"], shown["address"]) if is_enabled(shown) else None


def lease_client(shown):
    is_one = is_enabled(shown) and not is_dynamic(shown) and "mac-address" in shown
    return (shown["mac-address"], shown.get("server", "")) if is_one else None


def named(shown):
    return shown["name"]


def listed(address):
    return Shape(
        {"list": text, "address": address, "timeout": duration_s},
        required=("list", "address"),
        defaults={"list": "", "address": "", "dynamic": "false", "disabled": "false"},
        made={"creation-time": lambda: time.strftime("%Y-%m-%d %H:%M:%S")},
        unique=[(listed_key, "failure: already have such entry")],
        indexed=("address",),
        volatile=is_dynamic,
    )


LEASES = Shape(
    {
        "address": one_address, "mac-address": mac_address, "client-id": text, "server": text, "lease-time": duration,
        "always-broadcast": boolean, "block-access": boolean, "rate-limit": rate_limit, "address-lists": text,
        "dhcp-option": text, "insert-queue-before": text, "use-src-mac": boolean,
    },
    required=("address",),
    defaults={
        "address": "", "address-lists": "", "dhcp-option": "", "status": "waiting", "last-seen": "never",
        "radius": "false", "dynamic": "false", "blocked": "false", "disabled": "false",
    },
    unique=[
        (lease_client, "failure: already have static lease for this client"),
        (lambda shown: None if is_dynamic(shown) else shown["address"],
         "failure: already have static lease with this IP address"),
    ],
    indexed=("address", "mac-address"),
    optional={
        "block-access": "false", "rate-limit": "", "server": "all", "client-id": "", "always-broadcast": "false",
        "lease-time": "0s",
    },
    commands=CRUD | {"make-static"},
)  # fmt: skip
SECRETS = Shape(
    {
        "name": text, "password": text, "profile": text, "service": SERVICES, "caller-id": text,
        "local-address": one_address, "remote-address": one_address, "limit-bytes-in": text, "limit-bytes-out": text,
        "routes": text,
    },
    required=("name",),
    defaults={
        "name": "", "service": "any", "caller-id": "", "password": "", "profile": "default", "routes": "",
        "limit-bytes-in": "0", "limit-bytes-out": "0", "disabled": "false",
    },
    unique=[(named, "failure: secret with the same name already exists")],
    indexed=("name",),
)  # fmt: skip
SESSIONS = Shape(
    required=("name",), indexed=("name",), volatile=lambda _: True,
    commands=frozenset(("print", "getall", "listen", "remove")),
)  # fmt: skip
QUEUES = Shape(
    {
        "name": text, "target": target, "max-limit": rate_pair, "limit-at": rate_pair, "burst-limit": rate_pair,
        "burst-threshold": rate_pair, "burst-time": text, "priority": text, "parent": text, "queue": text, "dst": text,
    },
    required=("target",),
    defaults={
        "name": "", "target": "", "parent": "none", "packet-marks": "", "priority": "8/8",
        "queue": "default-small/default-small", "limit-at": "0/0", "max-limit": "0/0", "burst-limit": "0/0",
        "burst-threshold": "0/0", "burst-time": "0s/0s", "invalid": "false", "dynamic": "false", "disabled": "false",
    },
    unique=[(named, "failure: already have such name")],
    indexed=("name", "target"),
)  # fmt: skip


class Router:
    def __init__(self, version="7.15.3", identity="emulated", redial=False, path=None, foreign=0, with_ipv6=True):
        self.version = version
        self.path = path
        self.redial = redial
        self.foreign_count = foreign
        shapes = {LEASE: LEASES, SECRET: SECRETS, ACTIVE: SESSIONS, QUEUE: QUEUES}
        self.menus = {menu: Table(menu, shape) for menu, shape in shapes.items()}
        self.menus[ADDRESS_LIST] = Table(ADDRESS_LIST, listed(listed_address), with_timeout=True)
        if with_ipv6:
            self.menus[ADDRESS_LIST_V6] = Table(ADDRESS_LIST_V6, listed(listed_v6), with_timeout=True)
        self.menus["/system/package"] = Table("/system/package", Shape(commands=frozenset(("print", "getall"))))
        self.menus["/system/resource"] = Single("/system/resource", self._resource)
        self.menus["/system/identity"] = Single("/system/identity", lambda: {"name": identity}, {"name": text})
        self.tables = {path: menu for path, menu in self.menus.items() if isinstance(menu, Table)}
        self.tables[ACTIVE].on_removed = self._session_removed
        self.saved = None
        self.first_state()
        if path and os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                self.saved = json.load(file)
            self.restore(self.saved)

    def first_state(self):
        for table in self.tables.values():
            table.clear()
        self.menus["/system/identity"].written = {}
        self.tables["/system/package"].add({"name": "routeros", "version": self.version}, forced=True)
        self.started_s = time.monotonic()
        if self.foreign_count:
            self.add_foreign(ADDRESS_LIST, self.foreign_count)

    # Power.

    def kept(self):
        tables = {path: table.kept() for path, table in self.tables.items()}
        return {"tables": tables, "identity": dict(self.menus["/system/identity"].written)}

    def restore(self, kept):
        for path, table in self.tables.items():
            table.restore(kept["tables"][path])
        self.menus["/system/identity"].written = dict(kept["identity"])

    def save(self):
        """What `keep: saved` and the next start with the same file come back to."""
        self.saved = self.kept()
        if self.path:
            with open(f"{self.path}.new", "w", encoding="utf-8") as file:
                json.dump(self.saved, file)
            os.replace(f"{self.path}.new", self.path)
        return sum(len(table["items"]) for table in self.saved["tables"].values())

    def lose_power(self, keep):
        """Configuration stays and what lives in memory goes; with `saved` it goes back to what was saved last."""
        for menu in self.menus.values():
            menu.watchers.clear()
        if keep != "saved":
            self.restore(self.kept())
        elif self.saved is not None:
            self.restore(self.saved)
        else:
            self.first_state()
        self.started_s = time.monotonic()

    # Commands.

    def find(self, words):
        """The menu and the command of a path in words."""
        menu = self.menus.get("/" + "/".join(words[:-1]))
        if menu is None:
            raise Trap("no such command prefix", MISSING)
        return menu, words[-1]

    def run(self, menu, command, arguments, query=()):
        """(what is shown: a list of items or None, the value returned or None)."""
        if isinstance(menu, Single):
            return self._run_single(menu, command, arguments)
        if command not in menu.shape.commands:
            raise Trap("no such command", MISSING)
        if command == "add":
            if menu.path == QUEUE and "name" not in arguments:
                arguments = {"name": f"queue{menu.next_number}", **arguments}
            return None, menu.add(arguments)
        if command in ("print", "getall"):
            found = menu.matching(query)
            return (None, str(len(found))) if "count-only" in arguments else (found, None)
        items = menu.chosen(arguments)
        if command == "set":
            menu.set(items, arguments)
        elif command == "remove":
            menu.remove(items)
        elif command in ("enable", "disable"):
            menu.set(items, {"disabled": "no" if command == "enable" else "yes"})
        elif command == "unset":
            menu.set(items, {arguments.get("value-name", ""): ""})
        else:
            self._make_static(menu, items)
        return None, None

    def _run_single(self, menu, command, arguments):
        if command in ("print", "getall"):
            return [menu], None
        if command == "set" and menu.writable:
            menu.set(arguments)
            return None, None
        raise Trap("no such command", MISSING)

    @staticmethod
    def _make_static(menu, items):
        """The lease that comes of it has another id, which a client must not rely on to stay."""
        for item in items:
            if not is_dynamic(item.shown):
                raise Trap("failure: already static", FAILURE)
            shown = {name: value for name, value in item.shown.items() if name != ".id"}
            menu.remove([item])
            menu.add({**shown, "dynamic": "false"}, forced=True)

    # What happens by itself, or by somebody else's hand.

    def add_forced(self, path, entries):
        table = self.tables[path]
        return [table.add(entry, forced=True) for entry in entries]

    def add_foreign(self, path, count):
        """Entries that are not ours to touch."""
        table = self.tables[path]
        for _ in range(count):
            n = table.next_number
            address = f"172.{16 + (n >> 16 & 15)}.{n >> 8 & 255}.{n & 255}"
            mac = f"02:00:{n >> 24 & 255:02X}:{n >> 16 & 255:02X}:{n >> 8 & 255:02X}:{n & 255:02X}"
            entry = {
                ADDRESS_LIST: {"list": "foreign", "address": address},
                ADDRESS_LIST_V6: {"list": "foreign", "address": f"2001:db8:f::{n:x}"},
                LEASE: {"address": address, "mac-address": mac},
                SECRET: {"name": f"foreign-{n}", "password": "x"},
                ACTIVE: {"name": f"foreign-{n}", "address": address},
                QUEUE: {"name": f"foreign-{n}", "target": address},
            }[path]
            self.run(table, "add", {**entry, "comment": "not ours"}) if path != ACTIVE else table.add(entry, forced=True)
        return count

    def _session_removed(self, item):
        """A subscriber's device dials again at once when it may."""
        secrets = self.tables[SECRET].index["name"].get(item.shown.get("name"), {})
        if self.redial and any(is_enabled(secret.shown) for secret in secrets.values()):
            shown = {name: value for name, value in item.shown.items() if name != ".id"}
            self.tables[ACTIVE].add(shown, forced=True)

    def _resource(self):
        return {
            "uptime": shown_duration(int(time.monotonic() - self.started_s)),
            "version": f"{self.version} (stable)", "build-time": "2024-07-24 10:39:01", "free-memory": "805306368",
            "total-memory": "1073741824", "cpu": "ARM64", "cpu-count": "4", "cpu-frequency": "1400", "cpu-load": "1",
            "free-hdd-space": "100663296", "total-hdd-space": "134217728", "architecture-name": "arm64",
            "board-name": "CCR2004-16G-2S+", "platform": "MikroTik",
        }  # fmt: skip
