from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.decide.make import NOW, POLICY, POST, candidate, decided, incident, moment, offer, person, voucher
from wowengine.decide import face
from wowengine.decide.candidate import Evidence
from wowengine.decide.why import why_goodwill
from wowengine.terms import GestureKind

ITALIAN = person(language="it")


def test_the_sentence_names_the_words_where_and_when() -> None:
    assert offer().why_text == "You wrote “Nothing beats a morning in the Dolomites” on Mastodon on 8 November 2026."
    assert offer(who=ITALIAN).why_text == (
        "Lei ha scritto «Nothing beats a morning in the Dolomites» su Mastodon l’8 novembre 2026."
    )


def test_what_was_told_to_us_goes_before_what_was_read_and_the_slot_before_all() -> None:
    told = Evidence(1, "hiking", "I love the mountains", "email", NOW - timedelta(days=90), stated=True)
    coffee = Evidence(2, "coffee", "Long, no sugar please", "survey", NOW - timedelta(days=400), stated=True)
    both = candidate(evidence=(POST, coffee, told))
    assert offer(both).why_text == "You told us “I love the mountains” by e-mail on 22 August 2026."
    filled = offer(candidate(evidence=(POST, told, coffee), slots=("coffee",)), ITALIAN).why_text
    assert filled == "Lei ci ha detto «Long, no sugar please» nel nostro sondaggio il 16 ottobre 2025."


def test_the_day_is_the_customers_own() -> None:
    midnight = Evidence(1, "hiking", "Off to the hills", "x", datetime(2026, 11, 30, 23, 30, tzinfo=UTC))
    assert "on 1 December 2026" in offer(candidate(evidence=(midnight,))).why_text
    assert "on 30 November 2026" in offer(candidate(evidence=(midnight,)), person(time_zone="Europe/London")).why_text
    assert "il 1° dicembre 2026" in offer(candidate(evidence=(midnight,)), ITALIAN).why_text


@given(st.text(max_size=600), st.sampled_from(["en", "it"]), st.sampled_from(["mastodon", "email", "forum " * 20]))
def test_it_is_one_short_line_whatever_they_wrote(quote: str, language: str, source: str) -> None:
    said = offer(candidate(evidence=(Evidence(1, "x", quote, source, NOW),)), person(language=language)).why_text
    assert len(said) <= 200
    assert said == "" or said.isprintable()


def test_a_long_quote_is_cut_at_a_word() -> None:
    said = offer(candidate(evidence=(Evidence(1, "x", "word " * 100, "x", NOW),))).why_text
    assert "word word…”" in said
    assert len(said) > 190


def test_without_a_word_of_theirs_there_is_no_sentence_and_no_suggestion() -> None:
    mute = candidate(evidence=(Evidence(1, "x", " \n\u202e ", "x", NOW),))
    for gesture in (mute, candidate(evidence=())):
        assert offer(gesture).why_text == ""
        assert not face.sayable(offer(gesture)).ok
        assert decided(gesture).suggestions == ()


def test_asking_needs_no_evidence() -> None:
    question = candidate(kind=GestureKind.QUESTION, slots=("coffee",), evidence=())
    assert offer(question).why_text == "You have not told us yet, and we would rather ask than guess."
    assert face.sayable(offer(question)).ok


@pytest.mark.parametrize(
    ("facts", "english", "italian"),
    [
        (
            {"unanswered_minutes": 2160},
            (
                "Your flight of 17 November 2026 arrived 3 h 12 min late, "
                "and your message about it waited 36 h for our answer."
            ),
            (
                "Il Suo volo del 17 novembre 2026 è arrivato con 3 h 12 min di ritardo, "
                "e il Suo messaggio in merito ha atteso 36 h la nostra risposta."
            ),
        ),
        (
            {"type": "cancellation", "at": datetime(2026, 11, 11, 9, tzinfo=UTC)},
            "Your flight of 11 November 2026 was cancelled.",
            "Il Suo volo dell’11 novembre 2026 è stato cancellato.",
        ),
        (
            {"type": "failed_delivery", "mode": "parcel", "unanswered_minutes": 4 * 1440},
            (
                "Your parcel of 17 November 2026 could not be delivered, "
                "and your message about it waited 4 days for our answer."
            ),
            (
                "Il Suo pacco del 17 novembre 2026 non è stato consegnato, "
                "e il Suo messaggio in merito ha atteso 4 giorni la nostra risposta."
            ),
        ),
        (
            {"type": "slow_answer", "mode": "support", "unanswered_minutes": 59},
            "Your message of 17 November 2026 waited 59 minutes for our answer.",
            "Il Suo messaggio del 17 novembre 2026 ha atteso 59 minuti la nostra risposta.",
        ),
        (
            {"type": "odd_smell", "mode": "hotel"},
            "Something went wrong with your stay of 17 November 2026.",
            "Qualcosa non è andato come doveva con il Suo soggiorno del 17 novembre 2026.",
        ),
        (
            {"arrival_delay_minutes": None},
            "Your flight of 17 November 2026 was late.",
            "Il Suo volo del 17 novembre 2026 ha avuto un ritardo.",
        ),
    ],
)
def test_what_went_wrong_is_said_in_their_language(facts: dict[str, object], english: str, italian: str) -> None:
    case = incident(**facts)
    assert why_goodwill(case, person(), POLICY, "en") == english
    assert why_goodwill(case, person(), POLICY, "it") == italian


@pytest.mark.parametrize("language", ["en", "it"])
def test_every_incident_we_have_words_for_fits_into_the_sentence(language: str) -> None:
    for kind in [*POLICY.severity.types, "delay", "odd_smell"]:
        for mode in ("air", "ferry", "parcel", "hotel", "store", "telecom"):
            case = incident(type=kind, mode=mode, unanswered_minutes=1439, arrival_delay_minutes=1439)
            assert 30 < len(why_goodwill(case, person(), POLICY, language)) <= POLICY.face.longest


@pytest.mark.parametrize(
    ("quote", "language"), [("People like you make my day", "en"), ("Persone come Lei mi fanno felice", "it")]
)
def test_a_phrase_that_sounds_like_watching_is_refused(quote: str, language: str) -> None:
    said = offer(candidate(evidence=(Evidence(1, "x", quote, "x", NOW),)), person(language=language))
    assert not face.words(said).ok
    assert face.words(offer()).ok


def test_a_promise_in_a_title_is_refused() -> None:
    promising = offer(voucher(title="A card: it will never happen again"), when=moment(incident=incident()))
    assert face.words(promising).reason == "says “will never happen again”"


def test_a_language_that_is_not_ours_falls_back_on_the_policys() -> None:
    assert offer(who=person(language="de")).language == "en"
    assert offer(who=person(language="it-CH")).language == "it"
    italian_house = POLICY.model_copy(update={"language": "it"})
    assert offer(who=person(language="de"), policy=italian_house).language == "it"
