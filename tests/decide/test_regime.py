"""The files: complete, each listed, and a company's own beside them."""

import tomllib
from pathlib import Path

import pytest

from tests.decide.asking import REGIMES
from wowengine.decide import regime
from wowengine.decide.regime import FILES, Kind, example, load_regimes, parse_regime
from wowengine.decide.reported import ReportedIncident
from wowengine.errors import BadInput

FOLDER = Path(regime.__file__).parent
EXAMPLES = ("hotel", "parcel", "store", "telecom")


def test_every_file_is_listed_in_its_order() -> None:
    assert sorted(FILES) == sorted(file.stem for file in (FOLDER / "regimes").glob("*.toml"))
    assert len(REGIMES) == len(FILES)
    assert {one.kind for one in REGIMES} == {Kind.STATUTE, Kind.SCHEME}


def test_the_parts_of_a_regime_know_different_things() -> None:
    for number, one in enumerate(REGIMES):
        for other in REGIMES[number + 1 :]:
            assert one.id != other.id or not set(one.claims) & set(other.claims), one.id


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_a_promise_that_holds_once_it_is_copied(name: str, tmp_path: Path) -> None:
    promise = parse_regime(example(name), name)
    assert promise.kind is Kind.CONTRACT
    assert promise.id not in {one.id for one in load_regimes(tmp_path)}
    (tmp_path / "ours.toml").write_text(example(name), encoding="utf-8")
    *shipped, own = load_regimes(tmp_path)
    assert (tuple(shipped), own) == (REGIMES, promise)


@pytest.mark.parametrize(
    ("name", "facts", "cents"),
    [
        ("parcel", {"type": "delay", "arrival_delay_minutes": 1439}, 0),
        ("parcel", {"type": "delay", "arrival_delay_minutes": 1440}, 300),
        ("parcel", {"type": "failed_delivery"}, 599),
        ("store", {"type": "delay", "arrival_delay_minutes": 7200}, 1500),
        ("hotel", {"type": "denied_boarding"}, 10_000),
        ("hotel", {"type": "no_service", "days_out": 2}, 3_000),
        ("telecom", {"type": "missed_visit", "notice_days": 1}, 0),
        ("telecom", {"type": "late_start", "days_out": 2}, 1_000),
    ],
)
def test_promises_are_reckoned_as_laws_are(name: str, facts: dict[str, object], cents: int) -> None:
    known = {"event_date": "2026-11-01", "mode": name, "price_cents": 599, "currency": "EUR", "cause": "carrier"}
    owed = ReportedIncident.model_validate(known | facts).answer([parse_regime(example(name), name)])
    assert owed.amount_cents == cents


def test_a_folder_that_is_not_there_holds_no_promises(tmp_path: Path) -> None:
    assert load_regimes(tmp_path / "nowhere") == load_regimes() == REGIMES


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('id = "our_parcel"', 'id = "eu261"', "ours.toml: eu261 is the id of a regime of ours"),
        ('arithmetic = "late"', 'arithmetic = "dice"', "'dice'"),
        ('kind = "contract"', 'kind = "contract"\nfine = 3', "fine is not a word it knows"),
        ('scope_cite = ["promise"]', 'scope_cite = ["hearsay"]', "cites hearsay, which it does not list"),
        ('scope_cite = ["promise"]', 'scope_cite = ["promise"]\nscope = [{ departs = "home" }]', "names home"),
        ("percent = 50", "percent = 50, amount_cents = 5", "either percent or amount_cents"),
        ('it = "nostro impegno sulle consegne"', "", "needs its name in en, it"),
        ("id = ", "id : ", "is not TOML"),
    ],
)
def test_what_is_wrong_in_a_companys_file_is_said(tmp_path: Path, before: str, after: str, said: str) -> None:
    text = example("parcel")
    assert before in text
    (tmp_path / "ours.toml").write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(BadInput) as refused:
        load_regimes(tmp_path)
    assert said in str(refused.value)


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(BadInput, match=r"ours\.toml cannot be read"):
        load_regimes(tmp_path)


def test_an_example_that_is_not_there_names_those_that_are() -> None:
    with pytest.raises(BadInput, match="hotel, parcel, store, telecom"):
        example("../policy")


def test_every_passage_that_is_listed_is_cited() -> None:
    for name in FILES:
        text = (FOLDER / "regimes" / f"{name}.toml").read_text(encoding="utf-8")
        for key in tomllib.loads(text)["citations"]:
            assert f'"{key}"' in text, (name, key)
