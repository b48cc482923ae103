"""What the server answers, shows and records, beside what the calculator says."""

import json
from collections import defaultdict
from datetime import datetime
from fractions import Fraction

import server as s
from oracle_terms import OFF_FOR_MONEY, money


def wire(instant):
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


def differs_answer(said, answer, name):
    """What the server answered otherwise, or None."""
    problem = answer.get("problem", answer)
    if "code" in said or "code" in problem:
        got = {"code": problem.get("code")}
        return None if said == got else f"the calculator says {said}, the server {problem or answer}"
    got = answer["balances"][name]
    if all(got[key] == value for key, value in said.items()):
        return None
    return f"the calculator says {said}, the server {got}"


def differs_reading(account, got):
    said = {"balance": money(account.balance), "available": money(account.available())}
    if account.subs:
        said["access"] = "on" if account.access() else "off"
        needed = account.needed()
        if needed is not None:
            said["needed"] = money(needed)
    wrong = {key: (value, got[key]) for key, value in said.items() if got[key] != value}
    states = {sub["subscription"]: (sub["state"], sub.get("reason")) for sub in got.get("subscriptions", [])}
    for sub in account.subs.values():
        state, reason = states.get(sub.name, (None, None))
        if sub.status != state and not (account.blocked and state in ("off", "trial", "active")):
            wrong[sub.name] = (sub.status, state)
        elif sub.status == "off" and not account.blocked and kind_of(sub.reason) != kind_of(reason):
            wrong[sub.name] = (sub.reason, reason)
    if wrong:
        return "what is read, as the calculator and the server say: " + str(wrong)
    return None


def kind_of(reason):
    return "money" if reason in OFF_FOR_MONEY else reason


def read_account(client, tenant, account):
    status, body = client.get(f"/v1/{tenant}/accounts/{account}")
    s.expect(status == 200, "the account is read", status, body)
    return json.loads(body)


def read_events(client, tenant):
    """Per account: what was charged and credited in each instant, and when access changed."""
    moves = defaultdict(lambda: defaultdict(lambda: [Fraction(0), Fraction(0)]))
    access = defaultdict(list)
    after = 0
    while True:
        status, body = client.get(f"/v1/{tenant}/events?after={after}&limit=5000")
        s.expect(status == 200, "events are read", status, body[:300])
        lines = body.splitlines()
        for line in lines:
            event = json.loads(line)
            kind, data, at = event["type"], event["data"], event["time"]
            if kind in ("subscription.charged.v1", "subscription.credited.v1"):
                sign = -1 if kind == "subscription.charged.v1" else 1
                sums = moves[data["account"]][(at, data["subscription"])]
                sums[0] += sign * Fraction(data["amount"])
                sums[1] += sign * Fraction(data["vat"])
            elif kind == "access.changed.v1":
                access[data["account"]].append((at, data["wanted"] == "on"))
        if len(lines) < 5000:
            return moves, access
        after = int(json.loads(lines[-1])["id"])


def differs_events(account, moves, changes):
    zone = account.zone
    said = defaultdict(lambda: [Fraction(0), Fraction(0)])
    for at, name, amount, vat in account.moves:
        sums = said[(at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"), name)]
        sums[0] += amount
        sums[1] += vat
    drop = lambda sums: {key: tuple(value) for key, value in sums.items() if any(value)}
    said, got = drop(said), drop(moves)
    if said != got:
        first = min(key for key in said.keys() | got.keys() if said.get(key) != got.get(key))
        show = lambda sums: "nothing" if sums is None else f"{money(sums[0])} with VAT {money(sums[1])}"
        local = zone.text(datetime.fromisoformat(first[0]))
        return f"at {local} {first[1]} gets: the calculator {show(said.get(first))}, the server {show(got.get(first))}"
    said = [(at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"), on) for at, on in account.access_log]
    said, got = collapsed(said), collapsed(changes)
    if said != got:
        different = min(set(said) ^ set(got))
        return f"access changes: {different} is only with one of them; calculator {said}, server {got}"
    return None


def collapsed(changes):
    """When access turned, from on at first, as a point is; what lasted no time is left out."""
    last = {}
    for at, on in changes:
        last[at] = on
    result, state = [], True
    for at, on in sorted(last.items()):
        if on != state:
            result.append((at, on))
            state = on
    return result
