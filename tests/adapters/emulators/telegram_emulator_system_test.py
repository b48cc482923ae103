#!/usr/bin/env python3
"""The emulated Bot API does what Telegram does, as pyTelegramBotAPI sees it; and each way in which it misbehaves."""

import threading

import emulators as e

if __name__ == "__main__":
    e.use_clients("telebot", "requests")

import requests  # noqa: E402
import telebot  # noqa: E402
from telebot import apihelper, types  # noqa: E402
from telebot.apihelper import ApiHTTPException, ApiInvalidJSONException, ApiTelegramException  # noqa: E402

TOKEN = "123456:TEST-token"
CHAT = 777000111
SHORT_S = 0.3


def bot(emulator, token=TOKEN):
    apihelper.API_URL = emulator.url() + "/bot{0}/{1}"
    apihelper.LONG_POLLING_TIMEOUT = 0  # what it makes of a long_polling_timeout of zero; ten seconds otherwise
    apihelper._get_req_session(reset=True)
    return telebot.TeleBot(token, threaded=False)


def sent(emulator):
    return [(message["chat"]["id"], message["text"]) for message in emulator.state()["sent"]]


def refused(function, *arguments, **named):
    error = e.raises(ApiTelegramException, function, *arguments, **named)
    return error.error_code, error.description


def wrote(text, chat=CHAT, **more):
    person = {"id": chat, "is_bot": False, "first_name": "A"}
    room = {"id": chat, "type": "private", "first_name": "A"}
    return {"message": {"message_id": 5, "from": person, "chat": room, "date": 1767323045, "text": text, **more}}


