#!/usr/bin/env python3
"""Checks what a log publishes, knowing nothing of the program that published it.

It is written from RFC 6962, RFC 9162, RFC 8032 and the C2SP texts signed-note, tlog-checkpoint, tlog-tiles and
tlog-proof, with the standard library alone, so that it can be read and run by whoever does not trust us. It
prefers the recursive definition of the tree over any clever algorithm.

Exit status 0 and one line `ok ...`, or 1 and the reason. `--origin` adds that the checkpoint is of that log.
"""

import argparse
import base64
import binascii
import gzip
import hashlib
import re
import sys
import urllib.request


class Refused(Exception):
    """What is checked is wrong, for the reason given."""


class Missing(Refused):
    """What should be served is not."""


def require(condition, reason):
    if not condition:
        raise Refused(reason)


def sha256(data):
    return hashlib.sha256(data).digest()


# RFC 6962, section 2.1: the tree.


def leaf(entry):
    return sha256(b"\x00" + entry)


def node(left, right):
    return sha256(b"\x01" + left + right)


def split(n):
    """The largest power of two smaller than n."""
    return 1 << ((n - 1).bit_length() - 1)


def tree_root(leaves, begin=0, end=None):
    """MTH(D[begin:end]); the depth of the recursion is the height of the tree."""
    end = len(leaves) if end is None else end
    if begin == end:
        return sha256(b"")
    if end - begin == 1:
        return leaves[begin]
    middle = begin + split(end - begin)
    return node(tree_root(leaves, begin, middle), tree_root(leaves, middle, end))


def root_by_path(leaf_hash, index, size, path):
    """The root that PATH(index, D[size]) implies: RFC 6962, section 2.1.1, read backwards."""
    if size == 1:
        require(not path, "the inclusion proof is too long")
        return leaf_hash
    require(path, "the inclusion proof is too short")
    k = split(size)
    if index < k:
        return node(root_by_path(leaf_hash, index, k, path[:-1]), path[-1])
    return node(path[-1], root_by_path(leaf_hash, index - k, size - k, path[:-1]))


def roots_by_proof(old, new, path, whole, old_root):
    """The old and new roots that SUBPROOF(old, D[new], whole) implies: RFC 6962, section 2.1.2, backwards."""
    if old == new:
        if whole:
            require(not path, "the consistency proof is too long")
            return old_root, old_root
        require(len(path) == 1, "the consistency proof has the wrong length")
        return path[0], path[0]
    require(path, "the consistency proof is too short")
    k = split(new)
    if old <= k:
        before, after = roots_by_proof(old, k, path[:-1], whole, old_root)
        return before, node(after, path[-1])
    before, after = roots_by_proof(old - k, new - k, path[:-1], False, old_root)
    return node(path[-1], before), node(path[-1], after)


