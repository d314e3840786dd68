"""What `wow doctor` finds."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One thing looked at: ``ok``, ``hint`` (works, could be better) or ``broken``, with its mend."""

    what: str
    state: str
    said: str
    mend: str = ""
