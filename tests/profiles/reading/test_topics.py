"""Interests as they are read: which, which way, whose, and whether they were said or only shown."""

from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wowengine.errors import Misconfigured
from wowengine.profiles.interests import SCALE
from wowengine.profiles.reading.taxonomy import EVERYDAY, NAME, Taxonomy, load_taxonomy, taxonomy
from wowengine.profiles.reading.topics import HINTED, LOVED, PLAIN, mentions
from wowengine.profiles.reading.words import split

NEW = {
    "fitness": "225",
    "horse_riding": "496",
    "motorcycling": "27",
    "volleyball": "541",
    "cricket": "491",
    "baseball": "545",
    "martial_arts": "520",
    "tv_series": "640",
    "comedy": "646",
    "road_trips": "670",
    "cruises": "678",
    "diy": "280",
    "science": "464",
    "languages": "147",
}


def found(text: str, language: str | None = "en", known: Taxonomy | None = None) -> pl.DataFrame:
    schema = {"id": pl.Int64, "text": pl.String, "language": pl.String}
    clauses = split(pl.DataFrame([(1, text, language)], schema=schema, orient="row"))
    return mentions(clauses, known)


def weights(text: str, language: str | None = "en", known: Taxonomy | None = None) -> dict[str, float]:
    """Weigh what reaches a profile."""
    return dict(found(text, language, known).filter(pl.col("weight") != 0).select("topic", "weight").rows())


@pytest.mark.parametrize(
    ("text", "language", "topic"),
    [
        ("I love hiking", "en", "hiking"),
        ("Went fishing with my dad on Sunday", "en", "fishing"),
        ("My wife and I love opera house nights", "en", "classical_music"),
        ("Beat my brother at chess again", "en", "board_games"),
        ("Not only skiing but sledging too", "en", "skiing"),
        ("Couldn't stop laughing at the stand-up night", "en", "comedy"),
        ("We took the kids to a theme park", "en", "theme_parks"),
        ("Quilt no 7 finished", "en", "crafts"),
        ("Finally mastered my grandmother's lasagne recipe", "en", "cooking"),
        ("I just love hiking", "en", "hiking"),
        ("Adoro il trekking in montagna", "it", "mountains"),
        ("Sono andato con mio fratello a un concerto", "it", "live_music"),
        ("Che bella la mostra d'arte!", "it", "art"),
        ("Non vedo l'ora di sciare", "it", "skiing"),
        ("Non solo calcetto ma anche padel", "it", "tennis"),
        ("Io e mia moglie abbiamo ballato tutta la notte", "it", "dance"),
    ],
)
def test_a_liking_is_seen(text: str, language: str, topic: str) -> None:
    assert weights(text, language)[topic] > 0


@pytest.mark.parametrize(
    ("text", "language", "topic"),
    [
        ("I hate coffee", "en", "coffee"),
        ("I'm not a fan of jazz", "en", "jazz"),
        ("Camping? No thank you", "en", "camping"),
        ("Theme parks can do one", "en", "theme_parks"),
        ("Non mi piace il calcio", "it", "football"),
        ("Non sopporto le montagne russe", "it", "theme_parks"),
        ("Yoga? Anche no", "it", "yoga"),
    ],
)
def test_a_dislike_is_seen(text: str, language: str, topic: str) -> None:
    told = found(text, language).filter(topic=topic)
    assert told.select("polarity", "whose").rows() == [("dislikes", "own")]
    assert told["weight"][0] < 0


def test_one_text_may_like_one_thing_and_dislike_another() -> None:
    told = weights("Odio il caffè, ma adoro il tè verde", "it")
    assert told["tea"] > 0 > told["coffee"]


