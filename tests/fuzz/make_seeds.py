#!/usr/bin/env python3
"""Writes the inputs that the fuzz targets start from, and their dictionaries: make_seeds.py OUT makes
OUT/<target>/ and OUT/<target>.dict from the golden lines and the seeds beside this file."""

import base64
import re
import struct
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
GOLDEN = HERE.parent / "golden"

SIGNED = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
ROOT = base64.b64encode(bytes(range(32))).decode()
CHECKPOINT = f"provodka/acme\n48212\n{ROOT}\n"
NOTES = [
    SIGNED,
    SIGNED + "\u2014 witness.example/w AAAAAAAA\n",
    CHECKPOINT,
    CHECKPOINT + "extension\n",
    f"c2sp.org/tlog-proof@v1\nindex 17\n{ROOT}\n{ROOT}\n\n{CHECKPOINT}\n\u2014 provodka/acme AAAAAAAA\n",
    f"c2sp.org/tlog-proof@v1\nextra AAAA\nindex 0\n\n{CHECKPOINT}",
    f"provodka/consistency-proof@v1\nold 3\nnew 48212\n{ROOT}\n\n{CHECKPOINT}",
    "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    ROOT,
]


def golden_lines():
    files = sorted(GOLDEN.glob("*.jsonl")) if GOLDEN.is_dir() else []
    return [line for file in files for line in file.read_bytes().splitlines()]


def lz4_literals(text):
    """An LZ4 block that repeats nothing."""
    length, block = len(text) - 15, bytearray([min(len(text), 15) << 4])
    while length >= 0:
        block.append(min(length, 255))
        length -= 255
    return bytes(block) + text


def frames(lines):
    """Stored frames without their checksum, which the target adds: not compressed, and as LZ4."""
    text = b"".join(line + b"\n" for line in lines)
    for compression, body in ((0, text), (1, lz4_literals(text))):
        yield struct.pack("<4sHHQIIIIQ", b"PVDK", 1, compression, 7, len(lines), len(text), len(body), 0, 0) + body


def words(inputs):
    """What the inputs are made of: strings in quotes and with their colon, words and numbers."""
    found = set()
    for text in inputs:
        found.update(re.findall(rb'"[\w.]{1,24}":?|[A-Za-z][\w./@-]{2,24}', text))
    return sorted(found)


def write(out, target, inputs):
    folder = out / target
    folder.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(inputs):
        (folder / f"{number:03}").write_bytes(data)
    escaped = (re.sub(rb'(["\\])', rb"\\\1", word) for word in words(inputs))
    (out / f"{target}.dict").write_bytes(b"".join(b'"' + word + b'"\n' for word in escaped))


def main(out):
    lines = golden_lines() or [b"{}"]
    write(out, "event_line_fuzz", lines)
    write(out, "frame_fuzz", [*frames(lines[:1]), *frames(lines[:3]), *frames([b"", b"a"]), lines[0] + b"\n"])
    write(out, "command_codec_fuzz", (HERE / "seeds" / "commands.ndjson").read_bytes().splitlines())
    write(out, "note_fuzz", [note.encode() for note in NOTES])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
