"""One menu of a router that holds items: found by id, by a unique key and by the properties people ask for."""

import time

from routeros_query import compiled, equalities
from routeros_values import FAILURE, MISSING, Trap, boolean, duration_s, shown_duration, text

CRUD = frozenset(("print", "getall", "listen", "add", "set", "remove", "enable", "disable", "unset"))


class Shape:
    """What the items of a menu look like.

    writable   {property: reader of a value}; `comment` and `disabled` are always there
    required   what an add must name
    defaults   what is shown of an item although nobody wrote it
    unique     [(function of the properties giving a key or None, the error)]
    indexed    properties that are asked for often
    made       {property: function that gives its value when an item is made}
    optional   not shown when they have this value: {property: value}
    volatile   tells of the properties whether a loss of power loses the item
    """

    def __init__(
        self, writable=(), required=(), defaults=(), unique=(), indexed=(), made=(), optional=(),
        volatile=lambda _: False, commands=CRUD,
    ):  # fmt: skip
        self.writable = {**dict(writable), "comment": text, "disabled": boolean}
        self.required = required
        self.defaults = dict(defaults)
        self.unique = unique
        self.indexed = indexed
        self.made = dict(made)
        self.optional = {"comment": "", **dict(optional)}
        self.volatile = volatile
        self.commands = commands


class Item:
    """`shown` is what print shows, in its order. `encoded` caches the reply that shows all of it."""

    __slots__ = ("shown", "number", "deadline_s", "encoded", "keys")

    def __init__(self, number, shown, deadline_s=None):
        self.number = number
        self.shown = shown
        self.deadline_s = deadline_s
        self.encoded = None
        self.keys = ()


