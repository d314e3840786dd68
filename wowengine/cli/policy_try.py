"""A policy tried on the decisions of the last days, before anybody proposes it: ``wow policy try``."""

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wowengine.cli.app import AsJson, bars, database, money, print_json, settings, show
from wowengine.cli.policy import File, policy, read, say

if TYPE_CHECKING:
    from wowengine.campaigns.rehearsal import Change, Rehearsal

SHOWN = 10  # changes named; JSON has all


@policy.command("try")
def try_policy(
    file: File,
    days: Annotated[int, typer.Option(min=1, max=3650, help="How many days back.")] = 30,
    as_json: AsJson = False,
) -> None:
    """Take the decisions of the last days again by this policy; tell what would have been otherwise. No writes."""
    from wowengine import clock
    from wowengine.campaigns import rehearsal

    tried, _ = read(file)
    with database(settings()).reading() as session, bars() as progress:
        told = rehearsal.rehearse(session, tried, clock.now() - timedelta(days=days), progress)
    if as_json:
        print_json(_as_json(told))
    else:
        _tell(told, days)


def _tell(told: "Rehearsal", days: int) -> None:
    if not told.decisions and not told.not_tried:
        say(f"No decision was taken in the last {days} days: there is nothing to try it on.")
        return
    say(f"Decisions taken again: {told.decisions}; otherwise than they were: {told.changed}.")
    for why, count in told.not_tried.most_common():
        say(f"Not tried: {count} x {why}")
    people = {change.matter.customer_id for change in told.changes}
    rows = [_change(change) for change in told.changes[:SHOWN]]
    title = f"Suggestions, the first {len(rows)} of {len(told.changes)}, for {len(people)} customers"
    show(rows, as_json=False, title=title, empty="Every suggestion would have been the same.")
    costs = [
        {"basis": str(one.basis), "before": money(one.before_cents, one.currency)}
        | {"after": money(one.after_cents, one.currency)}
        for one in told.costs
    ]
    show(costs, as_json=False, title="What all would cost", empty="Nothing was or would be suggested.")
    heads = [
        {"by": one.by, "group": one.group, "people": one.people}
        | {"before": _average(one.before_cents, one.currency), "after": _average(one.after_cents, one.currency)}
        for one in told.per_head
    ]
    if heads:
        show(heads, as_json=False, title="Goodwill a head, after a failure", empty="")
    for gap in told.gaps():
        before, after = (money(round(cents), gap.currency) for cents in (gap.before_cents, gap.after_cents))
        say(f"Between the {gap.by} given most and the one given least: {before} a head before, {after} after.")


def _change(change: "Change") -> dict[str, str]:
    matter = change.matter
    before, after = (
        "" if cents is None else money(cents, matter.currency) for cents in (change.before_cents, change.after_cents)
    )
    return {
        "customer": matter.customer_id,
        "what": change.what,
        "gesture": matter.gesture_id,
        "basis": str(matter.basis),
        "before": before,
        "after": after,
    }


def _average(cents: float | None, currency: str) -> str:
    return "too few" if cents is None else money(round(cents), currency)


def _as_json(told: "Rehearsal") -> dict[str, Any]:
    what = [change.what for change in told.changes]
    return {
        "version": told.version,
        "decisions": told.decisions,
        "changed": told.changed,
        "not_tried": dict(told.not_tried),
        "customers": len({change.matter.customer_id for change in told.changes}),
        "suggestions": {word: what.count(word) for word in ("comes", "goes", "changes")},
        "changes": [
            change.matter._asdict()
            | {"what": change.what, "before_cents": change.before_cents, "after_cents": change.after_cents}
            for change in told.changes
        ],
        "costs": [one._asdict() for one in told.costs],
        "per_head": [one._asdict() for one in told.per_head],
        "gaps": [gap._asdict() for gap in told.gaps()],
    }
