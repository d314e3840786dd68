"""The part of the policy that says who may say yes to how much, and when two people must."""

from enum import StrEnum
from itertools import pairwise
from typing import Annotated

from pydantic import Field, field_validator

from wowengine.decide.rulebook import Numbers
from wowengine.terms import GestureKind

Limit = Annotated[int, Field(ge=0)]


class Approver(StrEnum):
    """Roles that can be let approve, the lowest first."""

    AGENT = "agent"
    REVIEWER = "reviewer"
    MANAGER = "manager"
    ADMIN = "admin"


class Review(Numbers):
    """Who may approve how much. What the law owes counts for nothing: it is nobody's to refuse."""

    two_above_cents: Limit | None = None  # None: one person is always enough
    limit_cents: Annotated[dict[Approver, Limit], Field(min_length=1)]
    kinds: dict[Approver, frozenset[GestureKind]] = Field({})  # of who is not named here, all

    @field_validator("limit_cents")
    @classmethod
    def _higher_is_more(cls, limits: dict[Approver, int]) -> dict[Approver, int]:
        told = [limits[role] for role in Approver if role in limits]
        if any(low > high for low, high in pairwise(told)):
            raise ValueError(f"no role may approve less than the one before it ({', '.join(Approver)})")
        return limits

    def may(self, role: str, cents: int, kind: GestureKind) -> bool:
        """Return whether this role may approve a gesture of this kind that costs so much."""
        known = Approver(role) if role in set(Approver) else None
        if known is None or cents > self.limit_cents.get(known, -1):
            return False
        return known not in self.kinds or kind in self.kinds[known]

    def lowest(self, cents: int, kind: GestureKind) -> Approver | None:
        """Return the lowest role that may approve it; None where nobody may."""
        return next((role for role in Approver if self.may(role, cents, kind)), None)

    def people(self, cents: int) -> int:
        """Return how many different people must approve what costs so much."""
        return 2 if self.two_above_cents is not None and cents > self.two_above_cents else 1
