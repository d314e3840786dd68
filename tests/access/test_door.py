"""The key, and the names this server answers to."""

import pytest

from wowengine.access import Door, refuse_exposed
from wowengine.access.door import is_local
from wowengine.errors import Misconfigured

EVERYWHERE = ["", "0.0.0.0", "::"]


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "[::1]", "localhost", "LOCALHOST.", "wow.localhost"])
def test_these_names_mean_this_machine_alone(host: str) -> None:
    assert is_local(host)


@pytest.mark.parametrize("host", [*EVERYWHERE, "10.0.0.1", "example.com", "localhost.example.com", "127.0.0.1.nip.io"])
def test_these_names_may_mean_another_machine(host: str) -> None:
    assert not is_local(host)


@pytest.mark.parametrize("host", [*EVERYWHERE, "192.168.1.5", "example.com"])
def test_without_a_key_nothing_listens_beyond_this_machine_and_it_says_why(host: str) -> None:
    with pytest.raises(Misconfigured, match="WOW_ADMIN_KEY"):
        refuse_exposed(host, "")
    refuse_exposed(host, "a long secret")


def test_without_a_key_this_machine_is_served() -> None:
    refuse_exposed("127.0.0.1", "")


def test_only_the_key_itself_opens_a_locked_door() -> None:
    door = Door("schlüssel")
    assert door.opens_for("schlüssel")
    assert not any(door.opens_for(offered) for offered in ("", "schlüsse", "schlüssel ", "Schlüssel"))


def test_an_open_door_opens_for_anybody() -> None:
    assert Door("").opens_for("")


def test_an_open_server_answers_to_no_name_that_another_site_could_point_at_it() -> None:
    door = Door("")
    assert all(door.answers_to(host) for host in ("127.0.0.1:8600", "localhost", "[::1]:8600"))
    assert not any(
        door.answers_to(host) for host in ("", "evil.example", "evil.example:8600", "127.0.0.1.evil.example")
    )


def test_a_locked_server_answers_to_whatever_name_its_proxy_has() -> None:
    assert Door("key").answers_to("wow.example.com")
