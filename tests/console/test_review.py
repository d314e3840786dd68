"""The review queue without a script: forms, redirects, and a word for everything."""

import re
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from markupsafe import escape
from sqlalchemy import event

from tests.console.company import HOSTILE
from wowengine import clock
from wowengine.campaigns import ledger, review, store
from wowengine.campaigns.lifecycle import GRACE, Actor
from wowengine.clock import frozen
from wowengine.db.session import Database
from wowengine.terms import ActorKind

ELSA = Actor("Elsa", ActorKind.PERSON)


def hidden(text: str, name: str) -> str:
    """The value of a hidden field, as a browser would send it."""
    found = re.search(rf'name="{name}" value="([^"]*)"', text)
    assert found is not None
    return found[1]


def press(page: TestClient, action: str, verb: str, **fields: str) -> Response:
    """Open the card and press one of its buttons."""
    card = page.get(f"/review?at={action}").text
    known = {"version": hidden(card, "version")}
    if verb == "approve":
        known["payload_hash"] = hidden(card, "payload_hash")
    return page.post(f"/review/{action}/{verb}", data=known | fields)


def state(database: Database, action: str) -> str:
    with database.reading() as session:
        return store.get(session, action).state


def test_the_most_urgent_card_says_all_that_a_decision_needs(page: TestClient, actions: list[str]) -> None:
    text = page.get("/review").text
    for told in (
        "8 waiting",
        "1 due within the hour",
        "38 min left",
        "Anna Rossi",
        "Un espresso e una playlist jazz per l&#39;attesa",
        "Milano MXP, gate B12",
        "lungo, senza zucchero",
        "EUR 6.00",
        "EUR 594.00 of 600.00 left",
        "11 left",
        "71\N{NO-BREAK SPACE}%",
        "60\N{NO-BREAK SPACE}% to 80\N{NO-BREAK SPACE}%",
        "assumed",
        "Lei ha scritto",
        "amo il jazz dal vivo",
        "Buono per un film",
        "thanked",
        "1 gesture in 90 days",
        "would be first if",
        "Una poltrona in lounge",
        "would be first if cost were equal",
        "Gentile Anna Rossi",
        "Known to Theo",
    ):
        assert told in text, told
    assert text.index(actions[0]) < text.index(actions[1])


def test_approving_goes_straight_on_and_tells_what_was_done(
    page: TestClient, database: Database, actions: list[str]
) -> None:
    after = press(page, actions[0], "approve")
    assert [one.status_code for one in after.history] == [303]
    assert state(database, actions[0]) == "approved"
    assert "Lounge prima del volo" in after.text
    assert "<strong>Approved</strong>" in after.text
    assert f'action="/review/{actions[0]}/undo"' in after.text
    assert "7 waiting" in after.text


def test_undo_brings_the_card_back_within_the_grace_time(
    page: TestClient, database: Database, actions: list[str]
) -> None:
    after = press(page, actions[0], "approve")
    seen = re.search(rf'/review/{actions[0]}/undo">.*?name="version" value="(\d+)"', after.text, re.DOTALL)
    assert seen is not None
    back = page.post(f"/review/{actions[0]}/undo", data={"version": seen[1]})
    assert state(database, actions[0]) == "proposed"
    assert "Back in the queue" in back.text
    assert "Un espresso e una playlist jazz" in back.text


def test_after_the_grace_time_there_is_no_way_back(page: TestClient, database: Database, actions: list[str]) -> None:
    press(page, actions[0], "approve")
    with frozen(clock.now() + GRACE):
        late = page.get(f"/review?done={actions[0]}")
        assert "/undo" not in late.text
        assert page.post(f"/review/{actions[0]}/undo", data={"version": "2"}).status_code == 409
    assert state(database, actions[0]) == "approved"


