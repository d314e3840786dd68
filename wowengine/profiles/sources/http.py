"""Asking a platform over HTTP: patient, polite, and clear when it gives up.

What is refused for now (429, 5xx, no answer) is asked again after the time the platform names, or else after a time
that doubles and is drawn at random, so that many installations never knock at once (Brooker, "Exponential Backoff And
Jitter", AWS Architecture Blog 2015). Redirects are not followed: a platform has one address, the one configured.
"""

import json
import random
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import httpx2

from wowengine import __version__, clock
from wowengine.profiles.sources.base import Page, Rate

TRIES = 4
FIRST_WAIT, LONGEST_WAIT = 1.0, 30.0  # seconds, of a wait nobody named
PATIENCE = 60.0
TIMEOUT = 20.0
LARGEST = 16 * 2**20  # bytes of an answer
FOR_NOW = frozenset({408, 425, 429, 500, 502, 503, 504})
GONE = frozenset({404, 410})

REMAINING = ("x-ratelimit-remaining", "x-rate-limit-remaining", "ratelimit-remaining")
RESET = ("x-ratelimit-reset", "x-rate-limit-reset", "ratelimit-reset")

Params = Mapping[str, str | int | list[str]]


@dataclass(frozen=True)
class Answer:
    """What came back.

    Attributes
    ----------
    status
        HTTP status; 0 when nobody answered, or was asked.
    wait_seconds
        How long the platform wants to be left alone before the next call.
    gave_up
        Why there is no use in the answer; empty when there is.
    """

    status: int = 0
    content: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    wait_seconds: float = 0.0
    gave_up: str = ""

    @property
    def gone(self) -> bool:
        """Whether the platform says that there is no such thing, or no more."""
        return self.status in GONE

    def nothing(self, absent: str = "no such account") -> Page:
        """Return the page of which nothing could be had, with the reason: ours, or the one given."""
        unheard = self.status == 0 and not self.wait_seconds  # what only has to wait will be answered
        hopeless = unheard or self.status == 401 or self.status >= 500  # noqa: PLR2004 - HTTP's own numbers
        return Page(gave_up=self.gave_up or absent, wait_seconds=self.wait_seconds, hopeless=hopeless)

    def json(self) -> Any:
        """Return the body as JSON, or None where it is none."""
        try:
            return json.loads(self.content)
        except (ValueError, RecursionError):
            return None


