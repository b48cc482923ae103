"""Many histories on one server, compared as they go."""

import os
import random
from datetime import datetime, timedelta, timezone

import server as s
from oracle_books import Books
from oracle_compare import differs_answer, differs_events, differs_reading, read_account, read_events, wire
from oracle_doubt import Doubt
from oracle_history import History, minutes
from oracle_terms import Zone

PER_TENANT = 20
ZONES = (
    "Europe/Moscow",
    "Europe/Berlin",
    "Asia/Almaty",
    "America/Santiago",
    "America/New_York",
    "Asia/Kolkata",
    "Pacific/Auckland",
)
# Leap and common Februaries, the ends of months and years, days of 23 and of 25 hours, a zone that moves for good.
STARTS = (
    *("2026-01-27", "2028-01-29", "2026-08-30", "2024-02-10"),
    *("2027-02-20", "2026-10-05", "2027-11-25", "2026-05-28"),
)


class Run:
    """Many histories on one server, in the order of time."""

    def __init__(self, binary, seed, count, path):
        rng = random.Random(seed)
        self.rng = rng
        start = datetime.fromisoformat(STARTS[seed % len(STARTS)]).replace(tzinfo=timezone.utc)
        self.begin = start + timedelta(days=rng.randrange(0, 4))
        self.days = rng.randrange(95, 150)
        self.binary = binary
        self.path = path
        self.books, self.histories = [], []
        while len(self.histories) < count:
            books = Books(rng, f"op{len(self.books)}", self.begin, ZONES[len(self.books) % len(ZONES)])
            self.books.append(books)
            for i in range(min(PER_TENANT, count - len(self.histories))):
                self.histories.append(History(f"{seed}.{len(self.books)}.{i}", books, f"a{i}", self.days))
        self.sent = 0
        self.read = 0

    def agenda(self):
        steps = [(at, i, None) for i, h in enumerate(self.histories) for at in (h.begin, *h.times)]
        for books in self.books:
            for _ in range(self.rng.randrange(0, 8)):
                steps.append((minutes(self.rng, self.begin + timedelta(days=2), self.days - 3), -1, books))
        return sorted(steps, key=lambda step: step[:2])

    def midnights(self):
        """A local midnight a day, in one zone after another."""
        first = (self.begin + timedelta(days=2)).date()
        for i in range(self.days - 1):
            zone = Zone(ZONES[i % len(ZONES)])
            yield zone.midnight(first + timedelta(days=i)), zone.name

    def go(self):
        data = os.path.join(self.path, "data")
        agenda, place = self.agenda(), 0
        midnights = list(self.midnights())
        half = len(midnights) // 2
        begin, first = self.begin, [(b, *command, None, None) for b in self.books for command in b.commands]
        for part in (midnights[:half], midnights[half:]):  # with a server that stops and starts in between
            with s.Server(self.binary, data, flags=["--clock", wire(begin)]) as server, server.connect() as client:
                self.client = client
                self.post(first)
                for midnight, zone in part:
                    batch = []
                    touched = set()
                    while place < len(agenda) and agenda[place][0] < midnight:
                        at, i, books = agenda[place]
                        place += 1
                        if books:
                            self.publish(books, at, batch)
                            continue
                        history = self.histories[i]
                        if history.given_up or history.wrong:
                            continue
                        for kind, what, said in history.step(at):
                            batch.append((history.books, at, kind, what, said, history))
                            touched.add(i)
                    batch.append((self.books[0], midnight, "tenant.configure", {}, None, None))
                    self.post(batch)
                    here = [i for i, h in enumerate(self.histories) if h.account and h.books.tenant.zone.name == zone]
                    touched |= set(self.rng.sample(here, min(8, len(here))))
                    self.compare(midnight, sorted(touched))
                self.compare(midnight, range(len(self.histories)))
                if part[-1] is midnights[-1]:
                    self.compare_events()
                client.close()
                server.end()
            begin, first = midnight, []
        code, verified = s.Program(self.binary).verify(data)
        s.expect(code == 0 and verified["ok"], "verify finds nothing", verified)

    def publish(self, books, at, batch):
        for history in self.histories:
            if history.books is books and history.account and not history.given_up:
                try:
                    history.account.advance(at)
                except Doubt as doubt:
                    history.given_up = str(doubt)
        _, kind, what = books.new_version(self.rng, at)
        batch.append((books, at, kind, what, None, None))

    def post(self, batch):
        commands = []
        if not batch:
            return
        for books, at, kind, what, _, _ in batch:
            self.sent += 1
            commands.append(s.command(kind, f"c{self.sent}", books.name, what, time=wire(at)))
        answers = list(self.client.post_batch(commands))
        s.expect(len(answers) == len(commands), "every line is answered", answers[-1:])
        for (_, at, kind, what, said, history), answer in zip(batch, answers):
            if history is None:
                s.expect(answer.get("status") == 201, "the command is recorded", kind, what, answer)
            elif not history.wrong and (wrong := differs_answer(said, answer, history.name)):
                history.wrong = f"{history.books.tenant.zone.text(at)} {kind}: {wrong}"

    def compare(self, now, indices):
        for i in indices:
            history = self.histories[i]
            if history.wrong or history.given_up or not history.account:
                continue
            try:
                history.account.advance(now)
            except Doubt as doubt:
                history.given_up = str(doubt)
                continue
            self.read += 1
            got = read_account(self.client, history.books.name, history.name)
            if wrong := differs_reading(history.account, got):
                history.wrong = f"{history.account.zone.text(now)} {wrong}"

    def compare_events(self):
        for books in self.books:
            moves, access = read_events(self.client, books.name)
            for history in self.histories:
                if history.books is books and history.account and not (history.wrong or history.given_up):
                    history.wrong = differs_events(history.account, moves[history.name], access[history.name])