@pytest.mark.parametrize(
    ("text", "language", "topic"),
    [
        ("My brother loves fishing", "en", "fishing"),
        ("My dad's a golfer", "en", "golf"),
        ("She is into jazz", "en", "jazz"),
        ("Everyone at work is into padel", "en", "tennis"),
        ("Grandad is off on a cruise, I water the ferns", "en", "cruises"),
        ("My sister's the sporty one: five-a-side on mondays", "en", "football"),
        ("Mio fratello adora la pesca sportiva", "it", "fishing"),
        ("Mio padre è un golfista", "it", "golf"),
        ("La nonna va matta per il burraco", "it", "board_games"),
        ("Il mio collega ha fatto la maratona", "it", "running"),
    ],
)
def test_somebody_elses_taste_is_told_as_such_and_weighs_nothing(text: str, language: str, topic: str) -> None:
    told = found(text, language).filter(topic=topic)
    assert told.select("whose", "weight").rows() == [("other", 0.0)]
    assert weights(text, language) == {}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("I have never been to a concert", "en"),
        ("I gave up golf", "en"),
        ("Your coffee was cold and terrible", "en"),
        ("Do you serve craft beer?", "en"),
        ("@lumaair is there a gym at the lounge", "en"),
        ("@lumaair my surfboard arrived in two pieces", "en"),
        ("Nothing says fun like weeding in the rain, said nobody", "en"),
        ("This app is a piece of cake", "en"),
        ("They dropped the ball on my booking", "en"),
        ("That's a slam dunk for the prosecution", "en"),
        ("Spilled coffee on my shirt", "en"),
        ("I just love how my skis went to Oslo, where is my luggage", "en"),
        ("The flight is delayed by weather", "en"),
        ("non sono mai stato a teatro", "it"),
        ("Ho smesso di sciare", "it"),
        ("Avete la palestra?", "it"),
        ("In bocca al lupo per domani", "it"),
        ("Siamo in alto mare con la pratica", "it"),
        ("Un concerto rinviato e nessun rimborso", "it"),
        ("", "en"),
    ],
)
def test_what_tells_of_no_taste_is_no_interest(text: str, language: str) -> None:
    assert weights(text, language) == {}


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Sunday #Trekking 🥾", "hiking"),
        ("🎸", "live_music"),
        ("#TrailRunning", "running"),
        ("#trailrunning", "running"),
        ("#ilovehiking", "hiking"),
        ("#hikinglife", "hiking"),
        ("#fotografia", "photography"),
        ("#streetphotography", "photography"),
        ("#coffee", "coffee"),
    ],
)
def test_hashtags_and_emoji_are_words_too(text: str, topic: str) -> None:
    assert weights(text, None)[topic] == PLAIN


def test_an_everyday_word_counts_where_it_is_said_outright_or_not_alone() -> None:
    assert weights("the office has coffee now") == {}
    assert weights("I love coffee") == {"coffee": LOVED}
    assert weights("coffee beans for the new grinder")["coffee"] > 0


@pytest.mark.parametrize(
    ("text", "language", "topic"),
    [
        ("new bib shorts and the same old hill", "en", "cycling"),
        ("boots caked, blisters everywhere, what a summit", "en", "hiking"),
        ("pioggia, picchetti storti e nessuna luce", "it", "camping"),
    ],
)
def test_what_is_only_shown_is_weak_evidence(text: str, language: str, topic: str) -> None:
    told = found(text, language).filter(topic=topic)
    assert told.select("implied", "weight").rows() == [(True, HINTED)]


def test_what_is_only_shown_must_repeat_to_weigh_like_a_word_said() -> None:
    assert 3 * HINTED < PLAIN < LOVED
    assert HINTED / SCALE < 0.25


def test_one_weak_word_alone_shows_nothing() -> None:
    assert weights("new boots") == {}
    assert weights("what a summit") == {}


def test_hints_are_read_in_their_own_language_alone() -> None:
    assert weights("il dice rotola: pawn e rook", "it") == {}


def test_the_quote_is_the_sentence_as_it_was_written() -> None:
    assert found("Long day. I LOVE hiking, really! Bye.")["quote"].to_list() == ["I LOVE hiking, really"]


def test_a_text_and_topic_are_one_row_the_strongest_mention() -> None:
    assert found("hiking. I love hiking. hiking again").select("topic", "weight").rows() == [("hiking", LOVED)]


