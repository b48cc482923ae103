"""How RouterOS reads and writes the values of properties, and its errors."""

import ipaddress
import re

MISSING, ARGUMENT, INTERRUPTED, SCRIPT, FAILURE, API = range(6)
PLAIN_IP = re.compile(r"(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)")
DNS_NAME = re.compile(r"(?=.{1,253}$)(?:[a-zA-Z0-9_](?:[a-zA-Z0-9_-]{0,61}[a-zA-Z0-9_])?\.)+[a-zA-Z][a-zA-Z0-9-]*")
MAC = re.compile(r"[0-9A-Fa-f]{2}([:-][0-9A-Fa-f]{2}){5}")
CLOCK = re.compile(r"(?:(\d+)w)?(?:(\d+)d)?(\d+):(\d\d):(\d\d)")
UNITS = re.compile(r"(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")
RATE = re.compile(r"(\d+)([kMG]?)")
SECONDS = (604800, 86400, 3600, 60, 1)


class Trap(Exception):
    """What a router answers with !trap; the category is not always told."""

    def __init__(self, message, category=None):
        super().__init__(message)
        self.message = message
        self.category = category


def yes_or_no(value):
    """"true" or "false" for a boolean in any of its spellings, else None."""
    return {"yes": "true", "true": "true", "no": "false", "false": "false"}.get(value)


def boolean(name, value):
    read = yes_or_no(value)
    if read is None:
        raise Trap(f"input does not match any value of {name}", ARGUMENT)
    return read


def duration_s(name, value):
    """Seconds of `1d`, `1h30m`, `3w2d04:05:06` or `3600`."""
    if value.isascii() and value.isdigit():
        return int(value)
    match = CLOCK.fullmatch(value) or (value and UNITS.fullmatch(value))
    if not match:
        raise Trap(f"invalid time value for argument {name}", ARGUMENT)
    return sum(int(count or 0) * unit for count, unit in zip(match.groups(), SECONDS))


def shown_duration(seconds):
    """As version 7 prints it: 3w2d4h5m6s."""
    text = ""
    for unit, letter in zip(SECONDS, "wdhms"):
        count, seconds = divmod(seconds, unit)
        text += f"{count}{letter}" if count else ""
    return text or "0s"


def duration(name, value):
    return shown_duration(duration_s(name, value))


def listed_address(name, value):
    """An address, prefix, range or name, as an address list keeps it."""
    if PLAIN_IP.fullmatch(value):
        return value
    first, dash, last = value.partition("-")
    try:
        if dash and PLAIN_IP.fullmatch(first) and PLAIN_IP.fullmatch(last):
            return value
        network = ipaddress.ip_network(value, strict=False)
        return str(network.network_address) if network.num_addresses == 1 else str(network)
    except ValueError:
        if DNS_NAME.fullmatch(value):
            return value
        raise Trap(f"failure: {value} is not a valid dns name") from None


def listed_v6(name, value):
    """An IPv6 address or prefix, which is kept as a prefix."""
    try:
        return str(ipaddress.IPv6Network(value, strict=False))
    except ValueError:
        raise Trap(f"failure: {value} is not a valid dns name") from None


def one_address(name, value):
    if not PLAIN_IP.fullmatch(value):
        raise Trap(f"invalid value for argument {name}", ARGUMENT)
    return value


def mac_address(name, value):
    if not MAC.fullmatch(value):
        raise Trap(f"invalid value of mac-address, mac address required ({name})", ARGUMENT)
    return value.upper().replace("-", ":")


def target(name, value):
    """Addresses and interfaces, comma-separated; an address is kept as a prefix."""
    return ",".join(f"{part}/32" if PLAIN_IP.fullmatch(part) else _v6_prefix(part) for part in value.split(","))


def _v6_prefix(part):
    try:
        return str(ipaddress.IPv6Network(part, strict=False))
    except ValueError:
        return part


def plain_rate(name, value):
    match = RATE.fullmatch(value)
    if not match:
        raise Trap(f"invalid value for argument {name}", ARGUMENT)
    return int(match[1]) * {"": 1, "k": 1_000, "M": 1_000_000, "G": 1_000_000_000}[match[2]]


def rate_pair(name, value):
    """Upload and download: 10M/50M is kept as 10000000/50000000."""
    parts = value.split("/")
    if len(parts) > 2:
        raise Trap(f"invalid value for argument {name}", ARGUMENT)
    return "/".join(str(plain_rate(name, part)) for part in (parts * 2)[:2])


def rate_limit(name, value):
    """rx[/tx] and burst values, kept as they were written."""
    for part in value.split(" ")[0].split("/") if value else ():
        plain_rate(name, part)
    return value


def one_of(*values):
    def read(name, value):
        if value not in values:
            raise Trap(f"input does not match any value of {name}", ARGUMENT)
        return value

    return read


def text(_, value):
    return value
