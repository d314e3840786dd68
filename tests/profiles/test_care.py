from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.profiles.make import frame
from wowengine.profiles.care import cases, histories, threads, waits

T0 = datetime(2026, 3, 1, 10, tzinfo=UTC)


def message(number: int, parent: int | None = None, minutes: float = 0, **cells: Any) -> dict[str, Any]:
    return {
        "id": number,
        "source": "x",
        "source_id": f"m{number}",
        "in_reply_to": None if parent is None else f"m{parent}",
        "customer_id": "c1",
        "kind": "message",
        "direction": "inbound",
        "channel": "x",
        "occurred_at": T0 + timedelta(minutes=minutes),
        "reason": None,
    } | cells


def ours(number: int, parent: int, minutes: float, **cells: Any) -> dict[str, Any]:
    return message(number, parent, minutes, direction="outbound", customer_id=None, **cells)


def typed(rows: list[dict[str, Any]]) -> pl.DataFrame:
    return frame(rows).with_columns(pl.col("in_reply_to", "customer_id", "reason").cast(pl.String))


def waited(*rows: dict[str, Any]) -> list[dict[str, Any]]:
    return waits(threads(typed(list(rows)))).to_dicts()


def roots(rows: list[dict[str, Any]]) -> dict[int, int]:
    return dict(threads(typed(rows)).select("id", "root").rows())


def test_the_first_answer_is_the_earliest_outbound_message_of_the_thread() -> None:
    (wait,) = waited(message(1), message(2, 1, 5), ours(3, 2, 40), ours(4, 1, 12), message(5, 4, 50))
    assert (wait["root_signal_id"], wait["first_answer_seconds"], wait["contacts"]) == (1, 720.0, 3)


def test_an_answer_that_claims_to_be_older_than_the_question_is_none() -> None:
    assert waited(message(1), ours(2, 1, -5), ours(3, 1, 5))[0]["first_answer_seconds"] == 300.0
    assert waited(message(1), ours(2, 1, -5))[0]["answered_at"] is None


def test_a_reply_to_what_we_never_got_begins_a_thread() -> None:
    (wait,) = waited(message(2, 1, 0), ours(3, 2, 7))
    assert (wait["root_signal_id"], wait["first_answer_seconds"]) == (2, 420.0)


def test_a_thread_that_we_began_is_nobodys_wait() -> None:
    assert waited(ours(1, 99, 0), message(2, 1, 5), ours(3, 2, 6)) == []


def test_the_same_id_in_another_source_is_another_thread() -> None:
    there = roots([message(1), message(2, 1, source="y")])
    assert there == {1: 1, 2: 2}


def test_a_ring_is_one_thread_that_begins_with_its_earliest_message() -> None:
    ring = [message(1, 3, 9), message(2, 1, 3), message(3, 2, 6), message(4, 3, 1), message(5, 5, 0)]
    assert roots(ring) == {1: 2, 2: 2, 3: 2, 4: 2, 5: 5}


@settings(deadline=None)  # a busy machine is no error
@given(st.lists(st.tuples(st.none() | st.integers(0, 30), st.integers(0, 500)), min_size=1, max_size=30), st.randoms())
def test_any_tangle_gives_threads_that_do_not_depend_on_the_order_of_rows(links: list[Any], dice: Any) -> None:
    rows = [message(number, parent, minutes) for number, (parent, minutes) in enumerate(links)]
    found = roots(rows)
    parents = {row["id"]: row["in_reply_to"] for row in rows}
    for number, root in found.items():
        assert found[root] == root
        if parents[number] is not None and (parent := int(parents[number][1:])) in found:
            assert found[parent] == root
    dice.shuffle(rows)
    assert roots(rows) == found


def test_a_long_thread_has_one_root() -> None:
    rows = [message(0), *(message(n, n - 1, n) for n in range(1, 3_000))]
    assert set(roots(rows).values()) == {0}


def test_a_threads_reason_is_the_first_its_owner_gave() -> None:
    other = message(2, 1, 1, customer_id="c2", reason="staff")
    assert waited(message(1), other, message(3, 1, 2, reason="late"))[0]["reason"] == "late"


def test_a_history_sums_up_contacts_waits_mood_and_reasons() -> None:
    rows = [
        message(1, reason="late", mood=-0.8),
        ours(2, 1, 10, mood=None),
        message(3, None, 60, reason="late", mood=0.0),
        message(4, None, 90, kind="incident", mood=None),
        message(5, None, 95, kind="post", mood=0.9),
    ]
    linked = threads(typed(rows))
    as_of = T0 + timedelta(minutes=120)
    said = linked.filter(pl.col("direction") == "inbound")
    (told,) = histories(said, waits(linked), as_of).to_dicts()
    assert (told["contacts"], told["threads"], told["unanswered"], told["incidents"]) == (2, 2, 1, 1)
    assert told["median_first_answer_seconds"] == 600.0
    assert told["longest_wait_seconds"] == 3_600.0  # still waiting, for an hour by then
    assert told["top_reason"] == "late"
    assert -0.41 < told["mood"] < -0.39  # the post is not about us


