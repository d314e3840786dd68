"""Readers: learned from labelled texts, kept as plain arrays, used where they are better."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wowengine.errors import BadInput, Misconfigured
from wowengine.profiles.reading import encoder
from wowengine.profiles.reading.examine import figures, held_out
from wowengine.profiles.reading.grams import counted, spelt
from wowengine.profiles.reading.hints import grams_of
from wowengine.profiles.reading.learn import Lesson, learn, learn_with_cuts
from wowengine.profiles.reading.lesson import Origin, lessons, read_map
from wowengine.profiles.reading.reader import load, save
from wowengine.profiles.reading.readers import Readers, in_force
from wowengine.profiles.reading.shelf import shelf
from wowengine.profiles.reading.teach import teach

ORIGIN = Origin("tickets.ndjson", "the company's own")
HERE = np.zeros(1, bool)

LATE = ["stuck on the tarmac again", "two hours behind schedule", "still no departure, we wait", "the train came late"]
BAG = ["where is my suitcase", "luggage never came off the belt", "you broke my bag", "the suitcase is damaged"]


def tickets(times: int = 6) -> pl.DataFrame:
    rows = [
        (f"{text} {number}", label)
        for label, texts in (("late", LATE), ("bag", BAG))
        for text in texts
        for number in range(times)
    ]
    return pl.DataFrame(rows, schema=["text", "label_reason"], orient="row")


def lesson(labelled: pl.DataFrame | None = None, *, encoded: bool = False) -> Lesson:
    (only,) = lessons(tickets() if labelled is None else labelled, ORIGIN, {}, encoded=encoded)
    return only


def spelled(*texts: str) -> pl.Series:
    return pl.DataFrame({"text": texts}).select(spelt(pl.col("text"))).to_series()


@settings(deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=40), min_size=1, max_size=8))
def test_a_text_has_the_same_grams_alone_and_among_others(texts: list[str]) -> None:
    together = counted(spelled(*texts))
    for row, text in enumerate(texts):
        assert (together[row] != counted(spelled(text))[0]).nnz == 0


def test_a_misspelt_word_shares_most_of_its_letters() -> None:
    right, wrong, other = counted(spelled("cancelled", "canceled", "delicious"))
    assert right.minimum(wrong).sum() > 3 * right.minimum(other).sum()


def test_names_figures_and_links_are_not_learned() -> None:
    one, two = spelled("@anna flight 512 http://a.io/x", "@bob flight 77 https://b.io/y")
    assert one == two


def test_a_rare_wish_is_believed_sooner_where_the_lesson_is_balanced() -> None:
    common = [f"{text} {number}" for text in LATE for number in range(100)]
    rare = [f"a window seat {number}" for number in range(10)] + [f"aisle {number}" for number in range(10)]
    labels = ["[]"] * len(common) + ['["window"]'] * 10 + ['["aisle"]'] * 10
    once = lesson(pl.DataFrame({"text": common + rare, "label_states": labels}))
    asked = grams_of(pl.Series(["window"]))
    plain, balanced = (learn(each).read(asked, None, HERE)[0] for each in (once, replace(once, balance=0.8)))
    at = once.card.labels.index("window")
    assert balanced[at] > plain[at] + 0.1


def test_a_company_some_of_whose_tickets_are_long_can_teach_a_reader_too() -> None:
    ramble = (
        pl.when(pl.col("label_reason") == "late").then(pl.lit(" and so on and on and on" * 40)).otherwise(pl.lit(""))
    )
    long = tickets().with_columns(pl.col("text") + ramble)
    told = learn(lesson(long)).read(grams_of(pl.Series(["your suitcase is lost"])), None, HERE)
    assert np.isfinite(told).all()


def test_a_reader_tells_a_late_train_from_a_lost_bag() -> None:
    reader = learn(lesson())
    told = reader.read(
        grams_of(pl.Series(["your suitcase is lost", "late, still on the tarmac"])), None, np.zeros(2, bool)
    )
    assert [reader.card.labels[at] for at in told.argmax(axis=1)] == ["bag", "late"]
    assert np.allclose(told.sum(axis=1), 1, atol=1e-5)


def test_the_same_lesson_gives_the_same_reader_byte_for_byte(tmp_path: Path) -> None:
    for name in ("one", "two"):
        save(learn(lesson()), tmp_path / name)
    assert (tmp_path / "one" / "reason.npz").read_bytes() == (tmp_path / "two" / "reason.npz").read_bytes()


def test_a_kept_reader_reads_as_before(tmp_path: Path) -> None:
    reader, texts = learn(lesson()), grams_of(pl.Series(["my bag", "the train is late"]))
    save(reader, tmp_path)
    again = load(tmp_path, "reason")
    home = np.zeros(2, bool)
    assert again.card == reader.card
    assert np.allclose(again.read(texts, None, home), reader.read(texts, None, home), atol=2e-3)


def test_arrays_that_are_not_the_cards_are_refused(tmp_path: Path) -> None:
    save(learn(lesson()), tmp_path)
    (tmp_path / "reason.npz").write_bytes((tmp_path / "reason.npz").read_bytes()[:-1] + b"x")
    with pytest.raises(Misconfigured, match="train it again"):
        load(tmp_path, "reason")


def test_a_language_that_was_not_learned_is_left_unread() -> None:
    told = learn(lesson()).read(grams_of(pl.Series(["mein Koffer ist weg"])), None, np.ones(1, bool))
    assert np.isnan(told).all()


@pytest.mark.skipif(not encoder.available(), reason="needs wowengine[multilingual]")
def test_with_the_encoder_a_language_that_was_not_learned_is_read() -> None:
    found = lesson(encoded=True)
    german = pl.Series(["mein Koffer ist weg", "der Zug kam viel zu spät"])
    told = learn(found).read(grams_of(german), encoder.encode(german), np.ones(2, bool))
    assert [found.card.labels[at] for at in told.argmax(axis=1)] == ["bag", "late"]


def test_several_labels_may_be_borne_at_once() -> None:
    rows = [(f"{a} and {b} {n}", json.dumps(["late", "bag"])) for a, b in zip(LATE, BAG, strict=True) for n in range(4)]
    rows += [(text, json.dumps([label])) for text, label in tickets().iter_rows()]
    rows += [(f"a lovely day {n}", "[]") for n in range(12)]
    both = lesson(pl.DataFrame(rows, schema=["text", "label_topic"], orient="row"))
    reader = learn_with_cuts(both)
    told = reader.read(grams_of(pl.Series(["late train and a damaged bag", "a lovely day"])), None, np.zeros(2, bool))
    assert (told >= np.array(reader.card.cuts)).tolist() == [[True, True], [False, False]]


def test_held_out_figures_are_of_texts_that_were_not_learned() -> None:
    rows = [(f"unlike {place} {place * 7919}", "ab"[place % 2]) for place in range(60)]
    nothing = lesson(pl.DataFrame(rows, schema=["text", "label_coin"], orient="row"))
    assert held_out(nothing)["accuracy"] < 0.7  # there is nothing to learn in a coin


def test_figures_are_those_of_the_books() -> None:
    told = np.array([[0.9, 0.1], [0.8, 0.2], [0.4, 0.6], [0.3, 0.7]], np.float32)
    truth = np.array([[1, 0], [0, 1], [0, 1], [0, 1]], bool)
    found = figures(told, truth, None)
    assert found["accuracy"] == pytest.approx(0.75)
    assert found["macro_f1"] == pytest.approx((2 / 3 + 0.8) / 2)


def test_a_sure_label_counts_for_more_than_a_doubtful_one() -> None:
    rows = [
        (f"{text} maybe", label, sure)
        for text, label, sure in [("red", "a", "1"), ("red", "b", "0.05")] * 12 + [("blue", "b", "1")] * 12
    ]
    sure = lesson(pl.DataFrame(rows, schema=["text", "label_x", "label_x_confidence"], orient="row"))
    told = learn(sure).read(grams_of(pl.Series(["red maybe"])), None, HERE)
    assert told[0, sure.card.labels.index("a")] > 0.6


def test_labels_are_mapped_to_our_words(tmp_path: Path) -> None:
    (tmp_path / "map.toml").write_text('[reason]\n"late" = "delay"\n"bag" = "lost_bag"\n')
    (mapped,) = lessons(tickets(), ORIGIN, read_map(tmp_path / "map.toml"), encoded=False)
    assert mapped.card.labels == ("delay", "lost_bag")


@pytest.mark.parametrize(
    ("labelled", "said"),
    [
        (pl.DataFrame({"words": ["a"], "label_x": ["b"]}), "no column `text`"),
        (pl.DataFrame({"text": ["a"] * 20, "label_x": ["b"] * 20}), "two labels"),
        (pl.DataFrame({"text": ["a"] * 20}), "two labels"),
    ],
)
def test_a_file_that_teaches_nothing_is_told_so(labelled: pl.DataFrame, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        lessons(labelled, ORIGIN, {}, encoded=False)


def test_a_better_reader_is_used_and_a_worse_one_is_not(tmp_path: Path) -> None:
    own = tmp_path / "readers"
    (first,) = teach(tickets(), ORIGIN, {}, own, in_force(), encoded=False)
    assert first.used
    assert first.compared == "commonest answer"  # the starter knows no reason called `bag`
    shelf.use(own, encoded=False)
    try:
        assert in_force().by_name["reason"].card.labels == ("bag", "late")
        shuffled = tickets().with_columns(label_reason=pl.Series(["late", "bag"] * 24))
        (second,) = teach(shuffled, ORIGIN, {}, own, in_force(), encoded=False)
    finally:
        shelf.use(None, encoded=False)
    assert not second.used
    assert second.compared == "in force"
    assert second.before["macro_f1"] >= second.figures["macro_f1"]


def test_feelings_by_other_names_are_refused(tmp_path: Path) -> None:
    odd = tickets().rename({"label_reason": "label_sentiment"})
    with pytest.raises(BadInput, match="map bag, late"):
        teach(odd, ORIGIN, {}, tmp_path, Readers({}), encoded=False)


def test_the_starter_names_what_it_learned_from_and_is_small() -> None:
    starter = in_force().by_name
    for reader in starter.values():
        assert {"data", "licence", "texts"} <= set(reader.card.learned_from[0])
    folder = Path(__file__).parents[3] / "wowengine" / "profiles" / "reading" / "starter"
    assert sum(path.stat().st_size for path in folder.rglob("*.npz")) < 5_000_000
    assert replace(starter["sentiment"].card, figures={}).labels == ("negative", "neutral", "positive")


@pytest.mark.skipif(not encoder.available(), reason="needs wowengine[multilingual]")
def test_with_the_encoder_on_the_starter_reads_a_language_it_never_learned() -> None:
    texts = pl.DataFrame(
        {"text": ["Mein Koffer ist weg, eine Katastrophe", "Danke, ganz wunderbarer Flug!"], "language": ["de", "de"]}
    )
    shelf.use(None, encoded=True)
    try:
        told = in_force().answer(texts)["sentiment"]
        labels = in_force().by_name["sentiment"].card.labels
    finally:
        shelf.use(None, encoded=False)
    assert [labels[at] for at in told.argmax(axis=1)] == ["negative", "positive"]
    assert np.isnan(in_force().answer(texts)["sentiment"]).all()  # without it, it says that it cannot
