"""A person does it: hands over the gift, makes the call, sends the draft from their own desk."""

from typing import ClassVar

from wowengine.campaigns.payload import Payload
from wowengine.db.base import Json
from wowengine.errors import NeedsPerson


class StaffTask:
    """Work on the list of staff (`store.staff_tasks`), done by claiming it and delivering with proof."""

    automatic: ClassVar[bool] = False
    deduplicates: ClassVar[bool] = False

    def send(self, key: str, payload: Payload) -> Json:
        """Refuse: no machine can do it."""
        raise NeedsPerson(f"A person delivers “{payload.title}”: it stands in the list of tasks.", action=key)

    def find(self, key: str, payload: Payload) -> Json | None:
        """Refuse: only whoever was there can tell."""
        raise NeedsPerson(f"Only a person can tell whether “{payload.title}” was delivered.", action=key)
