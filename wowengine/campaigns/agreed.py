"""Did as many people say yes as were asked for, and none of them to what was their own? Told from the events alone."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from wowengine.campaigns.lifecycle import ActionState, Step
from wowengine.campaigns.models import Action, ActionEvent
from wowengine.terms import ActorKind

YES = (Step.ENDORSE, Step.APPROVE)


def agreed(action: Action, events: Sequence[ActionEvent], authors: Collection[str]) -> Iterator[str]:
    """Yield a sentence where fewer agreed than `people` of the approval's event says, or an author did.

    Approvals of before that was kept tell of no number, and are not asked for one.
    """
    said: list[str] = []
    for event in events:
        if event.step in YES and "people" in event.data:
            said.append(event.actor)
        elif event.to_state == ActionState.PROPOSED:
            said = []
        if event.step == Step.APPROVE and "people" in event.data:
            yield from _approval(said, int(event.data["people"]), authors)
    kept = [one["by"] for one in action.approvals]
    if kept != said:
        yield f"I10: keeps the yes of {_names(kept)}, its events tell of {_names(said)}"


def authors_of(
    action_id: str, amended: Mapping[str, str | None], lives: Mapping[str, Sequence[ActionEvent]]
) -> set[str]:
    """Return the people who put an action forward as it is, or one of those whose place it took."""
    found: set[str] = set()
    place: str | None = action_id
    while place is not None:
        first = lives[place][:1]
        found.update(event.actor.casefold() for event in first if event.actor_kind == ActorKind.PERSON)
        place = amended.get(place)
    return found


def _approval(said: Sequence[str], people: int, authors: Collection[str]) -> Iterator[str]:
    different = {name.casefold() for name in said}
    if len(different) < people:
        yield f"I10: was approved by {_names(said)}, where it took {people} people"
    if people > 1 and (own := different & set(authors)):
        yield f"I10: was approved by {_names(sorted(own))}, who had put it forward"


def _names(names: Sequence[str]) -> str:
    return " and ".join(names) or "nobody"
