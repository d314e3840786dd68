"""What a person may say of an action: each verdict is a body, and knows the verb it calls."""

from abc import ABC, abstractmethod
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field
from sqlalchemy.orm import Session

from wowengine.api.shapes import Asked, Cents, Draft, Facts, Id, Note, Time, Whole, Word
from wowengine.campaigns import deliver, remarks, review, store
from wowengine.campaigns.lifecycle import Actor, DeclineReason
from wowengine.campaigns.models import Action
from wowengine.decide.never import Never, Scope


def _example(**body: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [body]})


class Verdict(Asked, ABC):
    """What a person says of an action."""

    @abstractmethod
    def give(self, session: Session, action_id: str, actor: Actor) -> Action:
        """Do it, and return the action that is to be looked at now."""


class Decided(Verdict):
    """What every step says: which version the person saw, and why in their own words."""

    version: Whole = Field(description="The version the person saw; another one since, and nothing is done.")
    note: Note | None = Field(None, description="In their own words, kept with the step.")


class Approve(Decided):
    """Yes: its money is held, and after the grace time it can be claimed. The first of two waits for the second."""

    model_config = _example(verdict="approve", version=1)

    verdict: Literal["approve"]
    payload_hash: str | None = Field(None, max_length=64, description="Of what the person saw; refused if it differs.")

    def give(self, session: Session, action_id: str, actor: Actor) -> Action:
        """Approve it."""
        return review.approve(
            session, action_id, actor, version=self.version, payload_hash=self.payload_hash, note=self.note
        )


class Decline(Decided):
    """No, for one of five reasons; `other` wants a note."""

    model_config = _example(verdict="decline", version=1, reason="too_personal")

    verdict: Literal["decline"]
    reason: Annotated[DeclineReason, Word]

    def give(self, session: Session, action_id: str, actor: Actor) -> Action:
        """Decline it."""
        return review.decline(session, action_id, actor, self.reason, version=self.version, note=self.note)


class Defer(Decided):
    """Later: it comes back by itself at that time."""

    model_config = _example(verdict="defer", version=1, until="2026-11-22T12:00:00Z")

    verdict: Literal["defer"]
    until: Time

    def give(self, session: Session, action_id: str, actor: Actor) -> Action:
        """Put it off."""
        return review.defer(session, action_id, actor, self.until, version=self.version, note=self.note)


class Amend(Decided):
    """Other words, amount or channel: another action takes its place, with an id of its own, and is the answer."""

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


class Undo(Decided):
    """Take back one's own approval or refusal, within the grace time."""

    model_config = _example(verdict="undo", version=2)

    verdict: Literal["undo"]

    def give(self, session: Session, action_id: str, actor: Actor) -> Action:
        """Take it back."""
        return review.undo(session, action_id, actor, version=self.version)


class Resume(Decided):
    """Take up now what was put off."""

    model_config = _example(verdict="resume", version=2)

    verdict: Literal["resume"]

    def give(self, session: Session, action_id: str, actor: Actor) -> Action:
        """Take it up."""
        return review.resume(session, action_id, actor, version=self.version)


class Revoke(Decided):
    """Take back an approval that nobody has acted on; it waits for a person again."""

    model_config = _example(verdict="revoke", version=2)

    verdict: Literal["revoke"]

    def give(self, session: Session, action_id: str, actor: Actor) -> Action:
        """Revoke it."""
        return review.revoke(session, action_id, actor, version=self.version, note=self.note)


class Cancel(Decided):
    """Call it off for good, after approval or after it failed."""

    model_config = _example(verdict="cancel", version=2)

    verdict: Literal["cancel"]

    def give(self, session: Session, action_id: str, actor: Actor) -> Action:
        """Call it off."""
        return review.cancel(session, action_id, actor, version=self.version, note=self.note)


class Retry(Decided):
    """Try again what failed, with its money held anew."""

    model_config = _example(verdict="retry", version=4)

    verdict: Literal["retry"]

    def give(self, session: Session, action_id: str, actor: Actor) -> Action:
        """Try it again."""
        return review.retry(session, action_id, actor, version=self.version, note=self.note)


class Found(Decided):
    """What was in doubt had been delivered after all: with proof."""

    model_config = _example(verdict="found", version=5, proof={"note": "the guest thanked us at the desk"})

    verdict: Literal["found"]
    proof: Facts = Field(min_length=1)

    def give(self, session: Session, action_id: str, actor: Actor) -> Action:
        """Say that it was delivered."""
        return deliver.found(session, action_id, actor, self.proof, version=self.version)


class NotFound(Decided):
    """What was in doubt surely was not delivered: it can be tried again."""

    model_config = _example(verdict="not found", version=5)

    verdict: Literal["not found"]

    def give(self, session: Session, action_id: str, actor: Actor) -> Action:
        """Say that it was not delivered."""
        return deliver.not_found(session, action_id, actor, version=self.version, note=self.note or "")


class NoteOn(Verdict):
    """A note for colleagues; it changes nothing."""

    model_config = _example(verdict="note", text="She is on leave until Monday.")

    verdict: Literal["note"]
    text: Note = Field(min_length=1)

    def give(self, session: Session, action_id: str, actor: Actor) -> Action:
        """Write it down."""
        remarks.note(session, action_id, actor, self.text)
        return store.get(session, action_id)


class Colleague(Verdict):
    """A question to a colleague: the card stands in their list too, until they answer."""

    model_config = _example(verdict="colleague", to="bruno", text="Is she not vegetarian?")

    verdict: Literal["colleague"]
    to: Annotated[Id, Field(max_length=80)]
    text: Note = Field(min_length=1)

    def give(self, session: Session, action_id: str, actor: Actor) -> Action:
        """Ask them."""
        remarks.ask(session, action_id, actor, self.to, self.text)
        return store.get(session, action_id)


class AnswerTo(Verdict):
    """The answer to the oldest open question to oneself."""

    model_config = _example(verdict="answer", text="She is.")

    verdict: Literal["answer"]
    text: Note = Field(min_length=1)

    def give(self, session: Session, action_id: str, actor: Actor) -> Action:
        """Answer it."""
        remarks.answer(session, action_id, actor, self.text)
        return store.get(session, action_id)


class NeverAgain(Verdict):
    """Never again for this customer: this gesture, its kind, a topic, or whatever delights. What waits is withdrawn."""

    model_config = _example(verdict="never", scope="topic", value="jazz", why="She wrote that she has had enough.")

    verdict: Literal["never"]
    scope: Annotated[Scope, Word]
    value: Id | None = Field(None, description="The topic; of a gesture or kind, left out: the action's own.")
    why: Note = Field(min_length=1)

    def give(self, session: Session, action_id: str, actor: Actor) -> Action:
        """Say it."""
        action = store.get(session, action_id)
        own = {Scope.GESTURE: action.gesture_id, Scope.KIND: action.kind}
        what = Never(self.scope, self.value or own.get(self.scope, ""))
        review.never_again(session, action.customer_id, what, actor, self.why)
        return store.get(session, action_id)


AnyVerdict = Annotated[
    Approve
    | Decline
    | Defer
    | Amend
    | Undo
    | Resume
    | Revoke
    | Cancel
    | Retry
    | Found
    | NotFound
    | NoteOn
    | Colleague
    | AnswerTo
    | NeverAgain,
    Field(discriminator="verdict"),
]
