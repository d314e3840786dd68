"""Servers that channels hand messages to: real sockets, real TLS, and faults on demand.

`localhost.pem` is a certificate with its key, of these tests alone: ``openssl req -x509 -newkey ec -pkeyopt
ec_paramgen_curve:prime256v1 -nodes -days 36500 -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1``.
"""

import base64
import contextlib
import hashlib
import hmac
import json
import socketserver
import ssl
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

CERTIFICATE = Path(__file__).with_name("localhost.pem")
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
TOKEN = "tok"
CONVERSATION = "7"

# What goes wrong. The first two leave the message with the receiver, the others do not.
TAKEN_THEN_SILENCE, TAKEN_THEN_ERROR = "taken, then silence", "taken, then an error"
HANGS_UP, LATER, REFUSED = "hangs up", "later", "refused"
ELSEWHERE = "elsewhere"
TAKEN_THEN_GONE = "taken, a yes, then gone"  # of mail servers


class Quiet(socketserver.ThreadingMixIn):
    """A server whose threads end with it, and who does not print what it was made to suffer."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing."""


@dataclass
class Receiver:
    """What takes messages, and what it was sent.

    Attributes
    ----------
    faults
        One for each message to come; "" is none.
    calls
        What was asked, faults and all.
    taken
        Key of each effect. A receiver that knows repeats has each once.
    """

    url: str = ""
    faults: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    taken: Counter[str] = field(default_factory=Counter)
    over: threading.Event = field(default_factory=threading.Event)

    def fault(self) -> str:
        return self.faults.pop(0) if self.faults else ""


@dataclass
class Hooks(Receiver):
    """Receives webhooks as Standard Webhooks says: checks the signature, and takes each id once."""

    bodies: dict[str, dict[str, Any]] = field(default_factory=dict)

    def answer(self, _method: str, _path: str, headers: dict[str, str], body: bytes) -> tuple[int, Any]:
        message_id = headers["webhook-id"]
        signed = f"{message_id}.{headers['webhook-timestamp']}.".encode() + body
        key = base64.b64decode(SECRET.removeprefix("whsec_"))
        right = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        if not hmac.compare_digest(right, headers["webhook-signature"]):
            return 401, {}
        if message_id not in self.bodies:
            self.taken[message_id] += 1
            self.bodies[message_id] = json.loads(body)
        return 204, None


@dataclass
class Chatwoot(Receiver):
    """Keeps conversations as Chatwoot does: a hundred messages a page, a repeat is another message."""

    messages: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {CONVERSATION: []})
    ids: Iterator[int] = field(default_factory=lambda: iter(range(1, 10**9)))
    shown_to_customers: int = 0

    def say(self, conversation: str, content: str, *, private: bool = False) -> dict[str, Any]:
        told = {"id": next(self.ids), "content": content, "private": private, "message_type": 1}
        self.messages.setdefault(conversation, []).append(told)
        return told

    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, Any]:
        where = urlsplit(path)
        *before, conversation, last = where.path.strip("/").split("/")
        assert (before, last) == (["api", "v1", "accounts", "3", "conversations"], "messages")
        if headers.get("api_access_token") != TOKEN:
            return 401, {"errors": ["You need to sign in or sign up before continuing."]}
        if conversation not in self.messages:
            return 404, {"error": "Resource could not be found"}
        if method == "GET":
            after = int(parse_qs(where.query)["after"][0])
            page = [told for told in self.messages[conversation] if told["id"] > after][:100]
            return 200, {"meta": {}, "payload": page}
        note = json.loads(body)
        private = note.get("private") is True
        self.shown_to_customers += not private
        self.taken[note["content"].split()[-1].removeprefix("wow:")] += 1
        return 200, self.say(conversation, note["content"], private=private)


class Asked(BaseHTTPRequestHandler):
    """One request to a `Hooks` or a `Chatwoot`, which may go wrong on purpose."""

    protocol_version = "HTTP/1.1"
    receiver: Hooks | Chatwoot

    def do_GET(self) -> None:
        self._take("")

    def do_POST(self) -> None:
        self._take(self.receiver.fault())

    def _take(self, fault: str) -> None:
        self.close_connection = True
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        self.receiver.calls.append(f"{self.command} {self.path}")
        match fault:
            case "hangs up":
                return
            case "later":
                self._say(429, {}, {"retry-after": "120"})
                return
            case "refused":
                self._say(422, {})
                return
            case "elsewhere":
                self._say(302, {}, {"location": self.receiver.url})
                return
        headers = {name.lower(): value for name, value in self.headers.items()}
        status, told = self.receiver.answer(self.command, self.path, headers, body)
        if fault == TAKEN_THEN_SILENCE:
            self.receiver.over.wait()
        elif fault == TAKEN_THEN_ERROR:
            self._say(500, {})
        else:
            self._say(status, told)

    def _say(self, status: int, told: Any, headers: dict[str, str] | None = None) -> None:
        content = b"" if told is None else json.dumps(told).encode()
        self.send_response(status)
        for name, value in ({"content-length": str(len(content))} | (headers or {})).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


