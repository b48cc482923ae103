#!/usr/bin/env python3
"""What routers and channels report, by commands alone: the read models of devices, access points and messages say what
the events in the log say, also where the projector died in between, and nothing personal is in them."""

import json
import sys
import tempfile
from collections import Counter, defaultdict

import server as s
from postgres import Postgres, Projector

TENANT = "ok"
ZONE = "Asia/Yekaterinburg"  # midnight is in the middle of the evening of UTC
SECRETS = ["Кузнецова", "+79690000001", "777000777", "k4rt0shk4", "тайный"]


class Books:
    def __init__(self, client):
        self.client = client
        self.count = 0
        self.position = 0

    def do(self, kind, data, command_id=None, refused=None):
        """The sequence of the first event, which is a message's number."""
        self.count += 1
        status, body = self.client.post(s.command(kind, command_id or f"c{self.count}", TENANT, data))
        answer = json.loads(body)
        if refused is not None:
            s.expect(answer.get("code") == refused, f"{kind} is refused", data, answer)
            return 0
        s.expect(status == 201, f"{kind} is recorded", data, answer)
        self.position = answer["position"]
        return answer["sequence"]

    def at(self, time):
        """The clock goes on to a time."""
        self.count += 1
        status, body = self.client.post(s.command("tenant.configure", f"clock-{self.count}", TENANT, {}, time=time))
        s.expect(status == 201, "the clock goes on", body)

    def report(self, point, version, device, outcome, ms=12, detail=None):
        data = {"point": point, "version": version, "device": device, "outcome": outcome, "ms": ms}
        self.do("access.report", data | ({"detail": detail} if detail else {}))

    def told(self, message, outcome, **more):
        self.do("message.report", {"message": message, "outcome": outcome, **more})


def network(books):
    """Three routers, of which one is retired; points that are switched, lost, repaired, moved and closed."""
    for device in ("r0", "r1", "r2"):
        books.do("device.register", {"device": device, "kind": "routeros_api", "address": f"10.0.0.{device[1]}:8728",
                                     "mode": "address_list", "credentials": {"login": "billing", "password": SECRETS[3]}})  # fmt: skip
    books.do("device.change", {"device": "r0", "mode": "ppp_secret", "address": "router.example:8729"})
    for i in range(6):
        books.do("account.open", {"account": f"a{i}"})
        books.do("point.add", {"account": f"a{i}", "point": f"p{i}", "device": f"r{i % 2}", "address": f"10.1.0.{i}"})
    books.at("2026-03-05T18:30:00Z")
    for i in range(4):
        books.do("access.block", {"point": f"p{i}", "reason": "debt"})
    books.report("p0", 1, "r0", "applied", 8)
    books.report("p1", 1, "r1", "failed", 2100, "no such command")
    books.report("p1", 1, "r1", "failed", 1900, "no such command")
    books.at("2026-03-05T19:10:00Z")  # past midnight
    books.report("p0", 1, "r0", "repaired", 31)
    books.report("p0", 1, "r0", "repaired", 19)
    books.report("p1", 1, "r1", "applied", 11)
    books.report("p2", 1, "r0", "applied", 9)
    books.at("2026-03-07T12:00:00Z")
    books.do("access.unblock", {"point": "p2", "reason": "debt"})
    books.do("point.change", {"point": "p3", "device": "r0"})
    books.report("p3", 2, "r1", "applied", 5)  # it let go of it; the one that serves it now has not said anything
    books.do("point.add", {"account": "a5", "point": "p9", "address": "10.1.0.9"})  # of no router
    books.do("account.close", {"account": "a5"})
    books.do("device.retire", {"device": "r2", "reason": "sold"})


