#!/usr/bin/env python3
"""Holds every #include of the tree to the edges that the architecture allows, and the top of the repository
to its names. It first feeds itself includes that break each rule, and sees them found."""

import posixpath
import re

from tree import expect, paths, report, texts

# Folder -> the folders and headers that its files may include beside those of the folder itself. A pattern is
# a prefix; the longest folder that a file is in has the say.
EDGES = {
    "ledger/core": [],
    "ledger/book": ["ledger/core/"],
    "ledger/domain": ["ledger/core/", "ledger/book/"],
    "ledger/process": ["ledger/core/", "ledger/book/", "ledger/domain/"],
    "ledger/codec": ["ledger/core/", "ledger/book/", "ledger/domain/"],
    "ledger/log": ["ledger/core/"],
    "ledger/engine": ["ledger/"],
    # Of the read models what is asked of them and what comes back, which is nothing of Postgres.
    "commands": [
        "ledger/core/", "ledger/domain/", "ledger/codec/", "ledger/log/", "ledger/engine/",
        "projections/reader/views.h",
    ],
    # Of the domain the events alone, and what these are made of.
    "projections": [
        "ledger/core/", "ledger/book/", "ledger/codec/", "ledger/log/",
        "ledger/domain/event.h", r"ledger/domain/[a-z_]+/events.h", "ledger/domain/account/standing.h",
    ],
    # It asks the ledger's own rules what is needed, of a state of its own.
    "projections/access": [
        "ledger/core/", "ledger/book/", "ledger/codec/", "ledger/log/", "ledger/domain/", "ledger/process/",
        "projections/runner/",
    ],
    "adapters": ["ledger/core/", "ledger/codec/", "ledger/log/"],
    # It drives the routers.
    "adapters/device_agent": ["ledger/core/", "ledger/codec/", "ledger/log/", "adapters/routeros/"],
    # It counts parts, and tells ends apart, as the other kind of stick does.
    "adapters/sms_gammu": ["ledger/core/", "adapters/sms_hilink/"],
    # What leads outside and asks for messages by what the events say.
    "adapters/notify_agent": [
        "ledger/core/", "ledger/codec/", "ledger/log/",
        "adapters/http_client/", "adapters/sms_gammu/", "adapters/sms_hilink/", "adapters/telegram/",
    ],
    "tools/provodka": ["ledger/", "commands/", "projections/", "adapters/"],
    "tests": ["ledger/", "commands/", "projections/", "adapters/", "tools/provodka/"],
}  # fmt: skip

# A library -> the only places whose files include its headers. A test may where what it tests may.
LIBRARIES = {
    r"rocksdb/": ["ledger/log/"],
    r"(librdkafka/|rdkafka)": ["adapters/kafka_"],
    r"gammu": ["adapters/sms_gammu/"],
    r"pqxx(/|$)": ["projections/"],
    r"boost/beast[./]": ["commands/http/", "adapters/", "tools/provodka/"],
}

# What a room of the domain may include of another room.
SHARED_BY_ROOMS = {
    "ledger/domain/account/standing.h",
    "ledger/domain/subscription/state.h",
    "ledger/domain/tariff/state.h",
}

TOP = {
    "CMakeLists.txt", "CMakePresets.json", "README.md",
    "ledger", "projections", "commands", "adapters", "schemas", "tests", "tools",
}  # fmt: skip

INCLUDE = re.compile(r"^[ \t]*#[ \t]*include(?:_next)?\b[ \t]*(.*?)[ \t]*(?://.*)?$", re.MULTILINE)
NAMED = re.compile(r'(?:"([^"]+)"|<([^>]+)>)')


def folder_of(path):
    return max((folder for folder in EDGES if path.startswith(folder + "/")), key=len, default=None)


def room_of(path):
    match = re.match(r"ledger/domain/([a-z_]+)/", path)
    return match and match[1]


def own_header_refusal(path, header):
    """Why this file may not include that header of ours, or None."""
    folder = folder_of(path)
    if folder is None:
        return f"{posixpath.dirname(path)} has no row in the table of edges"
    if not header.startswith(folder + "/") and not any(re.match(p, header) for p in EDGES[folder]):
        return f"{folder} may not include {header}"
    room, other = room_of(path), room_of(header)
    if room and other and room != other and header not in SHARED_BY_ROOMS:
        return f"the room {room} may not include the room {other} ({header})"
    return None


def library_refusal(path, header):
    for library, places in LIBRARIES.items():
        if re.match(library, header):
            tested = path.removeprefix("tests/")
            if not any(tested.startswith(place) for place in places) and not path.startswith("tests/support/"):
                return f"{header} is for {', '.join(places)} only"
    return None


def include_violations(sources):
    """`sources` is {path: text}."""
    ours = tuple({path.split("/")[0] + "/" for path in sources} | {name + "/" for name in TOP if "." not in name})
    for path, text in sorted(sources.items()):
        for match in INCLUDE.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            name = NAMED.fullmatch(match[1])
            if name is None:
                yield f"{path}:{line}: the include {match[1]} cannot be read"
                continue
            quoted, header = name[1] is not None, name[1] or name[2]
            if header.startswith(ours):
                refusal = own_header_refusal(path, header)
                if refusal is None and header not in sources:
                    refusal = f"there is no {header}"
            elif quoted:
                refusal = f'"{header}" is not a path from the top of the repository'
            else:
                refusal = library_refusal(path, header)
            if refusal:
                yield f"{path}:{line}: {refusal}"


