"""Misbehaviour on demand, and the journal of what an emulator was asked. Every emulator has one of each.

A fault of a kind in COUNTED strikes chosen requests. Its setting is an object, and every field has a default:

    nth    which request it strikes, counted from when it is switched on: 1 is the next one
    times  how many it strikes from there on; null means all until it is switched off
    match  only requests whose text holds this are counted
    when   "before" the request is done, "after" it is done but not answered, or "half": done, half the answer sent

`true` stands for all defaults, a number for `nth`, and null or false switches off. Without `match` the requests
that only prepare a connection (a login, a token) are not counted. Everything else is a plain setting.
"""

import asyncio
import time
from collections import deque

JOURNAL_MAX = 2_000_000
COUNTED = ("cut", "drop", "garbage", "error", "token_expired", "session_expired", "flood")
SETTINGS = ("slow_ms", "hang", "refuse_login")
WHENS = ("before", "after", "half")


class BadSetting(Exception):
    """What was sent to the control port cannot be done, for the reason given."""


class Fault:
    """One counted fault, armed."""

    def __init__(self, kind, setting):
        if setting is True:
            setting = {}
        elif isinstance(setting, int):
            setting = {"nth": setting}
        if not isinstance(setting, dict):
            raise BadSetting(f"{kind} takes true, a number, an object, or null")
        self.kind = kind
        self.setting = setting
        self.nth = setting.get("nth", 1)
        self.times = setting.get("times", 1)
        self.match = setting.get("match")
        self.when = setting.get("when", "before")
        self.seen = 0
        if not isinstance(self.nth, int) or self.nth < 1:
            raise BadSetting(f"{kind}.nth is a number from 1")
        if self.times is not None and (not isinstance(self.times, int) or self.times < 1):
            raise BadSetting(f"{kind}.times is a number from 1, or null")
        if self.when not in WHENS:
            raise BadSetting(f"{kind}.when is one of {', '.join(WHENS)}")

    def strikes(self, text, preparing):
        if (self.match not in text) if self.match else preparing:
            return False
        self.seen += 1
        return self.seen >= self.nth and (self.times is None or self.seen < self.nth + self.times)

    def spent(self):
        return self.times is not None and self.seen >= self.nth + self.times - 1

    def get(self, name, default=None):
        return self.setting.get(name, default)


class Faults:
    """The faults that are on. `active` is false when nothing is, so that a busy emulator asks no more than that."""

    def __init__(self, counted, settings):
        self.allowed_counted = counted
        self.allowed_settings = settings
        self.changed = asyncio.Event()
        self.clear()

    def clear(self):
        self.counted = {}
        self.settings = {}
        self._refresh()

    def switch(self, changes):
        """Switches on and off what is named, all of it or nothing."""
        counted, settings = dict(self.counted), dict(self.settings)
        for name, value in changes.items():
            off = value is None or value is False
            if name in self.allowed_counted:
                counted.pop(name, None)
                if not off:
                    counted[name] = Fault(name, value)
            elif name in self.allowed_settings:
                settings.pop(name, None)
                if not off:
                    settings[name] = value
            else:
                known = ", ".join(sorted((*self.allowed_counted, *self.allowed_settings, "power")))
                raise BadSetting(f"there is no {name}; there are {known}")
        slow = settings.get("slow_ms", 0)
        if not isinstance(slow, (int, float)) or slow < 0:
            raise BadSetting("slow_ms is a number of milliseconds")
        self.counted, self.settings = counted, settings
        self._refresh()

    def _refresh(self):
        self.active = bool(self.counted or self.settings)
        self.changed.set()
        self.changed = asyncio.Event()

    def get(self, name):
        return self.settings.get(name)

    def shown(self):
        """What is on, as it was asked for; a counted fault also says how many requests it has counted."""
        counted = {kind: {**fault.setting, "seen": fault.seen} for kind, fault in self.counted.items()}
        return {**self.settings, **counted}

    async def admit(self, arrived_s):
        """Returns when a request that came at this time of the loop's clock may be looked at."""
        while True:
            changed = self.changed
            if self.get("hang"):
                await changed.wait()
                continue
            wait_s = arrived_s + self.settings.get("slow_ms", 0) / 1000 - asyncio.get_running_loop().time()
            if wait_s <= 0:
                return
            try:
                await asyncio.wait_for(changed.wait(), wait_s)
            except asyncio.TimeoutError:
                pass

    def strike(self, text, preparing=False):
        """Counts the request, and returns the fault that strikes it, or None. The first in COUNTED wins."""
        struck = None
        for kind in COUNTED:
            fault = self.counted.get(kind)
            if fault is None or not fault.strikes(text, preparing):
                continue
            if fault.spent():
                del self.counted[kind]
            struck = struck or fault
        self.active = bool(self.counted or self.settings)
        return struck


class Journal:
    """Every request in the order it was looked at. `shown_by` makes a document of what an emulator noted."""

    def __init__(self, shown_by):
        self.shown_by = shown_by
        self.clear()

    def clear(self):
        self.rows = deque(maxlen=JOURNAL_MAX)
        self.count = 0

    def note(self, connection, request):
        """Returns the row; the emulator puts the outcome last in it when there is one."""
        self.count += 1
        row = [self.count, time.time(), connection, request, None]
        self.rows.append(row)
        return row

    def shown(self, since=0, match=None):
        """The requests after number `since`, and of those the ones whose text holds `match`."""
        requests = []
        first = self.rows[0][0] if self.rows else 1
        for place in range(max(0, since + 1 - first), len(self.rows)):
            number, at_s, connection, request, outcome = self.rows[place]
            shown = self.shown_by(request)
            if match is None or match in shown["text"]:
                head = {"n": number, "at_ms": round(at_s * 1000, 3), "connection": connection}
                requests.append({**head, **shown, "outcome": outcome})
        return {"count": self.count, "requests": requests}
