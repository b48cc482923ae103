"""Messages on the stick: the boxes, and one message at a time on its way to the network."""

import time

UNREAD, READ, SENT, FAILED = 0, 1, 3, 4
INBOX, OUTBOX, DRAFTS = 1, 2, 3
BASIC = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = set("\f^{}\\[~]|€")


def parts(text):
    """Into how many messages the network splits a text; 3GPP TS 23.038 and 23.040."""
    if all(letter in BASIC or letter in EXTENDED for letter in text):
        units, alone, each = sum(2 if letter in EXTENDED else 1 for letter in text), 160, 153
    else:
        units, alone, each = len(text.encode("utf-16-le")) // 2, 70, 67
    return 1 if units <= alone else -(-units // each)


def now():
    return time.strftime("%Y-%m-%d %H:%M:%S")


class Messages:
    """`sent` is everything that went to the network, whatever was deleted from the boxes since."""

    def __init__(self, capacity):
        self.capacity = capacity
        self.clear()

    def clear(self):
        self.stored = {}
        self.next_index = 40000
        self.sent = []
        self.pending = None
        self.status = {"Phone": "", "SucPhone": "", "FailPhone": "", "TotalCount": 0, "CurIndex": 0}

    def is_full(self):
        return len(self.stored) >= self.capacity

    def store(self, box, phone, content, state, kind=None):
        message = {
            "Smstat": state, "Index": self.next_index, "Phone": phone, "Content": content, "Date": now(), "Sca": "",
            "SaveType": 0, "Priority": 0, "SmsType": kind or (1 if parts(content) == 1 else 2), "box": box,
        }  # fmt: skip
        self.stored[self.next_index] = message
        self.next_index += 1
        return message

    def send(self, phones, content, keeps_status=False):
        """Takes it into the queue; `settle` says how it ended. There is one status, which may be late."""
        self.pending = (phones, content)
        total = len(phones)
        if keeps_status:
            return
        self.status = {"Phone": ",".join(phones), "SucPhone": "", "FailPhone": "", "TotalCount": total, "CurIndex": 1}

    def settle(self, went):
        """The end of what is pending: it went to the network, or it did not. Both are in the outbox."""
        if self.pending is None:
            return
        phones, content = self.pending
        self.pending = None
        for phone in phones:
            stored = self.store(OUTBOX, phone, content, SENT if went else FAILED)
            if went:
                self.sent.append({**shown(stored), "parts": parts(content)})
        done = {"SucPhone" if went else "FailPhone": ",".join(phones)}
        self.status = {"Phone": "", "SucPhone": "", "FailPhone": "", **done, "TotalCount": len(phones), "CurIndex": len(phones)}

    def cancel(self):
        self.pending = None
        self.status = {**self.status, "Phone": ""}

    def box(self, number):
        return [message for message in self.stored.values() if message["box"] == number]

    def listed(self, box, page, count, sort, ascending, unread_first):
        """(how many are in the box, the page)."""
        key = {0: lambda m: (m["Date"], m["Index"]), 1: lambda m: (m["Phone"], m["Index"]), 2: lambda m: m["Index"]}[sort]
        found = sorted(self.box(box), key=key, reverse=not ascending)
        if unread_first:
            found.sort(key=lambda message: message["Smstat"] != UNREAD)
        return len(found), found[(page - 1) * count : page * count]

    def counts(self):
        boxes = {box: self.box(box) for box in (INBOX, OUTBOX, DRAFTS)}
        return {
            "LocalUnread": sum(message["Smstat"] == UNREAD for message in boxes[INBOX]),
            "LocalInbox": len(boxes[INBOX]), "LocalOutbox": len(boxes[OUTBOX]), "LocalDraft": len(boxes[DRAFTS]),
            "LocalDeleted": 0, "SimUnread": 0, "SimInbox": 0, "SimOutbox": 0, "SimDraft": 0,
            "LocalMax": self.capacity, "SimMax": 20, "SimUsed": 0, "NewMsg": 0,
        }  # fmt: skip


def shown(message):
    return {name: value for name, value in message.items() if name != "box"}
