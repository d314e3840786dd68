import polars as pl
import pytest

from wowengine.profiles.reading.places import known, places


def named(text: str) -> list[str]:
    return places(pl.DataFrame({"id": [7], "text": [text]}))["place"].to_list()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Any tips for a weekend in Lisbon?", ["Lisbon"]),
        ("Consigli per un weekend a Lisbona?", ["Lisbon"]),
        ("from JFK to Fiumicino", ["New York", "Rome"]),
        ("BOS-LHR delayed again", ["Boston", "London"]),
        ("BWI to DFW", ["Baltimore", "Dallas"]),
        ("New York, New York", ["New York"]),
        ("off to Nice tomorrow", ["Nice"]),
        ("Nice crew today", []),
        ("Charlotte at the desk was kind", []),
        ("stuck in Charlotte", ["Charlotte"]),
        ("Parigi o Monaco di Baviera?", ["Paris", "Munich"]),
        ("SEA VIEW ROOM PLEASE", []),
        ("we can go FCO->CTA", ["Rome", "Catania"]),
        ("lisbon", []),
        ("12 Baker Street, second floor", []),
        ("", []),
    ],
)
def test_a_text_names_cities_and_nothing_finer(text: str, told: list[str]) -> None:
    assert named(text) == told


def test_a_place_knows_its_country() -> None:
    told = places(pl.DataFrame({"id": [1], "text": ["Dublino o Porto?"]}))
    assert told.rows() == [(1, "Dublin", "IE"), (1, "Porto", "PT")]


def test_no_two_places_share_a_name_or_a_code() -> None:
    from wowengine.profiles.reading.words import load

    entries = load("places.toml")["places"].items()
    named = [name for place, (_, others, codes) in entries for name in (place, *others, *codes)]
    assert sorted(named) == sorted(known().place)


def test_texts_without_a_place_give_an_empty_frame_of_the_same_shape() -> None:
    assert (
        places(pl.DataFrame({"id": [1], "text": ["thanks"]})).schema
        == places(pl.DataFrame({"id": [1], "text": ["to Rome"]})).schema
    )
