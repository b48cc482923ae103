#!/usr/bin/env python3
"""Kills the server again and again while clients post, and holds it to what it acknowledged.

An id that was acknowledged is in the log exactly once and answers the same for ever; one that was not is in the
log once or not at all, and the client finds out by sending it again. Everything that the program then says, the
events themselves say too.

CRASH_ROUNDS, CRASH_SEED and CRASH_CLIENTS say how often, which run, and with how many connections.
"""

import itertools
import json
import os
import random
import shutil
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from decimal import Decimal

import server as s

TENANTS = ("acme", "beta")
ACCOUNTS = [f"a{i}" for i in range(40)]
ENGINE = {"snapshot_every_events": 1000}
RESENT_AFTER_RESTART = 60


class Journal:
    """What was sent and what came back, by (tenant, id). Any thread."""

    def __init__(self):
        self.lock = threading.Lock()
        self.sent = {}
        self.answers = {}  # the first answer that was an acknowledgement
        self.order = []  # keys of answers as they came
        self.recorded = set()  # what a 201 came for
        self.refused = {}
        self.repeats_of = {}  # a command whose payment another command had made already
        self.atomic = []  # batches that stand or fall together, and that nobody knows of which they did
        self.acknowledged = threading.Condition(self.lock)

    def will_send(self, command):
        with self.lock:
            self.sent[key_of(command)] = command

    def answered(self, command, status, answer):
        key = key_of(command)
        s.expect(status in (200, 201, 422), "an answer is an acknowledgement or a rejection", command, status, answer)
        with self.lock:
            if status == 422:
                s.expect(key not in self.answers, "what was acknowledged is not rejected later", command, answer)
                self.refused[key] = answer["code"]
                self.acknowledged.notify_all()
                return
            if status == 201:
                s.expect(key not in self.recorded, "the same id is recorded once", command)
                self.recorded.add(key)
            first = self.answers.setdefault(key, answer)
            s.expect(answer == first, "a repeat answers as the first time", command, first, answer)
            if first is answer:
                self.refused.pop(key, None)
                self.order.append(key)
                self.acknowledged.notify_all()

    def of_repeated_payment(self, command, status, answer, original):
        s.expect(status == 200, "a payment that is delivered again is a repeat", command, status, answer)
        with self.lock:
            self.repeats_of[key_of(command)] = original
            s.expect(answer == self.answers[original], "it answers as the payment did", command, answer)

    def unanswered(self):
        with self.lock:
            done = self.answers.keys() | self.refused.keys() | self.repeats_of.keys()
            return [command for key, command in self.sent.items() if key not in done]

    def sample(self, rng, count):
        """Some of all, and the last that were acknowledged: those a crash could lose."""
        with self.lock:
            last = self.order[-count // 2 :]
            return list(dict.fromkeys(last + rng.sample(self.order, min(len(self.order), count // 2))))

    def wait_for(self, more, still_alive):
        with self.acknowledged:
            target = len(self.order) + more
            end = time.monotonic() + s.DEADLINE_S
            while len(self.order) < target and still_alive():
                self.acknowledged.wait(0.2)
                s.expect(time.monotonic() < end, "the clients got no answers in time")


def key_of(command):
    return command["tenant"], command["id"]


class Maker:
    """The commands of one client in one round."""

    def __init__(self, rng, name, round_number, journal):
        self.rng = rng
        self.name = name
        self.round = round_number
        self.journal = journal
        self.counter = itertools.count()

    def amount(self, most):
        return str(Decimal(self.rng.randrange(1, most)) / 100)

    def new(self):
        command_id = f"{self.name}-{next(self.counter)}"
        tenant = self.rng.choice(TENANTS)
        account, other = self.rng.sample(ACCOUNTS, 2)
        kind = self.rng.random()
        if kind < 0.55:
            return s.pay(tenant, command_id, account, self.amount(50_000), f"x-{command_id}")
        if kind < 0.85:
            return s.charge(tenant, command_id, account, self.amount(30_000))
        return s.transfer(tenant, command_id, account, other, self.amount(20_000))

    def shared(self):
        """One that other clients make as well, at about the same time."""
        number = len(self.journal.order) // 16
        rng = random.Random(f"{self.round}-{number}")
        account = rng.choice(ACCOUNTS)
        command_id = f"shared-{self.round}-{number}"
        return s.pay(rng.choice(TENANTS), command_id, account, str(rng.randrange(1, 100)), f"x-{command_id}")


def post_until_killed(client, maker, journal, failures):
    """A client that sends one command after the other, like a cash desk, and some batches, like a bank's file."""
    try:
        while True:
            choice = maker.rng.random()
            if choice < 0.1 and journal.order:
                with journal.lock:
                    again = journal.sent[maker.rng.choice(journal.order)]
                send(client, journal, again)
            elif choice < 0.15:
                send(client, journal, maker.shared())
            elif choice < 0.2:
                send_payment_again(client, journal, maker)
            elif choice < 0.25:
                send_batch(client, journal, [maker.new() for _ in range(maker.rng.randrange(2, 60))])
            elif choice < 0.3:
                send_atomic(client, journal, [maker.new() for _ in range(maker.rng.randrange(2, 8))])
            else:
                send(client, journal, maker.new())
    except (OSError, s.http.client.HTTPException):
        return  # the server was killed: what was under way is found out later
    except Exception as failure:  # pylint: disable=broad-except
        failures.append(failure)
    finally:
        client.close()


def send(client, journal, command):
    journal.will_send(command)
    status, answer = client.post(command)
    journal.answered(command, status, json.loads(answer))


def send_payment_again(client, journal, maker):
    """The provider notifies twice: the same payment under another id."""
    with journal.lock:
        made = [key for key in journal.order[-200:] if journal.sent[key]["type"] == "payment.receive"]
    if not made:
        return
    original = maker.rng.choice(made)
    again = dict(journal.sent[original], id=f"{maker.name}-again-{next(maker.counter)}")
    status, answer = client.post(again)
    journal.of_repeated_payment(again, status, json.loads(answer), original)


def send_batch(client, journal, commands):
    for command in commands:
        journal.will_send(command)
    answered = 0
    for answer in client.post_batch(commands):
        answered += 1
        s.expect(answer.pop("line", None) == answered, "each line is answered in its turn", answer)
        journal.answered(commands[answered - 1], answer.pop("status"), answer.pop("problem", answer))
    if answered < len(commands):
        raise ConnectionError("the answer was cut off")


def send_atomic(client, journal, commands):
    """All of it or nothing; also when the answer is lost."""
    for command in commands:
        journal.will_send(command)
    with journal.lock:
        journal.atomic.append(commands)
    answers = list(client.post_batch(commands, atomic=True))
    if len(answers) == 1 and answers[0].get("code") == "batch_rejected":
        for command in commands:
            journal.answered(command, 422, answers[0])
    else:
        if len(answers) < len(commands):
            raise ConnectionError("the answer was cut off")
        statuses = {answer["status"] for answer in answers}
        s.expect(statuses in ({200}, {201}), "all of it was recorded, or is repeated", answers)
        for command, answer in zip(commands, answers):
            answer.pop("line")
            journal.answered(command, answer.pop("status"), answer)
    with journal.lock:
        journal.atomic.remove(commands)


def run_round(binary, data, number, rng, journal, clients):
    if number % 4 == 3:  # killed while it recovers from the kill before
        with s.Server(binary, data, ENGINE, wait=False) as server:
            time.sleep(rng.uniform(0, 0.15))
            server.kill()
    with s.Server(binary, data, ENGINE) as server:
        with server.connect() as client:
            resend(client, journal, rng)
        failures = []
        threads = []
        for i in range(clients):
            maker = Maker(random.Random(rng.random()), f"r{number}-c{i}", number, journal)
            arguments = (server.connect(), maker, journal, failures)
            threads.append(threading.Thread(target=post_until_killed, args=arguments))
        for thread in threads:
            thread.start()
        journal.wait_for(rng.randrange(1, 600), lambda: any(thread.is_alive() for thread in threads))
        time.sleep(rng.uniform(0, 0.002))  # the moment is anywhere between two acknowledgements
        server.kill()
        for thread in threads:
            thread.join()
        if failures:
            raise failures[0]


def resend(client, journal, rng):
    """What a client does after it lost the connection; and what was acknowledged is still known."""
    with journal.lock:
        atomic, journal.atomic = journal.atomic, []
    for commands in atomic:
        send_atomic(client, journal, commands)
    for command in journal.unanswered():
        send(client, journal, command)
    for key in journal.sample(rng, RESENT_AFTER_RESTART):
        send(client, journal, journal.sent[key])


def check_log(program, data, journal):
    """Holds the events to what was acknowledged, and what the program says to the events."""
    roots = {}
    for tenant in TENANTS:
        lines = program.lines(data, tenant)
        roots[tenant] = (len(lines), s.tree_root(lines))
        check_events(tenant, [json.loads(line) for line in lines], journal)
        balances = balances_of([json.loads(line) for line in lines])
        s.expect(program.balances(data, tenant) == balances, "balances are what the events say", tenant)
    code, verified = program.verify(data)
    s.expect(code == 0 and verified["ok"], "verify finds nothing", code, verified)
    s.expect(verified["events"] == sum(size for size, _ in roots.values()), "verify reads all events", verified)
    for tenant in verified["tenants"]:
        s.expect(roots[tenant["tenant"]] == (tenant["size"], tenant["root"]), "the tree is of these lines", tenant)
    return verified


def check_events(tenant, events, journal):
    s.expect([event["id"] for event in events] == [str(i + 1) for i in range(len(events))], "sequences have no gap")
    times = [event["time"] for event in events]
    s.expect(times == sorted(times), "times never decrease")
    causes = Counter(event["cause"] for event in events)
    s.expect(max(causes.values()) == 1, "no command is recorded twice", causes.most_common(3))
    payments = Counter(event["data"].get("external_id", event["id"]) for event in events)
    s.expect(max(payments.values()) == 1, "no payment is recorded twice", payments.most_common(3))
    recorded = {event["cause"]: event for event in events}
    for (of_tenant, command_id), answer in journal.answers.items():
        if of_tenant != tenant:
            continue
        s.expect(command_id in recorded, "what was acknowledged is in the log", tenant, command_id, answer)
        event = recorded[command_id]
        s.expect(int(event["id"]) == answer["sequence"], "under the sequence that was acknowledged", event, answer)
        sent = journal.sent[tenant, command_id]
        for name in ("account", "from", "to", "external_id"):
            s.expect(event["data"].get(name) == sent["data"].get(name), "with what was asked", name, event, sent)
        if "amount" in sent["data"]:
            s.expect(Decimal(event["data"]["amount"]) == Decimal(sent["data"]["amount"]), "and as much", event, sent)
    for command_id in recorded:
        key = (tenant, command_id)
        s.expect(key in journal.answers, "nothing is in the log that nobody was told of", key, recorded[command_id])


def balances_of(events):
    """The customers' balances, checking that each entry balances and says what the accounts then had."""
    ledger = defaultdict(Decimal)
    customers = {}
    for event in events:
        postings = event["data"].get("postings", [])
        s.expect(sum(Decimal(p["amount"]) for p in postings) == 0, "debits equal credits", event)
        for posting in postings:
            ledger[posting["account"]] += Decimal(posting["amount"])
            s.expect(ledger[posting["account"]] == Decimal(posting["balance"]), "balances run on", event)
        if event["type"] == "account.opened.v1":
            customers[event["data"]["account"]] = f"customer/{event['data']['account']}"
    s.expect(sum(ledger.values()) == 0, "the trial balance is zero")
    return {account: ledger[name] for account, name in customers.items()}


def open_books(binary, data, journal):
    with s.Server(binary, data, ENGINE) as server, server.connect() as client:
        for tenant in TENANTS:
            send(client, journal, s.create_tenant(tenant))
            for account in ACCOUNTS:
                send(client, journal, s.open_account(tenant, account, "50.00"))
        server.kill()


def main():
    binary = os.path.abspath(sys.argv[1])
    rounds = int(os.environ.get("CRASH_ROUNDS", "20"))
    clients = int(os.environ.get("CRASH_CLIENTS", "4"))
    seed = os.environ.get("CRASH_SEED") or str(random.SystemRandom().randrange(10**9))
    print(f"CRASH_SEED={seed} CRASH_ROUNDS={rounds}", flush=True)
    rng = random.Random(seed)
    program = s.Program(binary)
    journal = Journal()
    work = tempfile.mkdtemp(prefix="provodka-crash-")
    data = os.path.join(work, "data")
    open_books(binary, data, journal)
    for number in range(rounds):
        before = len(journal.order)
        run_round(binary, data, number, rng, journal, clients)
        print(f"round {number}: {len(journal.order) - before} acknowledged", flush=True)

    # Once more in peace: whatever is still open is settled, and all that was acknowledged is known.
    with s.Server(binary, data, ENGINE) as server, server.connect() as client:
        resend(client, journal, rng)
        s.expect(not journal.unanswered(), "everything was answered in the end")
        server.end()
    verified = check_log(program, data, journal)

    # The same from the log alone.
    shutil.rmtree(os.path.join(data, "derived"))
    with s.Server(binary, data, ENGINE) as server, server.connect() as client:
        for key in journal.order:
            send(client, journal, journal.sent[key])
        server.end()
    again = check_log(program, data, journal)
    s.expect(again["state_hash"] == verified["state_hash"], "the log alone gives the same state")
    print(f"{len(journal.order)} acknowledged, {len(journal.refused)} refused, {verified['events']} events: all there, once")
    shutil.rmtree(work)


if __name__ == "__main__":
    main()
