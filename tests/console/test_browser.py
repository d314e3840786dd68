"""The review queue in a real browser: by keys alone, without a script, and against hostile words."""

import os
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from tests.browser import IN_A_BROWSER, browser
from tests.console.company import open_company
from wowengine import clock, console
from wowengine.campaigns import review, store
from wowengine.campaigns.lifecycle import GRACE, Actor
from wowengine.clock import frozen
from wowengine.db.session import Database
from wowengine.profiles import merging, pairs
from wowengine.rounds import Config
from wowengine.terms import ActorKind

pytestmark = IN_A_BROWSER

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
REFUSED = "the server responded with a status of 409"  # told by the browser, and by the page itself
WIDTH, HEIGHT = 1280, 900

__all__ = ["browser"]  # a fixture of this module's tests


@pytest.fixture
def actions(sqlite: Database) -> list[str]:
    return open_company(sqlite)


@pytest.fixture
def address(sqlite: Database, config: Config, actions: list[str]) -> Iterator[str]:
    """A console that listens on a free port of this machine."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(console.make_app(sqlite, config), log_level="error", ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)
    listener.close()


@pytest.fixture
def context(browser: Browser, address: str) -> Iterator[BrowserContext]:
    """A reviewer's browser, in which nothing may go wrong and nothing be asked of anybody else."""
    visiting = browser.new_context(
        base_url=address, viewport={"width": WIDTH, "height": HEIGHT}, locale="en-GB", color_scheme="light"
    )
    wrong: list[str] = []
    visiting.on("request", lambda asked: None if asked.url.startswith(address) else wrong.append(asked.url))
    visiting.on("console", lambda told: wrong.extend(errors(told)))
    visiting.on("weberror", lambda told: wrong.append(str(told.error)))
    visiting.on("dialog", lambda dialog: wrong.append(dialog.message))
    yield visiting
    visiting.close()
    assert wrong == []


@pytest.fixture
def two_records(sqlite: Database, actions: list[str]) -> None:
    """Two customers who may be one: another system says so."""
    with sqlite.transaction() as session:
        assert pairs.suspect(session, "c3", "c4", "alias")


def errors(told: ConsoleMessage) -> list[str]:
    return [told.text] if told.type == "error" and REFUSED not in told.text else []


@pytest.fixture
def page(context: BrowserContext) -> Page:
    page = context.new_page()
    page.goto("/review")
    return page


def state(database: Database, action: str) -> str:
    with database.reading() as session:
        return store.get(session, action).state


def picture(page: Page, name: str) -> None:
    """Keep what the page looks like, where pictures are wanted."""
    if os.environ.get("WOW_PICTURES") == "1":
        PICTURES.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=PICTURES / f"{name}.png", full_page=True)


def test_a_reviewer_works_by_keys_alone(page: Page, sqlite: Database, actions: list[str]) -> None:
    title = page.locator(".card h2")
    expect(title).to_have_text("Un espresso e una playlist jazz per l'attesa")
    picture(page, "queue")
    page.keyboard.press("a")
    expect(page.locator(".strip")).to_contain_text("Approved")
    expect(title).to_have_text("Lounge prima del volo: poltrona, lampada e biblioteca")
    assert state(sqlite, actions[0]) == "approved"
    page.keyboard.press("u")
    expect(title).to_have_text("Un espresso e una playlist jazz per l'attesa")
    assert state(sqlite, actions[0]) == "proposed"
    page.keyboard.press("d")
    expect(page.get_by_role("button", name="Too personal")).to_be_visible()
    page.keyboard.press("2")
    expect(page.locator(".strip")).to_contain_text("Declined")
    assert state(sqlite, actions[0]) == "declined"
    page.keyboard.press("l")
    page.keyboard.press("1")
    expect(page.locator(".strip")).to_contain_text("Deferred")
    assert state(sqlite, actions[5]) == "deferred"


def test_j_and_k_walk_the_queue_and_change_nothing(page: Page, sqlite: Database, actions: list[str]) -> None:
    title = page.locator(".card h2")
    first = title.text_content()
    page.keyboard.press("j")
    expect(title).not_to_have_text(first or "")
    page.keyboard.press("k")
    expect(title).to_have_text(first or "")
    assert {state(sqlite, action) for action in actions} == {"proposed"}


def test_letters_that_are_typed_are_words_and_no_orders(page: Page, sqlite: Database, actions: list[str]) -> None:
    page.keyboard.press("e")
    draft = page.get_by_label("Words to the customer")
    expect(draft).to_be_focused()
    draft.fill("")
    page.keyboard.type("Add a jazz album, dear Anna")
    expect(draft).to_have_value("Add a jazz album, dear Anna")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".draft p")).to_have_text("Add a jazz album, dear Anna")
    assert state(sqlite, actions[0]) == "superseded"
    assert {state(sqlite, action) for action in actions[1:]} == {"proposed"}


def test_keys_can_be_switched_off(page: Page, sqlite: Database, actions: list[str]) -> None:
    page.get_by_role("button", name="Keys").click()
    expect(page.locator("main")).to_have_attribute("data-keys", "off")
    page.keyboard.press("a")
    page.wait_for_timeout(300)
    assert state(sqlite, actions[0]) == "proposed"


def test_the_way_back_closes_when_its_time_is_over(page: Page) -> None:
    page.keyboard.press("a")
    strip = page.locator(".strip")
    expect(strip.get_by_role("button")).to_contain_text("Undo")
    page.evaluate("document.querySelector('.strip').dataset.until = new Date().toISOString()")
    expect(strip).to_be_empty()