def messages(emulator):
    client = bot(emulator)
    e.expect(client.get_me().username == "bill_bot", "who it is")
    made = client.send_message(CHAT, 'Баланс: <b>150.00</b> 😀 <a href="http://x/">pay</a> &lt;1&gt;', parse_mode="HTML")
    e.expect(made.text == "Баланс: 150.00 😀 pay <1>" and made.chat.id == CHAT, "the plain text", made.text)
    marks = [(one.type, one.offset, one.length, one.url) for one in made.entities]
    e.expect(marks == [("bold", 8, 6, None), ("text_link", 18, 3, "http://x/")], "counted in UTF-16 units", marks)
    plain = client.send_message(CHAT, "1 < 2 & <b>")
    e.expect(plain.text == "1 < 2 & <b>" and plain.message_id == made.message_id + 1, "no marks without a mode")
    e.expect(len(sent(emulator)) == 2, "both are kept")
    button = types.InlineKeyboardButton("Promise", callback_data="pp:17")
    client.send_message(CHAT, "Pay?", reply_markup=types.InlineKeyboardMarkup([[button]]))
    e.expect(emulator.state()["sent"][2]["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == "pp:17", "buttons")
    edited = client.edit_message_text("Paid", CHAT, made.message_id)
    e.expect(edited.text == "Paid", "it is edited")
    e.expect("not modified" in refused(client.edit_message_text, "Paid", CHAT, made.message_id)[1], "once")
    e.expect(client.delete_message(CHAT, made.message_id), "it is deleted")


def every_way_of_parameters(emulator):
    url = f"{emulator.url()}/bot{TOKEN}/sendMessage"
    given = {"chat_id": CHAT, "text": "привет & co"}
    head = {"timeout": e.DEADLINE_S}
    for answer in (
        requests.get(url, params=given, **head), requests.post(url, data=given, **head),
        requests.post(url, json=given, **head), requests.post(url, files={k: (None, str(v)) for k, v in given.items()}, **head),
        requests.post(url.replace("sendMessage", "SENDMESSAGE"), json=given, **head),
    ):  # fmt: skip
        e.expect(answer.json()["ok"], "it is understood", answer.text)
    e.expect(sent(emulator) == [(CHAT, given["text"])] * 5, "each time the same", sent(emulator))


def errors(emulator):
    client = bot(emulator)
    say = lambda text, **more: refused(client.send_message, CHAT, text, **more)
    e.expect(say("  ") == (400, "Bad Request: message text is empty"), "nothing to say")
    e.expect(say("x" * 4097) == (400, "Bad Request: message is too long"), "too much")
    for wrong in ("<b>open", "</b>", "<p>x</p>", "1 < 2", "<b><i>x</b></i>"):
        e.expect("can't parse entities" in say(wrong, parse_mode="HTML")[1], "marks that are none", wrong)
    client.send_message(CHAT, "x" * 4096)
    e.expect(refused(bot(emulator, "123456:other").get_me) == (401, "Unauthorized"), "another token")
    e.expect(requests.get(f"{emulator.url()}/botnonsense/getMe", timeout=30).status_code == 404, "no token at all")
    e.expect(requests.get(f"{emulator.url()}/bot{TOKEN}/explode", timeout=30).status_code == 404, "no such method")
    e.expect(len(sent(emulator)) == 1, "nothing of this was sent")


def updates(emulator):
    client = bot(emulator)
    e.expect(client.get_updates(timeout=30, long_polling_timeout=0) == [], "nothing yet")
    contact = {"phone_number": "79001234567", "first_name": "A", "user_id": CHAT}
    first, second = emulator.ask("POST", "/updates", [wrote("/start inv17"), wrote("", contact=contact)])["update_ids"]
    got = client.get_updates(timeout=30, long_polling_timeout=0)
    e.expect([one.update_id for one in got] == [first, second], "both, in order", got)
    e.expect(got[0].message.text == "/start inv17" and got[1].message.contact.user_id == CHAT, "as they were", got)
    e.expect(len(client.get_updates(timeout=30, long_polling_timeout=0)) == 2, "again, until they are confirmed")
    rest = client.get_updates(offset=second, timeout=30, long_polling_timeout=0)
    e.expect([one.update_id for one in rest] == [second], "the first is confirmed")
    e.expect(client.get_updates(offset=second + 1, timeout=30, long_polling_timeout=0) == [], "and the second")

    polled = []
    poller = threading.Thread(target=lambda: polled.extend(client.get_updates(long_polling_timeout=30)))
    poller.start()
    e.poll(lambda: emulator.requests(match="timeout=30"), "the long poll is there")
    emulator.ask("POST", "/updates", [wrote("hello")])
    poller.join(e.DEADLINE_S)
    e.expect([one.message.text for one in polled] == ["hello"], "a long poll ends with the update", polled)


def two_pollers_and_webhooks(emulator):
    client = bot(emulator)
    errors = []
    poller = threading.Thread(target=lambda: errors.append(refused(client.get_updates, long_polling_timeout=30)))
    poller.start()
    e.poll(lambda: emulator.requests(match="timeout=30"), "the first poller is there")
    client.get_updates(timeout=30, long_polling_timeout=0)
    poller.join(e.DEADLINE_S)
    e.expect(errors and errors[0][0] == 409 and "terminated" in errors[0][1], "the second ends the first", errors)
    e.expect(refused(client.set_webhook, "http://x/")[0] == 400, "no webhook without TLS")
    client.set_webhook("https://x.example/hook", secret_token="abc")
    e.expect(client.get_webhook_info().url == "https://x.example/hook", "it is set")
    e.expect(refused(client.get_updates)[0] == 409, "no updates are read beside it")
    client.remove_webhook()
    e.expect(client.get_updates(timeout=30, long_polling_timeout=0) == [], "and then again")


def floods(emulator):
    client = bot(emulator)
    emulator.misbehave(flood={"retry_after": 7, "nth": 2, "times": 2})
    client.send_message(CHAT, "1")
    for _ in range(2):
        error = e.raises(ApiTelegramException, client.send_message, CHAT, "2")
        told = (error.error_code, error.result_json["parameters"], error.result.headers["Retry-After"])
        e.expect(told == (429, {"retry_after": 7}, "7"), "how long to wait", told)
    client.send_message(CHAT, "3")
    e.expect([text for _, text in sent(emulator)] == ["1", "3"], "what came in between was not sent")


def blocked_and_unauthorized(emulator):
    client = bot(emulator)
    emulator.misbehave(blocked=[CHAT])
    blocked = refused(client.send_message, CHAT, "x")
    e.expect(blocked == (403, "Forbidden: bot was blocked by the user"), "by this user", blocked)
    client.send_message(CHAT + 1, "y")
    emulator.misbehave(blocked=True)
    e.expect(refused(client.send_message, CHAT + 1, "x")[0] == 403, "by all")
    emulator.misbehave(blocked=False, refuse_login=True)
    e.expect(refused(client.get_me) == (401, "Unauthorized"), "the token is revoked")
    emulator.misbehave(refuse_login=False, error={"code": 400, "parameters": {"migrate_to_chat_id": -5}})
    moved = e.raises(ApiTelegramException, client.send_message, CHAT, "x").result_json
    e.expect(moved["parameters"] == {"migrate_to_chat_id": -5}, "any other error", moved)
    e.expect(sent(emulator) == [(CHAT + 1, "y")], "nothing of this was sent")


def connections(emulator):
    client = bot(emulator)
    say = lambda text: client.send_message(CHAT, text, timeout=SHORT_S)
    emulator.misbehave(cut=True)
    e.raises(requests.ConnectionError, say, "cut before")
    emulator.misbehave(cut={"when": "after"})
    e.raises(requests.ConnectionError, say, "cut after")
    emulator.misbehave(cut={"when": "half"})
    e.raises(requests.RequestException, say, "cut half-way")
    emulator.misbehave(drop=True)
    e.raises(requests.Timeout, say, "dropped")
    emulator.misbehave(garbage={"kind": "body"})
    e.raises((ApiInvalidJSONException, ApiHTTPException), say, "an answer that is none")
    emulator.misbehave(garbage=True)
    e.raises(requests.RequestException, say, "bytes")
    e.expect([text for _, text in sent(emulator)] == ["cut after", "cut half-way", "an answer that is none"], "what was done")
    emulator.misbehave(slow_ms=10_000)
    e.raises(requests.Timeout, say, "slow")
    emulator.misbehave(slow_ms=0, hang=True)
    e.raises(requests.Timeout, say, "hanging")
    emulator.misbehave(hang=False)
    e.poll(lambda: (CHAT, "hanging") in sent(emulator), "it is done when it goes on")
    emulator.misbehave(power="off")
    e.raises(requests.ConnectionError, say, "off")
    emulator.misbehave(power="on")
    say("on")


def strangers(_):
    """With the chats named, no other is found until its user has written."""
    with e.Emulator("telegram", "--chat", CHAT) as emulator:
        client = bot(emulator)
        client.send_message(CHAT, "x")
        e.expect(refused(client.send_message, 42, "x") == (400, "Bad Request: chat not found"), "a stranger")
        emulator.ask("POST", "/updates", [wrote("/start", chat=42)])
        client.send_message(42, "x")


TESTS = [
    messages, every_way_of_parameters, errors, updates, two_pollers_and_webhooks, floods, blocked_and_unauthorized,
    connections, strangers,
]  # fmt: skip

if __name__ == "__main__":
    e.run(lambda: e.Emulator("telegram"), TESTS)