# RFC 8032, section 5.1: verification with Ed25519, on extended homogeneous coordinates.

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
SQRT_MINUS_ONE = pow(2, (P - 1) // 4, P)


def point_add(p, q):
    a = (p[1] - p[0]) * (q[1] - q[0]) % P
    b = (p[1] + p[0]) * (q[1] + q[0]) % P
    c = 2 * p[3] * q[3] * D % P
    d = 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def point_multiply(scalar, point):
    result = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = point_add(result, point)
        point = point_add(point, point)
        scalar >>= 1
    return result


def point_equal(p, q):
    return (p[0] * q[2] - q[0] * p[2]) % P == 0 and (p[1] * q[2] - q[1] * p[2]) % P == 0


def recover_x(y, sign):
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if square == 0:
        return None if sign else 0
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * SQRT_MINUS_ONE % P
    if (x * x - square) % P:
        return None
    return P - x if x & 1 != sign else x


def point_decode(data):
    y = int.from_bytes(data, "little")
    sign = y >> 255
    y &= (1 << 255) - 1
    x = recover_x(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE_X = recover_x(BASE_Y, 0)
BASE = (BASE_X, BASE_Y, 1, BASE_X * BASE_Y % P)


def ed25519_verify(key, message, signature):
    if len(key) != 32 or len(signature) != 64:
        return False
    a, r = point_decode(key), point_decode(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= ORDER:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % ORDER
    return point_equal(point_multiply(s, BASE), point_add(r, point_multiply(h, a)))


# C2SP signed-note and tlog-checkpoint.


def unbase64(text, what):
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Refused(f"{what} is not base64") from None
    require(base64.b64encode(data).decode() == text, f"{what} is not base64 in its one spelling")
    return data


def number(text, what):
    require(re.fullmatch(r"0|[1-9][0-9]{0,19}", text), f"{what} is not a decimal number")
    return int(text)


def parse_vkey(vkey):
    parts = vkey.split("+", 2)
    require(len(parts) == 3, "a verifier key has the form name+id+base64")
    name, hex_id, encoded = parts
    key = unbase64(encoded, "the verifier key")
    require(len(key) == 33 and key[0] == 1, "the verifier key is not an Ed25519 key")
    key_id = sha256(name.encode() + b"\n" + key)[:4]
    require(hex_id == key_id.hex(), "the id of the verifier key is not its own")
    return name, key_id, key[1:]


def open_note(note, vkey):
    """The text of a note that the key has signed. Signatures of other keys are ignored."""
    name, key_id, key = parse_vkey(vkey)
    require(all(byte >= 0x20 or byte == 0x0A for byte in note), "the note has control characters")
    try:
        decoded = note.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused("the note is not UTF-8") from None
    text, empty, signatures = decoded.rpartition("\n\n")
    require(empty, "the note has no empty line before its signatures")
    require(signatures.endswith("\n"), "the note does not end in a signature line")
    text += "\n"
    verified = False
    for line in signatures[:-1].split("\n"):
        match = re.fullmatch(r"\u2014 ([^\s+]+) ([A-Za-z0-9+/=]+)", line)
        require(match, "a signature line is malformed")
        blob = unbase64(match[2], "a signature")
        require(len(blob) > 4, "a signature is too short")
        if match[1] == name and blob[:4] == key_id:
            require(ed25519_verify(key, text.encode(), blob[4:]), f"the signature of {name} is wrong")
            verified = True
    require(verified, f"the note is not signed by {name}")
    return text


def open_checkpoint(note, args):
    """Origin, size and root of a signed checkpoint."""
    lines = open_note(note, args.vkey).split("\n")
    require(len(lines) >= 4 and all(lines[:-1]), "the checkpoint is not three or more lines")
    size, root = number(lines[1], "the size"), unbase64(lines[2], "the root")
    require(len(root) == 32, "the root is not 32 bytes")
    require(args.origin is None or lines[0] == args.origin, f"the checkpoint is of {lines[0]}")
    return lines[0], size, root


# C2SP tlog-proof, and the consistency proof that follows it.


def parse_proof(data, header, names, extra):
    """The named numbers, the hashes and the checkpoint note of a proof file."""
    head, empty, note = data.partition(b"\n\n")
    require(empty, "the proof has no empty line before its checkpoint")
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise Refused("the proof is not ASCII before its checkpoint") from None
    require(lines.pop(0) == header, f"the proof does not begin with {header}")
    if extra and lines and lines[0].startswith("extra "):
        unbase64(lines.pop(0)[len("extra ") :], "the extra data")
    numbers = []
    for name in names:
        require(lines and lines[0].startswith(name + " "), f"the proof has no line {name}")
        numbers.append(number(lines.pop(0)[len(name) + 1 :], name))
    hashes = [unbase64(line, "a hash of the proof") for line in lines]
    require(all(len(value) == 32 for value in hashes), "a hash of the proof is not 32 bytes")
    return numbers, hashes, note


# C2SP tlog-tiles.


def resource_path(level, index, width):
    digits = f"{index % 1000:03}"
    while index >= 1000:
        index //= 1000
        digits = f"x{index % 1000:03}/{digits}"
    return f"tile/{level}/{digits}" + (f".p/{width}" if width < 256 else "")


def fetch(base, path):
    request = urllib.request.Request(base.rstrip("/") + "/" + path, headers={"Accept-Encoding": "gzip"})
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            data = response.read()
            return gzip.decompress(data) if response.headers.get("Content-Encoding") == "gzip" else data
    except (OSError, EOFError) as error:
        raise Missing(f"{path}: {error}") from None


def fetch_resource(base, level, index, width):
    """A tile or bundle, its path and its width. A log may drop a partial one when the full one has come."""
    path = resource_path(level, index, width)
    try:
        return fetch(base, path), path, width
    except Missing:
        if width == 256:
            raise
    full_path = resource_path(level, index, 256)
    try:
        return fetch(base, full_path), full_path, 256
    except Missing:
        raise Missing(f"neither {path} nor the full one is served") from None


def bundle_entries(bundle, path):
    entries, offset = [], 0
    while offset < len(bundle):
        length = int.from_bytes(bundle[offset : offset + 2], "big")
        entry = bundle[offset + 2 : offset + 2 + length]
        require(offset + 2 <= len(bundle) and len(entry) == length, f"{path} ends inside an entry")
        entries.append(entry)
        offset += 2 + length
    return entries


def widths(count):
    """Index and width of each tile over so many hashes; the last may be partial, none is empty."""
    for index in range(0, count, 256):
        yield index // 256, min(256, count - index)


def fetch_level(base, level, count):
    hashes = []
    for index, width in widths(count):
        data, path, served = fetch_resource(base, level, index, width)
        require(len(data) == 32 * served, f"{path} has {len(data)} bytes")
        hashes += [data[i : i + 32] for i in range(0, 32 * width, 32)]
    return hashes


def fetch_entries(base, size):
    entries = []
    for index, width in widths(size):
        data, path, served = fetch_resource(base, "entries", index, width)
        found = bundle_entries(data, path)
        require(len(found) == served, f"{path} has {len(found)} entries")
        entries += found[:width]
    return entries


# The commands.


def read(path):
    with open(path, "rb") as file:
        return file.read()


def read_lines(path):
    """The entries of an NDJSON file: its lines without the line feed, which the last one must have too."""
    lines = read(path).split(b"\n")
    require(lines.pop() == b"", "the last line of the file has no line feed")
    return lines


def check_lines(path, size, root):
    """A file may hold more lines than the checkpoint, as a log grows."""
    lines = read_lines(path)
    require(len(lines) >= size, f"the file has {len(lines)} lines, the checkpoint {size}")
    require(tree_root([leaf(line) for line in lines[:size]]) == root, "the lines do not give the root")
    return lines


def encoded(value):
    return base64.b64encode(value).decode()


def run_leaf(args):
    lines = read_lines(args.file)
    require(args.index < len(lines), f"the file has {len(lines)} lines")
    return f"leaf {args.index} {encoded(leaf(lines[args.index]))}"


def run_tree(args):
    lines = read_lines(args.lines)
    return f"tree {len(lines)} {encoded(tree_root([leaf(line) for line in lines]))}"


def run_checkpoint(args):
    origin, size, root = open_checkpoint(read(args.note), args)
    if args.lines:
        check_lines(args.lines, size, root)
    return f"checkpoint {origin} {size} {encoded(root)}"


def run_inclusion(args):
    (index,), hashes, note = parse_proof(read(args.proof), "c2sp.org/tlog-proof@v1", ["index"], True)
    origin, size, root = open_checkpoint(note, args)
    require(index < size, "the index is not in the tree")
    entry = read(args.line).removesuffix(b"\n")
    require(root_by_path(leaf(entry), index, size, hashes) == root, "the proof does not lead to the root")
    return f"inclusion {origin} {index} of {size}"


def run_consistency(args):
    old_origin, old_size, old_root = open_checkpoint(read(args.old), args)
    (old, new), hashes, note = parse_proof(read(args.proof), "provodka/consistency-proof@v1", ["old", "new"], False)
    origin, size, root = open_checkpoint(note, args)
    require(origin == old_origin, "the two checkpoints are of different logs")
    require((old, new) == (old_size, size), "the proof is not between the sizes of the checkpoints")
    require(old <= new, "the new tree is smaller than the old one")
    if old == 0:
        require(not hashes and old_root == sha256(b""), "the empty tree has another root and no proof")
        return f"consistency {origin} 0 to {new}"
    before, after = roots_by_proof(old, new, hashes, True, old_root)
    require(before == old_root, "the proof does not lead to the old root")
    require(after == root, "the proof does not lead to the new root")
    return f"consistency {origin} {old} to {new}"


def run_tiles(args):
    origin, size, root = open_checkpoint(fetch(args.url, "checkpoint"), args)
    entries = fetch_entries(args.url, size)
    hashes = [leaf(entry) for entry in entries]
    require(tree_root(hashes) == root, "the entry bundles do not give the root")
    level = 0
    while len(hashes) > 0:
        require(fetch_level(args.url, level, len(hashes)) == hashes, f"the tiles of level {level} are wrong")
        full = len(hashes) // 256 * 256
        hashes = [tree_root(hashes, begin, begin + 256) for begin in range(0, full, 256)]
        level += 1
    if args.lines:
        lines = read_lines(args.lines)
        require(lines[:size] == entries, "the entry bundles are not the lines of the file")
    return f"tiles {origin} {size} {encoded(root)} in {level} levels"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)

    def command(name, run, *options, optional=(), signed=True):
        sub = commands.add_parser(name)
        sub.set_defaults(run=run)
        for option in options + (("--vkey",) if signed else ()):
            sub.add_argument(option, required=True)
        for option in optional + (("--origin",) if signed else ()):
            sub.add_argument(option)
        return sub

    leaf_command = command("leaf", run_leaf, signed=False)
    leaf_command.add_argument("file")
    leaf_command.add_argument("index", type=int)
    command("tree", run_tree, "--lines", signed=False)
    command("checkpoint", run_checkpoint, "--note", optional=("--lines",))
    command("inclusion", run_inclusion, "--proof", "--line")
    command("consistency", run_consistency, "--old", "--proof")
    command("tiles", run_tiles, "--url", optional=("--lines",))
    args = parser.parse_args()
    try:
        print("ok", args.run(args))
    except (Refused, OSError) as refusal:
        print(refusal)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
