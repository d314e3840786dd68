"""An incident as it is reported: strict in what is said, and nothing guessed of what is not."""

import pytest
from pydantic import ValidationError

from tests.decide.asking import REGIMES, asked
from wowengine.decide.regime import Finding
from wowengine.decide.reported import EXAMPLE, ReportedIncident


def test_the_example_is_one() -> None:
    assert ReportedIncident.model_validate(EXAMPLE).answer(REGIMES).amount_cents == 25_000


def test_without_a_day_a_mode_or_a_type_no_regime_can_be_asked() -> None:
    owed = ReportedIncident.model_validate({"mode": "air", "event_date": None}).answer(REGIMES)
    assert (owed.regime, owed.verdict, owed.amount_cents) == ("", Finding.NEEDS_FACTS, None)
    assert owed.needs == ("event_date", "type")


def test_null_is_not_known() -> None:
    assert asked(**EXAMPLE | {"cause": None}).needs == ("cause",)
    assert asked(**EXAMPLE | {"price_cents": None}).amount_cents == 25_000


@pytest.mark.parametrize(
    "wrong",
    [
        {"distance": 3},
        {"event_date": 20261101},
        {"event_date": "1 November"},
        {"from_country": "it"},
        {"distance_km": "1104"},
        {"distance_km": -1},
        {"distance_km": True},
        {"cause": "gremlins"},
        {"ticket": "monthly"},
        {"travelled": "no"},
        {"travelled": 0},
        {"mode": ""},
        {"currency": "euro"},
    ],
)
def test_what_is_no_fact_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        ReportedIncident.model_validate(EXAMPLE | wrong)
