import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.profiles.make import customer, customers_in
from wowengine.db.session import Database
from wowengine.profiles.identity import normalise, owners, parse


@pytest.mark.parametrize(
    ("handle", "channel", "meant"),
    [
        ("x:@Anna_R", "", ("x", "anna_r")),
        ("X: Anna_R ", "", ("x", "anna_r")),
        ("@Anna_R", "x", ("x", "anna_r")),
        ("mastodon:@anna@example.social", "", ("mastodon", "anna@example.social")),
        ("email:Anna@Example.IT", "", ("email", "anna@example.it")),
        ("phone:+39 (333) 123-45.67", "", ("phone", "+393331234567")),
        ("phone:0039 333 1234567", "", ("phone", "+393331234567")),
        ("phone:333 1234567", "", ("phone", "3331234567")),
        ("did:plc:abc", "bluesky", ("did", "plc:abc")),
    ],
)
def test_a_handle_has_one_spelling(handle: str, channel: str, meant: tuple[str, str]) -> None:
    assert parse(handle, channel) == meant


@settings(deadline=None)  # a busy machine is no error
@given(st.sampled_from(["x", "email", "phone", "X "]), st.text(max_size=30))
def test_spelling_a_handle_twice_changes_nothing(channel: str, address: str) -> None:
    once = normalise(channel, address)
    assert normalise(*once) == once


def test_only_the_exact_channel_and_address_has_an_owner(database: Database) -> None:
    with database.transaction() as session:
        customers_in(session, customer("c1", handles="x:anna;email:a@b.it"), customer("c2", handles="bluesky:anna"))
        asked = [("x", "anna"), ("mastodon", "anna"), ("x", "ann"), ("email", "a@b.it")]
        assert owners(session, asked) == {("x", "anna"): "c1", ("email", "a@b.it"): "c1"}
