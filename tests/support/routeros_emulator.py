#!/usr/bin/env python3
"""A MikroTik router to test against: the RouterOS API, plain and over TLS, and the REST API over one state.

It prints where it listens, a line for each: `ready` (API), `ready-tls`, `ready-rest`, `ready-rest-tls`, then the
certificate it made for itself, and last `control`. Beyond what emulator.py says, its control port takes

    POST /entries  {"menu": "/ppp/active", "add": [{...}], "set": [{".id": "*1", ...}], "remove": ["*1"], "foreign": 50000}
                   what happens on a router by itself or by another hand; read-only properties may be given
    POST /save     keeps the configuration, in the file of --state if there is one
    POST /misbehave also has "dribble": true (answers come byte by byte), "interleave": true (answers of commands
                   that wait together come mixed), and "keep": "configuration" or "saved" beside "power"
"""

import asyncio
import ssl
import subprocess
import tempfile

from emulator import Emulator, arguments
from emulator_faults import BadSetting
from emulator_http import Request
from routeros_api import ApiConnection
from routeros_rest import Rest
from routeros_router import ADDRESS_LIST, Router
from routeros_values import Trap


def shown_request(request):
    if isinstance(request, Request):
        return {"api": "rest", **request.shown()}
    words, raw = request
    return {"api": "api", "text": " ".join(words), "words": words, "hex": raw.hex()}


class RouterEmulator(Emulator):
    def __init__(self, options, tls):
        super().__init__(options.host, settings=("dribble", "interleave"), shown_by=shown_request)
        self.user = options.user
        self.password = options.password
        self.login = options.login
        self.empty = {"none": None}.get(options.empty, options.empty)
        self.router = Router(options.version, options.identity, options.redial, options.state, options.foreign,
                             not options.no_ipv6)
        rest = Rest(self)
        self.stream_port("ready", lambda: ApiConnection(self), options.port)
        self.stream_port("ready-tls", lambda: ApiConnection(self), options.tls_port, tls)
        self.http_port("ready-rest", rest.handle, options.rest_port, refuse=rest.refuse)
        self.http_port("ready-rest-tls", rest.handle, 0, tls, refuse=rest.refuse)

    def lose_power(self, changes):
        self.router.lose_power(changes.get("keep"))

    def reset(self):
        self.router.first_state()

    def state(self):
        menus = {}
        for path, table in self.router.tables.items():
            table.expire()
            menus[path] = [item.shown for item in table.items.values()]
        return {**menus, "/system/identity": self.router.menus["/system/identity"].shown()}

    def control(self, request, document):
        asked = (request.method, request.path)
        if asked == ("POST", "/save"):
            return {"saved": self.router.save()}
        if asked != ("POST", "/entries"):
            return None
        path = document.get("menu", ADDRESS_LIST)
        table = self.router.tables.get(path)
        if table is None:
            raise BadSetting(f"there is no menu {path}; there are {', '.join(self.router.tables)}")
        try:
            removed = [table.item(one) for one in document.get("remove", ())]
            table.remove(removed)
            for changes in document.get("set", ()):
                table.set([table.item(changes[".id"])], changes, forced=True)
            added = self.router.add_forced(path, document.get("add", ()))
            foreign = self.router.add_foreign(path, document.get("foreign", 0))
        except Trap as error:
            raise BadSetting(error.message) from None
        return {"added": added, "removed": len(removed), "foreign": foreign, "size": len(table.items)}


def certificate(folder, host):
    """A key and a certificate signed by itself; returns their paths."""
    key, signed = f"{folder}/key.pem", f"{folder}/certificate.pem"
    command = [
        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30",
        "-subj", "/CN=emulated router", "-addext", f"subjectAltName=IP:{host},DNS:localhost", "-keyout", key, "-out", signed,
    ]  # fmt: skip
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode != 0:
        raise SystemExit(f"openssl made no certificate: {made.stderr}")
    return key, signed


def main():
    parser = arguments("Emulates a MikroTik router: RouterOS API and REST.")
    parser.add_argument("--tls-port", type=int, default=0, help="the port of the API over TLS; 0 takes a free one")
    parser.add_argument("--rest-port", type=int, default=0, help="the port of REST; 0 takes a free one")
    parser.add_argument("--user", default="admin", help="who may log in")
    parser.add_argument("--password", default="", help="with this password")
    parser.add_argument("--login", choices=("plain", "challenge", "both"), default="both",
                        help="which logins are understood: since 6.43, before it, or both")  # fmt: skip
    parser.add_argument("--empty", choices=("none", "done", "alone"), default="none",
                        help="whether an empty print answers !empty, and whether !done follows")  # fmt: skip
    parser.add_argument("--version", default="7.15.3", help="the version that is shown")
    parser.add_argument("--identity", default="emulated", help="the name that is shown")
    parser.add_argument("--redial", action="store_true", help="a removed PPP session comes back while its secret is enabled")
    parser.add_argument("--foreign", type=int, default=0, help="so many address-list entries of somebody else at the start")
    parser.add_argument("--no-ipv6", action="store_true", help="a version 6 without the package ipv6: its menus are missing")
    parser.add_argument("--state", help="a file that POST /save writes and a start reads")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="routeros-emulator-") as folder:
        key, signed = certificate(folder, options.host)
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(signed, key)
        emulate = RouterEmulator(options, tls).serve(options.control_port, [f"certificate {signed}"])
        asyncio.run(emulate)


if __name__ == "__main__":
    main()
