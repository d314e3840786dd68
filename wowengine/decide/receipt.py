"""The receipt of a decision: everything it rested on and everything it said, sealed with a hash.

It holds the policy and the law themselves, not only their versions, so that it can be replayed when both have changed.
"""

from collections.abc import Sequence
from typing import Any, cast

from pydantic import TypeAdapter, ValidationError

from wowengine.decide.canonical import digest_of_plain, plain
from wowengine.decide.decision import Judged, Receipt, Suggestion
from wowengine.decide.inputs import Inputs
from wowengine.decide.regime import Owed, regimes_version
from wowengine.errors import Conflict

_INPUTS = TypeAdapter(Inputs)


def seal(inputs: Inputs, owed: Owed | None, suggestions: Sequence[Suggestion], verdicts: Sequence[Judged]) -> Receipt:
    """Return the receipt of a decision. Of verdicts that passed it keeps the rule's name: replaying gives the words."""
    body = cast(
        "dict[str, Any]",
        plain(
            {
                "inputs": inputs,
                "policy_version": inputs.policy.version,
                "regimes_version": regimes_version(inputs.regimes) if inputs.regimes else "",
                "model_version": inputs.model_version,
                "owed": owed,
                "suggestions": suggestions,
                "verdicts": _by_gesture(verdicts),
            }
        ),
    )
    return Receipt(body, digest_of_plain(body))


def unseal(receipt: Receipt) -> Inputs:
    """Return what the decision rested on.

    Raises
    ------
    Conflict
        When the receipt was changed since it was sealed, or an input is gone from it.
    """
    if digest_of_plain(receipt.body) != receipt.sha256:
        raise Conflict("The receipt is not what was sealed: its hash differs.", sha256=receipt.sha256)
    try:
        return _INPUTS.validate_python(receipt.body.get("inputs"))
    except ValidationError as error:
        gone = ", ".join(".".join(str(part) for part in one["loc"]) or "inputs" for one in error.errors())
        raise Conflict(f"The decision cannot be replayed; not usable any more: {gone}.") from error


def _by_gesture(verdicts: Sequence[Judged]) -> dict[str, dict[str, Any]]:
    kept: dict[str, dict[str, Any]] = {}
    for judged in verdicts:
        of = kept.setdefault(judged.gesture_id, {"passed": [], "refused": {}})
        if judged.verdict.ok:
            of["passed"].append(judged.verdict.rule)
        else:
            of["refused"][judged.verdict.rule] = judged.verdict.reason
    return kept
