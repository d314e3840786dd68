"""The promise that every channel keeps."""

from typing import ClassVar, Protocol

from wowengine.campaigns.payload import Payload
from wowengine.db.base import Json


class Channel(Protocol):
    """A way to reach the customer.

    Attributes
    ----------
    automatic
        A worker may use it. Otherwise a person claims the action and delivers it.
    deduplicates
        The same key twice is one message. Only then may a machine send again what a look-up did not find: with any
        other channel, a slow first call may still arrive, so what is not found waits for a person.
    """

    automatic: ClassVar[bool]
    deduplicates: ClassVar[bool]

    def send(self, key: str, payload: Payload) -> Json:
        """Deliver, and return the proof: facts that a person can check, never empty.

        The call must end well within `lifecycle.SENDING_LEASE`.

        Raises
        ------
        Retriable
            It surely was not delivered, and may be after the time given.
        NeedsPerson
            It surely was not delivered, and will not be without a person.

        Anything else raised means that nobody knows; it will be looked up.
        """
        ...

    def find(self, key: str, payload: Payload) -> Json | None:
        """Look up a message sent earlier: its proof, or None where it surely is not there.

        Raises
        ------
        NeedsPerson
            The channel cannot tell.
        """
        ...
