"""One connection to the RouterOS API: login, tags, commands, and how it misbehaves when told to."""

import asyncio
import hashlib
import os
from collections import deque
from itertools import zip_longest

from emulator_http import connections
from routeros_query import compiled
from routeros_table import Single, Table
from routeros_values import INTERRUPTED, MISSING, Trap
from routeros_wire import Reader, Unreadable, WORD_BYTES_MAX, encode, with_tag

BEFORE_LOGIN_BYTES_MAX = 4096
BATCH = 500
DONE = encode("!done")
GARBAGE = b"\xff\x00\x13garbage\x80\x81"
NONSENSE = [encode("!re", "nonsense", "=.id"), encode("!what", "=message=\udcff"), encode("!re", "=.id=*nonsense", "=")]


def trap(error):
    category = () if error.category is None else (f"=category={error.category}",)
    return encode("!trap", *category, f"=message={error.message}")


def shown_item(item, proplist):
    """An item as a reply, with all of its properties or those asked for."""
    if isinstance(item, Single):
        shown = item.shown()
    elif proplist is None and item.encoded is not None:
        return item.encoded
    else:
        shown = item.shown
    names = shown if proplist is None else [name for name in proplist if name in shown]
    sentence = encode("!re", *[f"={name}={shown[name]}" for name in names])
    if proplist is None and not isinstance(item, Single):
        item.encoded = sentence
    return sentence


class Command:
    """The words of a sentence, sorted by their kind."""

    __slots__ = ("path", "arguments", "query", "tag", "proplist")

    def __init__(self, words):
        self.path = words[0]
        self.arguments = {}
        self.query = []
        self.tag = self.proplist = None
        for word in words[1:]:
            kind = word[0]
            if kind == "=":
                name, _, value = word[1:].partition("=")
                self.arguments[name] = value
            elif kind == "?":
                self.query.append(word)
            elif word.startswith(".tag="):
                self.tag = word[5:]
        listed = self.arguments.pop(".proplist", None)
        if listed is not None:
            self.proplist = [name for name in listed.split(",") if name]


