"""A small HTTP/1.1 server on asyncio, enough for what devices and bots speak, which can be told to misbehave.

A handler takes a Request and returns a Response, or an awaitable of one.
"""

import asyncio
import inspect
import itertools
import json
from http import HTTPStatus
from urllib.parse import parse_qsl, unquote, urlsplit

BODY_BYTES_MAX = 64 << 20
HEAD_BYTES_MAX = 64 << 10
GARBAGE = b"\xff\xfe\x00\x13garbage\r\n\x80\x81\r\n\r\n" * 4
connections = itertools.count(1)


class Request:
    """`path` is decoded, `query` is a list of pairs, header names are in lower case."""

    def __init__(self, method, target, headers, body, connection=0):
        split = urlsplit(target)
        self.method = method
        self.target = target
        self.path = unquote(split.path)
        self.query = parse_qsl(split.query, keep_blank_values=True)
        self.headers = headers
        self.body = body
        self.connection = connection

    def text(self):
        return f"{self.method} {self.target} {self.body.decode('utf-8', 'replace')}".rstrip()

    def shown(self):
        body = self.body.decode("utf-8", "replace")
        return {"text": self.text(), "method": self.method, "target": self.target, "headers": self.headers, "body": body}


class Response:
    def __init__(self, status=200, body=b"", content_type="application/json", headers=()):
        self.status = status
        self.body = body.encode() if isinstance(body, str) else body
        self.content_type = content_type
        self.headers = list(headers)

    def encoded(self, keep_alive):
        try:
            reason = HTTPStatus(self.status).phrase
        except ValueError:
            reason = "Unknown"
        lines = [f"HTTP/1.1 {self.status} {reason}"]
        if self.body or self.status != 204:
            lines += [f"Content-Type: {self.content_type}", f"Content-Length: {len(self.body)}"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        lines += [f"Connection: {'keep-alive' if keep_alive else 'close'}"]
        return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + self.body


def json_response(document, status=200, headers=()):
    return Response(status, json.dumps(document), headers=headers)


class Malformed(Exception):
    """What came is no HTTP request that this server reads."""


async def read_request(reader, connection):
    """The next request, or None at the end of the connection."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    except asyncio.LimitOverrunError:
        raise Malformed("the head of the request is too long") from None
    first, *lines = head.decode("latin-1").split("\r\n")[:-2]
    words = first.split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1."):
        raise Malformed("the first line is none of HTTP")
    headers = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon:
            raise Malformed("a header has no colon")
        headers[name.strip().lower()] = value.strip()
    if headers.get("transfer-encoding", "").lower() == "chunked":
        body = await read_chunks(reader)
    else:
        length = headers.get("content-length", "0")
        if not length.isascii() or not length.isdigit() or int(length) > BODY_BYTES_MAX:
            raise Malformed("the length of the body is no number, or too large")
        body = await reader.readexactly(int(length))
    request = Request(words[0], words[1], headers, body, connection)
    asked = headers.get("connection", "").lower()
    request.keep_alive = asked != "close" and (words[2] == "HTTP/1.1" or asked == "keep-alive")
    return request


async def read_chunks(reader):
    body = b""
    while True:
        size = int((await reader.readline()).split(b";")[0], 16)
        if len(body) + size > BODY_BYTES_MAX:
            raise Malformed("the body is too large")
        body += await reader.readexactly(size)
        if size == 0:
            while (await reader.readline()).strip():
                pass
            return body
        await reader.readline()


class HttpServer:
    """Serves one port. `faults` and `journal` are those of the emulator; the control port has neither.

    `preparing` tells which requests only prepare a connection, `refuse` makes the answer of a fault that the
    emulator itself answers, as an error of its protocol is.
    """

    def __init__(self, handler, transports, faults=None, journal=None, preparing=lambda _: False, refuse=None):
        self.handler = handler
        self.transports = transports
        self.faults = faults
        self.journal = journal
        self.preparing = preparing
        self.refuse = refuse

    async def __call__(self, reader, writer):
        transport = writer.transport
        self.transports.add(transport)
        number = next(connections)
        try:
            while request := await read_request(reader, number):
                if not await self._serve(request, writer):
                    break
        except (Malformed, ValueError) as error:
            writer.write(Response(400, str(error), "text/plain").encoded(False))
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        except asyncio.CancelledError:
            pass  # the emulator ends while somebody waits for an answer; asyncio would print where
        finally:
            self.transports.discard(transport)
            writer.close()

    async def _answer(self, request):
        answer = self.handler(request)
        return await answer if inspect.isawaitable(answer) else answer

    async def _serve(self, request, writer):
        """Returns whether the connection goes on."""
        if self.faults is None:
            writer.write((await self._answer(request)).encoded(request.keep_alive))
            await writer.drain()
            return request.keep_alive
        arrived_s = asyncio.get_running_loop().time()
        row = self.journal.note(request.connection, request)
        if self.faults.active:
            await self.faults.admit(arrived_s)
        if writer.transport.is_closing():
            row[4] = "gone"
            return False
        fault = self.faults.strike(request.text(), self.preparing(request)) if self.faults.active else None
        row[4] = fault.kind if fault else "answered"
        if fault and fault.kind in ("cut", "drop") and fault.when == "before":
            return self._swallow(fault, writer)
        if fault and fault.kind == "garbage" and fault.get("kind") != "body":
            writer.write(GARBAGE)
            return True
        own = fault is not None and fault.kind not in ("cut", "drop", "garbage")
        answered = self.refuse(request, fault) if own else await self._answer(request)
        if fault and fault.kind == "garbage":
            answered = Response(answered.status, "<html><p>5\x05 &nonsense; {", answered.content_type)
        encoded = answered.encoded(request.keep_alive)
        if fault and fault.kind in ("cut", "drop"):
            if fault.when == "half":
                writer.write(encoded[: len(encoded) // 2])
                await writer.drain()
            return self._swallow(fault, writer)
        writer.write(encoded)
        await writer.drain()
        return request.keep_alive

    @staticmethod
    def _swallow(fault, writer):
        """Cut ends the connection; drop leaves it open, and the client without an answer."""
        if fault.kind == "cut":
            writer.close() if fault.when == "half" else writer.transport.abort()
            return False
        return True
