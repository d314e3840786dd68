"""EU261 against a second implementation; cases written from the facts are among the golden ones."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.decide.make import incident
from wowengine.decide.candidate import Incident
from wowengine.decide.owed import assess
from wowengine.decide.regime import Finding, load_regimes

REGIMES = load_regimes()
EDGED = ("distance_km", "arrival_delay_minutes", "departure_delay_minutes", "notice_days")
REROUTED = ("reroute_departure_early_minutes", "reroute_arrival_delay_minutes")


def test_a_cause_in_a_word_of_nobodys_is_no_cause() -> None:
    said = assess(incident(cause="gremlins"), REGIMES)
    assert (said.verdict, said.needs) == (Finding.NEEDS_FACTS, ("cause",))


# --- a second implementation, written from compensation.md and not from the code ---

UNION = set(re.findall("..", "ATBEBGCYCZDEDKEEESFIFRGRHRHUIEITLTLULVMTNLPLPTROSESISKISNOLICH"))


def by_hand(case: Incident) -> tuple[str, int | None]:
    from_union, to_union = case.from_country in UNION, case.to_country in UNION
    if not (from_union or (to_union and case.carrier_country in UNION)):
        return "not_eligible", 0
    km = case.distance_km or 0
    if km <= 1500:
        euros, hours = 250, 2
    elif (from_union and to_union) or km <= 3500:
        euros, hours = 400, 3
    else:
        euros, hours = 600, 4
    excusable = case.type != "denied_boarding"
    if excusable and (case.cause == "extraordinary" or excused_by_hand(case)):
        return "not_eligible", 0
    if case.type == "delay":
        halved = euros == 600 and (case.arrival_delay_minutes or 0) < 4 * 60
    else:
        late = case.reroute_arrival_delay_minutes
        halved = late is not None and late <= hours * 60
    doubt = excusable and case.cause == "unknown"
    return "likely_evidence_missing" if doubt else "eligible", euros * (50 if halved else 100)


def excused_by_hand(case: Incident) -> bool:
    if case.type == "delay":
        return (case.arrival_delay_minutes or 0) < 3 * 60
    days, early, late = case.notice_days or 0, case.reroute_departure_early_minutes, case.reroute_arrival_delay_minutes
    if days >= 14:
        return True
    if early is None or late is None:
        return False
    return (early <= 120 and late < 240) if days >= 7 else (early <= 60 and late < 120)


COUNTRY = st.sampled_from(["IT", "DE", "ES", "FI", "NO", "CH", "IS", "LI", "GB", "US", "TR", "AE", "JP"])
EDGES = [edge + one for edge in (60, 120, 180, 240, 300) for one in (-1, 0, 1)]
MINUTES = st.one_of(st.sampled_from(EDGES), st.integers(-60, 900))
KILOMETRES = st.one_of(
    st.sampled_from([1499, 1500, 1501, 3499, 3500, 3501]), st.integers(min_value=100, max_value=16_000)
)
KNOWN = st.builds(
    Incident,
    source_id=st.just("h"),
    at=st.just(datetime(2026, 6, 1, tzinfo=UTC)),
    mode=st.just("air"),
    regime=st.just("eu261"),
    type=st.sampled_from(["delay", "cancellation", "denied_boarding"]),
    from_country=COUNTRY,
    to_country=COUNTRY,
    carrier_country=COUNTRY,
    distance_km=KILOMETRES,
    arrival_delay_minutes=MINUTES,
    departure_delay_minutes=st.none() | MINUTES,
    cause=st.sampled_from(["carrier", "carrier_safety", "own_strike", "extraordinary", "unknown"]),
    notice_days=st.integers(0, 20),
)
REROUTING = st.none() | st.tuples(MINUTES, MINUTES)


@settings(max_examples=1500, deadline=None)
@given(KNOWN, REROUTING)
def test_a_second_implementation_agrees(case: Incident, rerouting: tuple[int, int] | None) -> None:
    if rerouting:
        early, late = rerouting
        case = replace(case, reroute_departure_early_minutes=early, reroute_arrival_delay_minutes=late)
    said = assess(case, REGIMES)
    assert (str(said.verdict), said.amount_cents) == by_hand(case)


FORGETTABLE = [*EDGED, *REROUTED, "price_cents", "from_country", "to_country", "carrier_country", "cause"]


@settings(max_examples=700, deadline=None)
@given(KNOWN, st.sets(st.sampled_from(FORGETTABLE), max_size=5))
def test_a_verdict_reached_without_a_fact_is_the_one_reached_with_it(case: Incident, forgotten: set[str]) -> None:
    """Nothing is guessed: what is answered despite a gap is true whatever fills the gap."""
    case = replace(case, price_cents=None)
    gaps: dict[str, Any] = dict.fromkeys(forgotten)
    lacking = assess(replace(case, **gaps), REGIMES)
    if lacking.verdict is Finding.NEEDS_FACTS:
        assert lacking.amount_cents is None
        assert set(lacking.needs) <= forgotten
        return
    whole = assess(case, REGIMES)
    if lacking.verdict is Finding.NOT_ELIGIBLE:  # certain: by this law or, out of its scope, by none
        assert not whole.amount_cents
    else:
        assert (lacking.verdict, lacking.amount_cents) == (whole.verdict, whole.amount_cents)


def test_an_answer_names_its_law_and_how_each_passage_was_checked() -> None:
    said = assess(incident(distance_km=6900, to_country="US"), REGIMES)
    assert said.reason == "EUR 300.00 by Regulation (EC) No 261/2004: delay, arrived 3 h 12 min late, 6,900 km."
    assert said.payment_form == "cash"
    refs = {citation.ref: str(citation.checked) for citation in said.citations}
    assert refs["Reg. (EC) 261/2004 Art. 7(1)"] == "primary"
    assert refs["CJEU C-402/07 Sturgeon, para. 63"] == "secondary"


def test_meals_are_due_by_band_and_a_refund_from_five_hours() -> None:
    def due(**facts: Any) -> str:
        return " | ".join(assess(incident(**facts), REGIMES).also_due)

    for km, country, from_minutes in ((1500, "TR", 120), (1501, "TR", 180), (3501, "ES", 180), (3501, "AE", 240)):
        at = {"distance_km": km, "to_country": country}
        assert "meals" not in due(**at, departure_delay_minutes=from_minutes - 1), (km, country)
        assert "meals" in due(**at, departure_delay_minutes=from_minutes), (km, country)
    assert "money back" not in due(departure_delay_minutes=299)
    assert "money back" in due(departure_delay_minutes=300)
    assert "notice" not in due(departure_delay_minutes=119)
    assert "notice" in due(departure_delay_minutes=120)
    assert "if it left 2 h late or more: meals" in due(departure_delay_minutes=None)
    assert "money back within seven days and re-routing" in due(type="cancellation", notice_days=0)


def test_care_is_due_even_in_extraordinary_circumstances_but_not_out_of_scope() -> None:
    storm = assess(incident(cause="extraordinary"), REGIMES)
    assert storm.amount_cents == 0
    assert any("meals" in duty for duty in storm.also_due)
    assert assess(incident(from_country="JP", to_country="AU"), REGIMES).also_due == ()


def test_a_law_asked_for_by_name_says_that_it_does_not_cover_the_flight() -> None:
    outside = {"from_country": "JP", "to_country": "AU", "carrier_country": "JP"}
    assert assess(incident(**outside), REGIMES).verdict is Finding.UNSUPPORTED
    forced = assess(incident(**outside, regime="eu261"), REGIMES)
    assert (forced.verdict, forced.amount_cents) == (Finding.NOT_ELIGIBLE, 0)
    assert "JP to AU on a carrier of JP" in forced.reason
    unknown = assess(incident(regime="atlantis"), REGIMES)
    assert unknown.verdict is Finding.UNSUPPORTED
    assert "atlantis" in unknown.reason


def test_other_modes_and_kinds_are_said_to_be_unsupported() -> None:
    assert assess(incident(mode="parcel", type="failed_delivery"), REGIMES).reason == (
        "No regime of ours covers parcel failed delivery."
    )
    assert assess(incident(type="bag_delayed", to_country="IT"), REGIMES).verdict is Finding.UNSUPPORTED
