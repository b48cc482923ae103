#!/usr/bin/env python3
"""Holds the tree to what no compiler says: sources are listed, not globbed; no test sleeps; no floating point in
the ledger; no file is longer than a reader can hold. It first feeds itself what breaks each rule."""

import posixpath
import re

from tree import expect, report, texts

LINES_MAX = 450
LISTED = ("ledger/", "commands/", "projections/", "adapters/", "tools/", "tests/")
SUFFIXES = (".h", ".cc", ".py", ".cmake", "CMakeLists.txt")

# In front of the alternatives that are skipped stand those that could hold them.
NO_CODE = re.compile(
    r'R"(?P<d>[^()\s\\]{0,16})\(.*?\)(?P=d)"|"(?:[^"\\\n]|\\.)*"|(?<![0-9a-fA-F])\'(?:[^\'\\\n]|\\.)+\'|//[^\n]*|/\*.*?\*/',
    re.DOTALL,
)
SLEEPS = re.compile(r"\b(sleep_for|sleep_until|sleep|usleep|nanosleep)\s*\(")
FLOATS = re.compile(r"\b(float|double)\b")


def code_of(text):
    """The text without comments and literals, its lines kept."""
    return NO_CODE.sub(lambda match: "\n" * match[0].count("\n") + " ", text)


def hits(pattern, text):
    code = code_of(text)
    for match in pattern.finditer(code):
        yield code.count("\n", 0, match.start()) + 1, match[1]


def built_sources(tree):
    """The sources that the CMakeLists.txt at the top leads to, and what is wrong with the lists."""
    sources, wrong, folders, seen = set(), [], [""], set()
    while folders:
        folder = folders.pop()
        path = posixpath.join(folder, "CMakeLists.txt")
        if path in seen:
            continue
        seen.add(path)
        if path not in tree:
            wrong.append(f"{path}: is added, but there is none")
            continue
        text = re.sub(r"#[^\n]*", "", tree[path])
        if re.search(r"file\s*\(\s*GLOB", text, re.IGNORECASE):
            wrong.append(f"{path}: globs its sources; list them")
        for name in re.findall(r"add_subdirectory\s*\(\s*([\w./-]+)", text):
            folders.append(posixpath.normpath(posixpath.join(folder, name)))
        # What is made at build time is no source of ours.
        text = re.sub(r"configure_file\s*\([^)]*\)|\$\{CMAKE_CURRENT_BINARY_DIR\}[^\s)]*", "", text)
        for name in re.findall(r"[\w./+-]+\.cc\b", text):
            source = posixpath.normpath(posixpath.join(folder, name))
            sources.add(source)
            if source not in tree:
                wrong.append(f"{path}: lists {name}, and there is none")
    return sources, wrong


def violations_of(tree):
    """`tree` is {path: text}."""
    built, wrong = built_sources(tree)
    yield from wrong
    for path, text in sorted(tree.items()):
        if path.endswith(".cc") and path.startswith(LISTED) and path not in built:
            yield f"{path}: is in no CMakeLists.txt, so nothing builds it"
        if path.endswith("_test.py") and path.startswith(LISTED):
            folder, name = posixpath.split(path)
            if not re.search(rf"\b{name[:-3]}\b", tree.get(posixpath.join(folder, "CMakeLists.txt"), "")):
                yield f"{path}: is not in the CMakeLists.txt beside it, so nothing runs it"
        if (lines := text.count("\n")) > LINES_MAX:
            yield f"{path}: has {lines} lines, more than {LINES_MAX}"
        if path.startswith("tests/") and path.endswith(".cc"):
            for line, call in hits(SLEEPS, text):
                yield f"{path}:{line}: {call} in a test; wait for the condition instead"
        if path.startswith("ledger/") and path.endswith((".h", ".cc")):
            for line, name in hits(FLOATS, text):
                yield f"{path}:{line}: {name} in the ledger; money and rates are integers"


def self_check():
    def after(more, top="add_subdirectory(ledger)"):
        tree = {"CMakeLists.txt": top, "ledger/CMakeLists.txt": "add_library(l a.cc)", "ledger/a.cc": "int a;\n"}
        return list(violations_of(tree | more))

    expect(after({}))
    expect(after({"ledger/b.cc": ""}), "ledger/b.cc: is in no CMakeLists.txt")
    expect(after({"ledger/CMakeLists.txt": "add_library(l a.cc b.cc) # c.cc"}), "lists b.cc, and there is none")
    expect(after({"ledger/CMakeLists.txt": "file(GLOB s *.cc)"}), "globs", "ledger/a.cc: is in no")
    expect(after({}, top="# add_subdirectory(ledger)"), "ledger/a.cc: is in no CMakeLists.txt")
    expect(after({}, top="add_subdirectory(ledger)\nadd_subdirectory(gone)"), "gone/CMakeLists.txt: is added")
    expect(after({"ledger/a.cc": "\n" * (LINES_MAX + 1)}), "ledger/a.cc: has 451 lines")
    expect(after({"ledger/a.cc": "\n" * LINES_MAX}))
    expect(after({"ledger/a.cc": "int a = 1'000;\nfloat b; double c;\n"}), "a.cc:2: float", "a.cc:2: double")
    expect(after({"ledger/a.cc": "// a double entry\nauto t = \"double\"; /* float\n*/ char c = '\"';\n"}))
    expect(after({"ledger/a.cc": '/* " */ double c; // "\n'}), "a.cc:1: double")
    expect(after({"ledger/a_test.py": ""}), "a_test.py: is not in the CMakeLists.txt beside it")
    tests = {"CMakeLists.txt": "add_subdirectory(ledger)\nadd_subdirectory(tests)", "tests/CMakeLists.txt": "t_test.cc"}
    expect(after(tests | {"tests/t_test.cc": "\nstd::this_thread::sleep_for(1s);\nusleep (5);"}), "t_test.cc:2", "cc:3")
    expect(after(tests | {"tests/t_test.cc": 'run("sleep (5)");  // sleep(5)\nasleep(1);'}))


if __name__ == "__main__":
    self_check()
    read = texts(SUFFIXES)
    report(list(violations_of(read)), f"{len(read)} files are tidy")
