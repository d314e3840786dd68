"""How a gesture reaches the customer: one protocol, one file per real channel.

Reading order: ``base`` (the promise), ``staff_task`` (a person does it), ``spool`` (a file for another system).
A new channel is a class that keeps the promise of ``base.Channel`` and a line in `KINDS`; the contract tests run
over every line of it. A gesture whose channel is not listed here is delivered by a person.

May import ``payload`` and what it leans on.
"""

from collections.abc import Mapping
from pathlib import Path

from wowengine.campaigns.channels.base import Channel
from wowengine.campaigns.channels.spool import Spool
from wowengine.campaigns.channels.staff_task import StaffTask

KINDS: dict[str, type[StaffTask | Spool]] = {"staff_task": StaffTask, "spool": Spool}
AUTOMATIC = frozenset(name for name, kind in KINDS.items() if kind.automatic)


def open_channels(spool: Path) -> Mapping[str, Channel]:
    """Return every channel, ready for use; messages for other systems are laid into the folder `spool`."""
    return {"staff_task": StaffTask(), "spool": Spool(spool)}