def test_declining_takes_one_of_five_reasons(page: TestClient, database: Database, actions: list[str]) -> None:
    card = page.get("/review").text
    assert re.findall(r'name="reason" value="(\w+)"', card) == [
        "not_fitting",
        "too_personal",
        "too_expensive",
        "wrong_moment",
        "other",
    ]
    assert "Declined" in press(page, actions[0], "decline", reason="too_personal").text
    with database.reading() as session:
        assert store.get(session, actions[0]).decline_reason == "too_personal"


def test_the_fifth_reason_wants_words_and_the_card_stays(
    page: TestClient, database: Database, actions: list[str]
) -> None:
    told = press(page, actions[1], "decline", reason="other")
    assert told.status_code == 422
    assert 'role="alert"' in told.text
    assert "Trail map of the hills" in told.text
    assert state(database, actions[1]) == "proposed"
    press(page, actions[1], "decline", reason="other", note="she is on leave")
    assert state(database, actions[1]) == "declined"


def test_amending_changes_what_will_be_approved_and_stays_on_the_card(
    page: TestClient, database: Database, actions: list[str]
) -> None:
    told = press(page, actions[0], "amend", draft="Gentile Anna,\r\n\r\nun espresso.", amount="4,50")
    with database.reading() as session:
        action = store.successor(session, actions[0])
        assert action is not None
        fresh = action.id
        assert (action.draft, action.amount_cents, action.state) == ("Gentile Anna,\n\nun espresso.", 450, "proposed")
    assert "EUR 4.50" in told.text
    assert f'action="/review/{fresh}/approve"' in told.text
    assert "Amended: it waits as it is now" in told.text
    assert press(page, fresh, "approve").status_code == 200
    assert state(database, fresh) == "approved"


def test_what_is_dear_stays_until_a_second_person_has_said_yes(
    page: TestClient, database: Database, actions: list[str]
) -> None:
    with database.transaction() as session:
        dear = review.amend(session, actions[0], ELSA, amount_cents=15_000)
    told = press(page, dear.id, "approve")
    assert "Said yes; a second person must, too" in told.text
    assert state(database, dear.id) == "proposed"
    assert "admin said yes; somebody else must, too." in page.get(f"/review?at={dear.id}").text
    assert press(page, dear.id, "approve").status_code == 403
    with database.transaction() as session:
        assert review.approve(session, dear.id, Actor("Bruno", ActorKind.PERSON)).state == "approved"


@pytest.mark.parametrize("amount", ["much", "1.000,50", "-5", "5,555", "100000000"])
def test_an_amount_that_is_none_changes_nothing(
    page: TestClient, database: Database, actions: list[str], amount: str
) -> None:
    assert press(page, actions[0], "amend", draft="Other words", amount=amount).status_code == 422
    with database.reading() as session:
        assert store.get(session, actions[0]).version == 1


def test_what_the_law_owes_cannot_be_amended_away(page: TestClient, database: Database, actions: list[str]) -> None:
    told = press(page, actions[4], "amend", draft="Less", amount="100")
    assert told.status_code == 422
    with database.reading() as session:
        assert store.get(session, actions[4]).amount_cents == 25_000


def test_deferring_offers_only_times_before_the_deadline(
    page: TestClient, database: Database, actions: list[str]
) -> None:
    assert re.findall(r'name="minutes" value="(\d+)"', page.get("/review").text) == ["15"]
    press(page, actions[0], "defer", minutes="15")
    assert state(database, actions[0]) == "deferred"


def test_where_somebody_else_was_quicker_nothing_is_done_and_it_says_so(
    page: TestClient, database: Database, actions: list[str]
) -> None:
    card = page.get("/review").text
    with database.transaction() as session:
        review.amend(session, actions[0], ELSA, amount_cents=300)
    told = page.post(
        f"/review/{actions[0]}/approve",
        data={"version": hidden(card, "version"), "payload_hash": hidden(card, "payload_hash")},
    )
    assert told.status_code == 409
    assert 'role="alert"' in told.text
    assert "EUR 3.00" in told.text, "the card is shown as it now is"
    assert state(database, actions[0]) == "superseded"


