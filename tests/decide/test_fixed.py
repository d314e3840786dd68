"""Fixed amounts: Ofcom's scheme, and what a person must weigh."""

from typing import Any

from tests.decide.asking import DUE, NOTHING, asked, said, verdict

LINE = {"mode": "telecom", "from_country": "GB"}


def ofcom(kind: str, **facts: Any) -> tuple[str, int | None]:
    return verdict(**LINE | {"type": kind} | facts)


def test_each_day_without_service_or_of_a_late_start_pays() -> None:
    assert ofcom("no_service", days_out=1) == (DUE, 1_034)
    assert ofcom("no_service", days_out=7) == (DUE, 7_238)
    assert ofcom("late_start", days_out=3) == (DUE, 1_938)
    for kind in ("no_service", "late_start"):
        assert ofcom(kind, days_out=0) == NOTHING
        assert asked(**LINE | {"type": kind}).needs == ("days_out",)


def test_a_missed_visit_pays_unless_it_was_told_a_day_before() -> None:
    assert ofcom("missed_visit") == (DUE, 3_231)
    assert ofcom("missed_visit", notice_days=0) == (DUE, 3_231)
    assert ofcom("missed_visit", notice_days=1) == NOTHING


def test_it_holds_for_british_lines_from_its_day() -> None:
    assert ofcom("missed_visit", event_date="2026-04-01") == (DUE, 3_231)
    assert ofcom("missed_visit", event_date="2026-03-31") == ("unsupported", None)
    assert ofcom("missed_visit", from_country="IT", carrier_country="GB") == (DUE, 3_231)
    assert ofcom("missed_visit", from_country="IT", carrier_country="IT") == ("unsupported", None)
    assert asked(mode="telecom", type="missed_visit").needs == ("carrier_country", "from_country")


def test_a_bag_between_two_countries_is_for_a_person_to_weigh() -> None:
    bag = {"mode": "air", "type": "bag_lost", "from_country": "IT", "to_country": "DE"}
    assert said(**bag) == ("montreal", "manual_review", None)
    assert said(**bag | {"to_country": "IT"}) == ("", "unsupported", None)
    assert asked(**bag | {"to_country": None}).needs == ("to_country",)
    american = asked(**bag | {"type": "bag_delayed", "from_country": "US", "arrival_delay_minutes": 10})
    assert (american.regime, [one.regime for one in american.also]) == ("us_dot", ["montreal"])
