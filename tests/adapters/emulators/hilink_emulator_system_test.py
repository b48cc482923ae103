#!/usr/bin/env python3
"""The emulated modem does what an E3372 does, as huawei-lte-api sees it; and each way in which it misbehaves."""

import base64
import hashlib

import emulators as e

if __name__ == "__main__":
    e.use_clients("huawei_lte_api", "requests")

import requests  # noqa: E402
from huawei_lte_api.Client import Client  # noqa: E402
from huawei_lte_api.Connection import Connection  # noqa: E402
from huawei_lte_api.enums.sms import BoxTypeEnum  # noqa: E402
from huawei_lte_api.exceptions import (  # noqa: E402
    LoginErrorUsernamePasswordOverrunException, LoginErrorUsernamePasswordWrongException, RequestFormatException,
    ResponseErrorException, ResponseErrorLoginRequiredException, ResponseErrorWrongSessionToken,
)  # fmt: skip

PHONE = "+79001234567"
PASSWORD = "modem & co"
SHORT_S = 0.3


def connect(emulator, password=PASSWORD, **more):
    return Connection(emulator.url(), username="admin", password=password, **{"timeout": 30, **more})


def modem(emulator, **more):
    return Client(connect(emulator, **more))


def sent(emulator):
    return [(message["Phone"], message["Content"]) for message in emulator.state()["sent"]]


def settled(client, where):
    """The status once the message is on its way no more; it must be told there."""
    status = e.poll(lambda: (now := client.sms.send_status()) and not now["Phone"] and now, "the message is settled")
    e.expect(status[where], f"it is told in {where}", status)
    return status[where]


def life_of_a_message(emulator):
    client = modem(emulator)
    texts = ["Balance 150.00 <b> & co", "Баланс 150,00", "emoji 😀 too", "x" * 161]
    for text in texts:
        e.expect(client.sms.send_sms([PHONE], text) == "OK", "it is taken")
        e.expect(settled(client, "SucPhone") == PHONE, "it is sent")
    e.expect(sent(emulator) == [(PHONE, text) for text in texts], "each as it was written", sent(emulator))
    e.expect([message["parts"] for message in emulator.state()["sent"]] == [1, 1, 1, 2], "and into how many parts")
    e.expect(client.sms.sms_count()["LocalOutbox"] == "4", "the outbox has them")
    listed = client.sms.get_sms_list(box_type=BoxTypeEnum.LOCAL_SENT)["Messages"]["Message"]
    e.expect([one["Content"] for one in listed] == texts[::-1], "the newest first", listed)
    page = client.sms.get_sms_list(page=2, read_count=3, box_type=BoxTypeEnum.LOCAL_SENT)
    e.expect((page["Count"], len(page["Messages"]["Message"])) == ("4", 1), "by pages", page)
    for one in listed:
        client.sms.delete_sms(int(one["Index"]))
    e.expect(client.sms.sms_count()["LocalOutbox"] == "0" and len(sent(emulator)) == 4, "deleted, and yet sent")
    e.expect(e.raises(ResponseErrorException, client.sms.delete_sms, 1).code == 113036, "there is none such")
    several = ["+79000000001", "+79000000002"]
    client.sms.send_sms(several, "both")
    settled(client, "SucPhone")
    e.expect([phone for phone, text in sent(emulator)[4:]] == several, "to several")


def incoming(emulator):
    client = modem(emulator)
    emulator.ask("POST", "/inbox", {"phone": PHONE, "content": "СТОП"})
    emulator.ask("POST", "/inbox", {"phone": PHONE, "content": "", "type": 7})
    e.expect(client.monitoring.check_notifications()["UnreadMessage"] == "2", "two are new")
    report, message = client.sms.get_sms_list()["Messages"]["Message"]
    e.expect((message["Content"], message["Smstat"], report["SmsType"]) == ("СТОП", "0", "7"), "both", message, report)
    client.sms.set_read(int(message["Index"]))
    e.expect(client.sms.sms_count()["LocalUnread"] == "1", "one is read")