def test_a_card_that_was_settled_meanwhile_says_so_and_the_next_is_shown(
    page: TestClient, database: Database, actions: list[str]
) -> None:
    with database.transaction() as session:
        review.decline(session, actions[0], ELSA, "too_personal")
    told = page.get(f"/review?at={actions[0]}").text
    assert "This card was settled meanwhile: declined." in told
    assert "Lounge prima del volo" in told


def test_at_its_deadline_a_card_is_gone_and_cannot_be_approved(
    page: TestClient, database: Database, actions: list[str]
) -> None:
    card = page.get("/review").text
    with frozen(clock.now() + timedelta(minutes=39)):
        assert "Un espresso" not in page.get("/review").text
        told = page.post(
            f"/review/{actions[0]}/approve",
            data={"version": hidden(card, "version"), "payload_hash": hidden(card, "payload_hash")},
        )
        assert told.status_code == 409
    assert state(database, actions[0]) == "proposed"


def test_next_and_previous_walk_the_queue(page: TestClient, actions: list[str]) -> None:
    middle = page.get(f"/review?at={actions[1]}").text
    assert f'href="/review?at={actions[7]}" aria-keyshortcuts="K"' in middle
    following = re.search(r'href="/review\?at=(\w+)" aria-keyshortcuts="J"', middle)
    assert following is not None
    assert following[1] == actions[3]
    assert "5 of 8" in middle


def test_an_empty_queue_tells_what_the_last_round_came_to(
    page: TestClient, database: Database, actions: list[str]
) -> None:
    for action in actions:
        press(page, action, "decline", reason="wrong_moment")
    told = page.get("/review").text
    assert "Nothing waits." in told
    assert "212 considered, 31 proposed" in told
    assert re.search(r"has not agreed to surprises</td>.*?>120<", told, re.DOTALL)


def test_words_of_strangers_are_text(page: TestClient, actions: list[str]) -> None:
    for address in (f"/review?at={actions[2]}", f"/actions/{actions[2]}", "/customers/c3", "/customers", "/done"):
        told = page.get(address).text
        assert "<script>document" not in told, address
        assert "<img src=http" not in told, address
    assert str(escape(HOSTILE)) in page.get(f"/review?at={actions[2]}").text


def test_a_card_for_what_is_owed_says_so_and_guesses_no_chance(page: TestClient, actions: list[str]) -> None:
    told = page.get(f"/review?at={actions[4]}").text
    assert "owed by law" in told
    assert "Will it land?" not in told
    assert "no limit" in told or "EUR 250.00" in told


def test_the_pulse_tells_the_counts_and_the_open_cards_clock(page: TestClient, actions: list[str]) -> None:
    told = page.get(f"/pulse?at={actions[0]}").text
    assert 'id="count-review" hx-swap-oob="true">8<' in told
    assert 'id="card-clock" hx-swap-oob="true"' in told
    assert "38 min left" in told


def test_every_page_is_answered_in_few_queries(page: TestClient, database: Database, actions: list[str]) -> None:
    asked: list[str] = []
    engine = database._reader
    event.listen(engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    page.get("/review")
    assert 0 < len(asked) <= 14, "\n".join(asked)


def test_an_unknown_card_or_done_falls_back_to_the_first(page: TestClient, actions: list[str]) -> None:
    told = page.get("/review?at=act_none&done=act_none")
    assert told.status_code == 200
    assert "Un espresso" in told.text


def test_stock_is_held_while_a_scarce_gesture_waits(page: TestClient, database: Database, actions: list[str]) -> None:
    press(page, actions[0], "decline", reason="not_fitting")
    with database.reading() as session:
        assert ledger.stock_left(session)["espresso-and-jazz"] == 12
