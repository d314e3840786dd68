"""A badge: a signed cookie that names the person who came in, so that their approvals are theirs."""

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

COOKIE = "wow_badge"
LASTS = timedelta(hours=12)  # a working day; then they show the key again
LONGEST_NAME = 80


@dataclass(frozen=True)
class Badge:
    """Who came in, and until when that holds."""

    name: str
    until: datetime


def issue(name: str, key: str, now: datetime) -> str:
    """Return a cookie's value naming this person. A change of the key ends every badge."""
    until = int((now + LASTS).timestamp())
    told = f"{until}.{_armour(name.encode())}"
    return f"{told}.{_seal(told, key)}"


def read(value: str, key: str, now: datetime) -> Badge | None:
    """Return the badge, or None if it is forged, broken or over."""
    told, _, seal = value.rpartition(".")
    if not hmac.compare_digest(seal.encode(), _seal(told, key).encode()):
        return None
    until, _, name = told.partition(".")
    badge = Badge(_unarmour(name), datetime.fromtimestamp(int(until), UTC))
    return badge if now < badge.until else None


def tidy(name: str) -> str:
    """Return a person's name as it is kept: one line, without signs that cannot be seen; '' if nothing is left."""
    seen = "".join(sign if sign.isprintable() else " " for sign in name)
    return " ".join(seen.split())[:LONGEST_NAME].strip()


def _seal(told: str, key: str) -> str:
    """Sign under a key of its own, so that no other use of the admin key can be turned into a badge.

    Without an admin key the seal guards nothing: then anybody on this machine may say any name anyway.
    """
    own = hashlib.sha256(b"wowengine badge\0" + key.encode()).digest()
    return hmac.new(own, told.encode(), hashlib.sha256).hexdigest()


def _armour(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _unarmour(text: str) -> str:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError):  # sealed by us, so never; but a cookie must not end a request
        return ""
