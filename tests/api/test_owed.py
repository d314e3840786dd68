"""What is owed, asked over the API: one incident or many, by law or by a company's own promise."""

from fastapi.testclient import TestClient

from wowengine.decide.regime import example
from wowengine.decide.reported import EXAMPLE
from wowengine.rounds import Config

LATE_TRAIN = {"event_date": "2026-11-20", "mode": "rail", "type": "delay", "from_country": "IT"}


def test_one_incident_has_one_answer_and_a_list_has_a_list_in_its_order(quick: TestClient) -> None:
    one = quick.post("/v1/owed", json=EXAMPLE)
    assert one.status_code == 200
    assert (one.json()["regime"], one.json()["verdict"], one.json()["amount_cents"]) == ("eu261", "eligible", 25_000)
    assert {"citations", "needs", "payment_form", "deadlines", "also", "band"} <= one.json().keys()
    many = quick.post("/v1/owed", json=[LATE_TRAIN, EXAMPLE]).json()
    assert [answer["regime"] for answer in many] == ["eu_rail", "eu261"]
    assert many[0]["needs"] == ["arrival_delay_minutes", "cause", "price_cents"]
    assert quick.post("/v1/owed", json=[]).json() == []


def test_what_also_fits_stands_under_also(quick: TestClient) -> None:
    answer = quick.post("/v1/owed", json=EXAMPLE | {"to_country": "GB"}).json()
    assert [one["regime"] for one in answer["also"]] == ["uk261"]


def test_what_is_wrong_is_named_with_its_place(quick: TestClient) -> None:
    for body in (EXAMPLE | {"cause": "gremlins"}, [EXAMPLE, {"km": 3}], "late", None):
        refused = quick.post("/v1/owed", json=body)
        assert refused.status_code == 422, body
        assert refused.json()["code"] == "bad_input"
    assert any(one["where"].endswith("1/km") for one in quick.post("/v1/owed", json=[{}, {"km": 3}]).json()["errors"])
    assert quick.post("/v1/owed", json=[EXAMPLE] * 2_501).status_code == 422


def test_a_companys_own_promise_is_asked(quick: TestClient, config: Config) -> None:
    config.regimes.mkdir()
    (config.regimes / "ours.toml").write_text(example("hotel"), encoding="utf-8")
    answer = quick.post("/v1/owed", json={"event_date": "2026-11-20", "mode": "hotel", "type": "late_start"}).json()
    assert (answer["regime"], answer["amount_cents"]) == ("our_hotel", 2_000)
