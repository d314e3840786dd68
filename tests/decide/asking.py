"""Asking all regimes about an incident, as it is reported from outside."""

from typing import Any

from wowengine.decide.regime import Owed, load_regimes
from wowengine.decide.reported import ReportedIncident

REGIMES = load_regimes()
ON = "2026-11-01"


def asked(**facts: Any) -> Owed:
    return ReportedIncident.model_validate({"event_date": ON} | facts).answer(REGIMES)


def said(**facts: Any) -> tuple[str, str, int | None]:
    """The regime that answers, its verdict and amount in cents."""
    owed = asked(**facts)
    return owed.regime, str(owed.verdict), owed.amount_cents


def verdict(**facts: Any) -> tuple[str, int | None]:
    return said(**facts)[1:]


DUE, NOTHING = "eligible", ("not_eligible", 0)