class Web(Quiet, ThreadingHTTPServer):
    """HTTPS on this machine."""


@contextlib.contextmanager
def listening(receiver: Hooks | Chatwoot) -> Iterator[None]:
    """Serve a receiver over HTTPS while it lasts."""
    server = Web(("127.0.0.1", 0), type("Handler", (Asked,), {"receiver": receiver}))
    server.socket = _context().wrap_socket(server.socket, server_side=True)
    receiver.url = f"https://127.0.0.1:{server.server_address[1]}"
    with _running(server, receiver):
        yield


@dataclass
class PostOffice(Receiver):
    """A mail server: takes letters for anybody, signs in one user, knows no repeats."""

    implicit_tls: bool = False
    offers_tls: bool = False
    password: str = ""
    letters: list[tuple[str, str, EmailMessage]] = field(default_factory=list)  # from, to, what
    encrypted: list[bool] = field(default_factory=list)

    def take(self, sender: str, to: str, content: bytes, *, encrypted: bool) -> None:
        letter = message_from_bytes(content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters.append((sender, to, letter))
        self.taken[letter["message-id"].strip("<>").partition("@")[0]] += 1
        self.encrypted.append(encrypted)


class Served(socketserver.StreamRequestHandler):
    """One client of a `PostOffice`."""

    office: PostOffice
    timeout = 5

    def handle(self) -> None:
        self.fault, self.to, self.sender = self.office.fault(), "", ""
        self.office.calls.append("connected")
        if self.fault == "later":
            self._say("421 too busy")
            return
        self._say("220 post office")
        while line := self.rfile.readline():
            if not self._obey(line.decode().strip()):
                return

    def finish(self) -> None:
        super().finish()
        self.connection.close()  # after STARTTLS another than the server knows

    def _obey(self, line: str) -> bool:
        """Do as one line says; False ends the session."""
        verb, _, rest = line.partition(" ")
        match verb.upper():
            case "EHLO":
                tls = ["250-STARTTLS"] if self.office.offers_tls else []
                self._say(
                    "250-post office", *tls, *(["250-AUTH PLAIN"] if self.office.password else []), "250 8BITMIME"
                )
            case "STARTTLS":
                self._say("220 go on")
                self.request = self.connection = _context().wrap_socket(self.connection, server_side=True)
                self.rfile = self.connection.makefile("rb")
            case "AUTH":
                known = base64.b64decode(rest.split()[1]).split(b"\0")[-1].decode() == self.office.password
                self._say("235 welcome" if known else "535 who are you?")
            case "MAIL":
                self.sender = rest.partition("<")[2].partition(">")[0]
                self._say("250 ok")
            case "RCPT":
                self.to = rest.partition("<")[2].partition(">")[0]
                self._say("550 no such mailbox" if self.fault == REFUSED else "250 ok")
            case "DATA":
                return self._take()
            case "QUIT":
                self._say("221 bye")
                return False
        return True

    def _take(self) -> bool:
        self._say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b"."))
        if self.fault == HANGS_UP:
            return False
        encrypted = isinstance(self.connection, ssl.SSLSocket)
        self.office.take(self.sender, self.to, b"".join(lines), encrypted=encrypted)
        if self.fault == TAKEN_THEN_SILENCE:
            self.office.over.wait()
        if self.fault in {"", TAKEN_THEN_GONE}:
            self._say("250 queued as 42")
        return not self.fault

    def _say(self, *lines: str) -> None:
        self.connection.sendall("".join(f"{line}\r\n" for line in lines).encode())


class Post(Quiet, socketserver.TCPServer):
    """SMTP on this machine."""

    allow_reuse_address = True
    request_queue_size = 50


@contextlib.contextmanager
def post_office(office: PostOffice) -> Iterator[None]:
    """Serve a post office while it lasts."""
    server = Post(("127.0.0.1", 0), type("Handler", (Served,), {"office": office}))
    if office.implicit_tls:
        server.socket = _context().wrap_socket(server.socket, server_side=True)
    scheme = "smtps" if office.implicit_tls else "smtp"
    who = f"care:{office.password}@" if office.password else ""
    office.url = f"{scheme}://{who}127.0.0.1:{server.server_address[1]}"
    with _running(server, office):
        yield


@contextlib.contextmanager
def _running(server: socketserver.BaseServer, receiver: Receiver) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield
    finally:
        receiver.over.set()
        server.shutdown()
        server.server_close()
        thread.join()


def _context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context