def test_evidence_opens_in_place_as_it_was_said(page: Page) -> None:
    post = page.get_by_text("una sera al club vale il viaggio")
    expect(post).to_be_hidden()
    page.locator(".evidence summary").first.click()
    expect(post).to_be_visible()


@pytest.mark.usefixtures("two_records")
def test_hostile_words_are_shown_as_text_and_break_nothing(page: Page, actions: list[str]) -> None:
    for address in (f"/review?at={actions[2]}", f"/actions/{actions[2]}", "/customers/c3", "/customers", "/matches"):
        page.goto(address)
        assert "owned" not in page.title() or "<script>" in page.title(), "the title was changed by their script"
        assert page.evaluate("document.querySelectorAll('main script, main img').length") == 0
        page.evaluate("document.querySelectorAll('main details').forEach((folded) => (folded.open = true))")
        expect(page.get_by_text("<script>document.title='owned'</script>").first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= WIDTH, f"{address} is torn wide"


@pytest.mark.usefixtures("two_records")
@pytest.mark.parametrize("width", [320, 768])
def test_narrow_screens_scroll_in_one_direction_only(page: Page, actions: list[str], width: int) -> None:
    page.set_viewport_size({"width": width, "height": 700})
    for address in (
        "/review",
        f"/review?at={actions[2]}",
        "/tasks",
        "/customers/c1",
        "/matches",
        "/done",
        f"/actions/{actions[0]}",
    ):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address


def test_where_somebody_else_was_quicker_the_card_says_so(page: Page, sqlite: Database, actions: list[str]) -> None:
    with sqlite.transaction() as session:
        review.amend(session, actions[0], Actor("Elsa", ActorKind.PERSON), amount_cents=300)
    page.keyboard.press("a")
    expect(page.get_by_role("alert")).to_contain_text("Look at it again.")
    expect(page.locator(".figures")).to_contain_text("EUR 3.00")
    assert state(sqlite, actions[0]) == "superseded"


def test_a_lost_connection_is_told(page: Page, context: BrowserContext) -> None:
    expect(page.locator(".offline")).to_be_hidden()
    page.evaluate("document.dispatchEvent(new CustomEvent('htmx:sendError'))")
    expect(page.locator(".offline")).to_be_visible()


def test_without_a_script_a_reviewer_approves_declines_and_goes_back(
    browser: Browser, address: str, sqlite: Database, actions: list[str]
) -> None:
    with browser.new_context(base_url=address, java_script_enabled=False, locale="en-GB") as plain:
        page = plain.new_page()
        page.goto("/review")
        page.get_by_role("button", name="Approve").click()
        assert state(sqlite, actions[0]) == "approved"
        page.get_by_role("button", name="Undo").click()
        assert state(sqlite, actions[0]) == "proposed"
        page.locator("summary", has_text="Decline").click()
        page.get_by_role("button", name="Wrong moment").click()
        assert state(sqlite, actions[0]) == "declined"


def test_a_task_is_claimed_and_delivered(page: Page, sqlite: Database, actions: list[str]) -> None:
    with frozen(clock.now() - GRACE), sqlite.transaction() as session:
        review.approve(session, actions[0], Actor("Elsa", ActorKind.PERSON))
    page.goto("/tasks")
    page.get_by_role("button", name="Claim").click()
    page.get_by_label("How one can tell").fill("handed over at gate B12")
    page.get_by_role("button", name="Delivered").click()
    expect(page.locator(".strip")).to_contain_text("delivered")
    assert state(sqlite, actions[0]) == "delivered"


def records(database: Database) -> list[str]:
    """Every record of the person behind the fourth customer."""
    with database.reading() as session:
        return merging.records_of(session, "c4")


@pytest.mark.usefixtures("two_records")
def test_two_records_are_joined_and_parted_by_keys_alone(page: Page, sqlite: Database) -> None:
    page.goto("/customers/c4")
    page.get_by_role("link", name="Perhaps the same person").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Perhaps one person")
    picture(page, "matches")
    join = page.get_by_role("button", name="One person: keep c4")
    for _ in range(40):  # it is reached by going on, as any button
        if join.evaluate("(button) => button === document.activeElement"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".strip")).to_contain_text("c3 is part of c4 now")
    assert records(sqlite) == ["c4", "c3"]
    page.keyboard.press("u")
    expect(page.locator(".strip")).to_contain_text("c3 and c4 are two people")
    assert records(sqlite) == ["c4"]
    page.get_by_role("button", name="Look through all contacts").click()
    expect(page.get_by_text("No two records look like one.")).to_be_visible()


@pytest.mark.usefixtures("two_records")
def test_without_a_script_two_records_are_kept_apart_joined_and_parted(
    browser: Browser, address: str, sqlite: Database
) -> None:
    with browser.new_context(base_url=address, java_script_enabled=False, locale="it-IT") as plain:
        page = plain.new_page()
        page.goto("/matches")
        page.get_by_role("button", name="Due persone: tienile separate").click()
        expect(page.get_by_text("Nessuna coppia")).to_be_visible()
        page.get_by_role("button", name="Annulla").click()
        page.get_by_role("button", name="Una sola persona: tieni c4").click()
        assert records(sqlite) == ["c4", "c3"]
        page.get_by_role("button", name="Separa di nuovo c3 e c4").click()
        expect(page.get_by_role("status")).to_contain_text("c3 e c4 sono due persone")
        assert records(sqlite) == ["c4"]
