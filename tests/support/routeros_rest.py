"""The REST API of RouterOS 7 over the same router. Every value in a reply is a string.

https://help.mikrotik.com/docs/display/ROS/REST+API
"""

import base64
import binascii
import json

from emulator_http import Response, json_response
from routeros_table import Single
from routeros_values import MISSING, Trap


class Refused(Exception):
    def __init__(self, status, message, detail=None):
        super().__init__(message)
        self.status = status
        self.document = {"error": status, "message": message, **({"detail": detail} if detail else {})}


def shown(item, proplist=None):
    properties = item.shown() if isinstance(item, Single) else item.shown
    return dict(properties) if proplist is None else {name: properties[name] for name in proplist if name in properties}


def strings(document):
    """Arguments as the API has them: all of them strings."""
    if not isinstance(document, dict):
        raise Refused(400, "Bad Request", "the body is no object")
    return {name: word(value) for name, value in document.items()}


def word(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int)):
        return str(value)
    raise Refused(400, "Bad Request", "values are strings")


def names(value):
    """A .proplist, as a list or as text."""
    return value.split(",") if isinstance(value, str) else value


class Rest:
    def __init__(self, emulator):
        self.emulator = emulator
        self.router = emulator.router
        self.handlers = {"GET": self._get, "PUT": self._put, "PATCH": self._patch, "DELETE": self._delete, "POST": self._post}

    def handle(self, request):
        try:
            self._authenticate(request)
            handler = self.handlers.get(request.method)
            if handler is None:
                raise Refused(501, "Not Implemented")
            if request.path != "/rest" and not request.path.startswith("/rest/"):
                raise Refused(404, "Not Found")
            words = [part for part in request.path[len("/rest") :].split("/") if part]
            return handler(words, request)
        except Refused as refused:
            return json_response(refused.document, refused.status)
        except Trap as error:
            if error.message == "no such item":
                return json_response({"error": 404, "message": "Not Found"}, 404)
            return json_response({"error": 400, "message": "Bad Request", "detail": error.message}, 400)

    def refuse(self, request, fault):
        """The answer of the fault `error`."""
        status = fault.get("status", 500)
        detail = fault.get("message", "failure: emulated")
        return json_response({"error": status, "message": "Bad Request" if status == 400 else "Error", "detail": detail}, status)

    def _authenticate(self, request):
        kind, _, value = request.headers.get("authorization", "").partition(" ")
        try:
            given = base64.b64decode(value, validate=True).decode() if kind.lower() == "basic" else None
        except (binascii.Error, UnicodeDecodeError):
            given = None
        right = f"{self.emulator.user}:{self.emulator.password}"
        if given != right or self.emulator.faults.get("refuse_login"):
            raise Refused(401, "Unauthorized")

    def _menu(self, words):
        menu = self.router.menus.get("/" + "/".join(words))
        if menu is None:
            raise Refused(400, "Bad Request", f"no such command or directory ({self._stranger(words)})")
        return menu

    def _stranger(self, words):
        """The first word that leads nowhere."""
        paths = [f"{path}/" for path in self.router.menus]
        for count, name in enumerate(words, 1):
            if not any(path.startswith("/" + "/".join(words[:count]) + "/") for path in paths):
                return name
        return words[-1] if words else ""

    def _menu_and_item(self, words):
        menu = self.router.menus.get("/" + "/".join(words[:-1])) or self._menu(words)
        if isinstance(menu, Single):
            raise Refused(400, "Bad Request", "no such command")
        menu.expire()
        return menu, menu.item(words[-1])

    @staticmethod
    def _body(request):
        if not request.body:
            return {}
        try:
            return json.loads(request.body)
        except ValueError:
            raise Refused(400, "Bad Request", "the body is no JSON") from None

    def _get(self, words, request):
        proplist, query = None, []
        for name, value in request.query:
            if name == ".proplist":
                proplist = names(value)
            else:
                query.append(f"?{name}={value}")
        menu = self.router.menus.get("/" + "/".join(words))
        if menu is None:
            _, item = self._menu_and_item(words)
            return json_response(shown(item, proplist))
        items, _ = self.router.run(menu, "print", {}, query)
        return json_response(shown(menu, proplist) if isinstance(menu, Single) else [shown(i, proplist) for i in items])

    def _put(self, words, request):
        menu = self._menu(words)
        _, made = self.router.run(menu, "add", strings(self._body(request)))
        return json_response(shown(menu.item(made)), 201)

    def _patch(self, words, request):
        menu, item = self._menu_and_item(words)
        named = item.shown[".id"]
        self.router.run(menu, "set", {**strings(self._body(request)), ".id": named})
        return json_response(shown(menu.item(named)))

    def _delete(self, words, _):
        menu, item = self._menu_and_item(words)
        self.router.run(menu, "remove", {".id": item.shown[".id"]})
        return Response(204)

    def _post(self, words, request):
        if len(words) < 2:
            raise Refused(400, "Bad Request", "no such command")
        menu, command = self._menu(words[:-1]), words[-1]
        body = self._body(request)
        if not isinstance(body, dict):
            raise Refused(400, "Bad Request", "the body is no object")
        proplist = names(body.pop(".proplist", None))
        query = [f"?{part}" for part in body.pop(".query", ())]
        try:
            items, returned = self.router.run(menu, command, strings(body), query)
        except Trap as error:
            if error.category == MISSING and error.message == "no such command":
                raise Refused(406, "Not Acceptable", f"no such command or directory ({command})") from None
            raise
        if returned is not None:
            return json_response({"ret": returned})
        return json_response([shown(item, proplist) for item in items or ()])
