"""Sessions of the stick: a cookie, tokens that are good for one POST each, and the login."""

import base64
import hashlib
import secrets

from hilink_xml import HilinkError

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
TOKENS_MAX = 64
AFTER_LOGIN = 30
TRIES_MAX = 5
NO_RIGHTS, WRONG_USER_OR_PASSWORD, TOO_MANY_TRIES, WRONG_SESSION = 100003, 108006, 108007, 125002


def fresh(length=32):
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def text_digest(*parts):
    """SHA-256 as the stick has it: the digest in hexadecimal, and that text in base64."""
    return base64.b64encode(hashlib.sha256("".join(parts).encode()).hexdigest().encode()).decode()


class Session:
    def __init__(self):
        self.id = fresh(64)
        self.tokens = {}
        self.logged_in = False

    def token(self):
        made = fresh()
        self.tokens[made] = True
        while len(self.tokens) > TOKENS_MAX:
            del self.tokens[next(iter(self.tokens))]
        return made


class Sessions:
    def __init__(self, user, password, password_type, token_error):
        self.user = user
        self.password = password
        self.password_type = password_type
        self.token_error = token_error
        self.clear()

    def clear(self):
        self.known = {}
        self.failed = 0

    def expire_tokens(self):
        for session in self.known.values():
            session.tokens.clear()

    def of(self, request):
        """The session of the request's cookie, or None."""
        for part in request.headers.get("cookie", "").split(";"):
            name, _, value = part.strip().partition("=")
            if name == "SessionID":
                return self.known.get(value)
        return None

    def open(self):
        session = Session()
        self.known[session.id] = session
        return session

    def check(self, request, public=False):
        """The session, when the request may be served: a known cookie, and for a POST a token, which it spends."""
        session = self.of(request)
        if session is None and (request.method == "POST" or not public):
            raise HilinkError(WRONG_SESSION)
        if request.method == "POST":
            token = request.headers.get("__requestverificationtoken", "")
            if session.tokens.pop(token, None) is None:
                raise HilinkError(self.token_error)
        if self.password and not public and not session.logged_in:
            raise HilinkError(NO_RIGHTS)
        return session

    def login(self, session, user, given, kind, token, refused):
        """Returns the session that replaces this one, and its tokens."""
        if self.failed >= TRIES_MAX:
            raise HilinkError(TOO_MANY_TRIES)
        hashed = text_digest(user, text_digest(self.password), token)
        expected = hashed if self.password_type == 4 else base64.b64encode(self.password.encode()).decode()
        if refused or user != self.user or kind != str(self.password_type) or given != expected:
            self.failed += 1
            raise HilinkError(WRONG_USER_OR_PASSWORD)
        self.failed = 0
        del self.known[session.id]
        opened = self.open()
        opened.logged_in = True
        return opened, [opened.token() for _ in range(AFTER_LOGIN)]
