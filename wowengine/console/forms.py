"""What people type into forms, made into values."""

import re

from wowengine.errors import BadInput

AMOUNT = re.compile(r"(\d{1,7})(?:[.,](\d{1,2}))?")


def cents_of(typed: str) -> int | None:
    """Return an amount in cents: ``5``, ``5.5`` and ``5,50`` are all understood; nothing typed is None.

    Raises
    ------
    BadInput
        When it is no amount, or could be read in two ways, such as ``1.000``.
    """
    text = typed.strip()
    if not text:
        return None
    found = AMOUNT.fullmatch(text)
    if found is None:
        raise BadInput(f"{text!r} is not an amount. Write it as 5.50 or 5,50.")
    whole, part = found.groups()
    return int(whole) * 100 + int((part or "").ljust(2, "0"))


def local_path(path: str) -> str:
    """Return a path of ours to go back to; anything that could lead elsewhere becomes the front page."""
    ours = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if ours else "/"
