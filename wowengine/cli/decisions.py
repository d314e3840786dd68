"""Decisions by hand: ``wow why`` and ``wow replay``. Neither writes a line."""

from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wowengine.cli.app import AsJson, app, bars, console, database, print_json, settings, show
from wowengine.errors import BadInput, Conflict

if TYPE_CHECKING:
    from wowengine.campaigns.receipts import Explained

Id = Annotated[str, typer.Argument(help="A decision's id (dec_...), or that of an action it led to (act_...).")]
SHOWN = 5  # gestures named at a stage, and troubles of a replay
IN_WORDS = {
    "propensity": "its chance to land were {needed:.2f} instead of {now:.2f}",
    "value_cents": "it were worth {needed} cents to them instead of {now}",
    "lever": "the policy's lever on it were {needed:.2f} instead of {now:.2f}",
    "cost_cents": "it cost {needed} cents instead of {now}",
}


@app.command()
def why(decision: Id, as_json: AsJson = False) -> None:
    """Say why a decision came out as it did: stage by stage, and what would have put another gesture first."""
    from wowengine.campaigns import receipts
    from wowengine.decide.compensation import compensation

    with database(settings()).reading() as session:
        explained = receipts.explain(session, decision)
    if as_json:
        print_json(_as_json(explained))
        return
    _say(f"{explained.decision_id}: {explained.decision.customer_id}, arm {explained.decision.arm}")
    _print_stages(explained)
    for one in explained.decision.suggestions:
        _say(f"Suggested ({one.basis}): {one.title}, priority {one.priority:.0f}. {one.why_text}")
    if not explained.decision.suggestions:
        _say("Suggested: nothing.")
    if made_good := compensation(explained.decision):
        _say(" ".join(one.says for one in (made_good, *made_good.also)))
    for flip in explained.flips:
        needed = IN_WORDS[flip.change].format(needed=flip.needed, now=flip.now)
        _say(f"{flip.gesture_id} would have won against {flip.instead_of} if {needed}.")


@app.command()
def replay(
    decision: Annotated[str, typer.Argument(help="A decision's or action's id; left out with --all.")] = "",
    every: Annotated[bool, typer.Option("--all", help="Replay every decision that is kept.")] = False,
    as_json: AsJson = False,
) -> None:
    """Take a decision again from its stored inputs, and see that it comes out the same, bit for bit."""
    if bool(decision) == every:
        raise BadInput("Name one decision, or say --all.")
    troubles = _replay_all() if every else _replay_one(decision)
    same = troubles.pop("", 0)
    if as_json:
        print_json({"same": same, "otherwise": sum(troubles.values()), "why": dict(troubles)})
    else:
        _say(f"{same} came out the same, bit for bit; {sum(troubles.values())} did not.")
        for trouble, count in troubles.most_common(SHOWN):
            _say(f"{count} x {trouble}")
    if troubles:
        raise typer.Exit(1)


def _replay_one(decision: str) -> Counter[str]:
    from wowengine.campaigns import receipts

    with database(settings()).reading() as session:
        try:
            receipts.replay_one(session, decision)
        except Conflict as conflict:
            return Counter([conflict.message])
    return Counter([""])


def _replay_all() -> Counter[str]:
    from wowengine.campaigns import receipts

    troubles: Counter[str] = Counter()
    with database(settings()).reading() as session, bars() as progress:
        total = receipts.count(session)
        for done, (_, trouble) in enumerate(receipts.replay_all(session), 1):
            troubles[trouble] += 1
            progress("replaying", done, total)
    return troubles


def _print_stages(explained: "Explained") -> None:
    rows = [
        {
            "stage": stage.name,
            "came": stage.came,
            "stopped": len(stage.stopped),
            "by": "; ".join(f"{one.gesture_id}: {one.verdict.reason}" for one in stage.stopped[:SHOWN]),
        }
        for stage in explained.stages
    ]
    show(rows, as_json=False, title="The candidates' way", empty="")


def _as_json(explained: "Explained") -> dict[str, Any]:
    from wowengine.decide.compensation import compensation

    decision = explained.decision
    made_good = compensation(decision)
    return {
        "decision_id": explained.decision_id,
        "customer_id": decision.customer_id,
        "arm": decision.arm,
        "receipt_hash": explained.receipt_hash,
        "owed": decision.owed and asdict(decision.owed),
        "compensation": made_good and asdict(made_good),
        "stages": [
            {
                "stage": stage.name,
                "came": stage.came,
                "stopped": [{"gesture_id": one.gesture_id} | asdict(one.verdict) for one in stage.stopped],
            }
            for stage in explained.stages
        ],
        "suggestions": [
            {"gesture_id": one.gesture_id, "basis": one.basis, "priority": one.priority, "factors": one.factors}
            | {"amount_cents": one.amount_cents, "currency": one.currency, "why_text": one.why_text}
            for one in decision.suggestions
        ],
        "flips": [asdict(flip) for flip in explained.flips],
    }


def _say(text: str) -> None:
    console.print(text, markup=False, highlight=False, soft_wrap=True)
