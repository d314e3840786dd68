"""How a platform is asked: again where that helps, after the time it names, and not for ever."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.profiles.sources.platform import Platform, serving
from wowengine import clock
from wowengine.profiles.sources.base import Rate
from wowengine.profiles.sources.http import FIRST_WAIT, LONGEST_WAIT, TRIES, Api, wait_named

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


@pytest.fixture
def platform() -> Iterator[Platform]:
    with serving(lambda path, _: (404, {}, {}) if path == "/gone" else (200, {"well": True}, {})) as made:
        yield made


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def api(platform: Platform, waits: list[float]) -> Iterator[Api]:
    with clock.frozen(NOW), Api(platform.url, "secret", sleep=waits.append) as made:
        yield made


def test_an_answer_is_had_at_once_and_the_token_goes_along(api: Api, platform: Platform, waits: list[float]) -> None:
    assert api.get("/a", {"id[]": ["1", "2"]}).json() == {"well": True}
    assert platform.calls == ["/a?id%5B%5D=1&id%5B%5D=2"]
    assert platform.headers[0]["authorization"] == "Bearer secret"
    assert waits == []


def test_what_is_refused_for_now_is_asked_again_after_a_growing_random_time(
    api: Api, platform: Platform, waits: list[float]
) -> None:
    platform.refusals = [(503, {}, {})] * (TRIES - 1)
    assert api.get("/a").json() == {"well": True}
    assert len(waits) == TRIES - 1
    assert all(0 <= wait <= min(LONGEST_WAIT, FIRST_WAIT * 2**n) for n, wait in enumerate(waits))


def test_it_gives_up_after_a_few_tries_and_says_why(api: Api, platform: Platform) -> None:
    platform.refusals = [(500, {}, {})] * 50
    assert api.get("/a").gave_up == "answered 500"
    assert len(platform.calls) == TRIES


def test_the_time_a_platform_names_is_waited(api: Api, platform: Platform, waits: list[float]) -> None:
    platform.refusals = [(429, {}, {"retry-after": "7"})]
    assert api.get("/a").json() == {"well": True}
    assert waits == [7.0]


def test_a_long_wait_is_handed_back_and_not_sat_out(api: Api, platform: Platform, waits: list[float]) -> None:
    platform.refusals = [(429, {}, {"x-rate-limit-remaining": "0", "x-rate-limit-reset": str(NOW.timestamp() + 900)})]
    answer = api.get("/a")
    assert answer.wait_seconds == pytest.approx(900)
    assert "900 seconds" in answer.gave_up
    assert waits == []
    assert len(platform.calls) == 1


@pytest.mark.parametrize(
    ("headers", "status", "seconds"),
    [
        ({"retry-after": "120"}, 503, 120),
        ({"retry-after": "Thu, 26 Nov 2026 12:02:00 GMT"}, 503, 120),
        ({"retry-after": "soon"}, 503, 0),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "2026-11-26T12:05:00.000000Z"}, 200, 300),
        ({"x-rate-limit-remaining": "0", "x-rate-limit-reset": str(int(NOW.timestamp()) + 60)}, 200, 60),
        ({"ratelimit-remaining": "0", "ratelimit-reset": "45"}, 200, 45),
        ({"x-ratelimit-remaining": "5", "x-ratelimit-reset": "2026-11-26T12:05:00Z"}, 200, 0),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "2026-11-26T11:00:00Z"}, 200, 0),
        ({"x-rate-limit-reset": str(int(NOW.timestamp()) + 60)}, 429, 60),
        ({}, 429, 0),
    ],
)
def test_a_wait_is_read_in_every_form_platforms_use(headers: dict[str, str], status: int, seconds: float) -> None:
    with clock.frozen(NOW):
        assert wait_named(headers, status) == pytest.approx(seconds)


@pytest.mark.parametrize(("status", "reason"), [(401, "token"), (403, "not allowed"), (302, "answered 302")])
def test_what_no_patience_mends_is_said_at_once(api: Api, platform: Platform, status: int, reason: str) -> None:
    platform.refusals = [(status, {}, {"location": "http://169.254.169.254/"})]
    assert reason in api.get("/a").gave_up
    assert len(platform.calls) == 1


def test_a_thing_that_is_gone_is_an_answer(api: Api) -> None:
    answer = api.get("/gone")
    assert answer.gone
    assert answer.gave_up == ""


@pytest.mark.parametrize("path", ["/a\x1fb", "/\ud800"])
def test_an_address_that_cannot_be_is_not_asked_for(api: Api, platform: Platform, path: str) -> None:
    assert "cannot be asked" in api.get(path).gave_up
    assert platform.calls == []


def test_nobody_at_home_is_said(waits: list[float]) -> None:
    with Api("http://127.0.0.1:9", sleep=waits.append) as api:
        assert "no answer" in api.get("/").gave_up
    assert len(waits) == TRIES - 1


def test_no_more_calls_go_out_than_the_card_allows(platform: Platform, waits: list[float]) -> None:
    with Api(platform.url, rate=Rate(2, 3600), sleep=waits.append) as api:
        assert [bool(api.get("/a").gave_up) for _ in range(3)] == [False, False, True]
    assert len(platform.calls) == 2


def test_an_answer_that_never_ends_is_cut(api: Api, platform: Platform) -> None:
    platform.handler = lambda _path, _query: (200, b"x" * (16 * 2**20 + 1), {})
    assert "larger than" in api.get("/a").gave_up


@pytest.mark.parametrize(("calls", "pause"), [(0, 0.0), (1, 100 / 3), (2, 100.0), (3, 100.0), (4, 100.0)])
def test_after_a_run_the_platform_is_left_alone_until_the_next_keeps_the_rate_too(calls: int, pause: float) -> None:
    with serving(lambda _path, _query: (200, {}, {})) as platform, Api(platform.url, rate=Rate(4, 100)) as api:
        for _ in range(calls):
            api.get("/")
        assert api.pause == pytest.approx(pause)


@given(calls=st.integers(1, 50), allowed=st.integers(1, 50))
def test_many_short_runs_together_keep_the_rate(calls: int, allowed: int) -> None:
    calls = min(calls, allowed)
    api = Api("http://127.0.0.1:9", rate=Rate(allowed, 60))
    api._calls = calls
    begun = [run * (api.pause + 1e-6) for run in range(200)]
    within = [sum(calls for other in begun if start <= other < start + 60) for start in begun]
    assert max(within) <= allowed


def test_whoever_only_has_to_wait_is_not_hopeless(platform: Platform) -> None:
    with Api(platform.url, rate=Rate(1, 3600)) as api:
        api.get("/")
        page = api.get("/").nothing()
    assert page.wait_seconds > 3000
    assert not page.hopeless
