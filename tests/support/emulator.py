"""What all emulators share: ports that come back after a loss of power, and the control port.

    GET  /state      what the device holds, as one document
    GET  /requests   every request in order: ?since=N after number N, ?match=TEXT only those with this text
    GET  /misbehave  what is switched on
    POST /misbehave  {"slow_ms": 200, "cut": {"nth": 3}, "power": "off", ...}; see emulator_faults.py
    POST /reset      everything as at the start: connections dropped, faults off, power on, no requests, the first state

`power` is "off", "on", or "cycle", which is both. Off drops every connection, closes every port and loses what a
real device loses; on opens the same ports again. Each emulator adds what only it can do.
"""

import argparse
import asyncio
import json
import signal

from emulator_faults import SETTINGS, BadSetting, Faults, Journal
from emulator_http import HEAD_BYTES_MAX, HttpServer, json_response
from free_port import free_port

COMMON = ("cut", "drop", "garbage", "error")


class Port:
    """One listening port, which keeps its number when it is closed and opened again."""

    def __init__(self, name, start):
        self.name = name
        self.start = start
        self.number = 0
        self.server = None

    async def open(self):
        if self.server is None:
            self.server = await self.start(self.number)
            self.number = self.server.sockets[0].getsockname()[1]

    def close(self):
        if self.server is not None:
            self.server.close()
            self.server = None


class Emulator:
    """To be derived from. A subclass overrides `lose_power`, `reset`, `state` and `control`."""

    def __init__(self, host, counted=(), settings=(), shown_by=lambda request: request.shown()):
        self.host = host
        self.faults = Faults((*COMMON, *counted), (*SETTINGS, *settings))
        self.journal = Journal(shown_by)
        self.transports = set()
        self.ports = []
        self.powered = True

    def lose_power(self, changes):
        """Forgets what a device without power forgets. `changes` is the whole of what was sent to /misbehave."""

    def reset(self):
        """Makes the state what it was at the start."""

    def state(self):
        """What is held, as a document."""
        raise NotImplementedError

    def control(self, request, document):
        """Answers what only this emulator understands on its control port, or returns None."""
        return None

    def http_port(self, name, handler, number=0, tls=None, **options):
        server = HttpServer(handler, self.transports, self.faults, self.journal, **options)
        return self.add_port(name, number, self._streams(server, tls))

    def stream_port(self, name, protocol, number=0, tls=None):
        async def start(port):
            return await asyncio.get_running_loop().create_server(protocol, self.host, port, ssl=tls, backlog=1024)

        return self.add_port(name, number, start)

    def add_port(self, name, number, start):
        port = Port(name, start)
        port.number = number or free_port(self.host)
        self.ports.append(port)

    def _streams(self, server, tls=None):
        async def start(port):
            return await asyncio.start_server(
                server, self.host, port, ssl=tls, limit=HEAD_BYTES_MAX, backlog=1024, reuse_address=True
            )

        return start

    async def power(self, wanted, changes):
        if wanted not in ("off", "on", "cycle"):
            raise BadSetting('power is "off", "on" or "cycle"')
        if wanted != "on" and self.powered:
            for port in self.ports:
                port.close()
            for transport in list(self.transports):
                transport.abort()
            self.lose_power(changes)
            self.powered = False
        if wanted != "off" and not self.powered:
            for port in self.ports:
                await port.open()
            self.powered = True

    async def _control(self, request):
        try:
            document = json.loads(request.body) if request.body else {}
            answer = await self._controlled(request, document)
        except (BadSetting, ValueError, TypeError, KeyError) as error:
            return json_response({"error": f"{type(error).__name__}: {error}"}, 400)
        if answer is None:
            return json_response({"error": f"there is no {request.method} {request.path}"}, 404)
        return json_response(answer)

    async def _controlled(self, request, document):
        asked = (request.method, request.path)
        if asked == ("GET", "/state"):
            return self.state()
        if asked == ("GET", "/requests"):
            query = dict(request.query)
            return self.journal.shown(int(query.get("since", 0)), query.get("match"))
        if asked == ("GET", "/misbehave"):
            return {**self.faults.shown(), "power": "on" if self.powered else "off"}
        if asked == ("POST", "/misbehave"):
            changes = dict(document)
            power = changes.pop("power", None)
            keep = changes.pop("keep", None)
            self.faults.switch(changes)
            if power is not None:
                await self.power(power, {"keep": keep})
            return {**self.faults.shown(), "power": "on" if self.powered else "off"}
        if asked == ("POST", "/reset"):
            for transport in list(self.transports):
                transport.abort()
            self.faults.clear()
            self.reset()
            self.journal.clear()
            await self.power("on", {})
            return {"reset": True}
        return self.control(request, document)

    async def serve(self, control_port=0, more=()):
        """Opens every port, says where on standard output, and serves until it is told to end."""
        loop = asyncio.get_running_loop()
        ended = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, ended.set)
        for port in self.ports:
            await port.open()
        control = Port("control", self._streams(HttpServer(self._control, set())))
        control.number = control_port
        await control.open()
        for port in self.ports:
            print(f"{port.name} {self.host}:{port.number}", flush=True)
        for line in more:
            print(line, flush=True)
        print(f"control {self.host}:{control.number}", flush=True)
        await ended.wait()


def arguments(description):
    """The parser with what every emulator takes."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen at")
    parser.add_argument("--port", type=int, default=0, help="the first port; 0 takes a free one")
    parser.add_argument("--control-port", type=int, default=0, help="the control port; 0 takes a free one")
    return parser
