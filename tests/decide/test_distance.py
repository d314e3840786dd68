from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.decide.make import POLICY, POST, candidate
from wowengine.decide.candidate import Evidence
from wowengine.decide.distance import distance, near_enough, sayable
from wowengine.decide.policy_face import PRIVATE, Depth, Source
from wowengine.terms import SignalKind

FACE = POLICY.face
TOLD = replace(POST, stated=True)


@pytest.mark.parametrize(
    ("kind", "source"),
    [
        (SignalKind.MESSAGE, Source.MESSAGE),
        (SignalKind.TICKET, Source.MESSAGE),
        (SignalKind.MENTION, Source.MENTION),
        (SignalKind.REVIEW, Source.MENTION),
        (SignalKind.POST, Source.POST),
        (SignalKind.INCIDENT, Source.OTHERS),
        (None, Source.POST),
    ],
)
def test_where_it_was_said_is_told_by_the_kind_of_signal(kind: SignalKind | None, source: Source) -> None:
    assert distance(replace(POST, kind=kind), FACE).source is source
    assert distance(replace(TOLD, kind=kind), FACE).source is Source.STATED


@pytest.mark.parametrize(
    ("quote", "depth"),
    [
        ("A hike before dawn", Depth.LITERAL),
        ("Hikers' soup!", Depth.LITERAL),
        ("Nothing beats the Dolomites", Depth.INFERRED),
        ("They hiked the price hikingwards", Depth.LITERAL),
        ("Hi there", Depth.INFERRED),
    ],
)
def test_a_topic_is_literal_where_its_word_stands_with_whatever_ending(quote: str, depth: Depth) -> None:
    assert distance(replace(POST, quote=quote), FACE).depth is depth


def test_the_arithmetic_is_told_in_words() -> None:
    told = "a public post of their own (4) x the topic inferred (2) x an ordinary topic (1) = 8"
    assert str(distance(POST, FACE)) == told
    church = replace(POST, topic="architecture", quote="What a dome")
    assert str(distance(church, FACE)).endswith("x a sensitive one (2) = 16")
    assert not near_enough(church, FACE)
    assert near_enough(replace(church, kind=SignalKind.MESSAGE), FACE)


def test_somebody_elses_words_are_never_said() -> None:
    assert not near_enough(replace(POST, quote="She loves hiking", kind=SignalKind.INCIDENT), FACE)


@given(st.sampled_from(PRIVATE), st.booleans(), st.sampled_from([None, *SignalKind]))
def test_a_private_topic_is_never_near_enough_whoever_said_it(
    family: str, stated: bool, kind: SignalKind | None
) -> None:
    assert not near_enough(replace(POST, topic=family, stated=stated, kind=kind), FACE)


@given(st.text(max_size=80), st.booleans(), st.sampled_from([None, *SignalKind]))
def test_nothing_is_nearer_than_what_was_stated(quote: str, stated: bool, kind: SignalKind | None) -> None:
    said = Evidence(1, "hiking", quote, "x", POST.at, stated, kind)
    assert 1 <= distance(replace(said, stated=True), FACE).product <= distance(said, FACE).product


def test_what_may_not_be_said_is_taken_out_and_the_rest_stays() -> None:
    ill = replace(POST, signal_id=8, quote="Hiking again after my chemo")
    assert sayable(candidate(evidence=(ill, POST)), FACE) == (POST,)
