"""One call over HTTPS, and what its end says: done, surely not done, or in doubt.

Connecting and asking are two steps, so that it is known which of them failed. No redirect is followed and no proxy
asked: a message goes to the one host that was configured, encrypted, or nowhere.
"""

import functools
import ssl
from collections.abc import Mapping
from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPException, HTTPSConnection, IncompleteRead, InvalidURL
from urllib.parse import SplitResult, urlsplit

from wowengine import __version__, clock
from wowengine.campaigns.channels.base import InDoubt
from wowengine.errors import NeedsPerson, Retriable

TIMEOUT = 10.0  # seconds of silence: to connect, and between the parts of an answer
LARGEST = 4 * 2**20  # bytes of an answer that are read
SOON, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=6)

GOOD, REDIRECTION, OUR_FAULT, THEIR_FAULT = 200, 300, 400, 500
NOT_NOW = frozenset({408, 425, 429})


@functools.cache
def trusted() -> ssl.SSLContext:
    """Return how to tell whom to trust; reading the system's certificates takes a while."""
    return ssl.create_default_context()


def call(method: str, url: str, headers: Mapping[str, str], body: bytes | None = None, *, timeout: float) -> bytes:
    """Ask once, and return what a good answer (2xx) says.

    Raises
    ------
    Retriable
        Nobody could be reached, or they want us to come later: nothing was done.
    NeedsPerson
        They refuse it as it is (4xx), or sent us elsewhere (3xx): nothing was done.
    InDoubt
        It was asked, and no answer came, or one that says nothing of what was done (5xx).
    """
    where = urlsplit(url)
    if where.scheme != "https" or not where.hostname:
        raise NeedsPerson(f"Messages go over https alone, not to {where.scheme or 'nowhere'}.")
    connection = HTTPSConnection(where.hostname, where.port, timeout=timeout, context=trusted())
    try:
        _connect(connection)
        status, told, content = _ask(connection, method, where, headers, body)
    finally:
        connection.close()
    _judge(status, told)
    return content


def _connect(connection: HTTPSConnection) -> None:
    try:
        connection.connect()
    except OSError as error:
        raise Retriable(f"{connection.host} cannot be reached ({type(error).__name__}).", SOON) from error


def _ask(
    connection: HTTPSConnection, method: str, where: SplitResult, headers: Mapping[str, str], body: bytes | None
) -> tuple[int, Mapping[str, str], bytes]:
    named = {"User-Agent": f"wowengine/{__version__}", **headers}
    path = where._replace(scheme="", netloc="", fragment="").geturl()
    try:
        connection.request(method, path or "/", body, named)
        response = connection.getresponse()
        told = {name.lower(): value for name, value in response.getheaders()}
        content = response.read(LARGEST)
        if response.length:  # there was more, or should have been
            raise IncompleteRead(content, response.length)
    except (InvalidURL, UnicodeError) as error:  # said before a byte was sent
        raise NeedsPerson(f"The address cannot be asked for ({type(error).__name__}).") from error
    except (OSError, HTTPException) as error:
        raise InDoubt(f"{connection.host} gave no answer ({type(error).__name__}).") from error
    return response.status, told, content


def _judge(status: int, told: Mapping[str, str]) -> None:
    if status in NOT_NOW:
        raise Retriable(f"They want us to come later ({status}).", _wait(told.get("retry-after", "")))
    if status >= THEIR_FAULT or status < GOOD:
        raise InDoubt(f"They answered {status}: nobody knows what was done.")
    if status >= OUR_FAULT:
        raise NeedsPerson(f"They refused it ({status}).")
    if status >= REDIRECTION:
        raise NeedsPerson(f"They sent us elsewhere ({status}), and we go nowhere but where we were told.")


def _wait(named: str) -> timedelta:
    """Read ``Retry-After``, seconds or a date, and keep it within reason."""
    try:
        if named.isdecimal():
            wait = timedelta(seconds=int(named))
        else:
            wait = parsedate_to_datetime(named).replace(tzinfo=UTC) - clock.now()
    except (ValueError, OverflowError):
        wait = SOON
    return min(max(wait, SOON), LONGEST_WAIT)