def test_newer_texts_count_more_in_the_mood() -> None:
    rows = [message(1, mood=-1.0), message(2, None, 60 * 24 * 60, mood=1.0)]
    linked = threads(typed(rows))
    (told,) = histories(linked, waits(linked), T0 + timedelta(days=60)).to_dicts()
    assert abs(told["mood"] - 1 / 3) < 1e-9


def test_of_equally_common_reasons_the_first_by_alphabet_is_told() -> None:
    rows = [
        message(n, minutes=n, mood=None, reason=reason) for n, reason in enumerate(("staff", "late", "staff", "late"))
    ]
    linked = threads(typed(rows))
    assert histories(linked, waits(linked), T0 + timedelta(days=1))["top_reason"].to_list() == ["late"]


def test_of_one_customer_alone_and_of_all_in_any_order_histories_are_the_same_to_the_last_bit() -> None:
    dice = np.random.default_rng(5)
    rows = [
        message(n, minutes=float(dice.integers(0, 300)), mood=float(mood), customer_id=f"c{n % 20}")
        for n, mood in enumerate(dice.uniform(-1, 1, 4_000))
    ]
    linked = threads(typed(rows).with_columns(occurred_at=pl.col("occurred_at").dt.truncate("1h")))
    as_of = T0 + timedelta(days=40)
    whole = histories(linked, waits(linked), as_of)
    for who in whole["customer_id"]:
        alone = linked.filter(pl.col("customer_id") == who).sample(fraction=1, shuffle=True, seed=1)
        assert histories(alone, waits(alone), as_of).equals(whole.filter(pl.col("customer_id") == who))


DAY = 24 * 60.0


def cased(*rows: dict[str, Any]) -> list[dict[str, Any]]:
    return cases(waits(threads(typed(list(rows))))).to_dicts()


def test_one_issue_on_two_channels_is_one_case_with_one_first_answer() -> None:
    (case,) = cased(
        message(1, reason="lost_bag", channel="messenger"),
        message(2, minutes=60, reason="lost_bag"),
        message(3, 2, 70),
        ours(4, 2, 90),
    )
    assert (case["case"], case["channels"], case["reason"]) == (1, ["messenger", "x"], "lost_bag")
    assert (case["threads"], case["contacts"], case["unanswered"]) == (2, 3, 1)
    assert (case["opened_at"], case["first_answer_seconds"]) == (T0, 90 * 60.0)


def test_another_issue_another_person_or_no_reason_is_another_case() -> None:
    told = cased(
        message(1, reason="lost_bag"),
        message(2, minutes=1, reason="late"),
        message(3, minutes=2, reason="lost_bag", customer_id="c2"),
        message(4, minutes=3),
        message(5, minutes=4),
    )
    assert sorted(case["case"] for case in told) == [1, 2, 3, 4, 5]


def test_a_case_goes_on_while_each_thread_begins_within_a_week_of_the_one_before() -> None:
    told = cased(*(message(n, minutes=day * DAY, reason="late") for n, day in enumerate((0, 6, 13, 21), 1)))
    assert [(case["case"], case["threads"]) for case in told] == [(1, 3), (4, 1)]


def test_nobody_has_no_cases() -> None:
    assert cases(waits(threads(typed([message(1)]))).clear()).to_dicts() == []


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["c1", "c2"]),
            st.sampled_from(["late", "lost_bag", None]),
            st.sampled_from(["x", "email"]),
            st.integers(0, 40),
        ),
        min_size=1,
        max_size=12,
    ),
    st.randoms(use_true_random=False),
)
def test_cases_share_out_all_threads_and_do_not_depend_on_the_order_of_rows(said: list[Any], dice: Any) -> None:
    rows = [
        message(n, minutes=day * DAY, customer_id=who, reason=why, channel=where)
        for n, (who, why, where, day) in enumerate(said, 1)
    ]
    told = cased(*rows)
    assert sum(case["threads"] for case in told) == sum(case["contacts"] for case in told) == len(rows)
    dice.shuffle(rows)
    assert cased(*rows) == told
    for who in ("c1", "c2"):  # built of one customer alone, they are the same
        alone = [row for row in rows if row["customer_id"] == who]
        assert [case for case in told if case["customer_id"] == who] == (cased(*alone) if alone else [])