def top_violations(names):
    for name in sorted({name.split("/")[0] for name in names}):
        if name not in TOP and not name.startswith("."):
            yield f"{name}: does not belong at the top of the repository"


def self_check():
    def including(path, *includes):
        headers = (
            "core/money.h", "book/chart.h", "domain/world.h", "domain/charge/state.h", "domain/charge/events.h",
            "domain/account/standing.h", "process/settle.h", "codec/event_codec.h", "log/frame.h", "engine/engine.h",
        )  # fmt: skip
        others = (
            "commands/http/server.h", "tests/support/s.h", "projections/reader/views.h", "projections/runner/runner.h",
        )  # fmt: skip
        tree = {"ledger/" + header: "" for header in headers} | {header: "" for header in others}
        return list(include_violations(tree | {path: "".join(f"#include {i}\n" for i in includes)}))

    expect(including("ledger/core/a.h", '"ledger/book/chart.h"'), "ledger/core may not include ledger/book/chart.h")
    expect(including("ledger/core/a.h", "<ledger/book/chart.h>"), "ledger/core may not")
    expect(including("ledger/domain/a.h", '"ledger/codec/event_codec.h"'), "ledger/domain may not")
    expect(including("ledger/codec/a.h", '"ledger/log/frame.h"'), "ledger/codec may not")
    expect(including("ledger/log/a.h", '"ledger/core/money.h"', '"ledger/book/chart.h"'), "a.h:2: ledger/log may not")
    expect(including("ledger/process/a.h", '"ledger/engine/engine.h"'), "ledger/process may not")
    expect(including("ledger/engine/a.h", '"commands/http/server.h"'), "ledger/engine may not")
    expect(including("ledger/engine/a.h", '"ledger/process/settle.h"', '"ledger/log/frame.h"'))
    expect(including("commands/http/a.h", '"ledger/process/settle.h"'), "commands may not")
    expect(including("commands/http/a.h", '"ledger/engine/engine.h"', '"commands/http/server.h"'))
    expect(including("commands/http/a.h", '"projections/reader/views.h"'))
    expect(including("commands/http/a.h", '"projections/runner/runner.h"'), "commands may not include projections/run")
    expect(including("projections/x/a.h", '"ledger/domain/world.h"'), "projections may not")
    expect(including("projections/x/a.h", '"ledger/domain/charge/state.h"'), "projections may not")
    expect(including("projections/x/a.h", '"ledger/domain/charge/events.h"', "<pqxx/pqxx>"))
    expect(including("adapters/sms/a.h", '"ledger/engine/engine.h"', "<pqxx/pqxx>"), "adapters may", "pqxx/pqxx is for")
    expect(including("ledger/domain/tariff/a.h", '"ledger/domain/charge/state.h"'), "the room tariff may not")
    expect(including("ledger/domain/tariff/a.h", '"ledger/domain/account/standing.h"', '"ledger/domain/world.h"'))
    expect(including("ledger/domain/world.cc", '"ledger/domain/charge/state.h"'))
    expect(including("ledger/engine/a.h", "<rocksdb/db.h>"), "rocksdb/db.h is for ledger/log/ only")
    expect(including("tests/ledger/engine/a.cc", "<rocksdb/db.h>"), "rocksdb/db.h is for")
    expect(including("tests/ledger/log/a.cc", "<rocksdb/db.h>"))
    expect(including("adapters/telegram/a.h", "<librdkafka/rdkafka.h>", "<boost/beast.hpp>"), "rdkafka.h is for")
    expect(including("adapters/kafka_mirror/a.h", "<librdkafka/rdkafka.h>"))
    expect(including("adapters/notify_agent/a.h", '"ledger/domain/world.h"'), "adapters/notify_agent may not")
    expect(including("commands/auth/a.h", "<boost/beast/http.hpp>"), "boost/beast/http.hpp is for")
    expect(including("tools/provodka/a.cc", "<boost/beast/http.hpp>", '"commands/http/server.h"'))
    expect(including("tools/provodka/a.cc", '"tests/support/s.h"'), "tools/provodka may not")
    expect(including("ledger/log/a.h", '"frame.h"', '"ledger/log/gone.h"'), "is not a path from", "a.h:2")
    expect(including("ledger/log/a.h", '"ledger/log/gone.h"'), "there is no ledger/log/gone.h")
    expect(including("tools/other/a.cc", '"ledger/core/money.h"'), "tools/other has no row")
    expect(including("ledger/log/a.h", "SOME_MACRO"), "cannot be read")
    expect(list(top_violations(["ledger/a.h", ".ci/run", "README.md", "docs/a.md", "a.cc"])), "a.cc", "docs")


if __name__ == "__main__":
    self_check()
    tree = texts((".h", ".cc"))
    includes = sum(len(INCLUDE.findall(text)) for text in tree.values())
    found = [*include_violations(tree), *top_violations(paths())]
    report(found, f"{includes} includes in {len(tree)} files keep to the edges")
