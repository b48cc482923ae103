#!/usr/bin/env python3
"""The Telegram Bot API to test against: one bot, its chats, what it sends and the updates it reads.

It prints `ready` and then `control`; the URL of a method is http://HOST:PORT/bot<TOKEN>/<METHOD>. Beyond what
emulator.py says, its control port takes

    POST /updates    [{"message": {...}}, ...]: what users do, without update_id; a chat that writes is open from then
    POST /misbehave  also has
        "flood": {"retry_after": 7, "times": 2, ...}    429 for the requests struck
        "error": {"code": 500, "description": "...", "parameters": {...}, ...}    any other error
        "blocked": [777] or true    those chats, or all, have blocked the bot: 403
        "refuse_login": true        the token is good no more: 401
"""

import asyncio
import email.parser
import email.policy
import json
import re
import time
from urllib.parse import parse_qsl

from emulator import Emulator, arguments
from emulator_http import json_response
from telegram_text import BadText, parsed

BOT_PATH = re.compile(r"/bot([^/]+)/([A-Za-z]+)/?")
TOKEN_FORM = re.compile(r"\d+:[A-Za-z0-9_-]+")
SECRET_TOKEN = re.compile(r"[A-Za-z0-9_-]*")
UPDATES_MAX = 100
CALLBACK_BYTES_MAX = 64


class BotError(Exception):
    def __init__(self, code, description, parameters=None, headers=()):
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters
        self.headers = headers


def failed(code, description, parameters=None, headers=()):
    document = {"ok": False, "error_code": code, "description": description}
    if parameters:
        document["parameters"] = parameters
    return json_response(document, code, headers)


def parameters_of(request):
    """What the query, a form or JSON give, as one dictionary; a part that holds JSON text stays text."""
    found = dict(request.query)
    kind = request.headers.get("content-type", "")
    if kind.startswith("application/json"):
        try:
            document = json.loads(request.body or b"{}")
        except ValueError:
            raise BotError(400, "Bad Request: can't parse JSON object") from None
        if not isinstance(document, dict):
            raise BotError(400, "Bad Request: object expected")
        found.update(document)
    elif kind.startswith("application/x-www-form-urlencoded"):
        found.update(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))
    elif kind.startswith("multipart/form-data"):
        head = f"Content-Type: {kind}\r\n\r\n".encode()
        message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + request.body)
        for part in message.iter_parts():
            found[part.get_param("name", header="content-disposition")] = part.get_payload(decode=True).decode("utf-8", "replace")
    return found


def whole(parameters, name, default=None):
    value = parameters.get(name, default)
    try:
        return value if value is None else int(value)
    except (TypeError, ValueError):
        raise BotError(400, f"Bad Request: {name} is no number") from None


def structure(parameters, name):
    """A parameter that is an object or a list, which a form has as text."""
    value = parameters.get(name)
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        raise BotError(400, f"Bad Request: can't parse {name} JSON object") from None


