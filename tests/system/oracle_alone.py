"""A history that differs, run again alone and made shorter."""

import copy
import json
import os
import tempfile
import time
from datetime import timedelta

import server as s
from oracle_compare import differs_answer, differs_events, differs_reading, read_account, read_events, wire
from oracle_doubt import Doubt
from oracle_history import expectation

SHRUNK_WITHIN_S = 60


class Alone:
    """A history again, on a server of its own, with all or some of its commands."""

    def __init__(self, binary, history, script, end):
        self.binary, self.history, self.end = binary, history, end
        self.account_script = script

    def steps(self, script):
        used = {data["tariff"] for _, _, data in script if "tariff" in data}
        common = [c for c in self.history.books.commands if c[1] != "tariff.publish" or c[2]["tariff"] in used]
        return sorted(common + script, key=lambda step: step[0])

    def differs(self, script):
        """Where the server differs, or None."""
        books = copy.copy(self.history.books)
        books.tenant = copy.deepcopy(books.tenant)
        again = copy.copy(self.history)
        again.books, again.account = books, None
        with tempfile.TemporaryDirectory(prefix="provodka-oracle-") as path:
            data = os.path.join(path, "data")
            flags = ["--clock", wire(books.begin)]
            with s.Server(self.binary, data, flags=flags) as server, server.connect() as client:
                for number, (at, kind, what) in enumerate(self.steps(script)):
                    if again.account:
                        for midnight in self.midnights(again.account, at):
                            if wrong := self.look(client, again, midnight, f"m{number}.{midnight}"):
                                return wrong
                        again.account.advance(at)
                    if kind in ("payment.reverse",) and what["external_id"] not in again.account.payments:
                        return None
                    if "subscription" in what and kind != "subscription.start":
                        if what["subscription"] not in again.account.subs:
                            return None
                    said = None
                    if not kind.startswith(("tenant.", "tariff.", "service.")):
                        if again.account and again.account.doubt(kind, what):
                            return None
                        said = expectation(books, again, at, kind, what)
                    _, body = client.post(s.command(kind, f"c{number}", books.name, what, time=wire(at)))
                    if said and (wrong := differs_answer(said, json.loads(body), again.name)):
                        return f"{books.tenant.zone.text(at)} {kind}: {wrong}"
                    if again.account and (wrong := self.look(client, again, at, f"l{number}")):
                        return wrong
                for midnight in self.midnights(again.account, self.end):
                    if wrong := self.look(client, again, midnight, f"e{midnight}"):
                        return wrong
                moves, access = read_events(client, books.name)
                return differs_events(again.account, moves[again.name], access[again.name])

    def midnights(self, account, until):
        day = account.today
        while account.zone.midnight(day + timedelta(days=1)) < until:
            day += timedelta(days=1)
            yield account.zone.midnight(day)

    def look(self, client, again, at, command_id):
        again.account.advance(at)
        client.post(s.command("tenant.configure", command_id, again.books.name, {}, time=wire(at)))
        wrong = differs_reading(again.account, read_account(client, again.books.name, again.name))
        return wrong and f"{again.account.zone.text(at)} {wrong}"

    def shortest(self):
        """(script, how it differs), or None where it does not differ alone."""
        deadline = time.monotonic() + SHRUNK_WITHIN_S
        script = self.account_script
        wrong = self.try_with(script)
        if not wrong:
            return None
        again = True
        while again and time.monotonic() < deadline:
            again = False
            for i in reversed(range(1, len(script))):
                if script[i][1] == "subscription.start" and script[i][2]["subscription"] == self.history.id("s"):
                    continue  # there is no account without its base
                shorter = script[:i] + script[i + 1 :]
                if time.monotonic() < deadline and (other := self.try_with(shorter)):
                    script, wrong, again = shorter, other, True
        return script, wrong

    def try_with(self, script):
        try:
            return self.differs(script)
        except (Doubt, KeyError):
            return None


def show(binary, history, end):
    found = Alone(binary, history, history.script, end).shortest()
    script, wrong = found or (history.script, history.wrong)
    lines = [f"history {history.seed}" + ("" if found else " (alone, without a restart, it does not differ)")]
    zone = history.books.tenant.zone
    for at, kind, data in Alone(binary, history, script, end).steps(script):
        lines.append(f"  {zone.text(at)} {kind} {json.dumps(data)}")
    return "\n".join([*lines, "  differs: " + wrong])
