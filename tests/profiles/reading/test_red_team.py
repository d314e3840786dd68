"""The gate before storage against texts written apart from it: 500 that tell what must not be known, 500 look-alikes.

The second such set, by another author: the first had been read and mended against, and teaches now. The lists
held 325 of 500 at first sight and 367 when mended against texts of a third author, and keep 433 of 500; with the
encoder on it is 443 and 454. The goal, none stored, is not reached, and stands below as a test that is expected to
fail.
"""

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.profiles.make import customer, customers_in, signal, signals_in
from wowengine.db.session import Database
from wowengine.profiles.reading.gate import unsayable
from wowengine.profiles.reading.sensitive import is_sensitive, kinds
from wowengine.profiles.reading.shelf import shelf

WRITTEN = Path(__file__).parent / "written"
STARTER = Path(__file__).parents[3] / "wowengine" / "profiles" / "reading" / "starter"
LANGUAGES = ("en", "it")
MOST_STORED, MOST_SEEN_STORED = 133, 57  # of 500: by the lists, and with the encoder
LEAST_KEPT, LEAST_SEEN_KEPT = 0.86, 0.9


def written(name: str, folder: Path = WRITTEN) -> pl.DataFrame:
    return pl.concat(
        pl.read_ndjson(folder / f"{name}.{language}.ndjson", schema={"text": pl.String, "kind": pl.String})
        for language in LANGUAGES
    )


def stored(database: Database, folder: Path, texts: pl.Series) -> list[str]:
    """Bring texts in as signals, and return those that the bytes of the database hold."""
    with database.transaction() as session:
        customers_in(session, customer())
        report = signals_in(session, *(signal(f"s{n}", text=text) for n, text in enumerate(texts)))
        assert report.accepted == len(texts)
    held = b"".join(path.read_bytes() for path in folder.glob("wow.db*"))
    return [text for text in texts if text.encode() in held]


def test_of_the_red_team_no_more_texts_are_stored_than_we_own_up_to(sqlite: Database, tmp_path: Path) -> None:
    texts = written("sensitive")["text"]
    assert len(texts) == 500
    assert len(stored(sqlite, tmp_path, texts)) <= MOST_STORED


@pytest.mark.xfail(strict=True, reason="Told in other words than the lists know, some texts still pass the gate.")
def test_no_text_of_the_red_team_is_stored(sqlite: Database, tmp_path: Path) -> None:
    assert stored(sqlite, tmp_path, written("sensitive")["text"]) == []


@pytest.fixture
def encoded() -> Iterator[None]:
    shelf.use(None, encoded=True)
    yield
    shelf.use(None, encoded=False)


@pytest.mark.usefixtures("encoded")
def test_by_their_meaning_far_fewer_are_stored_and_nine_of_ten_look_alikes_are_kept() -> None:
    held, kept = (unsayable(written(name)["text"]).list.len() for name in ("sensitive", "lookalikes"))
    assert (held == 0).sum() <= MOST_SEEN_STORED
    assert (kept == 0).sum() >= LEAST_SEEN_KEPT * len(kept)


@pytest.mark.usefixtures("encoded")
def test_what_is_seen_by_its_meaning_alone_is_not_stored_either(sqlite: Database, tmp_path: Path) -> None:
    seen = written("sensitive").filter(pl.col("text").pipe(is_sensitive).not_())["text"]
    seen = seen.filter(unsayable(seen).list.len() > 0)
    assert len(seen) > 50
    assert stored(sqlite, tmp_path, seen) == []


@pytest.mark.usefixtures("encoded")
def test_a_text_of_no_words_and_no_text_tell_nothing() -> None:
    assert unsayable(pl.Series(["", None, "🙂"], dtype=pl.String)).to_list() == [[], None, []]


def test_harmless_look_alikes_are_kept_by_the_lists(sqlite: Database, tmp_path: Path) -> None:
    texts = written("lookalikes")["text"]
    assert len(texts) == 500
    assert len(stored(sqlite, tmp_path, texts)) >= LEAST_KEPT * len(texts)


def test_the_gate_knows_the_texts_it_was_tuned_on() -> None:
    told = written("gate", STARTER).with_columns(hit=is_sensitive(pl.col("text")))
    sensitive, harmless = told.filter(pl.col("kind").is_not_null()), told.filter(pl.col("kind").is_null())
    assert sensitive["hit"].sum() >= 0.99 * len(sensitive)
    assert harmless["hit"].sum() <= 0.05 * len(harmless)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("I love hiking and coffee", []),
        ("Chemotherapy went well", ["health"]),
        ("my son's funeral", ["bereavement", "children"]),
        ("The ramp is too steep for my chair", ["health"]),
        ("The ramp is too steep for the van", []),
        ("The hospital is a fine building", []),
    ],
)
def test_kinds_are_named_and_half_a_pair_tells_nothing(text: str, told: list[str]) -> None:
    assert pl.select(kinds(pl.lit(text))).item().to_list() == told


@pytest.mark.parametrize("place", ["St Mary's Hospital", "Chiesa di San Marco"])
def test_a_place_that_somebody_was_at_tells_more_than_the_same_words_in_a_tale(
    sqlite: Database, tmp_path: Path, place: str
) -> None:
    with sqlite.transaction() as session:
        customers_in(session, customer())
        assert signals_in(session, signal(kind="checkin", place=place)).accepted == 1
    assert place.encode() not in b"".join(path.read_bytes() for path in tmp_path.glob("wow.db*"))


@settings(deadline=None, max_examples=25)
@given(
    st.lists(st.none() | st.text(max_size=40) | st.sampled_from(["my ward", "diabetic", "figlia", "hello"]), max_size=9)
)
def test_the_gate_judges_each_text_alone_and_says_nothing_of_none(texts: list[str | None]) -> None:
    frame = pl.DataFrame({"text": texts}, {"text": pl.String}).select("text", kind=kinds(pl.col("text")))
    for text, found in frame.iter_rows():
        alone = pl.DataFrame({"text": [text]}, {"text": pl.String})
        assert alone.select(kinds(pl.col("text"))).to_series().to_list() == [found]
        assert alone.select(is_sensitive(pl.col("text"))).item() == (None if text is None else bool(found))
