#!/usr/bin/env python3
"""The REST API of the emulated router: the same state as the other API, through a public HTTP client."""

import emulators as e

if __name__ == "__main__":
    e.use_clients("requests", "librouteros")

import librouteros  # noqa: E402
import requests  # noqa: E402

LISTS = "ip/firewall/address-list"
USER, PASSWORD = "bill", "s3cr3t"
ENTRY = {"list": "debtors", "address": "10.0.0.5", "comment": "acc 17"}


class Rest:
    def __init__(self, emulator, password=PASSWORD):
        self.base = f"{emulator.url('ready-rest')}/rest/"
        self.session = requests.Session()
        self.session.auth = (USER, password)

    def __call__(self, method, path, document=None, status=200, **query):
        answer = self.session.request(method, self.base + path, json=document, params=query, timeout=e.DEADLINE_S)
        e.expect(answer.status_code == status, f"{method} {path} gives {answer.status_code}", answer.text)
        return answer.json() if answer.content else None


def life_of_an_entry(emulator):
    rest = Rest(emulator)
    made = rest("PUT", LISTS, ENTRY, status=201)
    e.expect({**ENTRY, "dynamic": "false", "disabled": "false"}.items() <= made.items(), "what was made", made)
    again = rest("PUT", LISTS, ENTRY, status=400)
    told = {"error": 400, "message": "Bad Request", "detail": "failure: already have such entry"}
    e.expect(again == told, "only once", again)
    one = f"{LISTS}/{made['.id']}"
    e.expect(rest("GET", one) == made and rest("GET", LISTS) == [made], "it is read", made)
    changed = rest("PATCH", one, {"disabled": True, "comment": "paid"})
    e.expect((changed["disabled"], changed["comment"]) == ("true", "paid"), "it is changed", changed)
    rest("DELETE", one, status=204)
    e.expect(rest("GET", one, status=404) == {"error": 404, "message": "Not Found"}, "it is gone")
    e.expect(rest("DELETE", one, status=404)["error"] == 404, "and not removed twice")


def commands_and_queries(emulator):
    rest = Rest(emulator)
    for n in range(1, 5):
        rest("POST", f"{LISTS}/add", {"list": "a" if n < 3 else "b", "address": f"10.0.0.{n}"})
    e.expect([one["address"] for one in rest("GET", LISTS, list="b")] == ["10.0.0.3", "10.0.0.4"], "a filter")
    only = rest("GET", LISTS, **{"address": "10.0.0.2", ".proplist": "list,address"})
    e.expect(only == [{"list": "a", "address": "10.0.0.2"}], "the properties asked for", only)
    query = {".proplist": ["address"], ".query": ["address=10.0.0.1", "address=10.0.0.4", "#|"]}
    found = rest("POST", f"{LISTS}/print", query)
    e.expect(found == [{"address": "10.0.0.1"}, {"address": "10.0.0.4"}], "a query", found)
    ids = [one[".id"] for one in rest("GET", LISTS)]
    e.expect(rest("POST", f"{LISTS}/disable", {"numbers": ",".join(ids[:2])}) == [], "a command")
    e.expect(len(rest("GET", LISTS, disabled="yes")) == 2, "on both")
    e.expect(rest("GET", "system/resource")["board-name"].startswith("CCR"), "a menu that is one thing")
    e.expect(rest("GET", "system/identity") == {"name": "emulated"}, "another")
    unknown = rest("POST", f"{LISTS}/explode", {}, status=406)
    e.expect(unknown["detail"] == "no such command or directory (explode)", "no such command", unknown)
    e.expect("nonsense" in rest("GET", "ip/nonsense", status=400)["detail"], "no such menu")
    e.expect(rest("PUT", LISTS, {"list": "a"}, status=400)["detail"] == "missing =address=", "something is missing")


def one_state(emulator):
    """What one API does, the other shows; over TLS too."""
    host, number = emulator.ports["ready"]
    api = librouteros.connect(host, USER, PASSWORD, port=number)
    made = api.path(LISTS).add(list="debtors", address="10.0.0.5")
    host, number = emulator.ports["ready-rest-tls"]
    url = f"https://{host}:{number}/rest/{LISTS}"
    seen = requests.get(url, auth=(USER, PASSWORD), verify=emulator.values["certificate"], timeout=e.DEADLINE_S).json()
    e.expect([entry[".id"] for entry in seen] == [made], "the other API has it", seen)
    Rest(emulator)("DELETE", f"{LISTS}/{made}", status=204)
    e.expect(tuple(api.path(LISTS)) == (), "and here it is gone")


def who_may(emulator):
    e.expect(Rest(emulator, "other")("GET", LISTS, status=401)["error"] == 401, "a wrong password")
    emulator.misbehave(refuse_login=True)
    Rest(emulator)("GET", LISTS, status=401)
    emulator.misbehave(refuse_login=False)
    Rest(emulator)("GET", LISTS)


def misbehaviour(emulator):
    rest = Rest(emulator)
    emulator.misbehave(cut={"when": "after"})
    e.raises(requests.ConnectionError, rest, "PUT", LISTS, ENTRY)
    e.expect(len(rest("GET", LISTS)) == 1, "it was done, though nobody was told")
    emulator.misbehave(garbage=True)
    e.raises(requests.RequestException, rest, "GET", LISTS)
    emulator.misbehave(garbage={"kind": "body"})
    e.raises(requests.JSONDecodeError, rest, "GET", LISTS)
    emulator.misbehave(error={"status": 400, "message": "failure: no room"})
    e.expect(rest("PUT", LISTS, ENTRY, status=400)["detail"] == "failure: no room", "an error of any kind")
    emulator.misbehave(drop=True)
    short = lambda: rest.session.get(rest.base + LISTS, timeout=0.2)
    e.raises(requests.Timeout, short)
    e.expect(len(rest("GET", LISTS)) == 1, "and then it answers")


TESTS = [life_of_an_entry, commands_and_queries, one_state, who_may, misbehaviour]

if __name__ == "__main__":
    e.run(lambda: e.Emulator("routeros", "--user", USER, "--password", PASSWORD), TESTS)