def arguments(emulator):
    client = modem(emulator)
    code = lambda phones, text: e.raises(ResponseErrorException, client.sms.send_sms, phones, text).code
    e.expect(code([PHONE], "") == 113017 and code([""], "x") == 113017, "nothing to send, or nobody to send to")
    e.expect(code(["+" + "1" * 30], "x") == 113054, "a number too long")
    swapped = {"Phones": {"Phone": [PHONE]}, "Index": -1}
    refused = e.raises(RequestFormatException, client.sms._session.post_set, "sms/send-sms", swapped)
    e.expect(refused.code == 100005 and sent(emulator) == [], "elements out of order", refused)
    unknown = e.raises(ResponseErrorException, client.sms.split_sms)
    e.expect(unknown.code == 100002, "a path that this firmware has not", unknown)


class Bare:
    """The API with nothing in between, for what the client does not show."""

    def __init__(self, emulator):
        self.url = f"{emulator.url()}/api/"
        info = requests.get(self.url + "webserver/SesTokInfo", timeout=e.DEADLINE_S).text
        self.cookie = info.split("<SesInfo>")[1].split("<")[0]
        self.token = info.split("<TokInfo>")[1].split("<")[0]

    def post(self, path, inner, token=None):
        head = {"Cookie": self.cookie, "__RequestVerificationToken": token or self.token}
        body = f'<?xml version="1.0" encoding="UTF-8"?><request>{inner}</request>'
        return requests.post(self.url + path, body.encode(), headers=head, timeout=e.DEADLINE_S)

    def login(self, given=None):
        first = base64.b64encode(hashlib.sha256(PASSWORD.encode()).hexdigest().encode()).decode()
        digest = hashlib.sha256(f"admin{first}{self.token}".encode()).hexdigest()
        given = given or base64.b64encode(digest.encode()).decode()
        return self.post("user/login", f"<Username>admin</Username><Password>{given}</Password><password_type>4</password_type>")


def tokens(emulator):
    bare = Bare(emulator)
    answer = bare.login()
    first = answer.headers["__RequestVerificationToken"].split("#")
    e.expect("<response>OK</response>" in answer.text and len(first) == 30, "a login brings thirty tokens", answer.text)
    old, bare.cookie = bare.cookie, answer.headers["Set-Cookie"].split(";")[0]
    e.expect(old != bare.cookie, "and another session")
    unread = "<Index>1</Index>"
    answer = bare.post("sms/set-read", unread, first[0])
    following = answer.headers["__RequestVerificationToken"]
    e.expect("100006" in answer.text and following not in first, "each answer brings the next token, an error too")
    e.expect("125002" in bare.post("sms/set-read", unread, first[0]).text, "a token is good once")
    e.expect("100006" in bare.post("sms/set-read", unread, following).text, "the next one is good")
    e.expect("100006" in bare.post("sms/set-read", unread, first[7]).text, "and any of the thirty")
    e.expect("100005" in bare.post("sms/set-read", f"\n {unread}", first[1]).text, "white space between tags")
    bare.cookie = old
    e.expect("125002" in bare.post("sms/set-read", unread, first[2]).text, "the session before the login is over")


def logins(emulator):
    e.expect(e.raises(LoginErrorUsernamePasswordWrongException, connect, emulator, password="x").code == 108006, "wrong")
    emulator.misbehave(refuse_login=True)
    e.raises(LoginErrorUsernamePasswordWrongException, connect, emulator)
    for _ in range(3):
        e.raises(LoginErrorUsernamePasswordWrongException, connect, emulator)
    e.raises(LoginErrorUsernamePasswordOverrunException, connect, emulator)
    emulator.reset()
    connection = connect(emulator)
    e.expect(Client(connection).user.state_login()["State"] == "0", "logged in")
    connection.close()
    stranger = Client(Connection(emulator.url(), timeout=30))
    e.raises(ResponseErrorLoginRequiredException, stranger.monitoring.status)


