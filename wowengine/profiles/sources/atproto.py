"""Names of the AT Protocol: whether a handle, DID, NSID, address, key, time, CID, language or URI is spelt right.

Source: atproto.com/specs (handle, did, nsid, at-uri-scheme, tid, record-key, lexicon string formats). Each function
takes any text and answers yes or no.
"""

import re
from datetime import datetime, timedelta

_LABEL = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_LETTER_LABEL = r"[a-zA-Z](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"

HANDLE = re.compile(rf"(?:{_LABEL}\.)+{_LETTER_LABEL}")
DID = re.compile(r"did:[a-z]+:[a-zA-Z0-9._:%-]*[a-zA-Z0-9._-]")
NSID = re.compile(rf"{_LETTER_LABEL}(?:\.{_LABEL})+\.[a-zA-Z][a-zA-Z0-9]{{0,62}}")
TID = re.compile(r"[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}")
RECORD_KEY = re.compile(r"[a-zA-Z0-9_~.:-]{1,512}")
CID = re.compile(r"[a-zA-Z0-9+]{8,256}")
URI = re.compile(r"[a-z][a-z.-]{0,80}:[\x21-\x7e\u00a1-\U0010ffff]+")
TIME = re.compile(r"(\d{4})(-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d{1,20})?(?:Z|(?!-00:00)([+-])(\d\d):(\d\d))")
LANGUAGE = re.compile(
    r"(?:[xX](?:-[a-zA-Z0-9]{1,8})+"
    r"|[a-zA-Z]{2,3}(?:-[a-zA-Z]{3}){0,3}(?:-[a-zA-Z]{4})?(?:-(?:[a-zA-Z]{2}|\d{3}))?"
    r"(?:-(?:[a-zA-Z0-9]{5,8}|\d[a-zA-Z0-9]{3}))*(?:-[0-9a-wy-zA-WY-Z](?:-[a-zA-Z0-9]{2,8})+)*"
    r"(?:-[xX](?:-[a-zA-Z0-9]{1,8})+)?"
    r"|[a-zA-Z]{4,8})"
)
# Registered before the rules were made (RFC 5646, 2.2.8).
GRANDFATHERED = frozenset(
    {"en-gb-oed", "i-ami", "i-bnn", "i-default", "i-enochian", "i-hak", "i-klingon", "i-lux", "i-mingo", "i-navajo"}
    | {"i-pwn", "i-tao", "i-tay", "i-tsu", "sgn-be-fr", "sgn-be-nl", "sgn-ch-de", "art-lojban", "cel-gaulish"}
    | {"no-bok", "no-nyn", "zh-guoyu", "zh-hakka", "zh-min", "zh-min-nan", "zh-xiang"}
)

LONGEST_NAME, LONGEST_DID, LONGEST_NSID, LONGEST_URI = 253, 2048, 317, 8192
WHOLE_CYCLE = 400  # years after which the calendar repeats: lets Python reckon with the year 0
LAST_HOUR, LAST_MINUTE = 23, 59


def is_handle(text: str) -> bool:
    """Say whether this is a handle: a domain name, its last label beginning with a letter."""
    return len(text) <= LONGEST_NAME and HANDLE.fullmatch(text) is not None


def is_did(text: str) -> bool:
    """Say whether this is a decentralised identifier, of any method."""
    return len(text) <= LONGEST_DID and DID.fullmatch(text) is not None


def is_identifier(text: str) -> bool:
    """Say whether this names an account: by DID or by handle."""
    return is_did(text) or is_handle(text)


def is_nsid(text: str) -> bool:
    """Say whether this names a schema: a reversed domain and a name."""
    return len(text) <= LONGEST_NSID and NSID.fullmatch(text) is not None


def is_tid(text: str) -> bool:
    """Say whether this is a timestamp identifier."""
    return TID.fullmatch(text) is not None


def is_record_key(text: str) -> bool:
    """Say whether this may name a record in its collection."""
    return text not in {".", ".."} and RECORD_KEY.fullmatch(text) is not None


def is_at_uri(text: str) -> bool:
    """Say whether this is the address of an account, a collection or a record."""
    if len(text) > LONGEST_URI or not text.startswith("at://"):
        return False
    parts = text.removeprefix("at://").split("/")
    checks = (is_identifier, is_nsid, is_record_key)
    return len(parts) <= len(checks) and all(check(part) for check, part in zip(checks, parts, strict=False))


def is_time(text: str) -> bool:
    """Say whether this is a time with its zone, a real day, and not before the year 0."""
    found = TIME.fullmatch(text)
    if found is None:
        return False
    year, rest, sign, hours, minutes = found.groups()
    if sign and (int(hours) > LAST_HOUR or int(minutes) > LAST_MINUTE):
        return False
    try:
        at = datetime.fromisoformat(f"{int(year) % WHOLE_CYCLE + WHOLE_CYCLE:04}{rest}")
    except ValueError:
        return False
    offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0)) * (-1 if sign == "-" else 1)
    return int(year) >= WHOLE_CYCLE or int(year) > 0 or (at - offset).year >= WHOLE_CYCLE


def is_cid(text: str) -> bool:
    """Say whether this looks like a content identifier of version 1."""
    return not text.startswith("Qm") and CID.fullmatch(text) is not None


def is_language(text: str) -> bool:
    """Say whether this is a language tag of BCP 47, each variant and extension said once."""
    if text.lower() in GRANDFATHERED:
        return True
    if LANGUAGE.fullmatch(text) is None:
        return False
    public = re.split(r"(?:^|-)x-", text.lower())[0].split("-")
    singletons = [part for part in public if len(part) == 1]
    first = public.index(singletons[0]) if singletons else len(public)
    variants = [part for part in public[1:first] if len(part) > 4 or (len(part) == 4 and part[0].isdigit())]  # noqa: PLR2004 - RFC 5646's own lengths
    return len(set(singletons)) == len(singletons) and len(set(variants)) == len(variants)


def is_uri(text: str) -> bool:
    """Say whether this is an address of any scheme."""
    return len(text) <= LONGEST_URI and URI.fullmatch(text) is not None
