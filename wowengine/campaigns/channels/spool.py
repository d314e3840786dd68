"""A folder of messages for another system to pick up: one JSON file per action, whole or not there at all.

The other system reads ``<action id>.json`` and, when done, moves it to ``taken/``; it may also just leave it. The
file's name is the message's identity: the same action is the same file, however often a worker tries.
"""

import json
import os
import uuid
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

from wowengine.campaigns.channels.base import Message, Reach
from wowengine.db.base import Json
from wowengine.errors import Retriable

TAKEN = "taken"
FULL_DISK = timedelta(minutes=1)
FOR_OWNER_AND_GROUP = 0o640  # messages name people


class Spool:
    """Lays messages into a folder.

    Parameters
    ----------
    folder
        Made when it is absent. One file system, so that a file appears in one piece.
    """

    automatic: ClassVar[bool] = True
    deduplicates: ClassVar[bool] = True
    looks_up: ClassVar[bool] = True
    reach: ClassVar[Reach] = Reach.NOTHING

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, message: Message) -> Json:
        """Write the message beside its place, make it durable, then link it there: never half, never over another."""
        payload, name = message.payload, f"{message.action_id}.json"
        told = {"action_id": message.action_id, "payload_sha256": payload.sha256, **asdict(payload)}
        try:
            if not self._lies(name):
                self._lay(name, json.dumps(told, ensure_ascii=False, indent=1).encode())
        except OSError as error:
            if not self._lies(name):
                raise Retriable(f"The message could not be written: {error.strerror}.", FULL_DISK) from error
        return {"file": name, "payload_sha256": payload.sha256}

    def find(self, message: Message) -> Json | None:
        """Look whether the message lies in the folder, or was taken from it."""
        name = f"{message.action_id}.json"
        return {"file": name, "payload_sha256": message.payload.sha256} if self._lies(name) else None

    def _lay(self, name: str, content: bytes) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        draft = self.folder / f".{name}.{uuid.uuid4().hex}"
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FOR_OWNER_AND_GROUP), "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            try:
                os.link(draft, self.folder / name)  # a rename would replace another worker's
            except FileExistsError:
                return
        finally:
            draft.unlink(missing_ok=True)
        self._remember()

    def _remember(self) -> None:
        """Make the folder's new entry survive a power cut."""
        folder = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _lies(self, name: str) -> bool:
        return (self.folder / name).exists() or (self.folder / TAKEN / name).exists()