def messages(books):
    """Those that are sent and delivered, that fall through, that nobody knows of, and that nothing became of."""
    books.do("subscriber.register", {"subscriber": "anna", "kind": "person", "name": f"{SECRETS[0]} Анна", "phones": [SECRETS[1]]})
    books.do("account.open", {"account": "100", "subscriber": "anna"})
    books.do("message.template", {"template": "news", "language": "ru", "text": "{text}"})
    books.do("message.template", {"template": "news", "language": "en", "text": "News: {text}", "channels": ["sms"]})
    books.do("message.template", {"template": "paid", "language": "ru", "text": "{amount}, спасибо", "trigger": "payment_received"})
    books.do("message.template", {"template": "paid", "language": "ru", "text": "Получено {amount}", "trigger": "payment_received",
                                  "channels": ["telegram", "sms"], "fall_through_minutes": 5})  # fmt: skip
    books.do("telegram.link", {"subscriber": "anna", "chat": SECRETS[2], "phone": SECRETS[1]})

    def by_hand():
        return books.do("message.send", {"subscriber": "anna", "template": "news", "fields": {"text": SECRETS[4]}})

    paid = books.do("payment.receive", {"account": "100", "amount": "5.00", "currency": "RUB", "provider": "cash", "external_id": "1"})
    caused = books.do("message.send", {"subscriber": "anna", "template": "paid", "fields": {"amount": "5.00 RUB"}},
                      f"notify/payment_received/{paid}")  # fmt: skip
    books.told(caused, "sending", channel="telegram")
    books.told(caused, "sent")
    books.at("2026-03-08T12:00:00Z")
    books.told(caused, "sending", channel="sms")
    books.told(caused, "sent")
    failed = by_hand()
    books.told(failed, "sending", channel="sms")
    books.told(failed, "failed", detail="the modem says 500")
    books.told(failed, "sending", channel="sms")
    books.told(failed, "failed", detail="the modem says 500", final=True)
    lost = by_hand()
    books.told(lost, "sending", channel="telegram", detail="run 7")
    books.told(lost, "unknown")
    nowhere = by_hand()
    books.told(nowhere, "failed", detail="no phone", final=True)
    waiting = by_hand()
    return {"caused": caused, "failed": failed, "lost": lost, "nowhere": nowhere, "waiting": waiting, "paid": paid}


def events_of(binary, data, kind):
    found = []
    for line in s.Program(binary).lines(data, TENANT):
        event = json.loads(line)
        if event["type"] == f"{kind}.v1":
            found.append(event)
    return found


def same(what, found, wanted):
    s.expect(found == wanted, f"{what} in SQL are those of the log", found, wanted)


def text(value):
    return "" if value is None else str(value)


def check_devices(binary, data, postgres):
    results = events_of(binary, data, "access.applied")
    rows = postgres.rows("SELECT sequence, device, point, account, version, outcome, ms, detail FROM provodka.device_results ORDER BY sequence")
    wanted = [{"sequence": e["id"], **{k: text(e["data"].get(k)) for k in list(rows[0])[1:]}} for e in results]
    same("results", rows, wanted)

    by_device = defaultdict(list)
    for event in results:
        by_device[event["data"]["device"]].append(event["data"])
    for row in postgres.rows("SELECT * FROM provodka.devices ORDER BY device"):
        own = by_device[row["device"]]
        count = Counter(result["outcome"] for result in own)
        said = (row["results"], row["failures"], row["repairs"], row["last_outcome"], row["last_point"])
        last = own[-1] if own else {"outcome": "", "point": ""}
        same(f"the figures of {row['device']}", said,
             (str(len(own)), str(count["failed"]), str(count["repaired"]), last["outcome"], last["point"]))  # fmt: skip
        failures = [result for result in own if result["outcome"] == "failed"]
        same("the last failure", row["last_failure_detail"], failures[-1]["detail"] if failures else "")

    def of(device, columns):
        return tuple(postgres.rows(f"SELECT {columns} FROM provodka.devices WHERE device = '{device}'")[0].values())

    same("r0", of("r0", "kind, address, mode, state"), ("routeros_api", "router.example:8729", "ppp_secret", "active"))
    # Two that it never had to touch are neither; of the others p2 and p3 have another version by now.
    same("the points of r0", of("r0", "points, unconfirmed"), ("4", "2"))
    # p5 stays there, and is to be off, as its account was closed.
    same("the points of r1", of("r1", "points, unconfirmed"), ("2", "1"))
    same("r2", of("r2", "state, retired_for, points"), ("retired", "sold", "0"))
    days = postgres.rows("SELECT day, device, results, failures, repairs, p50_ms, p99_ms, max_ms FROM provodka.device_days ORDER BY 1, 2")
    same("the days", [tuple(row.values()) for row in days], [
        ("2026-03-05", "r0", "1", "0", "0", "8", "8", "8"),
        ("2026-03-05", "r1", "2", "2", "0", "1900", "2100", "2100"),
        ("2026-03-06", "r0", "3", "0", "2", "19", "31", "31"),
        ("2026-03-06", "r1", "1", "0", "0", "11", "11", "11"),
        ("2026-03-07", "r1", "1", "0", "0", "5", "5", "5"),
    ])  # fmt: skip
    return len(rows)


