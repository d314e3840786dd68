"""An e-mail, to the customer or to one of the staff, handed to the company's own mail server.

A server that has said yes (250) has it; until then each of its words says whether it has. When it falls silent after
the letter was begun, nobody knows, and no mail server can be asked. ``Message-ID`` is the same for every try of a
machine, so that a person who looks into the server's log or a mailbox knows a repeat; servers do not tell it apart.
"""

import contextlib
import smtplib
import time
from dataclasses import dataclass
from datetime import timedelta
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from typing import ClassVar
from urllib.parse import SplitResult, unquote, urlsplit

from wowengine import clock
from wowengine.campaigns.channels.base import InDoubt, Message, Reach
from wowengine.campaigns.channels.https import SOON, trusted
from wowengine.db.base import Json
from wowengine.errors import NeedsPerson, Retriable

TIMEOUT = 10.0  # seconds of silence, each time we wait for the server
PATIENCE = 40.0  # seconds until the letter must be under way: the whole stays within the sending's lease
FINAL_PATIENCE = 3  # times as long for the last word: a server may look into a letter before it takes it
UNWELL = timedelta(minutes=15)  # where the server lets us in no more, its keeper must look first
LONGEST_REPLY = 200
NOT_NOW, NEVER = 400, 500
THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True)
class Letter:
    """What is written to one address; `key` is the same for every try of a machine, and no full stop is in it."""

    key: str
    to: str
    subject: str
    body: str
    language: str


class Mail:
    """Sends letters through one server.

    Parameters
    ----------
    url
        ``smtps://user:password@host:465`` (encrypted from the start) or ``smtp://...:587`` (by STARTTLS; unencrypted
        to this machine alone).
    sender
        Who writes, such as ``Volare <care@volare.example>``; answers go there.
    timeout
        Seconds of silence after which we hang up.
    """

    automatic: ClassVar[bool] = True
    deduplicates: ClassVar[bool] = False
    looks_up: ClassVar[bool] = False
    reach: ClassVar[Reach] = Reach.EMAIL

    def __init__(self, url: str, sender: str, timeout: float = TIMEOUT) -> None:
        self._server, self._sender, self._timeout = urlsplit(url), sender, timeout
        self._address = parseaddr(sender)[1]

    def send(self, message: Message) -> Json:
        """Write what was approved to the customer."""
        payload = message.payload
        letter = Letter(message.key, message.to, payload.title, payload.draft, payload.language)
        return self.post(letter) | {"payload_sha256": payload.sha256}

    def post(self, letter: Letter) -> Json:
        """Write the letter, then hand it over, step by step; what is raised says how far it came, as in `send`."""
        written = self._written(letter)
        until = time.monotonic() + PATIENCE
        smtp = self._connect()
        try:
            self._announce(smtp, letter.to)
            if time.monotonic() > until:
                raise Retriable("The mail server is too slow.", SOON)
            reply = _hand_over(smtp, written, FINAL_PATIENCE * self._timeout)
            with contextlib.suppress(OSError):
                smtp.quit()
        finally:
            smtp.close()
        return {"message_id": self._id(letter.key), "reply": reply}

    def find(self, message: Message) -> Json | None:
        """Refuse: no mail server answers such questions."""
        raise NeedsPerson(f"Only the mail server's log, or the customer, can tell of {self._id(message.key)}.")

    def _id(self, key: str) -> str:
        return f"<{key}@{self._address.rpartition('@')[2]}>"

    def _written(self, letter: Letter) -> bytes:
        written = EmailMessage(policy=SMTP)
        try:
            written["From"] = self._sender
            written["To"] = _address(letter.to)
            written["Subject"] = " ".join(letter.subject.split())
            written["Date"] = clock.now()
            written["Message-ID"] = self._id(letter.key)
            written["Auto-Submitted"] = "auto-generated"  # so that no absence note answers (RFC 3834)
            written.set_content(letter.body)
            written["Content-Language"] = letter.language
            return written.as_bytes()
        except (ValueError, MessageError) as error:
            raise NeedsPerson(f"No letter can be written to {letter.to}: {error}.") from error

    def _connect(self) -> smtplib.SMTP:
        try:
            smtp = _open(self._server, self._timeout)
            try:
                self._enter(smtp)
            except BaseException:
                smtp.close()
                raise
        except smtplib.SMTPResponseException as error:
            raise Retriable(f"The mail server does not let us in ({error.smtp_code}).", UNWELL) from error
        except smtplib.SMTPNotSupportedError as error:
            raise Retriable("The mail server offers no encryption, or no way to sign in.", UNWELL) from error
        except OSError as error:
            raise Retriable(f"The mail server cannot be reached ({type(error).__name__}).", SOON) from error
        return smtp

    def _enter(self, smtp: smtplib.SMTP) -> None:
        if self._server.scheme == "smtp" and self._server.hostname not in THIS_MACHINE:
            smtp.starttls(context=trusted())
        smtp.ehlo_or_helo_if_needed()
        if self._server.username:
            smtp.login(unquote(self._server.username), unquote(self._server.password or ""))

    def _announce(self, smtp: smtplib.SMTP, to: str) -> None:
        """Say from whom and to whom; nothing is sent yet."""
        try:
            _judge(*smtp.mail(self._address))
            _judge(*smtp.rcpt(to))
        except OSError as error:
            raise Retriable(f"The mail server hung up ({type(error).__name__}).", SOON) from error


def _address(spelt: str) -> Address:
    """Read one address. Letters beyond ASCII would want SMTPUTF8 of every server on the way (RFC 6531)."""
    if not (all(spelt.rpartition("@")) and spelt.isascii()):
        raise ValueError("it is no address that every server knows")
    return Address(addr_spec=spelt)


def _open(server: SplitResult, timeout: float) -> smtplib.SMTP:
    host = server.hostname or ""
    if server.scheme == "smtps":
        return smtplib.SMTP_SSL(host, server.port or smtplib.SMTP_SSL_PORT, timeout=timeout, context=trusted())
    return smtplib.SMTP(host, server.port or smtplib.SMTP_PORT, timeout=timeout)


def _hand_over(smtp: smtplib.SMTP, letter: bytes, timeout: float) -> str:
    """Send the letter itself, and return what the server said when it took it."""
    try:
        if smtp.sock:
            smtp.sock.settimeout(timeout)
        code, said = smtp.data(letter)
    except smtplib.SMTPDataError as error:  # refused before a word of it was sent
        code, said = error.smtp_code, error.smtp_error if isinstance(error.smtp_error, bytes) else b""
    except OSError as error:
        raise InDoubt(f"The mail server fell silent over the letter ({type(error).__name__}).") from error
    _judge(code, said)
    return f"{code} {_plain(said)}"


def _judge(code: int, said: bytes) -> None:
    if code >= NEVER:
        raise NeedsPerson(f"The mail server refuses it: {code} {_plain(said)}")
    if code >= NOT_NOW:
        raise Retriable(f"The mail server does not take it now: {code} {_plain(said)}", SOON)


def _plain(said: bytes) -> str:
    return " ".join(said.decode("utf-8", "replace").split())[:LONGEST_REPLY]
