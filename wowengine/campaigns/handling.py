"""How a gesture is brought to somebody: what to see to, how long it takes, and from when on they may have it."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Handling:
    """What the catalogue says of bringing a gesture.

    Attributes
    ----------
    checklist
        Short lines, each of which whoever delivers ticks, or says why not.
    lead_minutes
        From a claim to the customer.
    window_minutes
        The customer is to have it no earlier than so long before its deadline; None for any time before.
    """

    checklist: tuple[str, ...] = ()
    lead_minutes: int = 0
    window_minutes: int | None = None

    def not_before(self, deadline: datetime | None) -> datetime | None:
        """Return when the window opens that closes at the deadline; without either there is none."""
        if deadline is None or self.window_minutes is None:
            return None
        return deadline - timedelta(minutes=self.window_minutes)