def expired(emulator):
    client = modem(emulator)
    emulator.misbehave(token_expired=True)
    client.sms.send_sms([PHONE], "one")
    settled(client, "SucPhone")
    e.expect(sent(emulator) == [(PHONE, "one")], "a client that fetches another token sends it, once")
    outcomes = [request["outcome"] for request in emulator.requests(match="sms/send-sms")]
    e.expect(outcomes == ["token_expired", "answered"], "at the second try", outcomes)
    emulator.misbehave(token_expired={"code": 125003})
    e.raises(ResponseErrorWrongSessionToken, client.sms.send_sms, [PHONE], "two")
    emulator.misbehave(session_expired=True)
    e.raises(ResponseErrorLoginRequiredException, client.sms.send_sms, [PHONE], "three")
    modem(emulator).sms.send_sms([PHONE], "four")
    e.poll(lambda: [text for _, text in sent(emulator)] == ["one", "four"], "nothing else was sent")


def signal_and_room(emulator):
    client = modem(emulator)
    status = client.monitoring.status()
    e.expect((status["ConnectionStatus"], status["ServiceStatus"]) == ("901", "2"), "all is well", status)
    emulator.misbehave(no_signal=True)
    e.expect(client.monitoring.status()["SignalIcon"] == "0", "no bars")
    client.sms.send_sms([PHONE], "lost")
    e.expect(settled(client, "FailPhone") == PHONE and sent(emulator) == [], "taken, and failed")
    [stored] = client.sms.get_sms_list(box_type=BoxTypeEnum.LOCAL_SENT)["Messages"]["Message"]
    e.expect(stored["Smstat"] == "4", "and the outbox tells", stored)
    code = lambda: e.raises(ResponseErrorException, client.sms.send_sms, [PHONE], "x").code
    emulator.misbehave(no_signal="refuse")
    e.expect(code() == 112005, "refused by the network")
    emulator.misbehave(no_signal=False, no_sim=True)
    e.expect((code(), client.pin.status()["SimState"]) == (101001, "255"), "no card")
    emulator.misbehave(no_sim=False, full=True)
    e.expect((code(), client.monitoring.check_notifications()["SmsStorageFull"]) == (113053, "1"), "no room")


def outcome_unknown(emulator):
    client = modem(emulator)
    emulator.misbehave(stuck=True)
    client.sms.send_sms([PHONE], "one")
    e.expect(client.sms.send_status()["Phone"] == PHONE, "it is on its way")
    e.expect(e.raises(ResponseErrorException, client.sms.send_sms, [PHONE], "two").code == 100004, "one at a time")
    emulator.misbehave(stuck=False)
    settled(client, "SucPhone")
    emulator.misbehave(error={"code": 113018, "match": "send-sms", "when": "after"})
    e.expect(e.raises(ResponseErrorException, client.sms.send_sms, [PHONE], "three").code == 113018, "a time-out")
    e.poll(lambda: [text for _, text in sent(emulator)] == ["one", "three"], "and yet it was sent")


def one_status(emulator):
    """The status is the stick's and not the message's: it may be that of the message before."""
    client = modem(emulator)
    client.sms.send_sms([PHONE], "one")
    settled(client, "SucPhone")
    emulator.misbehave(old_status=True, stuck=True)
    client.sms.send_sms([PHONE], "two")
    status = client.sms.send_status()
    e.expect((status["Phone"], status["SucPhone"]) == (None, PHONE), "it tells of the first", status)
    e.expect([text for _, text in sent(emulator)] == ["one"], "while the second is on its way")
    emulator.misbehave(stuck=False, no_signal=True)
    e.poll(lambda: client.sms.send_status()["FailPhone"] == PHONE, "and then of the second")


