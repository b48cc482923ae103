#!/usr/bin/env python3
"""`provodka import` against a running server: what is good is recorded once, what is bad goes to the rejects with its
line and reason, and a second import changes nothing."""

import csv
import tempfile
from decimal import Decimal
from pathlib import Path

from serving import Program, ServerAt, Tool, expect, main

MAP = """by = "type"
[file]
date = "%d.%m.%Y"
[tenant]
currency = "RUB"
zone = "Europe/Moscow"
locale = "ru"
[account]
account = "{account}"
id = "open/{account}"
credit_limit = "5.00"
[[commands]]
when = "in"
type = "payment.receive"
id = "till/{id}"
effective = "{date}"
[commands.data]
account = "{account}"
amount = "{amount}"
currency = "RUB"
provider = "cash"
external_id = "{id}"
note = "{note}"
[[commands]]
when = "out"
type = "charge.post"
id = "till/{id}"
[commands.data]
account = "{account}"
amount = "{amount}"
currency = "RUB"
service = "internet"
"""

# The line, what its reason has in it (None: recorded, "": recorded already), and the row.
ROWS = [
    (2, None, b'1,A,20.11.2025,in,100.00,"one, ""two""\nand three"\n'),
    (4, 'amount "12,50": use "." as the decimal separator or set decimal = "," in the map', b'2,A,20.11.2025,in,"12,50",\n'),
    (5, None, b"3,B,20.11.2025,in,7.00,\r\n"),
    (6, 'effective "2025-11-20": it is not of the form "%d.%m.%Y"', b"4,A,2025-11-20,in,1.00,\n"),
    (7, "6 columns are expected and 5 found", b"5,A,20.11.2025,in,1.00\n"),
    (8, 'type "back": no [[commands]] of the map is for it', b"6,A,20.11.2025,back,1.00,\n"),
    (9, "column 6 goes on behind its closing quote", b'7,A,20.11.2025,in,1.00,"a"b\n'),
    (10, "column 6: it is not UTF-8", b"8,A,20.11.2025,in,1.00,\xcf\xf0\n"),
    (11, "insufficient_funds", b"9,B,20.11.2025,out,12.01,\n"),
    (12, None, b"10,B,20.11.2025,out,12.00,\n"),
    (13, "id: it was used before", b"3,B,20.11.2025,in,8.00,\n"),
    (14, "", b"3,B,20.11.2025,in,7.00,\n"),
    (15, "effective_in_future", b"11,A,20.11.2999,in,1.00,\n"),
    (16, "too_many_decimals", b"12,A,20.11.2025,in,1.005,\n"),
    (17, None, "13,A,20.11.2025,in,1.00,Привет\n".encode()),
    (18, "a quote is opened in column 6 and not closed", b'14,A,20.11.2025,in,1.00,"never\n'),
    (19, None, b"15,A,20.11.2025,in,1.00,\n"),
]
HEADER = b"\xef\xbb\xbfid,account,date,type,amount,note\n"
RECORDED = sum(reason is None for _, reason, _ in ROWS)
REJECTED = [(line, reason, row) for line, reason, row in ROWS if reason]


class Place:
    """A directory with a map and a file."""

    def __init__(self, path, rows, text=MAP):
        self.data = f"{path}/data"
        self.map = Path(path, "till.toml")
        self.file = Path(path, "till.csv")
        self.rejects = Path(path, "till.csv.rejects")
        self.map.write_text(text, encoding="utf-8")
        self.file.write_bytes(HEADER + b"".join(rows))

    def tool(self, binary, *more):
        return Tool(binary, "import", "--map", self.map, "--tenant", "shop", *more, self.file)


