"""A person does it: hands over the gift, makes the call, sends the draft from their own desk."""

from typing import ClassVar

from wowengine.campaigns.channels.base import Message, Reach
from wowengine.db.base import Json
from wowengine.errors import NeedsPerson


class StaffTask:
    """Work on the list of staff (`store.staff_tasks`), done by claiming it and delivering with proof."""

    automatic: ClassVar[bool] = False
    deduplicates: ClassVar[bool] = False
    looks_up: ClassVar[bool] = False
    reach: ClassVar[Reach] = Reach.NOTHING

    def send(self, message: Message) -> Json:
        """Refuse: no machine can do it."""
        raise NeedsPerson(
            f"A person delivers “{message.payload.title}”: it stands in the list of tasks.", action=message.action_id
        )

    def find(self, message: Message) -> Json | None:
        """Refuse: only whoever was there can tell."""
        raise NeedsPerson(
            f"Only a person can tell whether “{message.payload.title}” was delivered.", action=message.action_id
        )