class Bot(Emulator):
    def __init__(self, options):
        super().__init__(options.host, counted=("flood",), settings=("blocked",))
        self.token = options.token
        self.first_chats = set(options.chat)
        self.user = {"id": int(self.token.split(":")[0]), "is_bot": True, "first_name": "Bill", "username": "bill_bot"}
        self.methods = {
            "getme": lambda _: {**self.user, "can_join_groups": True, "supports_inline_queries": False},
            "sendmessage": self.send_message, "editmessagetext": self.edit_message, "deletemessage": self.delete_message,
            "answercallbackquery": lambda _: True, "getupdates": self.get_updates, "setwebhook": self.set_webhook,
            "deletewebhook": self.delete_webhook, "getwebhookinfo": self.webhook_info,
        }  # fmt: skip
        self.arrived = asyncio.Event()
        self.next_update = 1000
        self.next_message = 1
        self.reset()
        preparing = lambda request: request.path.lower().endswith(("/getme", "/getupdates"))
        self.http_port("ready", self.handle, options.port, preparing=preparing, refuse=self.refuse)

    # What the control port asks for.

    def reset(self):
        self.chats = set(self.first_chats)
        self.sent = []
        self.updates = []
        self.webhook = {}
        self.poller = None

    def state(self):
        return {"sent": self.sent, "updates": self.updates, "webhook": self.webhook, "chats": sorted(self.chats)}

    def control(self, request, document):
        if (request.method, request.path) != ("POST", "/updates"):
            return None
        numbered = []
        for update in document:
            numbered.append({"update_id": self.next_update, **update})
            self.next_update += 1
            chat = update.get("message", {}).get("chat", {}).get("id")
            self.chats |= {chat} if chat is not None else set()
        self.updates += numbered
        self.arrived.set()
        return {"update_ids": [update["update_id"] for update in numbered]}

    # Requests.

    def refuse(self, request, fault):
        """The answers of the faults `flood` and `error`."""
        if fault.kind == "flood":
            wait_s = fault.get("retry_after", 1)
            told = f"Too Many Requests: retry after {wait_s}"
            return failed(429, told, {"retry_after": wait_s}, [("Retry-After", str(wait_s))])
        return failed(fault.get("code", 500), fault.get("description", "Internal Server Error"), fault.get("parameters"))

    async def handle(self, request):
        try:
            path = BOT_PATH.fullmatch(request.path)
            if path is None or not TOKEN_FORM.fullmatch(path[1]):
                raise BotError(404, "Not Found")
            if path[1] != self.token or self.faults.get("refuse_login"):
                raise BotError(401, "Unauthorized")
            method = self.methods.get(path[2].lower())
            if method is None:
                raise BotError(404, "Not Found")
            result = method(parameters_of(request))
            result = await result if asyncio.iscoroutine(result) else result
            return json_response({"ok": True, "result": result})
        except BotError as error:
            return failed(error.code, error.description, error.parameters, error.headers)
        except BadText as error:
            return failed(400, f"Bad Request: {error}")

    def chat_of(self, parameters):
        if parameters.get("chat_id") in (None, ""):
            raise BotError(400, "Bad Request: chat_id is empty")
        chat = whole(parameters, "chat_id")
        if self.first_chats and chat not in self.chats:
            raise BotError(400, "Bad Request: chat not found")
        blocked = self.faults.get("blocked")
        if blocked is True or (blocked and chat in blocked):
            raise BotError(403, "Forbidden: bot was blocked by the user")
        return {"id": chat, "type": "private", "first_name": "A"}

    @staticmethod
    def checked_markup(parameters):
        markup = structure(parameters, "reply_markup") or {}
        for row in markup.get("inline_keyboard", ()):
            for button in row:
                if len(button.get("callback_data", "").encode()) > CALLBACK_BYTES_MAX:
                    raise BotError(400, "Bad Request: BUTTON_DATA_INVALID")
        return markup

    def send_message(self, parameters):
        chat = self.chat_of(parameters)
        plain, entities = parsed(str(parameters.get("text", "")), parameters.get("parse_mode"))
        markup = self.checked_markup(parameters)
        message = {"message_id": self.next_message, "from": self.user, "chat": chat, "date": int(time.time()), "text": plain}
        if entities:
            message["entities"] = entities
        if "inline_keyboard" in markup:
            message["reply_markup"] = markup
        self.next_message += 1
        self.sent.append({**message, **({"reply_markup": markup} if markup else {})})
        return message

    def message_of(self, parameters):
        chat, number = self.chat_of(parameters), whole(parameters, "message_id")
        for message in self.sent:
            if message["message_id"] == number and message["chat"]["id"] == chat["id"] and not message.get("deleted"):
                return message
        return None

    def edit_message(self, parameters):
        message = self.message_of(parameters)
        if message is None:
            raise BotError(400, "Bad Request: message to edit not found")
        plain, entities = parsed(str(parameters.get("text", "")), parameters.get("parse_mode"))
        if plain == message["text"] and entities == message.get("entities", []):
            raise BotError(400, "Bad Request: message is not modified")
        message.update({"text": plain, "entities": entities, "edit_date": int(time.time())})
        return message

    def delete_message(self, parameters):
        message = self.message_of(parameters)
        if message is None:
            raise BotError(400, "Bad Request: message to delete not found")
        message["deleted"] = True
        return True

    # Updates.

    async def get_updates(self, parameters):
        """A higher offset confirms what is below it. A second poller ends the first."""
        if self.webhook.get("url"):
            raise BotError(409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook first")
        offset, timeout_s = whole(parameters, "offset", 0), whole(parameters, "timeout", 0)
        limit = min(max(whole(parameters, "limit", UPDATES_MAX), 1), UPDATES_MAX)
        mine = self.poller = object()
        self.arrived.set()
        end_s = time.monotonic() + timeout_s
        while True:
            if offset > 0:
                self.updates = [update for update in self.updates if update["update_id"] >= offset]
            left_s = end_s - time.monotonic()
            if self.updates or left_s <= 0:
                return self.updates[:limit]
            self.arrived = asyncio.Event()
            try:
                await asyncio.wait_for(self.arrived.wait(), left_s)
            except asyncio.TimeoutError:
                pass
            if self.poller is not mine:
                raise BotError(409, "Conflict: terminated by other getUpdates request; make sure that only one bot "
                               "instance is running")  # fmt: skip

    def set_webhook(self, parameters):
        """It is noted and nothing is delivered there."""
        url, secret = parameters.get("url", ""), parameters.get("secret_token", "")
        if url and not url.startswith("https://"):
            raise BotError(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
        if len(secret) > 256:
            raise BotError(400, "Bad Request: secret token is too long")
        if not SECRET_TOKEN.fullmatch(secret):
            raise BotError(400, "Bad Request: secret token contains unallowed characters")
        self.webhook = {"url": url, "secret_token": secret} if url else {}
        self.poller = None
        self.arrived.set()
        return True

    def delete_webhook(self, parameters):
        self.webhook = {}
        return True

    def webhook_info(self, _):
        waiting = len(self.updates)
        return {"url": self.webhook.get("url", ""), "has_custom_certificate": False, "pending_update_count": waiting}


def main():
    parser = arguments("Emulates the Telegram Bot API.")
    parser.add_argument("--token", default="123456:TEST-token", help="the token of the bot")
    parser.add_argument("--chat", type=int, action="append", default=[],
                        help="a chat that is open; when any is given, others are not found until they write")  # fmt: skip
    options = parser.parse_args()
    asyncio.run(Bot(options).serve(options.control_port))


if __name__ == "__main__":
    main()
