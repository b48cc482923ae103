#!/usr/bin/env python3
"""A Huawei E3372 in HiLink mode to test against: its HTTP API with sessions, tokens, login and messages.

It prints `ready` and then `control`. Beyond what emulator.py says, its control port takes

    POST /inbox      {"phone": "+7900...", "content": "STOP", "type": 1}: a message comes in; type 7 and 8 are reports
    POST /misbehave  also has
        "error": {"code": 113018, "match": "sms/send-sms", ...}   any error of the stick; "when": "after" does it first
        "token_expired": true, "session_expired": true            the next POST finds its token, or session, gone
        "no_signal": true       a message is taken and then fails; "refuse": it is not taken
        "no_sim": true          the same with no card
        "stuck": true           a message is taken, and neither sent nor failed until this is switched off
        "full": true            there is no room for messages
        "report": "delivered"   or "failed": what the network reports of each message, where it was asked to; else silence
        "report_parts": true    it reports of each part of a long text, and not once of all
        "old_status": true      send-status tells of the message before, until this one is sent or has failed

A loss of power ends every session and loses a message that is on its way; the boxes stay.
"""

import asyncio

from emulator import Emulator, arguments
from emulator_http import Response
from hilink_session import Sessions
from hilink_sms import INBOX, UNREAD, Messages, READ, parts, shown
from hilink_xml import HilinkError, answer, error, request_of

NOT_SUPPORTED, BUSY, PARAMETER = 100002, 100004, 100006
NO_SIM, NO_NETWORK = 101001, 112005
SMS_ARGUMENT, SMS_LIST, SMS_DELETE, SMS_FULL, PHONE_TOO_LONG = 113017, 113020, 113036, 113053, 113054
PHONE_MAX = 20
REPORTS = {"delivered": 7, "failed": 8}
PUBLIC = ("webserver/SesTokInfo", "user/state-login", "user/hilink_login", "user/login")
SEND = ("Index", "Phones", "Sca", "Content", "Length", "Reserved", "Date")
LIST = ("PageIndex", "ReadCount", "BoxType", "SortType", "Ascending", "UnreadPreferred")


def number(element):
    try:
        return int(element.text or "")
    except ValueError:
        raise HilinkError(PARAMETER) from None