def check_access(postgres):
    def of(point, columns="wanted, applied, applied_version, applied_by, in_step"):
        return tuple(postgres.rows(f"SELECT {columns} FROM provodka.access WHERE point = '{point}'")[0].values())

    same("a point that was lost and repaired", of("p0"), ("off", "repaired", "1", "r0", "t"))
    same("since when", of("p0", "in_step_since = applied_at AND applied_ms = 19"), ("t",))
    same("one that failed first", of("p1"), ("off", "applied", "1", "r1", "t"))
    same("one that is wanted on again", of("p2"), ("on", "applied", "1", "r0", "f"))
    same("one that its former router let go of", of("p3"), ("off", "applied", "2", "r1", "f"))
    same("one that was never touched", of("p4"), ("on", "", "", "", "f"))
    same("one of a closed account", of("p5", "closed"), ("t",))


def check_messages(binary, data, postgres, ids):
    journal = events_of(binary, data, "message.reported")
    rows = postgres.rows("SELECT sequence, message, subscriber, attempt, outcome, final, detail FROM provodka.message_journal ORDER BY sequence")
    wanted = [{"sequence": e["id"], **{k: text(e["data"].get(k)) for k in list(rows[0])[1:]},
               "final": "t" if e["data"]["final"] else "f"} for e in journal]  # fmt: skip
    same("the journal", rows, wanted)

    asked = events_of(binary, data, "message.requested")
    told = defaultdict(list)
    for event in journal:
        told[str(event["data"]["message"])].append(event["data"])
    rows = postgres.rows("SELECT message, subscriber, template, language, version, cause, state, attempts, settled IS NOT NULL AS settled "
                         "FROM provodka.messages ORDER BY message")  # fmt: skip
    wanted = []
    for event in asked:
        lines = told[event["id"]]
        wanted.append({
            "message": event["id"], **{k: text(event["data"][k]) for k in ("subscriber", "template", "language", "version")},
            "cause": event["cause"], "state": lines[-1]["outcome"] if lines else "waiting",
            "attempts": str(sum(line["outcome"] == "sending" for line in lines)),
            "settled": "t" if any(line["final"] for line in lines) else "f",
        })  # fmt: skip
    same("the messages", rows, wanted)

    def of(name, columns):
        return tuple(postgres.rows(f"SELECT {columns} FROM provodka.messages WHERE message = {ids[name]}")[0].values())

    # The delivery was told of the first attempt, after another had begun, and did not name the channel.
    same("a late delivery", of("caused", "state, channel, attempts, asked_by, caused_by"),
         ("delivered", "telegram", "2", "payment_received", str(ids["paid"])))  # fmt: skip
    same("one that failed", of("failed", "state, channel, detail, asked_by"), ("failed", "sms", "the modem says 500", "hand"))
    same("one without a way", of("nowhere", "state, channel, detail, attempts"), ("failed", "", "no phone", "0"))
    same("one that waits", of("waiting", "state, channel, attempts, settled"), ("waiting", "", "0", ""))
    same("one that nobody knows of", of("lost", "state, channel, settled"), ("unknown", "telegram", ""))

    days = postgres.rows("SELECT sum(requested) AS requested, sum(attempts) AS attempts, sum(sent) AS sent, sum(delivered) AS delivered, "
                         "sum(failed) AS failed, sum(unknown) AS unknown, sum(settled) AS settled FROM provodka.message_days")[0]  # fmt: skip
    count = Counter(event["data"]["outcome"] for event in journal)
    same("the figures", days, {"requested": str(len(asked)), "attempts": str(count["sending"]),
                               **{k: str(count[k]) for k in ("sent", "delivered", "failed", "unknown")},
                               "settled": str(sum(event["data"]["final"] for event in journal))})  # fmt: skip
    same("those of a channel", postgres.value("SELECT delivered FROM provodka.message_days WHERE channel = 'telegram' AND delivered > 0"), "1")

    templates = {(e["data"]["template"], e["data"]["language"]): e["data"] for e in events_of(binary, data, "message.template_saved")}
    rows = postgres.rows("SELECT template, language, version, text, trigger, fall_through_minutes FROM provodka.message_templates")
    found = {(r["template"], r["language"]): (r["version"], r["text"], r["trigger"], r["fall_through_minutes"]) for r in rows}
    same("the templates", found, {key: (str(d["version"]), d["text"], text(d.get("trigger")), text(d.get("fall_through_minutes")))
                                  for key, d in templates.items()})  # fmt: skip
    return len(journal), len(asked)


