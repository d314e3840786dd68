"""Audits by hand: ``wow audit fairness``, ``verify``, ``anchor``. Nothing is written but the anchor."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wowengine.cli.app import FAILED, AsJson, app, bars, config, console, database, money, print_json, settings, show
from wowengine.errors import Conflict

if TYPE_CHECKING:
    from wowengine.decide.sufferers import Shared, Sufferer, Wheel
    from wowengine.rounds.fairness import Paired

SHOWN = 20  # differences and incidents in a table; JSON has all
WHO = ("person.", "moment.")  # of a candidate or an incident it is no wonder that they choose the form
IN_WORDS = {"offered": "offered", "offered_alike": "offered, by how bad alone", "given": "given"}

audits = typer.Typer(help="Audits of what was decided, which change nothing.", no_args_is_help=True)
app.add_typer(audits, name="audit")


@audits.callback()
def root() -> None:
    """Keep ``fairness`` a command of its own, beside audits to come."""


@audits.command()
def fairness(
    most: Annotated[int, typer.Option(min=1, help="Decisions to take again at the most, the newest first.")] = 200,
    as_json: AsJson = False,
) -> None:
    """See that the same harm is given the same money whoever suffers it, and who suffered in silence.

    Each kept decision on an incident is taken again for people who differ in one thing: name, language, country, tier,
    scores and all else that may not matter. The exit code is 1 where an amount changes.
    """
    from wowengine.decide.sufferers import shared
    from wowengine.rounds.fairness import pair_decisions, sufferers

    given = settings()
    with database(given).reading() as session, bars() as progress:
        paired = pair_decisions(session, most=most, progress=progress)
        people = sufferers(session, config(given))
    groups = shared(people)
    if as_json:
        print_json(_as_json(paired, groups, people))
    else:
        _print_pairs(paired)
        _print_sufferers(groups)
        _print_wheels(people)
    if paired.found:
        raise typer.Exit(FAILED)


@audits.command()
def verify(as_json: AsJson = False) -> None:
    """See that nothing was changed in, taken out of or put into what was written down of changes.

    The exit code is 1 where the chain does not hold, with the first number at which it does not.
    """
    from wowengine.db import anchor
    from wowengine.db import audit as chain

    given = settings()
    opened, anchored = database(given), anchor.hashes(anchor.read(given.home / anchor.FILE))
    with opened.reading() as session:
        found = chain.verify(session, anchored)
    if as_json:
        print_json({"holds": found.broken is None} | asdict(found))
    elif found.broken:
        _say(f"Broken at {found.broken.number}. {found.broken.why}")
    else:
        _say(f"{found.rows:,} changes, each as it was written down; the anchor {_anchored(found.anchored)}.")
    if found.broken:
        raise typer.Exit(FAILED)


@audits.command("anchor")
def anchor_now() -> None:
    """Write down outside the database where the audit ends: a file in ``WOW_HOME``, to be copied elsewhere."""
    from wowengine.campaigns import restored
    from wowengine.db import anchor

    given = settings()
    path = given.home / anchor.FILE
    with database(given).transaction() as session:
        well = restored.keep_watch(session, path)
    if not well:
        raise Conflict("The audit lacks what the anchor saw: nothing is sent. See: wow reconcile --restored")
    _say(f"The anchor {_anchored(max(anchor.hashes(anchor.read(path)), default=0))}: {path}")


def _anchored(number: int) -> str:
    return (
        f"saw the first {number:,}"
        if number
        else "has seen none yet; wow audit anchor, or a running worker, sees to it"
    )


def _as_json(paired: "Paired", groups: "Sequence[Shared]", people: "Sequence[Sufferer]") -> dict[str, Any]:
    from wowengine.decide.fairness import ALLOWED
    from wowengine.decide.sufferers import squeaky_wheels

    return {
        "decisions": paired.decisions,
        "pairs": paired.pairs,
        "differences": [
            {"decision_id": one.decision_id, "customer_id": one.customer_id} | asdict(one.difference)
            for one in paired.found
        ],
        "attributes": {name: asdict(tally) for name, tally in sorted(paired.tallies.items())},
        "allowed": {name: {"moves": sorted(one.moves), "why": one.why} for name, one in sorted(ALLOWED.items())},
        "unread": paired.unread,
        "incidents": [_incident(group) for group in groups],
        "squeaky_wheel": {str(bad): asdict(squeaky_wheels(alike)) for bad, alike in _by_severity(people).items()},
    }


def _incident(group: "Shared") -> dict[str, Any]:
    from wowengine.decide.sufferers import squeaky_wheels

    return {
        "incident": group.occurrence,
        "severity": str(group.severity),
        "suffered": group.suffered,
        "complained": group.complained,
        "silent": group.silent,
        "made_good": group.made_good,
        "waiting": group.waiting,
        "left_out": group.left_out,
        "squeaky_wheel": asdict(squeaky_wheels(group.sufferers)),
    }


def _by_severity(people: "Iterable[Sufferer]") -> "dict[str, list[Sufferer]]":
    from wowengine.decide.policy import Severity

    listed = list(people)
    groups = {bad: [one for one in listed if one.severity is bad] for bad in Severity}
    return {bad: group for bad, group in groups.items() if group}


def _print_pairs(paired: "Paired") -> None:
    if not paired.decisions and not paired.unread:
        _say("No decision on an incident is kept yet: nothing to decide again. Run: wow round")
        return
    _say(f"{paired.pairs:,} pairs out of {paired.decisions:,} decisions on incidents; {_verdict(paired)}.")
    if paired.unread:
        reason = next(iter(paired.unread.values()))
        _say(f"{len(paired.unread)} decisions could not be taken again, such as: {reason}")
    found = [
        {
            "decision": one.decision_id,
            "attribute": one.difference.attribute,
            "tried": one.difference.tried,
            "amount": f"{one.difference.amount} {one.difference.of}",
            "before": _sum(*one.difference.before),
            "after": _sum(*one.difference.after),
        }
        for one in paired.found[:SHOWN]
    ]
    if found:
        show(found, as_json=False, title="Amounts that somebody else would not have got", empty="")
    rows = [
        {"attribute": name, "pairs": tally.pairs, "amount differs": tally.differ}
        | {"other form": tally.other_form, "one gets no form": tally.withheld}
        for name, tally in sorted(paired.tallies.items())
        if tally.differ or (name.startswith(WHO) and (tally.other_form or tally.withheld))
    ]
    if rows:
        show(rows, as_json=False, title="What hangs on who they are, and when it is decided", empty="")
    _say(f"{len(paired.tallies)} attributes were tried; --json has them all.")


def _verdict(paired: "Paired") -> str:
    if not paired.found:
        return "difference 0"
    named = sorted({one.difference.attribute for one in paired.found})
    differ = sum(tally.differ for tally in paired.tallies.values())
    return f"{differ:,} differ, by {', '.join(named)}"


def _print_sufferers(groups: "Sequence[Shared]") -> None:
    from wowengine.decide.sufferers import squeaky_wheels

    rows = [
        {
            "incident": group.occurrence,
            "how bad": str(group.severity),
            "suffered": len(group.suffered),
            "complained": len(group.complained),
            "silent": len(group.silent),
            "made good": len(group.made_good),
            "on its way": len(group.waiting),
            "left out": len(group.left_out),
            "squeaky wheel": _ratio(squeaky_wheels(group.sufferers).offered),
        }
        for group in groups[:SHOWN]
    ]
    empty = "No incident of the last month was suffered by several customers."
    show(rows, as_json=False, title="Who suffered the same (--json names them)", empty=empty)
    if len(groups) > SHOWN:
        _say(f"{len(groups) - SHOWN} more incidents with --json.")


def _print_wheels(people: "Sequence[Sufferer]") -> None:
    from wowengine.decide.sufferers import squeaky_wheels

    rows = [
        {"how bad": str(bad), "goodwill": IN_WORDS[name]}
        | {"a head complained": _head(wheel.complained_cents), "a head silent": _head(wheel.silent_cents)}
        | {"ratio": _ratio(wheel), "why": wheel.reason}
        for bad, alike in _by_severity(people).items()
        for name, wheel in vars(squeaky_wheels(alike)).items()
    ]
    if rows:
        show(rows, as_json=False, title="Squeaky wheel: whether those who complained get more", empty="")


def _ratio(wheel: "Wheel") -> str:
    return "cannot tell" if wheel.ratio is None else f"{wheel.ratio:.2f}"


def _head(cents: float | None) -> str:
    return "" if cents is None else f"{cents / 100:,.2f}"


def _sum(cents: int | None, currency: str | None) -> str:
    return "nothing" if cents is None else money(cents, currency or "")


def _say(text: str) -> None:
    console.print(text, markup=False, highlight=False, soft_wrap=True)
