import re
from pathlib import Path

import polars as pl
import pytest

from tests.profiles.make import customer, signal
from wowengine.db.session import Database
from wowengine.profiles.intake import import_customers, import_signals
from wowengine.profiles.reading.sensitive import is_sensitive
from wowengine.profiles.reading.taxonomy import taxonomy

# Written apart from the cues: what people would say, by kind and language. None of it may be known.
SENSITIVE = {
    "health": [
        "Just out of surgery, could not fly",
        "I'm diabetic and need my insulin",
        "My depression is back",
        "Sono incinta di sei mesi",
        "Ho avuto un infarto a marzo",
        "In ospedale da lunedì",
        "Ich sitze im Rollstuhl",
        "Je suis enceinte",
        "Uso silla de ruedas",
    ],
    "religion": [
        "We are Jewish and keep kosher",
        "Off to the mosque for Friday prayers",
        "Happy Ramadan from my family",
        "Domenica alla messa in chiesa, poi battesimo",
        "Sono musulmana e non mangio maiale",
    ],
    "sexuality": [
        "As a gay man I felt unsafe",
        "Me and my girls at the Pride parade",
        "Sono lesbica e fiera",
        "Ich bin schwul",
    ],
    "politics": [
        "I voted for the Green Party",
        "Proud Republican here",
        "Ho votato alle elezioni",
        "Sono comunista da sempre",
    ],
    "union": ["I am a trade union member", "Sono iscritta alla CGIL, sindacato serio"],
    "ethnicity": ["As a Black woman I am used to it", "My parents were refugees", "Sono nera e si vede"],
    "children": [
        "Stuck here with my kids",
        "My daughter turned five",
        "I miei figli adorano il mare",
        "Mio figlio ha la febbre",
    ],
    "debt": [
        "I lost my job last week",
        "Drowning in debt here",
        "Sono disoccupato da mesi",
        "Non posso permettermi il volo",
    ],
    "bereavement": ["Flying to my father's funeral", "My mum passed away", "È morto mio nonno", "Siamo in lutto"],
}
HARMLESS = [
    "I am sick of waiting on hold",
    "My phone died at the gate",
    "Thank god we landed",
    "Are you kidding me?",
    "This third party app does not work",
    "The booking code is invalid",
    "We missed our connection, three hours late",
    "I love hiking and coffee",
    "Il volo è partito in ritardo, sono stanco morto",
    "Che figata il concerto di ieri",
    "Volo operato da un'altra compagnia",
]
TEXTS = [(kind, text) for kind, texts in SENSITIVE.items() for text in texts]


def sensitive(text: str) -> bool:
    return bool(pl.select(is_sensitive(pl.lit(text))).item())


@pytest.mark.parametrize(("kind", "text"), TEXTS)
def test_what_must_not_be_known_is_caught(kind: str, text: str) -> None:
    assert sensitive(text)
    assert sensitive(text.upper())


@pytest.mark.parametrize("text", HARMLESS)
def test_a_saying_or_a_plain_complaint_passes(text: str) -> None:
    assert not sensitive(text)


def test_sensitive_texts_never_reach_the_database(sqlite: Database, tmp_path: Path) -> None:
    pl.DataFrame([customer()]).write_csv(tmp_path / "c.csv")
    rows = [
        signal(f"s{n}", text=f"{text} canary{n}x", note=f"{text} canary{n}x", kind=("post", "ticket", "mention")[n % 3])
        for n, (_, text) in enumerate(TEXTS)
    ]
    rows.append(signal("plain", text="a plain canaryplain text"))
    pl.DataFrame(rows).write_ndjson(tmp_path / "s.ndjson")
    with sqlite.transaction() as session:
        import_customers(session, tmp_path / "c.csv")
        assert import_signals(session, tmp_path / "s.ndjson").accepted == len(rows)
    held = b"".join(path.read_bytes() for path in tmp_path.glob("wow.db*"))
    assert b"canaryplain" in held  # the search itself works
    assert re.findall(rb"canary\d+x", held) == []


def test_no_interest_of_the_taxonomy_is_itself_sensitive() -> None:
    for topic in taxonomy().values():
        assert not sensitive(topic.id.replace("_", " ")), topic.id
        assert not any(sensitive(label) for label in topic.label.values()), topic.id
