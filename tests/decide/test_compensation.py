"""One amount with its parts, as the agent sees it."""

from typing import Any

from tests.decide.make import amends, candidate, decided, incident, moment, person, voucher
from wowengine.decide.candidate import Given
from wowengine.decide.compensation import Compensation, compensation
from wowengine.terms import Basis

RIGHTS = "of goodwill, in addition to their legal rights, which stay as they are."


def made_good(*had: Given, **facts: Any) -> Compensation:
    when = moment(incident=incident(**facts))
    whole = compensation(decided(voucher(), who=person(given=had), when=when))
    assert whole is not None
    return whole


def test_floor_and_goodwill_are_one_amount_with_two_parts() -> None:
    whole = made_good()
    assert (whole.total_cents, whole.currency) == (26_400, "EUR")
    assert (whole.floor_cents, whole.goodwill_cents, whole.also) == (25_000, 1_400, ())
    assert [(one.gesture_id, one.basis, one.amount_cents) for one in whole.parts] == [
        ("owed:eu261", Basis.FLOOR, 25_000),
        ("film-voucher", Basis.GOODWILL, 1_400),
    ]
    assert whole.says == f"EUR 264.00: EUR 250.00 owed by law, and EUR 14.00 {RIGHTS}"


def test_where_the_law_is_open_it_says_what_is_missing() -> None:
    whole = made_good(cause=None)
    assert (whole.total_cents, whole.floor_cents, whole.goodwill_cents) == (1_400, 0, 1_400)
    assert whole.says == (
        f"EUR 14.00 {RIGHTS} What the law owes is still open: "
        "Regulation (EC) No 261/2004 cannot be applied without cause."
    )


def test_what_is_settled_already_is_no_part_of_it() -> None:
    whole = made_good(amends("owed:eu261", basis=Basis.FLOOR, subject="inc-1", amount_cents=10_000))
    assert (whole.total_cents, whole.floor_cents, whole.goodwill_cents) == (16_400, 15_000, 1_400)


def test_amounts_of_two_currencies_are_never_added() -> None:
    whole = made_good(from_country="GB", to_country="GB", carrier_country="GB")
    assert (whole.total_cents, whole.currency, whole.goodwill_cents) == (22_000, "GBP", 0)
    assert whole.says == "GBP 220.00 owed by law."
    (other,) = whole.also
    assert (other.total_cents, other.currency, other.floor_cents) == (1_400, "EUR", 0)
    assert other.says == f"EUR 14.00 {RIGHTS}"


def test_a_surprise_makes_nothing_good() -> None:
    assert compensation(decided(candidate())) is None
    assert compensation(decided()) is None
