from dataclasses import replace

from tests.decide.make import POST, candidate, decided, incident, moment, offer, voucher
from wowengine.decide import face
from wowengine.decide.candidate import Evidence
from wowengine.decide.receipt import seal
from wowengine.decide.replay import replay
from wowengine.terms import GestureKind, SignalKind

ILL = replace(POST, signal_id=8, quote="Hiking is what got me through chemo")


def test_words_too_far_from_what_they_told_us_make_no_sentence_and_no_suggestion() -> None:
    church = candidate(evidence=(replace(POST, topic="architecture", quote="What a dome", kind=SignalKind.POST),))
    assert offer(church).why_text == ""
    assert face.near(offer(church)).reason == (
        "a public post of their own (4) x the topic inferred (2) x a sensitive one (2) = 16, not below 10"
    )
    decision = decided(church)
    assert decision.suggestions == ()
    assert "face.distance" in {judged.verdict.rule for judged in decision.verdicts if not judged.verdict.ok}


def test_the_nearest_words_count() -> None:
    message = replace(POST, topic="architecture", quote="What a dome", kind=SignalKind.MESSAGE)
    church = candidate(evidence=(replace(message, kind=SignalKind.POST, signal_id=9), message))
    assert face.near(offer(church)).ok
    assert decided(church).suggestions[0].evidence == (message,)


def test_a_private_quote_is_neither_said_nor_shown_even_where_they_told_us() -> None:
    for stated in (True, False):
        ill = replace(ILL, stated=stated)
        assert decided(candidate(evidence=(ill,))).suggestions == ()
        (made,) = decided(candidate(evidence=(ill, POST))).suggestions
        assert made.evidence == (POST,)
        assert "chemo" not in made.why_text + made.draft


def test_the_verdict_does_not_name_what_is_private() -> None:
    refused = face.near(offer(candidate(evidence=(ILL,))))
    assert not refused.ok
    assert not {"chemo", "health"} & set(refused.reason.split())


def test_making_good_is_not_refused_for_what_they_wrote_and_does_not_show_it() -> None:
    (made,) = decided(voucher(evidence=(ILL,)), when=moment(incident=incident(regime="none"))).suggestions[-1:]
    assert made.kind is GestureKind.COMPENSATION
    assert made.evidence == ()


def test_a_sentence_that_touches_what_is_private_is_refused_wherever_it_came_from() -> None:
    assert face.private(offer()).ok
    assert not face.private(offer()._replace(why_text="You wrote “See you at mass” on Mastodon.")).ok


def test_a_question_and_a_gesture_without_evidence_are_not_far() -> None:
    assert face.near(offer(candidate(kind=GestureKind.QUESTION, evidence=(ILL,)))).ok
    assert face.near(offer(candidate(evidence=()))).ok


def test_where_it_was_said_is_sealed_and_replayed() -> None:
    decision = decided(candidate(evidence=(replace(POST, kind=SignalKind.MENTION),)))
    receipt = seal(decision)
    assert replay(receipt).inputs == decision.inputs
    assert receipt.body["suggestions"][0]["evidence"][0]["kind"] == "mention"


def test_evidence_of_before_the_kind_was_kept_is_a_post() -> None:
    assert Evidence(7, "hiking", POST.quote, "mastodon", POST.at) == POST
    assert POST.kind is None
    assert face.near(offer()).ok


def test_of_words_that_are_all_too_far_the_nearest_are_told() -> None:
    dome = replace(POST, topic="architecture", quote="What a dome", kind=SignalKind.POST)
    assert "= 16, not below" in face.near(offer(candidate(evidence=(ILL, dome, ILL)))).reason
