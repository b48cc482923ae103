"""Words and sentences of the RouterOS API, as bytes.

https://manual.mikrotik.com/docs/developer-guides/api.md: a word is its length and its bytes, a sentence is words
and a word of length zero. Text is bytes to a router; here it is UTF-8, and what is not comes through unchanged.
"""

WORD_BYTES_MAX = 4 << 20
SHORT = [bytes([length]) for length in range(0x80)]


class Unreadable(Exception):
    """The bytes are no sentence, or one that a router does not take. The connection cannot be read any further."""


def encoded_length(length):
    if length < 0x80:
        return SHORT[length]
    if length < 0x4000:
        return (length | 0x8000).to_bytes(2, "big")
    if length < 0x200000:
        return (length | 0xC00000).to_bytes(3, "big")
    if length < 0x10000000:
        return (length | 0xE0000000).to_bytes(4, "big")
    return b"\xf0" + length.to_bytes(4, "big")


def encode(*words):
    """One sentence."""
    parts = []
    for word in words:
        data = word.encode("utf-8", "surrogateescape")
        size = len(data)
        parts.append(SHORT[size] if size < 0x80 else encoded_length(size))
        parts.append(data)
    parts.append(b"\0")
    return b"".join(parts)


def with_tag(sentence, tag):
    """An encoded sentence with the tag as its last word."""
    if tag is None:
        return sentence
    word = f".tag={tag}".encode("utf-8", "surrogateescape")
    return sentence[:-1] + encoded_length(len(word)) + word + b"\0"


class Reader:
    """Takes bytes as they come and gives whole sentences."""

    def __init__(self):
        self.buffer = b""
        self.bytes_max = WORD_BYTES_MAX

    def feed(self, data):
        """The sentences that are complete now: a list of (words, bytes). Empty sentences are left out."""
        buffer = self.buffer + data if self.buffer else data
        sentences, words = [], []
        at = start = 0
        size = len(buffer)
        while at < size:
            first = buffer[at]
            if first == 0:
                at += 1
                if words:
                    sentences.append((words, buffer[start:at]))
                    words = []
                start = at
                continue
            if first < 0x80:
                begin, length = at + 1, first
            elif first >= 0xF8:
                raise Unreadable(f"control byte {first:#x}")
            else:
                more = 1 if first < 0xC0 else 2 if first < 0xE0 else 3 if first < 0xF0 else 4
                begin = at + 1 + more
                if begin > size:
                    break
                length = int.from_bytes(buffer[at:begin], "big") & ((1 << (7 * more + 7)) - 1 if more < 4 else 0xFFFFFFFF)
                if length > self.bytes_max:
                    raise Unreadable(f"a word of {length} bytes")
            end = begin + length
            if end > size:
                break
            words.append(buffer[begin:end].decode("utf-8", "surrogateescape"))
            at = end
        self.buffer = buffer[start:] if start < size else b""
        if len(self.buffer) > self.bytes_max + 8:
            raise Unreadable("a sentence that does not end")
        return sentences