class Modem(Emulator):
    def __init__(self, options):
        own = ("no_signal", "no_sim", "stuck", "full", "report", "report_parts", "old_status")
        super().__init__(options.host, counted=("token_expired", "session_expired"), settings=own)
        self.sessions = Sessions(options.user, options.password, options.password_type, options.token_error)
        self.messages = Messages(options.capacity)
        self.send_s = options.send_ms / 1000
        self.config = {"SaveMode": 0, "Validity": 10752, "Sca": "+79000000000", "UseSReport": 0, "SendType": 0, "Priority": 0}
        self.gets = {
            "webserver/SesTokInfo": self.session_and_token,
            "user/state-login": self.state_login,
            "user/hilink_login": lambda _: answer([("hilink_login", 1 if self.sessions.password else 0)]),
            "sms/send-status": lambda _: answer(list(self.messages.status.items())),
            "sms/sms-count": lambda _: answer(list(self.messages.counts().items())),
            "sms/config": lambda _: answer(list(self.config.items())),
            "monitoring/status": self.monitoring_status,
            "monitoring/check-notifications": self.notifications,
            "pin/status": lambda _: answer([("SimState", 255 if self.faults.get("no_sim") else 257), ("SimPinTimes", 3)]),
            "device/information": lambda _: answer([("DeviceName", "E3372"), ("SoftwareVersion", "22.333.01.00.00")]),
        }
        self.posts = {
            "user/login": (("Username", "Password", "password_type"), self.login),
            "user/logout": (("Logout",), self.logout),
            "sms/send-sms": (SEND, self.send_sms),
            "sms/cancel-send": ((), self.cancel_send),
            "sms/sms-list": (LIST, self.sms_list),
            "sms/delete-sms": (("Index",), self.delete_sms),
            "sms/set-read": (("Index",), self.set_read),
            "sms/config": (tuple(self.config), self.set_config),
        }
        self.http_port("ready", self.handle, options.port, preparing=self.prepares, refuse=self.refuse)

    # What the control port asks for.

    def lose_power(self, changes):
        self.sessions.clear()
        self.messages.cancel()

    def reset(self):
        self.sessions.clear()
        self.messages.clear()

    def state(self):
        boxes = {name: [shown(one) for one in self.messages.box(box)] for name, box in (("inbox", 1), ("outbox", 2))}
        sessions = len(self.sessions.known)
        return {"sent": self.messages.sent, **boxes, "status": self.messages.status, "sessions": sessions}

    def control(self, request, document):
        if (request.method, request.path) != ("POST", "/inbox"):
            return None
        kind = document.get("type", 1)
        return shown(self.messages.store(INBOX, document["phone"], document.get("content", ""), UNREAD, kind))

    # Requests.

    @staticmethod
    def prepares(request):
        is_get = request.method == "GET" and not request.path.startswith(("/api/sms/", "/api/monitoring/"))
        return is_get or request.path in ("/api/user/login", "/api/user/logout")

    def refuse(self, request, fault):
        """The answers of the faults `error`, `token_expired` and `session_expired`."""
        if fault.kind == "error":
            if fault.when == "after":
                self.handle(request)
            return error(fault.get("code", -1))
        if fault.kind == "session_expired":
            self.sessions.clear()
        else:
            self.sessions.expire_tokens()
        return error(fault.get("code", self.sessions.token_error))

    def handle(self, request):
        if not request.path.startswith("/api/"):
            return self.home(request)
        name = request.path[len("/api/") :]
        try:
            if request.method == "GET" and name in self.gets:
                self.sessions.check(request, public=name in PUBLIC)
                return self.gets[name](request)
            if request.method == "POST" and name in self.posts:
                session = self.sessions.check(request, public=name in PUBLIC)
                return self.post(name, request, session)
            raise HilinkError(NOT_SUPPORTED)
        except HilinkError as refused:
            return error(refused.code)

    def post(self, name, request, session):
        """Every answer to a POST whose token was good brings the next token, errors too."""
        names, handler = self.posts[name]
        try:
            made = handler(session, request_of(request.body, names), request)
        except HilinkError as refused:
            made = error(refused.code)
        if not any(header == "__RequestVerificationToken" for header, _ in made.headers):
            made.headers.append(("__RequestVerificationToken", session.token()))
        return made

    def home(self, request):
        """A browser's page; like the stick it opens a session, and has no token in it."""
        headers = []
        if self.sessions.of(request) is None:
            headers.append(("Set-Cookie", f"SessionID={self.sessions.open().id}; path=/; HttpOnly"))
        return Response(200, "<html><head><title>HiLink</title></head></html>", "text/html", headers)

    def session_and_token(self, request):
        session = self.sessions.of(request) or self.sessions.open()
        return answer([("SesInfo", f"SessionID={session.id}"), ("TokInfo", session.token())])

    def state_login(self, request):
        session = self.sessions.of(request)
        inside = not self.sessions.password or (session is not None and session.logged_in)
        state = [("State", 0 if inside else -1), ("Username", self.sessions.user if inside else "")]
        return answer([*state, ("password_type", self.sessions.password_type)])

    def login(self, session, fields, request):
        token = request.headers["__requestverificationtoken"]
        given = [fields[name].text or "" for name in ("Username", "Password", "password_type")]
        opened, tokens = self.sessions.login(session, *given, token, bool(self.faults.get("refuse_login")))
        headers = [
            ("Set-Cookie", f"SessionID={opened.id}; path=/; HttpOnly"), ("__RequestVerificationToken", "#".join(tokens)),
            ("__RequestVerificationTokenone", tokens[0]), ("__RequestVerificationTokentwo", tokens[1]),
        ]  # fmt: skip
        return answer(headers=headers)

    def logout(self, session, fields, request):
        session.logged_in = False
        return answer()

    # Messages.

    def send_sms(self, session, fields, request):
        phones = [phone.text or "" for phone in fields["Phones"]]
        content = fields["Content"].text or ""
        if not phones or not all(phones) or not content:
            raise HilinkError(SMS_ARGUMENT)
        if any(len(phone) > PHONE_MAX for phone in phones):
            raise HilinkError(PHONE_TOO_LONG)
        if number(fields["Length"]) != len(content):
            raise HilinkError(PARAMETER)
        if self.faults.get("no_sim"):
            raise HilinkError(NO_SIM)
        if self.faults.get("no_signal") == "refuse":
            raise HilinkError(NO_NETWORK)
        if self.messages.is_full() or self.faults.get("full"):
            raise HilinkError(SMS_FULL)
        if self.messages.pending is not None:
            raise HilinkError(BUSY)
        self.messages.send(phones, content, bool(self.faults.get("old_status")))
        self.sending = asyncio.get_running_loop().create_task(self.deliver(self.messages.pending))
        return answer()

    async def deliver(self, message):
        """What the network makes of it, after the time that this takes."""
        if self.send_s:
            await asyncio.sleep(self.send_s)
        while self.faults.get("stuck"):
            await self.faults.changed.wait()
        if self.messages.pending is message:
            went = not self.faults.get("no_signal")
            self.messages.settle(went)
            kind = REPORTS.get(self.faults.get("report"))
            if went and kind and str(self.config["UseSReport"]) == "1":
                phones, content = message
                for phone in phones * (parts(content) if self.faults.get("report_parts") else 1):
                    self.messages.store(INBOX, phone, "", UNREAD, kind)

    def cancel_send(self, session, fields, request):
        self.messages.cancel()
        return answer()

    def sms_list(self, session, fields, request):
        page, count, box, sort, ascending, unread_first = (number(fields[name]) for name in LIST)
        if page < 1 or not 1 <= count <= 50 or sort not in (0, 1, 2):
            raise HilinkError(SMS_LIST)
        total, listed = self.messages.listed(box, page, count, sort, ascending, unread_first)
        return answer([("Count", total), ("Messages", [("Message", list(shown(one).items())) for one in listed])])

    def delete_sms(self, session, fields, request):
        if self.messages.stored.pop(number(fields["Index"]), None) is None:
            raise HilinkError(SMS_DELETE)
        return answer()

    def set_read(self, session, fields, request):
        message = self.messages.stored.get(number(fields["Index"]))
        if message is None or message["box"] != INBOX:
            raise HilinkError(PARAMETER)
        message["Smstat"] = READ
        return answer()

    def set_config(self, session, fields, request):
        self.config.update({name: fields[name].text or "" for name in self.config})
        return answer()

    # Health.

    def monitoring_status(self, _):
        cut_off = self.faults.get("no_signal") or self.faults.get("no_sim")
        status = {
            "ConnectionStatus": 902 if cut_off else 901, "SignalStrength": "", "SignalIcon": 0 if cut_off else 4,
            "CurrentNetworkType": 0 if cut_off else 19, "ServiceStatus": 0 if cut_off else 2, "RoamingStatus": 0,
            "SimStatus": 255 if self.faults.get("no_sim") else 1, "WanIPAddress": "" if cut_off else "10.64.0.2",
        }  # fmt: skip
        return answer(list(status.items()))

    def notifications(self, _):
        full = self.messages.is_full() or self.faults.get("full")
        unread = self.messages.counts()["LocalUnread"]
        told = {"UnreadMessage": unread, "SmsStorageFull": int(bool(full)), "OnlineUpdateStatus": 10, "SimOperEvent": 0}
        return answer(list(told.items()))


def main():
    parser = arguments("Emulates a Huawei E3372 in HiLink mode.")
    parser.add_argument("--user", default="admin", help="who may log in")
    parser.add_argument("--password", default="", help="with this password; without one nobody has to log in")
    parser.add_argument("--password-type", type=int, choices=(0, 3, 4), default=4, help="how a password is sent")
    parser.add_argument("--token-error", type=int, choices=(125001, 125002, 125003), default=125002,
                        help="the error of a token that is spent or unknown")  # fmt: skip
    parser.add_argument("--send-ms", type=int, default=20, help="how long the network takes for a message")
    parser.add_argument("--capacity", type=int, default=500, help="how many messages there is room for")
    options = parser.parse_args()
    asyncio.run(Modem(options).serve(options.control_port))


if __name__ == "__main__":
    main()
