"""The promise that every channel keeps, and what it is given to bring out.

What a channel raises says how far it came: `Retriable` and `NeedsPerson` that nothing was delivered, `InDoubt` that
nobody knows. It says one of the first two only of what it saw with its own eyes.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Protocol

from wowengine.campaigns.payload import Payload
from wowengine.db.base import Json
from wowengine.errors import WowError


class InDoubt(WowError):
    """It may have been delivered, and nobody knows."""


class Reach(StrEnum):
    """What a channel must know of the customer."""

    NOTHING = "nothing"  # whoever takes the message knows them
    EMAIL = "email"  # an e-mail address that was proven theirs
    CONVERSATION = "conversation"  # where they speak with our desk


@dataclass(frozen=True)
class Message:
    """What is to be brought out.

    Attributes
    ----------
    action_id, attempt
        Which work this is. A person who tries again what failed makes another attempt; a machine never does.
    payload
        What was approved, word for word.
    to
        What the channel's `reach` asks for; empty where that is nothing.
    """

    action_id: str
    attempt: int
    payload: Payload
    to: str = ""

    @property
    def key(self) -> str:
        """The same however often a machine tries, so that a receiver knows a repeat. No full stop is in it."""
        return f"{self.action_id}-{self.attempt}"


class Channel(Protocol):
    """A way to reach the customer.

    Attributes
    ----------
    automatic
        A worker may use it. Otherwise a person claims the action and delivers it.
    deduplicates
        The receiver takes the same key twice as one message, so a machine may send again whatever is in doubt.
    looks_up
        What `find` does not find was not taken, and will not be once `lifecycle.SENDING_LEASE` is over: a slow first
        call cannot arrive any more. So a machine may send that again too. Without either, a doubt waits for a person.
    reach
        What a message's `to` must be.
    """

    automatic: ClassVar[bool]
    deduplicates: ClassVar[bool]
    looks_up: ClassVar[bool]
    reach: ClassVar[Reach]

    def send(self, message: Message) -> Json:
        """Deliver, and return the proof: facts that a person can check, never empty.

        The call must end well within `lifecycle.SENDING_LEASE`.

        Raises
        ------
        Retriable
            It surely was not delivered, and may be after the time given.
        NeedsPerson
            It surely was not delivered, and will not be without a person.
        InDoubt
            Nobody knows. Whatever else is raised means the same, and is a mistake of ours besides.
        """
        ...

    def find(self, message: Message) -> Json | None:
        """Look up a message sent earlier: its proof, or None where it surely is not there.

        Raises
        ------
        Retriable
            Nobody answers now.
        NeedsPerson
            The channel cannot tell.
        """
        ...