class Table:
    def __init__(self, path, shape, with_timeout=False):
        self.path = path
        self.shape = shape
        self.with_timeout = with_timeout
        self.next_number = 1
        self.watchers = []
        self.on_removed = lambda item: None
        self.clear()

    def clear(self):
        """Forgets the items, but not which ids were given."""
        self.items = {}
        self.unique = [{} for _ in self.shape.unique]
        self.index = {name: {} for name in self.shape.indexed}
        self.expiring = {}

    # What a command does.

    def add(self, arguments, forced=False):
        """Returns the id. `forced` also takes what only the router writes, as when a client has got a lease."""
        missing = [name for name in self.shape.required if name not in arguments]
        if missing:
            raise Trap(f"missing ={missing[0]}=", MISSING)
        item = Item(self.next_number, {".id": f"*{self.next_number:X}", **self.shape.defaults})
        for name, make in self.shape.made.items():
            item.shown[name] = make()
        self._write(item, arguments, forced)
        self._keep(item)
        self.next_number += 1
        self._changed(item)
        return item.shown[".id"]

    def set(self, items, changes, forced=False):
        for item in items:
            if item.shown.get("dynamic") == "true" and not (forced or self.with_timeout):
                raise Trap("failure: can not change dynamic entry", FAILURE)
            new = Item(item.number, dict(item.shown), item.deadline_s)
            self._write(new, changes, forced)
            self._unlink(item)
            try:
                self._keep(new)
            except Trap:
                self._keep(item)
                raise
            self._changed(new)

    def remove(self, items):
        for item in items:
            self._unlink(item)
            del self.items[item.number]
            for watch in list(self.watchers):
                watch(item, True)
            self.on_removed(item)

    def chosen(self, arguments):
        """The items that `.id` or `numbers` names: ids, or names where items have them."""
        named = arguments.get(".id", arguments.get("numbers"))
        if named is None:
            raise Trap("missing =.id=", MISSING)
        self.expire()
        return [self.item(one) for one in named.split(",")]

    def item(self, named):
        found = None
        try:
            found = self.items.get(int(named[1:], 16)) if named[:1] == "*" else None
        except ValueError:
            pass
        if found is None and "name" in self.index:
            found = next(iter(self.index["name"].get(named, {}).values()), None)
        if found is None:
            raise Trap("no such item", MISSING)
        return found

    def matching(self, query):
        """The items that the query words choose, in the order of their making."""
        self.expire()
        if not query:
            return list(self.items.values())
        candidates = self.items.values()
        equal = equalities(query) or {}
        if ".id" in equal:
            try:
                candidates = [self.item(equal[".id"])]
            except Trap:
                return []
        else:
            found = [self.index[name].get(value, {}) for name, value in equal.items() if name in self.index]
            candidates = min(found, key=len).values() if found else candidates
        holds = compiled(query)
        return [item for item in candidates if holds(item.shown)]

    def expire(self):
        """Removes the items whose time is over, and brings up to date what is left of the others'."""
        if not self.expiring:
            return
        now_s = time.monotonic()
        for item in list(self.expiring.values()):
            if item.deadline_s <= now_s:
                self.remove([item])
            else:
                item.shown["timeout"] = shown_duration(int(item.deadline_s - now_s) + 1)
                item.encoded = None

    # What is kept over a loss of power.

    def kept(self):
        items = [item.shown for item in self.items.values() if not self.shape.volatile(item.shown)]
        return {"next": self.next_number, "items": [dict(shown) for shown in items]}

    def restore(self, kept):
        """Ids go on from where they were, whatever is restored."""
        self.clear()
        self.next_number = max(self.next_number, kept["next"])
        for shown in kept["items"]:
            self._keep(Item(int(shown[".id"][1:], 16), dict(shown)))

    # How it is done.

    def _write(self, item, arguments, forced):
        shown, optional, writable = item.shown, self.shape.optional, self.shape.writable
        for name, value in arguments.items():
            if name in (".id", "numbers"):
                continue
            reader = writable.get(name)
            if reader is None and not forced:
                raise Trap(f"unknown parameter {name}", MISSING)
            if name == "timeout" and self.with_timeout:
                self._set_timeout(item, value)
                continue
            read = reader(name, value) if reader else value
            if optional.get(name) == read:
                shown.pop(name, None)
            else:
                shown[name] = read

    @staticmethod
    def _set_timeout(item, value):
        if value in ("none-static", ""):
            return
        item.shown["dynamic"] = "true"
        if value != "none-dynamic":
            item.deadline_s = time.monotonic() + duration_s("timeout", value)
            item.shown["timeout"] = shown_duration(duration_s("timeout", value))

    def _keep(self, item):
        keys = []
        for (key_of, error), known in zip(self.shape.unique, self.unique):
            key = key_of(item.shown)
            if key is not None and key in known:
                raise Trap(error)
            keys.append(key)
        for key, known in zip(keys, self.unique):
            if key is not None:
                known[key] = item
        item.keys = keys
        self.items[item.number] = item
        for name, values in self.index.items():
            values.setdefault(item.shown.get(name, ""), {})[item.number] = item
        if item.deadline_s is not None:
            self.expiring[item.number] = item

    def _unlink(self, item):
        """Takes it out of everything but the order of the items."""
        self.expiring.pop(item.number, None)
        for key, known in zip(item.keys, self.unique):
            if key is not None:
                del known[key]
        for name, values in self.index.items():
            value = item.shown.get(name, "")
            values[value].pop(item.number)
            if not values[value]:
                del values[value]

    def _changed(self, item):
        for watch in list(self.watchers):
            watch(item, False)


class Single:
    """A menu that is one thing, such as /system/identity."""

    def __init__(self, path, read, writable=()):
        self.path = path
        self.read = read
        self.written = {}
        self.writable = dict(writable)
        self.watchers = []

    def shown(self):
        return {**self.read(), **self.written}

    def set(self, changes):
        for name, value in changes.items():
            if name not in self.writable:
                raise Trap(f"unknown parameter {name}", MISSING)
        self.written.update(changes)
