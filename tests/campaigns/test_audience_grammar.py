"""The text of an audience: it reads back as it was, and what is wrong is told with its place."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.campaigns.asking_audiences import audiences, texts
from wowengine.campaigns.audience import Audience, parse
from wowengine.campaigns.audience_tree import And, Condition, Measure, Not, Or, Sign, left_out
from wowengine.campaigns.audience_words import WORDS
from wowengine.errors import BadInput


def condition(word: str, sign: Sign | None = None, *values: object, arguments: tuple[object, ...] = ()) -> Condition:
    return Condition(Measure(word, arguments), sign, values)  # type: ignore[arg-type]


@given(audience=audiences)
def test_an_audience_reads_back_as_it_was(audience: Audience) -> None:
    assert parse(str(audience)) == audience


@given(text=texts, name=texts)
def test_any_text_reads_back_as_it_was(text: str, name: str) -> None:
    asked = Audience(condition("tier", Sign.IN, text, name))
    assert parse(str(asked)) == asked


@given(number=st.floats(allow_nan=False, allow_infinity=False), hours=st.integers(0, 876_000 - 1), day=st.dates())
def test_any_number_time_and_day_reads_back_as_it_was(number: float, hours: int, day: date) -> None:
    for asked in (
        condition("mood", Sign.BELOW, number),
        condition("tenure", Sign.BELOW, timedelta(hours=hours)),
        condition("joined", Sign.BELOW, day),
    ):
        assert parse(str(asked)) == Audience(asked)


@given(
    text=st.text(max_size=60) | st.lists(st.sampled_from([*WORDS, *"()<=,", "and", "not", "90d", "in"])).map(" ".join)
)
def test_whatever_is_written_is_read_or_refused_with_its_place(text: str) -> None:
    try:
        read = parse(text)
    except BadInput as error:
        column = error.facts["column"]
        assert isinstance(column, int)
        assert 1 <= column <= len(text) + 1
    else:
        assert parse(str(read)) == read


def test_a_marketers_sentence_is_read_whole() -> None:
    text = (
        'tier in (gold, platinum) and interest("running") >= 0.3 and not had("surprise", 90d) and language = it '
        'and moment("birthday", 7d) and bucket(0.1, "spring")'
    )
    assert parse(text).clause == And(
        (
            condition("tier", Sign.IN, "gold", "platinum"),
            condition("interest", Sign.AT_LEAST, 0.3, arguments=("running",)),
            Not(condition("had", arguments=("surprise", timedelta(days=90)))),
            condition("language", Sign.EQUAL, "it"),
            condition("moment", arguments=("birthday", timedelta(days=7))),
            condition("bucket", arguments=(0.1, "spring")),
        )
    )


def test_and_binds_more_tightly_than_or_and_parentheses_more_than_both() -> None:
    a, b, c = (condition(word) for word in ("tier", "country", "mood"))
    assert parse("tier or country and mood").clause == Or((a, And((b, c))))
    assert parse("(tier or country) and mood").clause == And((Or((a, b)), c))
    assert parse("not tier and country").clause == And((Not(a), b))
    assert parse("NOT (Tier AND country)").clause == Not(And((a, b)))


def test_weeks_days_and_hours_are_one_thing() -> None:
    assert str(parse("tickets(2w) and tickets(14d) and tickets(336h) and tickets(36h)")) == (
        "tickets(14d) and tickets(14d) and tickets(14d) and tickets(36h)"
    )


def test_quotes_stand_only_where_they_are_needed() -> None:
    assert str(parse(r'tier in ("gold", "a b", "and", "say \"x\" \\", Élite)')) == (
        r'tier in (gold, "a b", "and", "say \"x\" \\", Élite)'
    )


@pytest.mark.parametrize("example", [word.example for word in WORDS.values()])
def test_every_words_example_is_an_audience(example: str) -> None:
    parse(example)


@pytest.mark.parametrize(
    ("text", "column", "found", "expected", "near"),
    [
        ("intrest(running)", 1, "intrest", "a word of the grammar", "interest"),
        ("tier = gold and teir = x", 17, "teir", "a word of the grammar", "tier"),
        ("interest(runing)", 10, "runing", "a topic that is known", "running"),
        ("had(surprize, 90d)", 5, "surprize", "one of surprise, tip, compensation, question", "surprise"),
        ("", 1, "the end", "a word such as tier or interest(running)", ""),
        ("tier = gold or", 15, "the end", "a word such as tier or interest(running)", ""),
        ("tier = gold silver", 13, "silver", "`and`, `or` or the end", ""),
        ("tier gold", 6, "gold", "a comparison, `and`, `or` or the end", ""),
        ("(tier = gold", 13, "the end", "`)`, `and` or `or`", ""),
        ("(tier) = gold", 8, "=", "`and`, `or` or the end", ""),
        ("tier in gold", 9, "gold", "`(` and a list", ""),
        ("tier in (gold", 14, "the end", "`,` or `)`", ""),
        ("tier not gold", 10, "gold", "`in`", ""),
        ("tier < gold", 6, "<", "=, !=, in or not in: tier is a text", ""),
        ("tier = 3", 8, "3", 'a text such as gold or "long, no sugar"', ""),
        ("tier = and", 8, "and", 'a text such as gold or "long, no sugar"', ""),
        ("mood < low", 8, "low", "a number such as 0.3", ""),
        ("attribute(x) > FCO", 16, "FCO", "a number such as 0.3", ""),
        ("tenure > 3", 10, "3", "a time such as 90d", ""),
        ("joined > 2026-02-31", 10, "2026-02-31", "a day of the calendar", ""),
        ("had(surprise)", 13, ")", "`,` and within, as in had(kind, within)", ""),
        ("had", 4, "the end", "`(`, as in had(kind, within)", ""),
        ("had(surprise, 90d) = 1", 20, "=", "`and`, `or` or the end", ""),
        ("bucket(2, x)", 8, "2", "a number from 0 to 1", ""),
        ("language = italian", 12, "italian", "a language as in language = it", ""),
        ("tickets(9999999d)", 9, "9999999d", "a smaller number", ""),
        ('tier = "gold', 8, '"', 'a text such as gold or "long, no sugar"', ""),
        ("tier = \x00", 8, "an unreadable character", "readable text", ""),
        ("mood < " + "9" * 400, 8, "9" * 400, "a smaller number", ""),
    ],
)
def test_what_is_wrong_is_told_with_its_place(text: str, column: int, found: str, expected: str, near: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse(text)
    assert caught.value.facts == {"column": column, "found": found, "expected": expected, "near": near}
    assert caught.value.message.startswith(f"At column {column}, expected {expected}, and found {found}")
    assert f"Did you mean {near}?" in caught.value.message or not near


def test_neither_depth_nor_length_breaks_the_reader() -> None:
    with pytest.raises(BadInput, match="at most 20"):
        parse("not " * 400 + "tier")
    with pytest.raises(BadInput, match="at most 20"):
        parse("(" * 900 + "tier" + ")" * 900)
    with pytest.raises(BadInput, match="at most 2000 characters"):
        parse("tier or " * 300 + "tier")
    assert len(parse(" or ".join(["tier"] * 200)).clause.parts) == 200  # type: ignore[union-attr]


def test_what_is_left_without_each_clause_is_the_rest_of_it() -> None:
    told = [
        (str(gone), rest and str(rest))
        for gone, rest in left_out(parse("tier and (mood or country) and not joined").clause)
    ]
    assert told == [
        ("tier", "(mood or country) and not joined"),
        ("mood", "tier and country and not joined"),
        ("country", "tier and mood and not joined"),
        ("not joined", "tier and (mood or country)"),
    ]
    assert [(str(gone), rest and str(rest)) for gone, rest in left_out(parse("tier or mood").clause)] == [
        ("tier", "mood"),
        ("mood", "tier"),
    ]
    assert list(left_out(parse("tier").clause)) == [(parse("tier").clause, None)]