@pytest.mark.parametrize(
    ("text", "language", "topic"),
    [
        ("I love hiking, so your hotel with its drying room was perfect. Shame the lift was broken", "en", "hiking"),
        ("Golf is my passion and the bag you sent is broken", "en", "golf"),
        ("Il jazz è la mia vita, avete ancora un tavolo?", "it", "jazz"),
        ("Adoro i gatti, anche quello della vostra reception", "it", "cats"),
    ],
)
def test_devotion_is_believed_even_in_a_letter_to_a_company(text: str, language: str, topic: str) -> None:
    assert weights(text, language)[topic] == LOVED


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The cinema on the high street is being pulled down", "en"),
        ("They put the polling station in the tennis club", "en"),
        ("Yoga classes at seven, a queue at the desk", "en"),
        ("La musica jazz della hall arrivava fin qui", "it"),
        ("Il concerto ha bloccato la strada", "it"),
    ],
)
def test_what_an_idle_writer_names_by_the_way_is_no_interest(text: str, language: str) -> None:
    assert weights(text, language) == {}


def test_a_thing_named_by_one_who_does_something_with_it_counts() -> None:
    assert weights("The tennis club is closed") == {}
    assert weights("I joined the tennis club") == {"tennis": PLAIN}


def test_a_telling_word_is_not_enough_in_a_text_to_a_company() -> None:
    assert weights("new bib shorts") == {"cycling": HINTED}
    assert weights("new bib shorts, see you at the hotel") == {}


def test_mocking_praise_is_believed_unless_there_is_trouble() -> None:
    assert weights("I love hiking, especially when it snows")["hiking"] == LOVED
    assert weights("I love hiking, especially when the lift of the hotel is broken") == {}


def test_the_italian_article_is_no_english_i() -> None:
    assert weights("Chiudono il teatro e i negozi del corso", "it") == {}


@settings(deadline=None)
@given(st.lists(st.sampled_from(["I love hiking", "my mum loves hiking", "golf 🎾", "😀 no", "#yoga", "", "a, b, c"])))
def test_texts_are_read_each_for_itself(texts: list[str]) -> None:
    frame = pl.DataFrame({"id": range(len(texts)), "text": texts, "language": ["en"] * len(texts)})
    clauses = split(frame.cast({"id": pl.Int64, "text": pl.String, "language": pl.String}))
    together = mentions(clauses).sort("id", "topic")
    for number, text in enumerate(texts):
        alone = found(text).sort("topic").drop("id")
        assert together.filter(pl.col("id") == number).drop("id").equals(alone)


def test_the_taxonomy_is_an_allow_list_with_two_labels_and_known_nodes(shared_data: Path) -> None:
    nodes = (shared_data / "iab_taxonomy" / "content_taxonomy_3.1.tsv").read_text()
    known = {line.split("\t")[0] for line in nodes.splitlines()[2:]}
    assert len(taxonomy()) == 69
    for topic in taxonomy().values():
        assert set(topic.label) == {"en", "it"}
        assert topic.iab in known, topic.id
        assert 7 <= topic.half_life_days <= 180, topic.id
        assert topic.sensitivity in {"none", "proxy"}
    assert {name: taxonomy()[name].iab for name in NEW} == NEW


def test_no_cue_names_two_interests_or_is_an_everyday_word_alone() -> None:
    everyday = {
        "ai",
        "il",
        "a",
        "the",
        "is",
        "run",
        "fare",
        "corsa",
        "pesca",
        "ora",
        "more",
        "come",
        "it",
        "te",
        "sale",
    }
    named = load_taxonomy().cues.filter(pl.col("tier").is_in([NAME, EVERYDAY]))
    shared = named.group_by("cue").agg(pl.col("topic").unique()).filter(pl.col("topic").list.len() > 1)
    assert shared.rows() == []
    assert not set(named["cue"].str.strip_chars()) & everyday


