"""The lines of a task: each ticked by whoever did it, or left out for a reason, before it counts as delivered.

Ticks belong to the attempt: who takes over goes on where the last one stopped, and who tries again begins anew. They
are no steps of their own; the delivery's event tells them all.
"""

from wowengine import clock
from wowengine.campaigns.lifecycle import ActionState, Actor
from wowengine.campaigns.models import Action
from wowengine.db.base import Json
from wowengine.errors import BadInput, Conflict

LONGEST_REASON = 300


def tick(action: Action, actor: Actor, line: int, *, left_out: str = "") -> None:
    """Say of the line of this number, the first being 0, that it is done, or why it was left out.

    `action` is as the caller holds and has locked it. Said of the same line again, the first word stands, except that
    what was left out may be done after all.

    Raises
    ------
    BadInput
        When there is no such line, or the reason is too long.
    Conflict
        When nobody has the task in hand.
    """
    if not 0 <= line < len(action.checklist):
        raise BadInput(f"It has no line {line}: there are {len(action.checklist)}, counted from 0.", line=line)
    if len(left_out) > LONGEST_REASON:
        raise BadInput(f"Say it in {LONGEST_REASON} signs at most.")
    if action.state != ActionState.CLAIMED:
        raise Conflict(f"The action is {action.state}: only who has claimed it ticks its lines.", action=action.id)
    earlier = next((one for one in action.ticks if one["line"] == line), None)
    if earlier is not None and (left_out or not earlier["left_out"]):
        return
    told: Json = {"line": line, "by": actor.name, "at": clock.now().isoformat(), "left_out": left_out.strip()}
    others = [one for one in action.ticks if one["line"] != line]
    action.ticks = sorted([*others, told], key=lambda one: int(one["line"]))


def unticked(action: Action) -> list[str]:
    """Return the lines that nobody has ticked or left out for a reason yet."""
    done = {one["line"] for one in action.ticks}
    return [line for number, line in enumerate(action.checklist) if number not in done]
