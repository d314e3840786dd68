"""How one can tell that staff delivered: a note, a code, or where a photo or a signed paper is; never these themselves.

Beside it a proof may tell on what terms the customer took it in place of money: `rounds.past` reads those.
"""

import re
from collections.abc import Callable, Mapping

from wowengine.db.base import Json
from wowengine.errors import BadInput

LONGEST_NOTE, LONGEST_CODE, LONGEST_REFERENCE = 2_000, 200, 500
# An https address, or the id by which another system keeps it; `data:` addresses hold the photo itself.
_REFERENCE = re.compile(r"https://[^\s/]+(/\S*)?|(?!data:|\w+://)[A-Za-z0-9][\w.:/-]*")


def _is_note(told: str) -> bool:
    return len(told) <= LONGEST_NOTE


def _is_code(told: str) -> bool:
    return len(told) <= LONGEST_CODE and told.isprintable()


def _is_reference(told: str) -> bool:
    return len(told) <= LONGEST_REFERENCE and _REFERENCE.fullmatch(told) is not None


KINDS: Mapping[str, tuple[Callable[[str], bool], str]] = {
    "note": (_is_note, f"a note of at most {LONGEST_NOTE} signs"),
    "code": (_is_code, f"a code of one line, at most {LONGEST_CODE} signs"),
    "record": (_is_code, f"where a signed paper is kept, in one line of at most {LONGEST_CODE} signs"),
    "photo": (_is_reference, f"where the photo is: an https address or an id, at most {LONGEST_REFERENCE} signs"),
}
TERMS = frozenset({"instead_of", "agreement", "worth_cents", "currency", "never_expires"})


def checked(proof: Json) -> Json:
    """Return a proof as it is kept, without blanks around.

    Raises
    ------
    BadInput
        When there is none, or it holds something else than these.
    """
    if not KINDS.keys() & proof.keys():
        strange = proof.keys() - TERMS
        wrong = f" {', '.join(sorted(strange))} is no proof." if strange else ""
        raise BadInput(f"Say how it was delivered: a note, a code, or a reference to a photo.{wrong}")
    return {kind: told if kind in TERMS else _one(kind, told) for kind, told in proof.items()}


def _one(kind: str, told: object) -> str:
    if kind not in KINDS:
        raise BadInput(f"{kind!r} is no proof. There are: {', '.join(KINDS)}.", proof=kind)
    fits, what = KINDS[kind]
    text = told.strip() if isinstance(told, str) else ""
    if not text or not fits(text):
        raise BadInput(f"The proof's {kind} must be {what}.", proof=kind)
    return text
