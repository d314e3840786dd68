"""How a gesture reaches the customer: one protocol, one file per real channel.

Reading order: ``base`` (the promise), ``staff_task`` (a person does it), ``spool`` (a file for another system),
``webhook`` and ``desk_note`` (over ``https``), ``mail``; ``outlets`` says what each must know before it is open, and
``reach`` where a customer is to be found. A new channel is a class that keeps the promise of ``base.Channel`` and a
line in `KINDS`; the contract tests run over every line of it. A gesture whose channel is not listed here is delivered
by a person.

May import ``payload`` and what it leans on; ``reach`` alone reads the database.
"""

from collections.abc import Mapping
from pathlib import Path

from wowengine.campaigns.channels.base import Channel
from wowengine.campaigns.channels.desk_note import DeskNote
from wowengine.campaigns.channels.mail import Mail
from wowengine.campaigns.channels.outlets import Outlets
from wowengine.campaigns.channels.spool import Spool
from wowengine.campaigns.channels.staff_task import StaffTask
from wowengine.campaigns.channels.webhook import Webhook

KINDS: dict[str, type[StaffTask | Spool | Mail | Webhook | DeskNote]] = {
    "staff_task": StaffTask,
    "spool": Spool,
    "email": Mail,
    "webhook": Webhook,
    "desk_note": DeskNote,
}
AUTOMATIC = frozenset(name for name, kind in KINDS.items() if kind.automatic)


def open_channels(spool: Path, outlets: Outlets | None = None) -> Mapping[str, Channel]:
    """Return the channels that can be used: a person's, the folder `spool`, and whichever `outlets` knows enough of."""
    known = outlets or Outlets()
    channels: dict[str, Channel] = {"staff_task": StaffTask(), "spool": Spool(spool)}
    if not known.missing("email"):
        channels["email"] = Mail(known.smtp_url, known.mail_from)
    if not known.missing("webhook"):
        channels["webhook"] = Webhook(known.webhook_url, known.webhook_secret)
    if not known.missing("desk_note"):
        channels["desk_note"] = DeskNote(known.chatwoot_url, known.chatwoot_account, known.chatwoot_token)
    return channels