def test_no_bare_number_is_a_cue() -> None:  # a flight is "911", too
    assert load_taxonomy().cues.filter(pl.col("cue").str.contains(r"^ \d+ $")).rows() == []


def test_every_interest_has_cues_in_both_languages() -> None:
    cues = load_taxonomy().cues.filter(pl.col("tongue") != "any")
    counts = cues.group_by("topic", "tongue").len()
    assert counts.height == 2 * len(taxonomy())
    assert counts["len"].min() >= 20  # type: ignore[operator]


@pytest.mark.parametrize("language", ["en", "it"])
def test_the_starters_posts_are_read_as_labelled(language: str) -> None:
    """A floor under changes of words, which were chosen with these posts in sight: rather too little than too much."""
    path = files("wowengine.profiles.reading.starter").joinpath(f"corpus.{language}.ndjson")
    posts = pl.read_ndjson(path.read_bytes(), infer_schema_length=None).with_row_index("id")
    clauses = split(posts.select("id", "text", language=pl.lit(language)))
    read = mentions(clauses).filter(pl.col("weight") > 0).select("id", "topic")
    labelled = (
        posts.select("id", topic=pl.col("label_interests").cast(pl.List(pl.String))).explode("topic").drop_nulls()
    )
    right = read.join(labelled, on=["id", "topic"]).height
    none = posts.filter(~pl.col("id").is_in(labelled["id"].implode()))
    assert right / read.height >= 0.9
    assert right / labelled.height >= 0.8
    assert none.join(read, on="id", how="semi").height / none.height <= 0.03


@pytest.fixture
def own(tmp_path: Path) -> Callable[[str], Taxonomy]:
    def write(words: str) -> Taxonomy:
        path = tmp_path / "taxonomy.toml"
        path.write_text(words)
        return load_taxonomy(path)

    return write


def test_a_company_adds_interests_and_cues_of_its_own(own: Callable[[str], Taxonomy]) -> None:
    known = own(
        """
        idioms = ["cheese rolling in it"]
        [[interest]]
        id = "cheese"
        iab = "210"
        sensitivity = "none"
        label = { en = "cheese", it = "formaggi" }
        cues.en = ["cheese rolling"]
        weak.en = ["rind", "cheddar"]
        [[interest]]
        id = "hiking"
        half_life_days = 30
        cues.it = ["giro delle malghe nostre"]
        """
    )
    assert weights("off to the cheese rolling", known=known) == {"cheese": PLAIN}
    assert weights("cheddar with the rind on", known=known) == {"cheese": HINTED}
    assert weights("they are cheese rolling in it", known=known) == {}
    assert weights("giro delle malghe nostre", "it", known)["hiking"] == PLAIN
    assert known.topics["hiking"].half_life_days == 30
    assert known.topics["hiking"].iab == "542"
    assert "cheese" not in taxonomy()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("[[interest]]\nid = 'xenia'\nsensitivity = 'special'", "special"),
        ("[[interest]]\nid = 'prayer'\nsensitivity = 'special'\ncues.en = ['prayer']", "prayer"),
        ("[[interest]]\nid = 'cheese'", "cheese"),
        ("[[interest]]\nid = 'Cheese!'", "Cheese!"),
        ("[[interest]]\nid = 'cheese'\niab = '210'\nsensitivity = 'none'\nlabel = { en = 'cheese' }", "label"),
        ("[[interest]]\nid = 'cheese'\ncuse.en = ['cheese']", "cuse"),
        ("[[interest]]\nid = 'hiking'\nhalf_life_days = 0", "half_life_days"),
        ("[[interest]]\nid = 'hiking'\ncues.fr = ['randonnée']", "fr"),
        ("interest = 3", "interest"),
        ("not toml at all", "taxonomy.toml"),
    ],
)
def test_a_wrong_file_is_refused_and_the_error_says_where(
    own: Callable[[str], Taxonomy], words: str, told: str
) -> None:
    with pytest.raises(Misconfigured, match=told):
        own(words)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"nowhere\.toml"):
        load_taxonomy(tmp_path / "nowhere.toml")