class ApiConnection(asyncio.Protocol):
    def __init__(self, emulator):
        self.emulator = emulator
        self.router = emulator.router
        self.faults = emulator.faults
        self.reader = Reader()
        self.reader.bytes_max = BEFORE_LOGIN_BYTES_MAX
        self.number = next(connections)
        self.queue = deque()
        self.waiting = asyncio.Event()
        self.logged_in = False
        self.challenge = None
        self.listening = {}

    def connection_made(self, transport):
        self.transport = transport
        self.loop = asyncio.get_running_loop()
        self.emulator.transports.add(transport)
        self.worker = self.loop.create_task(self._work())

    def connection_lost(self, _):
        self.emulator.transports.discard(self.transport)
        for tag in list(self.listening):
            self._stop_listening(tag)
        self.queue.append(None)
        self.waiting.set()

    def data_received(self, data):
        arrived_s = self.loop.time()
        try:
            self.queue.extend((arrived_s, words, raw) for words, raw in self.reader.feed(data))
        except Unreadable:
            self.transport.close()
        self.waiting.set()

    async def _work(self):
        """Serves what came, in order, and gives way to other connections now and then."""
        out = []
        while True:
            if not self.queue:
                self._write(out)
                self.waiting.clear()
                await self.waiting.wait()
            if self.faults.get("interleave") and self.queue[-1] is not None:
                self._serve_interleaved()
                continue
            entry = self.queue.popleft()
            if entry is None:
                return
            arrived_s, words, raw = entry
            row = self.emulator.journal.note(self.number, (words, raw))
            if self.faults.active:
                self._write(out)
                await self._serve_badly(arrived_s, words, row)
                continue
            out += self._reply(words, row)
            if len(out) >= BATCH:
                self._write(out)
                await asyncio.sleep(0)

    def _write(self, out):
        if out:
            self.transport.write(b"".join(out))
            out.clear()

    def _serve_interleaved(self):
        """One sentence of each waiting command in turn, as a router does that works on them at once."""
        rows = [(words, self.emulator.journal.note(self.number, (words, raw))) for _, words, raw in self.queue]
        self.queue.clear()
        replies = [self._reply(words, row) for words, row in rows]
        self._write([one for turn in zip_longest(*replies, fillvalue=b"") for one in turn])

    async def _serve_badly(self, arrived_s, words, row):
        await self.faults.admit(arrived_s)
        if self.transport.is_closing():
            row[4] = "gone"
            return
        fault = self.faults.strike(" ".join(words), preparing=words[0] == "/login")
        if fault and fault.kind in ("cut", "drop") and fault.when == "before":
            row[4] = fault.kind
            if fault.kind == "cut":
                self.transport.abort()
            return
        if fault and fault.kind in ("garbage", "error"):
            row[4] = fault.kind
            self.transport.write(self._nonsense(fault, words))
            return
        data = b"".join(self._reply(words, row))
        if fault:
            row[4] = fault.kind
            if fault.when == "half":
                self.transport.write(data[: len(data) // 2])
            if fault.kind == "cut":
                self.transport.close()
        elif self.faults.get("dribble"):
            for byte in data:
                self.transport.write(bytes((byte,)))
                await asyncio.sleep(0)
        else:
            self.transport.write(data)

    @staticmethod
    def _nonsense(fault, words):
        tag = Command(words).tag
        if fault.kind == "error":
            error = Trap(fault.get("message", "failure: emulated"), fault.get("category"))
            return with_tag(trap(error), tag) + with_tag(DONE, tag)
        if fault.get("kind") == "body":
            return b"".join(with_tag(sentence, tag) for sentence in (*NONSENSE, DONE))
        return GARBAGE

    # Sentences in, sentences out.

    def _reply(self, words, row):
        """The encoded sentences that answer one, with its tag. Notes the outcome."""
        command = Command(words)
        if not self.logged_in and command.path != "/login":
            self.loop.call_soon(self.transport.close)
            row[4] = "fatal"
            return [encode("!fatal", "not logged in")]
        try:
            sentences = self._do(command)
            row[4] = "done"
        except Trap as error:
            sentences = [trap(error), DONE]
            row[4] = error.message
        tag = command.tag
        return sentences if tag is None else [with_tag(sentence, tag) for sentence in sentences]

    def _do(self, command):
        if command.path == "/login":
            return self._login(command.arguments)
        if command.path == "/cancel":
            return self._cancel(command)
        if command.path == "/quit":
            self.loop.call_soon(self.transport.close)
            return [encode("!fatal", "session terminated on request")]
        menu, verb = self.router.find(command.path.strip("/").split("/"))
        if verb == "listen" and isinstance(menu, Table):
            self._listen(menu, command)
            return []
        items, returned = self.router.run(menu, verb, command.arguments, command.query)
        if returned is not None:
            return [encode("!done", f"=ret={returned}")]
        if items is None:
            return [DONE]
        if not items and self.emulator.empty:
            return [encode("!empty"), DONE] if self.emulator.empty == "done" else [encode("!empty")]
        proplist = command.proplist
        return [*[shown_item(item, proplist) for item in items], DONE]

    def _login(self, arguments):
        refused = bool(self.faults.get("refuse_login"))
        user, password = self.emulator.user, self.emulator.password
        if "response" in arguments and self.challenge is not None:
            digest = hashlib.md5(b"\0" + password.encode() + self.challenge).hexdigest()
            right = arguments.get("name") == user and arguments["response"] == f"00{digest}"
            self.challenge = None
            if refused or not right:
                raise Trap("cannot log in")
        elif self.emulator.login == "challenge" or (self.emulator.login == "both" and "password" not in arguments):
            self.challenge = os.urandom(16)
            return [encode("!done", f"=ret={self.challenge.hex()}")]
        elif refused or arguments.get("name") != user or arguments.get("password", "") != password:
            raise Trap("invalid user name or password (6)")
        self.logged_in = True
        self.reader.bytes_max = WORD_BYTES_MAX
        return [DONE]

    def _listen(self, menu, command):
        tag, proplist, holds = command.tag, command.proplist, compiled(command.query)

        def watch(item, dead):
            if dead:
                sentence = encode("!re", f"=.id={item.shown['.id']}", "=.dead=yes")
            elif holds(item.shown):
                sentence = shown_item(item, proplist)
            else:
                return
            self.transport.write(with_tag(sentence, tag))

        self._stop_listening(tag)
        self.listening[tag] = (menu, watch)
        menu.watchers.append(watch)

    def _stop_listening(self, tag):
        menu, watch = self.listening.pop(tag, (None, None))
        if menu is not None and watch in menu.watchers:
            menu.watchers.remove(watch)

    def _cancel(self, command):
        """The end of /cancel comes between the two sentences that end what it cancelled."""
        wanted = command.arguments.get("tag")
        cancelled = [tag for tag in self.listening if wanted in (None, tag)]
        if wanted is not None and not cancelled:
            raise Trap("no such item", MISSING)
        interrupted, ended = [], []
        for tag in cancelled:
            self._stop_listening(tag)
            interrupted.append(with_tag(trap(Trap("interrupted", INTERRUPTED)), tag))
            ended.append(with_tag(DONE, tag))
        self.transport.write(b"".join(interrupted))
        self.loop.call_soon(self.transport.write, b"".join(ended))
        return [DONE]
