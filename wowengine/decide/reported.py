"""An incident as it is reported from outside: what may be said of it, strictly, and the answer to it."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue
from pydantic_core import PydanticCustomError

from wowengine.decide.candidate import Incident
from wowengine.decide.owed import assess
from wowengine.decide.regime import Finding, Owed, Regime

LARGEST: Final = 2**31 - 1
EXAMPLE: Final[dict[str, JsonValue]] = {
    "event_date": "2026-11-20",
    "mode": "air",
    "type": "delay",
    "from_country": "IT",
    "to_country": "DE",
    "carrier_country": "IT",
    "distance_km": 1104,
    "arrival_delay_minutes": 192,
    "cause": "carrier",
}
ALWAYS: Final = ("event_date", "mode", "type")  # without these no regime can be asked


def _as_text(value: object) -> object:
    """Take a day from JSON, where it can only be text; a bare number might be seconds or a year."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if not isinstance(value, str):
        raise PydanticCustomError("day_text", "a day is text in ISO 8601, such as 2026-11-22")
    return date.fromisoformat(value)


Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$", examples=["IT"])]
Minutes = Annotated[int, Field(ge=-(10**6), le=10**6)]
Whole = Annotated[int, Field(ge=0, le=LARGEST)]
Days = Annotated[int, Field(ge=0, le=10**5)]
Word = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]
Day = Annotated[date, BeforeValidator(_as_text)]


class IncidentFacts(BaseModel):
    """What a regime may ask about. A fact left out is not known, and never taken as zero."""

    model_config = ConfigDict(extra="forbid", strict=True)

    from_country: Country | None = None
    to_country: Country | None = None
    carrier_country: Country | None = None
    distance_km: Whole | None = Field(None, description="Great-circle, to the last destination.")
    arrival_delay_minutes: Minutes | None = Field(None, description="At the last destination; of a bag, its own.")
    departure_delay_minutes: Minutes | None = None
    scheduled_duration_minutes: Minutes | None = None
    price_cents: Whole | None = Field(None, description="Of the ticket; of a bag, its fee.")
    ticket: Literal["single", "return"] | None = Field(None, description="Left out: the price of this journey alone.")
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None = Field(
        None, description="Of the price. Left out: that of the law that answers."
    )
    payment: Literal["card", "other"] | None = None
    cause: Literal["carrier", "carrier_safety", "own_strike", "extraordinary", "unknown"] | None = Field(
        None, description="`unknown`: looked into, and not known yet."
    )
    carrier_size: Literal["large", "small"] | None = None
    notice_days: Days | None = Field(None, description="How many days before they were told.")
    reroute_departure_early_minutes: Minutes | None = None
    reroute_arrival_delay_minutes: Minutes | None = Field(None, description="No fact of re-routing: none was offered.")
    travelled: bool | None = None
    alternative_accepted: bool | None = None
    days_out: Days | None = Field(None, description="Without service, beyond those that a regime leaves unpaid.")
    regime: Word | None = Field(None, description="The one body of law to ask; left out: whichever holds.")


class ReportedIncident(IncidentFacts):
    """Something that went wrong on a day. What is left out is asked for where it matters."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    event_date: Day | None = None
    mode: Word | None = Field(None, examples=["air"], description="`air`, `rail`, `coach`, `ferry`, `telecom`...")
    type: Word | None = Field(None, examples=["delay"], description="`delay`, `cancellation`, `missed_visit`...")

    def answer(self, regimes: Iterable[Regime]) -> Owed:
        """Return what these regimes owe for it."""
        facts: dict[str, Any] = self.model_dump()
        lacking = tuple(name for name in ALWAYS if facts[name] is None)
        if lacking:
            reason = f"No regime can be asked without {', '.join(lacking)}."
            return Owed("", {}, Finding.NEEDS_FACTS, reason, needs=lacking)
        at = datetime.combine(facts.pop("event_date"), time(), UTC)
        return assess(Incident(source_id="", at=at, **facts), regimes)
