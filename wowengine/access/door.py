"""The one key, and the names this server answers to."""

import hmac
from dataclasses import dataclass
from ipaddress import ip_address

from wowengine.errors import Misconfigured


@dataclass(frozen=True)
class Door:
    """One key opens everything. An empty key leaves the door open, to this machine alone."""

    key: str

    @property
    def is_open(self) -> bool:
        """Whether nobody needs a key."""
        return not self.key

    def opens_for(self, offered: str) -> bool:
        """Whether the offered key fits; how long the answer takes tells nothing about the key."""
        return self.is_open or hmac.compare_digest(offered.encode(), self.key.encode())

    def answers_to(self, host: str) -> bool:
        """Whether a request for this host (a ``Host`` header) is meant for us.

        An open server answers only to this machine's names: another site could else point a name of its own at
        127.0.0.1 and have a visitor's browser talk to us (DNS rebinding). With a key that gains nothing, since the
        browser holds neither key nor badge for the other name.
        """
        return not self.is_open or is_local(_without_port(host))


def refuse_exposed(host: str, key: str) -> None:
    """Refuse to listen beyond this machine without a key.

    Raises
    ------
    Misconfigured
        When anybody on the network could approve gifts.
    """
    if not key and not is_local(host):
        raise Misconfigured(
            f"WOW_HOST is {host or 'every address'}, so anybody who reaches this machine could read customers and "
            "approve gifts. Set WOW_ADMIN_KEY to a long secret, or leave WOW_HOST at 127.0.0.1."
        )


def is_local(host: str) -> bool:
    """Whether a host name or address can only mean this machine."""
    name = host.strip("[]").rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def _without_port(host: str) -> str:
    if host.startswith("["):
        return host.partition("]")[0]
    return host.partition(":")[0]
