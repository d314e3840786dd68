"""What would be delivered, word for word: approval is of this, and of nothing else."""

from dataclasses import dataclass

from wowengine.campaigns.models import Action
from wowengine.db.base import Json
from wowengine.decide.canonical import digest_of_plain, plain


@dataclass(frozen=True)
class Payload:
    """The part of an action that the customer gets. Money in cents."""

    customer_id: str
    gesture_id: str
    subject: str
    title: str
    draft: str
    language: str
    channel: str
    place: str | None
    slots: Json
    amount_cents: int
    floor_cents: int
    currency: str
    checklist: tuple[str, ...] = ()

    @property
    def sha256(self) -> str:
        """Hash over all fields; it changes whenever anything the customer would notice does.

        Without a checklist it is what it was before there were any: what was approved then is approved still.
        """
        told = {name: plain(value) for name, value in vars(self).items() if name != "checklist" or value}
        return digest_of_plain(told)


def payload_of(action: Action) -> Payload:
    """Take the payload out of an action as it stands."""
    return Payload(
        customer_id=action.customer_id,
        gesture_id=action.gesture_id,
        subject=action.subject,
        title=action.title,
        draft=action.draft,
        language=action.language,
        channel=action.channel,
        place=action.place,
        slots=action.slots,
        amount_cents=action.amount_cents,
        floor_cents=action.floor_cents,
        currency=action.currency,
        checklist=tuple(action.checklist),
    )
