"""Requests and answers of the HiLink API as XML.

Text is CESU-8: a character beyond the basic plane is two surrogates of three bytes each, and the four bytes of
UTF-8 are refused, as the stick fails on them. It also refuses white space between tags and elements out of order.
"""

import re
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from emulator_http import Response

FORMAT_ERROR = 100005
BEYOND = re.compile("[\U00010000-\U0010ffff]")
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'


class HilinkError(Exception):
    def __init__(self, code):
        super().__init__(str(code))
        self.code = code


def decoded(body):
    text = body.decode("utf-8", "surrogatepass")
    if BEYOND.search(text):
        raise ValueError("four bytes of UTF-8")
    return text.encode("utf-16", "surrogatepass").decode("utf-16")


def encoded(text):
    halves = BEYOND.sub(lambda match: surrogates(ord(match[0]) - 0x10000), text)
    return halves.encode("utf-8", "surrogatepass")


def surrogates(code):
    return chr(0xD800 + (code >> 10)) + chr(0xDC00 + (code & 0x3FF))


def request_of(body, names):
    """The children of <request> as (name, element) in their order, which must be `names`."""
    try:
        text = decoded(body)
        root = ElementTree.fromstring(text)
    except (ValueError, ElementTree.ParseError):
        raise HilinkError(FORMAT_ERROR) from None
    spaced = any(len(one) and (one.text or "").strip() != (one.text or "") or (one.tail or "") for one in root.iter())
    if root.tag != "request" or spaced or [child.tag for child in root] != list(names):
        raise HilinkError(FORMAT_ERROR)
    return {child.tag: child for child in root}


def element(name, value):
    """`value` is text, a number, or a list of (name, value)."""
    inner = "".join(element(*pair) for pair in value) if isinstance(value, (list, tuple)) else escape(str(value))
    return f"<{name}>{inner}</{name}>"


def answer(value="OK", headers=()):
    return Response(200, encoded(HEAD + element("response", value)), "text/html", headers)


def error(code, headers=()):
    """Errors come with status 200 too."""
    return Response(200, encoded(HEAD + element("error", [("code", code), ("message", "")])), "text/html", headers)
