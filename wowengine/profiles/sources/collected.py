"""What a run of collecting brought, and whether it failed."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from wowengine.profiles.intake import Report


@dataclass(frozen=True)
class Collected:
    """What a run brought.

    Attributes
    ----------
    report
        The rows, by what became of them.
    deleted
        Signals deleted because they were deleted at the source.
    heard
        Rows of strangers that were counted and not stored.
    skipped
        What was there and is no signal, by reason.
    gave_up
        Accounts (or files, or feeds) of which something could not be had, by reason.
    wait_seconds
        How long the source wants to be left alone; 0 when it does not mind.
    hopeless
        Whether there was no use in asking for the remaining accounts.
    place
        Which account is the next one's turn, counted from 0; 0 when all were read.
    """

    accounts: int = 0
    report: Report = field(default_factory=Report)
    deleted: int = 0
    heard: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    gave_up: Counter[str] = field(default_factory=Counter)
    wait_seconds: float = 0.0
    hopeless: bool = False
    place: int = 0

    @property
    def failed(self) -> bool:
        """Whether nothing could be had: nobody answered, or no account (file, feed) could be read."""
        nothing = not self.report.rows and not self.heard and 0 < self.accounts <= self.gave_up.total()
        return self.hopeless or nothing

    def __add__(self, other: "Collected") -> "Collected":
        return Collected(
            self.accounts + other.accounts,
            self.report + other.report,
            self.deleted + other.deleted,
            self.heard + other.heard,
            self.skipped + other.skipped,
            self.gave_up + other.gave_up,
            max(self.wait_seconds, other.wait_seconds),
            self.hopeless or other.hopeless,
            max(self.place, other.place),
        )

    def as_json(self) -> dict[str, Any]:
        """Return the counts as a JSON object."""
        return {
            "accounts": self.accounts,
            **self.report.as_json(),
            "deleted": self.deleted,
            "heard": self.heard,
            "skipped": dict(sorted(self.skipped.items())),
            "gave_up": dict(sorted(self.gave_up.items())),
            "wait_seconds": round(self.wait_seconds),
        }
