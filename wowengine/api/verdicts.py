"""What a person may say of an action: each verdict is a body, and knows the verb it calls."""

from abc import ABC, abstractmethod
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field
from sqlalchemy.orm import Session

from wowengine.api.shapes import Asked, Cents, Draft, Facts, Id, Note, Time, Whole, Word
from wowengine.campaigns import deliver, review
from wowengine.campaigns.lifecycle import Actor, DeclineReason
from wowengine.campaigns.models import Action


def _example(**body: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [body]})


class Verdict(Asked, ABC):
    """What every verdict says: which version the person saw, and why in their own words."""

    version: Whole = Field(description="The version the person saw; another one since, and nothing is done.")
    note: Note | None = Field(None, description="In their own words, kept with the step.")

    @abstractmethod
    def give(self, session: Session, action_id: str, actor: Actor) -> Action:
        """Do it."""


class Approve(Verdict):
    """Yes: its money is held, and after the grace time it can be claimed."""

    model_config = _example(verdict="approve", version=1)

    verdict: Literal["approve"]
    payload_hash: str | None = Field(None, max_length=64, description="Of what the person saw; refused if it differs.")

    def give(self, session: Session, action_id: str, actor: Actor) -> Action:
        """Approve it."""
        return review.approve(
            session, action_id, actor, version=self.version, payload_hash=self.payload_hash, note=self.note
        )


class Decline(Verdict):
    """No, for one of five reasons; `other` wants a note."""

    model_config = _example(verdict="decline", version=1, reason="too_personal")

    verdict: Literal["decline"]
    reason: Annotated[DeclineReason, Word]

    def give(self, session: Session, action_id: str, actor: Actor) -> Action:
        """Decline it."""
        return review.decline(session, action_id, actor, self.reason, version=self.version, note=self.note)


class Defer(Verdict):
    """Later: it comes back by itself at that time."""

    model_config = _example(verdict="defer", version=1, until="2026-11-22T12:00:00Z")

    verdict: Literal["defer"]
    until: Time

    def give(self, session: Session, action_id: str, actor: Actor) -> Action:
        """Put it off."""
        return review.defer(session, action_id, actor, self.until, version=self.version, note=self.note)


class Amend(Verdict):
    """Change the words, the amount or the channel; an approval given before is taken back by it."""

    model_config = _example(verdict="amend", version=1, amount_cents=450)

    verdict: Literal["amend"]
    draft: Draft | None = None
    amount_cents: Cents | None = None
    channel: Annotated[Id, Field(max_length=40)] | None = None

    def give(self, session: Session, action_id: str, actor: Actor) -> Action:
        """Change it."""
        return review.amend(
            session,
            action_id,
            actor,
            version=self.version,
            draft=self.draft,
            amount_cents=self.amount_cents,
            channel=self.channel,
            note=self.note,
        )


class Undo(Verdict):
    """Take back one's own approval or refusal, within the grace time."""

    model_config = _example(verdict="undo", version=2)

    verdict: Literal["undo"]

    def give(self, session: Session, action_id: str, actor: Actor) -> Action:
        """Take it back."""
        return review.undo(session, action_id, actor, version=self.version)


class Resume(Verdict):
    """Take up now what was put off."""

    model_config = _example(verdict="resume", version=2)

    verdict: Literal["resume"]

    def give(self, session: Session, action_id: str, actor: Actor) -> Action:
        """Take it up."""
        return review.resume(session, action_id, actor, version=self.version)


class Revoke(Verdict):
    """Take back an approval that nobody has acted on; it waits for a person again."""

    model_config = _example(verdict="revoke", version=2)

    verdict: Literal["revoke"]

    def give(self, session: Session, action_id: str, actor: Actor) -> Action:
        """Revoke it."""
        return review.revoke(session, action_id, actor, version=self.version, note=self.note)


class Cancel(Verdict):
    """Call it off for good, after approval or after it failed."""

    model_config = _example(verdict="cancel", version=2)

    verdict: Literal["cancel"]

    def give(self, session: Session, action_id: str, actor: Actor) -> Action:
        """Call it off."""
        return review.cancel(session, action_id, actor, version=self.version, note=self.note)


class Retry(Verdict):
    """Try again what failed, with its money held anew."""

    model_config = _example(verdict="retry", version=4)

    verdict: Literal["retry"]

    def give(self, session: Session, action_id: str, actor: Actor) -> Action:
        """Try it again."""
        return review.retry(session, action_id, actor, version=self.version, note=self.note)


class Found(Verdict):
    """What was in doubt had been delivered after all: with proof."""

    model_config = _example(verdict="found", version=5, proof={"note": "the guest thanked us at the desk"})

    verdict: Literal["found"]
    proof: Facts = Field(min_length=1)

    def give(self, session: Session, action_id: str, actor: Actor) -> Action:
        """Say that it was delivered."""
        return deliver.found(session, action_id, actor, self.proof, version=self.version)


class NotFound(Verdict):
    """What was in doubt surely was not delivered: it can be tried again."""

    model_config = _example(verdict="not found", version=5)

    verdict: Literal["not found"]

    def give(self, session: Session, action_id: str, actor: Actor) -> Action:
        """Say that it was not delivered."""
        return deliver.not_found(session, action_id, actor, version=self.version, note=self.note or "")


AnyVerdict = Annotated[
    Approve | Decline | Defer | Amend | Undo | Resume | Revoke | Cancel | Retry | Found | NotFound,
    Field(discriminator="verdict"),
]