class Api:
    """One platform's API, at one address.

    Parameters
    ----------
    base_url
        Such as ``https://mastodon.example``; tests name a server of their own.
    token
        Bearer token of the company's own application, or empty.
    rate
        Never more calls than these, whatever the platform lets through.
    patience
        Seconds waited within a call; longer waits are handed back to the caller.
    """

    def __init__(
        self,
        base_url: str,
        token: str = "",
        rate: Rate | None = None,
        sleep: Callable[[float], None] = time.sleep,
        *,
        patience: float = PATIENCE,
    ) -> None:
        headers = {"User-Agent": f"wowengine/{__version__}", "Accept": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        self._client = httpx2.Client(base_url=base_url, headers=headers, timeout=TIMEOUT)
        self._rate, self._sleep, self._patience = rate, sleep, patience
        self._asked: deque[float] = deque(maxlen=rate.calls if rate else 1)
        self._calls = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def get(self, path: str, params: Params | None = None, headers: Mapping[str, str] | None = None) -> Answer:
        """Ask, and ask again where that may help; a 404 or 410 is an answer, everything else has its reason."""
        answer = Answer(gave_up="not asked")
        for attempt in range(TRIES):
            wait = self._too_soon()
            if not wait:
                answer = self._ask(path, params, headers)
                if answer.status not in FOR_NOW and answer.status:
                    return answer
                wait = answer.wait_seconds or _backoff(attempt)
            if wait > self._patience:
                return Answer(answer.status, wait_seconds=wait, gave_up=f"asked to wait {wait:.0f} seconds")
            if attempt < TRIES - 1:
                self._sleep(wait)
        return answer

    @property
    def pause(self) -> float:
        """Seconds to let pass before another client like this one, that knows nothing of it, keeps the rate with it.

        With `n` calls in each of many short runs, a span of `S` seconds holds at most ``S / pause + 1`` runs, whose
        calls must be no more than the `R` that are allowed: the pause is ``S n / (R - n)``, and never more than `S`.
        """
        if self._rate is None:
            return 0.0
        span, left = self._rate.seconds, self._rate.calls - self._calls
        return min(span, span * self._calls / left) if left > 0 else span

    def _too_soon(self) -> float:
        """Return how long our own rate makes us wait."""
        if self._rate is None or len(self._asked) < self._rate.calls:
            return 0.0
        return max(0.0, self._rate.seconds - (time.monotonic() - self._asked[0]))

    def _ask(self, path: str, params: Params | None, headers: Mapping[str, str] | None) -> Answer:
        self._asked.append(time.monotonic())
        self._calls += 1
        try:
            with self._client.stream("GET", path, params=params, headers=headers) as response:
                content = _read(response)
        except httpx2.HTTPError as error:
            return Answer(gave_up=f"no answer ({type(error).__name__})")
        except (httpx2.InvalidURL, UnicodeError):
            return Answer(404, gave_up="its address cannot be asked for")
        if content is None:
            return Answer(status=413, gave_up=f"the answer is larger than {LARGEST} bytes")
        told = response.headers
        reason = "" if response.status_code < 300 or response.status_code in {304, *GONE} else _reason(response)  # noqa: PLR2004 - HTTP's own numbers
        return Answer(response.status_code, content, told, wait_named(told, response.status_code), reason)


def segment(text: str) -> str:
    """Spell a foreign id so that it stays one part of a path."""
    return quote(text, safe="", errors="replace")


def wait_named(headers: Mapping[str, str], status: int) -> float:
    """Return the seconds the platform asks us to wait: ``Retry-After``, or the reset of a rate that is used up."""
    after = _seconds(headers.get("retry-after", ""))
    if after:
        return after
    remaining = next((headers[name] for name in REMAINING if name in headers), "")
    if remaining.strip() != "0" and status != 429:  # noqa: PLR2004 - Too Many Requests
        return 0.0
    return _seconds(next((headers[name] for name in RESET if name in headers), ""))


def _seconds(told: str) -> float:
    """Read seconds, a time since 1970, an ISO 8601 time or an HTTP date as seconds from now; 0 where it is none."""
    at = _time(told.strip())
    return max(0.0, at) if isinstance(at, float) else max(0.0, (at - clock.now()).total_seconds())


def _time(told: str) -> float | datetime:
    try:
        number = float(told)
        return datetime.fromtimestamp(number, UTC) if number > 1e9 else number  # noqa: PLR2004 - 30 years of seconds
    except (ValueError, OverflowError, OSError):
        pass
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            at = read(told)
        except (ValueError, TypeError, IndexError):
            continue
        return at if at.tzinfo else at.replace(tzinfo=UTC)
    return 0.0


def _backoff(attempt: int) -> float:
    return random.uniform(0, min(LONGEST_WAIT, FIRST_WAIT * 2**attempt))  # noqa: S311 - spreads callers, hides nothing


def _read(response: httpx2.Response) -> bytes | None:
    parts, size = [], 0
    for part in response.iter_bytes():
        parts.append(part)
        size += len(part)
        if size > LARGEST:
            return None
    return b"".join(parts)


def _reason(response: httpx2.Response) -> str:
    match response.status_code:
        case 401:
            return "not let in: the token is missing or not valid (401)"
        case 403:
            return "not allowed to read this (403)"
        case 429:
            return "too many calls (429)"
        case status:
            return f"answered {status}"
