"""How one can tell that staff delivered."""

from typing import Any

import pytest

from wowengine.campaigns.proof import checked
from wowengine.errors import BadInput


@pytest.mark.parametrize(
    "proof",
    [
        {"note": "handed over,\nshe laughed"},
        {"code": "B12-77"},
        {"photo": "https://photos.example/7f3a.jpg"},
        {"photo": "7f3a"},
        {"note": "given", "code": "1", "photo": "dam:2026/7f3a"},
        {"record": "scan 7", "instead_of": "eu261", "agreement": "signed", "worth_cents": 26_000},
    ],
)
def test_a_note_a_code_and_the_reference_of_a_photo_are_kept_as_they_came(proof: dict[str, str]) -> None:
    assert checked(proof) == proof


@pytest.mark.parametrize(
    "proof",
    [
        {"note": " "},
        {"note": 7},
        {"note": "x" * 2_001},
        {"code": "two\nlines"},
        {"photo": "data:image/png;base64,iVBORw0KGgo="},
        {"photo": "http://photos.example/7f3a.jpg"},
        {"photo": "iVBORw0KGgo" * 100},
        {"photo": "two words"},
        {"signature": "x"},
        {"note": "given", "signature": "x"},
        {"instead_of": "eu261", "agreement": "signed"},
    ],
)
def test_nothing_else_is_a_proof(proof: dict[str, Any]) -> None:
    with pytest.raises(BadInput, match=r"proof|how it was delivered"):
        checked(proof)


def test_no_proof_is_none() -> None:
    with pytest.raises(BadInput, match="how it was delivered"):
        checked({})


def test_blanks_around_are_not_kept() -> None:
    assert checked({"note": "  given "}) == {"note": "given"}
