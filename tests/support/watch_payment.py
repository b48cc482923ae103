#!/usr/bin/env python3
"""Pays for an access point that is off, and times until the emulated router has let it in.

    watch_payment.py --url http://127.0.0.1:8080 --tenant ok-telecom --account 100057 --amount 312.00 \\
        --currency RUB --point 100057 --control 127.0.0.1:41001

`--control` is the control port of routeros_emulator.py. It prints the commands as they would be typed, what they
answer, and the milliseconds to the server's answer and to the router's. Exit code 2: the router did not follow.
"""

import argparse
import http.client
import json
import sys
import time
import urllib.parse

DEADLINE_S = 30
ADDRESS_LIST = "/ip/firewall/address-list"


def ask(address, path):
    connection = http.client.HTTPConnection(address, timeout=DEADLINE_S)
    try:
        connection.request("GET", path)
        return json.loads(connection.getresponse().read())
    finally:
        connection.close()


def entries(control, comment):
    listed = ask(control, "/state")[ADDRESS_LIST]
    return [entry for entry in listed if entry.get("comment") == comment]


def pay(options):
    """Returns the answer and the moments at which the command went and its answer was there."""
    external_id = f"watched-{time.time_ns()}"
    data = {"account": options.account, "amount": options.amount, "currency": options.currency, "provider": "cash",
            "external_id": external_id}  # fmt: skip
    command = {"type": "payment.receive", "id": external_id, "tenant": options.tenant, "data": data}
    url = urllib.parse.urlsplit(options.url)
    connection = http.client.HTTPConnection(url.netloc, timeout=DEADLINE_S)
    connection.connect()
    sent_s = time.time()
    connection.request("POST", "/v1/commands", json.dumps(command), {"Content-Type": "application/json"})
    response = connection.getresponse()
    body = response.read()
    acknowledged_s = time.time()
    connection.close()
    if response.status != 201:
        sys.exit(f"watch_payment.py: the payment was not recorded: {response.status} {body.decode()}")
    print(f"$ curl -s {options.url}/v1/commands -d '{json.dumps(command)}'")
    print(body.decode().strip())
    return sent_s, acknowledged_s


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("url", "tenant", "account", "amount", "currency", "point", "control"):
        parser.add_argument(f"--{name}", required=True)
    options = parser.parse_args()
    comment = f"provodka:{options.tenant}/{options.point}"
    before = entries(options.control, comment)
    if not before:
        sys.exit(f"watch_payment.py: the router has no entry {comment}, so there is nothing to see")
    shown = {name: before[0][name] for name in ("list", "address", "comment")}
    print(f"$ curl -s {options.control}/state | jq -c '.\"{ADDRESS_LIST}\"[] | select(.comment == \"{comment}\")'")
    print(json.dumps(shown))
    count = ask(options.control, "/requests?since=999999999")["count"]
    sent_s, acknowledged_s = pay(options)
    ended_s = time.monotonic() + DEADLINE_S
    while entries(options.control, comment):
        if time.monotonic() > ended_s:
            print(f"watch_payment.py: after {DEADLINE_S} seconds the router still has {comment}", file=sys.stderr)
            sys.exit(2)
    asked = ask(options.control, f"/requests?since={count}&match={ADDRESS_LIST}/remove")["requests"]
    router_s = asked[0]["at_ms"] / 1000
    print(f"{1000 * (acknowledged_s - sent_s):.1f} ms after it was sent the payment was acknowledged, and after "
          f"{1000 * (router_s - sent_s):.1f} ms the router had let {before[0]['address']} in")  # fmt: skip


if __name__ == "__main__":
    main()
