"""What `make demo` promises: a full queue, and one gesture from approval to an outcome that the model will see."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx2 as httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import IN_A_BROWSER, browser
from tests.cases.world import PATIENCE, World, address_of

pytestmark = IN_A_BROWSER

__all__ = ["browser"]  # a fixture of this module's tests

ONE_BY_ONE = timedelta(seconds=PATIENCE) / timedelta(milliseconds=1)


@pytest.fixture(scope="module")
def airline(tmp_path_factory: pytest.TempPathFactory) -> World:
    """The demo's installation."""
    return World(tmp_path_factory.mktemp("demo"), extra={"WOW_HOLDOUT_SHARE": "0.1"})


@pytest.fixture(scope="module")
def address(airline: World) -> Iterator[str]:
    """The demo as `make demo` runs it: seeded, decided, served."""
    with airline.running("demo") as demo:
        yield address_of(demo)


@pytest.fixture
def seeded(airline: World, address: str) -> World:
    """The same installation as commands see it from outside, while the demo is being served."""
    return World(airline.folder, extra={"WOW_HOME": str(airline.folder / "home" / "demo")})


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(base_url=address, locale="en-GB")
    page = context.new_page()
    page.set_default_timeout(ONE_BY_ONE)
    yield page
    context.close()


def test_the_demo_fills_the_queue_with_many_different_gestures(address: str) -> None:
    with httpx.Client(base_url=address, timeout=PATIENCE) as api:
        waiting, after = list[dict[str, Any]](), ""
        while after is not None:
            told = api.get("/v1/queue", params={"limit": 200} | ({"after": after} if after else {})).json()
            waiting, after = waiting + told["items"], told["next"]
        profiles = [api.get(f"/v1/customers/C{number:04}/profile").status_code for number in range(1, 201)]
    assert len(waiting) >= 50
    assert len({card["gesture_id"] for card in waiting}) >= 8
    assert set(profiles) == {200}


def test_a_gesture_goes_from_approval_to_an_outcome_that_the_model_learns_from(
    page: Page, address: str, seeded: World
) -> None:
    before = seeded.json("train")["answers"]
    with httpx.Client(base_url=address, timeout=PATIENCE) as api:
        waiting = api.get("/v1/queue").json()["items"]
    by_hand = next(card for card in waiting if card["channel"] == "staff_task")  # the rest goes out by itself
    page.goto(f"/review?at={by_hand['id']}")
    title = page.locator("main h2").first.inner_text()
    page.get_by_role("button", name="Approve").click()
    expect(page.locator(".strip")).to_contain_text("Approved")

    page.goto("/tasks")
    claim = page.get_by_role("button", name="Claim")
    while not claim.count():  # until the time for undoing is over
        page.wait_for_timeout(500)
        page.reload()
    claim.first.click()
    page.get_by_label("How one can tell").fill("handed over at the gate")
    page.get_by_role("button", name="Delivered").click()
    expect(page.locator(".strip")).to_contain_text("delivered")

    page.locator(".strip a").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.sub(r"\s+", " ", title))
    page.get_by_role("button", name="They thanked us").click()
    expect(page.get_by_text("thanked", exact=True)).to_be_visible()

    assert seeded.json("train")["answers"] == before + 1