def bad_rows_are_rejected_with_line_and_reason(binary):
    with tempfile.TemporaryDirectory() as path:
        place = Place(path, [row for _, _, row in ROWS])
        with ServerAt(binary, place.data) as server:
            code, out, err = place.tool(binary, "--url", server.url).run()
            expect(code == 1 and out == "", "the import ends with", code, out, err)
            expect(
                err
                == f"provodka: import till.csv: {RECORDED} rows recorded, 1 already there, {len(REJECTED)} rejected, "
                f'see {place.rejects} (first: line 4: amount "12,50": use "." as the decimal separator or set '
                'decimal = "," in the map)\n',
                "the summary is",
                err,
            )
            text = place.rejects.read_bytes().decode("utf-8", "surrogateescape")
            rejects = list(csv.DictReader(text.splitlines(keepends=True)))
            expect(len(rejects) == len(REJECTED), "the rejects are", rejects)
            for reject, (line, reason, row) in zip(rejects, REJECTED):
                expect(reject["line"] == str(line), "a reject has the line", reject, line)
                expect(reason in reject["reason"], "a reject has the reason", reject, reason)
                original = row.rstrip(b"\r\n").decode("utf-8", "surrogateescape")
                expect(reject["row"] == original, "a reject has the row", reject, row)
            size = server.size("shop")
            expect(size == 3 + RECORDED, "a tenant, two accounts and the rows are recorded, not", size)
            again, out, err = place.tool(binary, "--url", server.url).run()
            expect(again == 1 and f": 0 rows recorded, {RECORDED + 1} already there, " in err, "the second import says", err)
            expect(server.size("shop") == size, "the second import changed something", size, server.size("shop"))
        balances = Program(binary).balances(place.data, "shop")
        expect(balances == {"A": Decimal("102.00"), "B": Decimal("-5.00")}, "the balances are", balances)


def a_good_file_leaves_no_rejects(binary):
    with tempfile.TemporaryDirectory() as path:
        place = Place(path, [row for _, reason, row in ROWS if reason is None])
        place.rejects.write_text("of an earlier import")
        with ServerAt(binary, place.data) as server:
            code, out, err = place.tool(binary, "--url", server.url, "--json").run()
            expect(code == 0 and err == "", "the import ends with", code, out, err)
            expect(f'{{"recorded":{RECORDED},"repeated":0,"rejected":0,"sent_again":0}}\n' == out, "it says", out)
            expect(not place.rejects.exists(), "the rejects are still there")
            code, out, err = place.tool(binary, "--url", server.url).run()
            expect(code == 0 and out == f"import till.csv: 0 rows recorded, {RECORDED} already there\n", "it says", out, err)


def a_dry_run_sends_nothing(binary):
    with tempfile.TemporaryDirectory() as path:
        place = Place(path, [row for _, _, row in ROWS])
        code, out, err = place.tool(binary, "--dry-run").run()
        # What only the server can know is not found.
        known_to_the_server = 3
        would = RECORDED + known_to_the_server
        found = len(REJECTED) - known_to_the_server
        expect(code == 1 and f": {would} rows would be sent, 1 already there, {found} rejected" in err, "it says", out, err)


def without_a_tenant_it_stops(binary):
    with tempfile.TemporaryDirectory() as path:
        before, after = MAP.split("[tenant]")
        place = Place(path, [row for _, _, row in ROWS], before + "[account]" + after.split("[account]")[1])
        with ServerAt(binary, place.data) as server:
            code, out, err = place.tool(binary, "--url", server.url).run()
            expected = (
                f'provodka: import till.csv: there is no tenant "shop" at {server.url}; create it, or add a [tenant] '
                "section to the map\n"
            )
            expect(code == 1 and err == expected, "it says", code, out, err)


def what_cannot_work_says_why(binary):
    with tempfile.TemporaryDirectory() as path:
        place = Place(path, [], MAP.replace("amount =", "amuont =", 1))
        code, _, err = place.tool(binary, "--dry-run").run()
        expect(code == 1 and f"{place.map}:17: [commands.data] of payment.receive lacks amount" in err, "a bad map:", code, err)
        place = Place(path, [], MAP.replace("{note}", "{remark}"))
        code, _, err = place.tool(binary, "--dry-run").run()
        expect(code == 1 and f'{place.map}:23: {place.file} has no column "remark"; there are id' in err, "a bad column:", code, err)
        place = Place(path, [ROWS[0][2]])
        # Nothing listens on port 1.
        code, _, err = place.tool(binary, "--url", "http://127.0.0.1:1").run()
        expect(code == 2 and "cannot reach http://127.0.0.1:1: Connection refused" in err, "no server:", code, err)
        expect("is `provodka serve` running there?" in err, "no server:", code, err)
        code, _, err = place.tool(binary).run()
        expect(code == 1 and "import needs --url URL, or --dry-run" in err, "no URL:", code, err)
        place.file.unlink()
        code, _, err = place.tool(binary, "--dry-run").run()
        expect(code == 1 and f"cannot open {place.file}" in err, "no file:", code, err)


if __name__ == "__main__":
    main(
        [
            bad_rows_are_rejected_with_line_and_reason,
            a_good_file_leaves_no_rejects,
            a_dry_run_sends_nothing,
            without_a_tenant_it_stops,
            what_cannot_work_says_why,
        ]
    )
