"""Reading a timeline that is handed out newest first, in pages, so that a crash leaves nothing out.

From the top down to what was read before. How far down one is stands in the cursor, beside the newest that was seen on
the way: only when the bottom is reached does it become the mark that the next walk goes down to.
"""

import json
from dataclasses import asdict, dataclass, replace


@dataclass(frozen=True)
class Walk:
    """How far a timeline is read.

    Attributes
    ----------
    account
        The platform's own id of the account: names change hands, ids do not.
    since
        The newest item of the walk before; everything above it is new.
    page
        The platform's token of the next page down; empty at the top.
    newest
        The newest item of this walk so far.
    """

    account: str = ""
    since: str = ""
    page: str = ""
    newest: str = ""

    def __str__(self) -> str:
        return json.dumps(asdict(self), separators=(",", ":"))

    @classmethod
    def read(cls, cursor: str | None) -> "Walk":
        """Read a cursor; one that is none begins anew."""
        try:
            told = json.loads(cursor or "{}")
            return cls(**{name: str(told[name]) for name in ("account", "since", "page", "newest") if name in told})
        except (ValueError, TypeError):
            return cls()

    def down(self, page: str, newest: str) -> "Walk":
        """Go on with the next page; the newest is that of the first one."""
        walked = replace(self, page=page, newest=self.newest or newest)
        return walked if page else walked.arrived()

    def arrived(self) -> "Walk":
        """End at the bottom: from now on everything above the newest is new."""
        return Walk(self.account, self.newest or self.since)
