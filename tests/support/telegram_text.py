"""A text as the Bot API takes it: with HTML marks it becomes plain text and entities, counted in UTF-16 units.

https://core.telegram.org/bots/api#formatting-options
"""

import re

TEXT_MAX = 4096
KINDS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "code": "code", "pre": "pre",
    "a": "text_link", "blockquote": "blockquote", "tg-spoiler": "spoiler", "span": "spoiler", "tg-emoji": "custom_emoji",
}  # fmt: skip
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)((?:\s[^<>]*)?)>")
HREF = re.compile(r"""href\s*=\s*(?:"([^"]*)"|'([^']*)'|(\S+))""")
REFERENCE = re.compile(r"&(?:#(\d+)|#x([0-9a-fA-F]+)|([a-z]+));")


class BadText(Exception):
    """The description of the error 400."""


def units(text):
    return len(text.encode("utf-16-le")) // 2


def referred(match):
    if match[1] or match[2]:
        code = int(match[1]) if match[1] else int(match[2], 16)
        return chr(code) if 0 < code < 0x110000 else match[0]
    return NAMED.get(match[3], match[0])


def parsed_html(text):
    """(plain text, entities)."""
    plain, entities, opened = "", [], []
    at = 0
    while at < len(text):
        following = text.find("<", at)
        end = len(text) if following < 0 else following
        plain += REFERENCE.sub(referred, text[at:end])
        if following < 0:
            break
        tag = TAG.match(text, following)
        place = f"at byte offset {len(text[:following].encode())}"
        if tag is None:
            raise BadText(f"can't parse entities: Unsupported start tag {place}")
        at = tag.end()
        name = tag[2].lower()
        if tag[1]:
            if not opened or opened[-1][0] != name:
                raise BadText(f"can't parse entities: Unexpected end tag {place}")
            _, offset, more = opened.pop()
            length = units(plain) - offset
            if length and more is not None:
                entities.append({"offset": offset, "length": length, "type": KINDS[name], **more})
            continue
        if name not in KINDS or (name == "span" and "tg-spoiler" not in tag[3]):
            raise BadText(f'can\'t parse entities: Unsupported start tag "{name}" {place}')
        href = HREF.search(tag[3]) if name == "a" else None
        more = {} if name != "a" else {"url": next(filter(None, href.groups()), "")} if href else None
        opened.append((name, units(plain), more))
    if opened:
        raise BadText(f'can\'t parse entities: Can\'t find end tag corresponding to start tag "{opened[-1][0]}"')
    return plain, sorted(entities, key=lambda entity: (entity["offset"], -entity["length"]))


def parsed(text, mode):
    """(plain text, entities) of what a bot sends."""
    if mode not in (None, "", "HTML", "html"):
        raise BadText("unsupported parse_mode")
    plain, entities = parsed_html(text) if mode else (text, [])
    plain = plain.rstrip()
    if not plain.strip():
        raise BadText("message text is empty")
    if units(plain) > TEXT_MAX:
        raise BadText("message is too long")
    return plain, entities