def check_words(binary, data, postgres):
    """The timeline has a sentence for each event about somebody, and the audit has the line's own subject."""
    said = {row["text"] for row in postgres.rows("SELECT text FROM provodka.timeline")}
    for sentence in (
        "Router r0 had lost access point p0 and has it again, in 31 ms",
        "Router r1 could not do what is wanted of access point p1: no such command",
        "Access point p3 changed, on r0 now",
        "Message news asked for, in ru",
        "Telegram linked: messages go to a chat",
    ):
        s.expect(sentence in said, "the timeline says", sentence, sorted(said))
    s.expect(any(text.endswith("not sent by sms, attempt 2: the modem says 500; nothing more is tried") for text in said), "why", sorted(said))
    subjects = {row["sequence"]: row["subject"] for row in postgres.rows(
        f"SELECT sequence, subject FROM provodka.audit_events WHERE tenant = '{TENANT}'")}
    lines = {event["id"]: event["subject"] for event in map(json.loads, s.Program(binary).lines(data, TENANT))}
    same("subjects", subjects, lines)


def check_nothing_personal(postgres):
    tables = postgres.rows(
        "SELECT n.nspname || '.' || c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE n.nspname IN ('provodka_devices', 'provodka_messages', 'provodka_timeline', 'provodka_audit') AND c.relkind IN ('r', 'p')"
    )
    for table in tables:
        for secret in SECRETS:
            found = postgres.value(f"SELECT count(*) FROM {table['name']} t WHERE t::text LIKE '%{secret}%'")
            s.expect(found == "0", f"{table['name']} has nothing personal", secret, found)


def main(binary):
    with tempfile.TemporaryDirectory() as path, Postgres(f"{path}/postgres") as postgres:
        data = f"{path}/data"
        with s.Server(binary, data, flags=["--clock", "2026-03-05T10:00:00Z"]) as server:
            with server.connect() as client:
                create = s.create_tenant(TENANT)
                create["data"]["zone"] = ZONE
                s.expect(client.post(create)[0] == 201, "the tenant is there")
                books = Books(client)
                network(books)
                ids = messages(books)
            with Projector(binary, data, postgres.url, f"{path}/projector.stderr") as projector:
                postgres.wait_for(books.position)
                projector.kill()
            # The next one knows of the attempts that were begun before it.
            with server.connect() as client:
                books.client = client
                books.told(ids["caused"], "delivered", attempt=1)
                books.do("message.report", {"message": ids["caused"], "outcome": "sent"}, refused="message_settled")
            with Projector(binary, data, postgres.url, f"{path}/projector.stderr"):
                postgres.wait_for(books.position)
                results = check_devices(binary, data, postgres)
                check_access(postgres)
                lines, asked = check_messages(binary, data, postgres, ids)
                check_words(binary, data, postgres)
                check_nothing_personal(postgres)
                live = postgres.dump()
                s.Program(binary).must("project", "--data", data, "--postgres", postgres.url, "--rebuild", "all")
                rebuilt = postgres.dump()
                differ = {name: (live[name], rebuilt.get(name)) for name in live if live[name] != rebuilt.get(name)}
                s.expect(not differ, "a rebuild gives the same rows", differ)
            server.end()
        print(f"{results} results of routers, {lines} reports of {asked} messages")


if __name__ == "__main__":
    main(sys.argv[1])