def reports(emulator):
    client = modem(emulator)
    body = "<SaveMode>0</SaveMode><Validity>10752</Validity><Sca></Sca><UseSReport>1</UseSReport><SendType>0</SendType>"
    bare = Bare(emulator)
    answer = bare.login()
    bare.cookie = answer.headers["Set-Cookie"].split(";")[0]
    token = answer.headers["__RequestVerificationToken"].split("#")[0]
    e.expect("OK" in bare.post("sms/config", body + "<Priority>0</Priority>", token).text, "reports are asked for")
    client = modem(emulator)
    for fault, kinds in (({"report": "delivered"}, ["7"]), ({"report": "failed", "report_parts": True}, ["8", "8", "8"])):
        emulator.misbehave(**fault)
        before = len(emulator.state()["inbox"])
        client.sms.send_sms([PHONE], "x" * 307)
        settled(client, "SucPhone")
        came = [str(one["SmsType"]) for one in emulator.state()["inbox"][before:]]
        e.expect(came == kinds, "of a text of three parts", fault, came)


def connections(emulator):
    client = modem(emulator, timeout=SHORT_S)
    send = lambda text: client.sms.send_sms([PHONE], text)  # by whichever client it is then
    emulator.misbehave(cut=True)
    e.raises(requests.ConnectionError, send, "not done")
    emulator.misbehave(cut={"when": "after"})
    e.raises(requests.ConnectionError, send, "done")
    e.poll(lambda: sent(emulator) == [(PHONE, "done")], "one of the two was done")
    client = modem(emulator, timeout=SHORT_S)  # with tokens that no lost answer has spent
    emulator.misbehave(drop={"nth": 2, "match": "send-sms"})
    send("first")
    settled(client, "SucPhone")
    e.raises(requests.Timeout, send, "second")
    emulator.misbehave(garbage={"kind": "body", "match": "send-status"})
    e.raises(Exception, client.sms.send_status)
    emulator.misbehave(garbage={"match": "send-status"})
    e.raises(requests.RequestException, client.sms.send_status)
    emulator.misbehave(slow_ms=10_000)
    e.raises(requests.Timeout, client.monitoring.status)
    emulator.misbehave(slow_ms=0, hang=True)
    e.raises(requests.Timeout, client.monitoring.status)
    emulator.misbehave(hang=False)
    e.expect(client.monitoring.status()["SignalIcon"] == "4", "and then it answers")


def power(emulator):
    client = modem(emulator)
    client.sms.send_sms([PHONE], "before")
    settled(client, "SucPhone")
    emulator.misbehave(stuck=True)
    client.sms.send_sms([PHONE], "on its way")
    emulator.misbehave(power="off", stuck=False)
    e.raises(requests.ConnectionError, client.sms.send_status)
    emulator.misbehave(power="on")
    e.raises(ResponseErrorException, client.sms.send_status)
    client = modem(emulator)
    e.expect(not client.sms.send_status()["Phone"] and len(sent(emulator)) == 1, "what was on its way is lost")
    e.expect(client.sms.sms_count()["LocalOutbox"] == "1", "the boxes stay")


def without_a_password(_):
    """A stick that asks for no login; the client's tokens are refused now and then, and it fetches others."""
    with e.Emulator("hilink", "--send-ms", "1") as emulator:
        client = Client(Connection(emulator.url(), timeout=30))
        e.expect(client.user.hilink_login()["hilink_login"] == "0", "no login is asked for")
        for text in ("one", "two", "three"):
            client.sms.send_sms([PHONE], text)
            settled(client, "SucPhone")
        e.expect([text for _, text in sent(emulator)] == ["one", "two", "three"], "each once", sent(emulator))


TESTS = [
    life_of_a_message, incoming, arguments, tokens, logins, expired, signal_and_room, outcome_unknown, one_status, reports,
    connections, power, without_a_password,
]  # fmt: skip

if __name__ == "__main__":
    e.run(lambda: e.Emulator("hilink", "--password", PASSWORD), TESTS)
