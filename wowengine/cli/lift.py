"""What a treatment did: ``wow lift``, from any table of one row a customer, or from the standing arms.

Nothing is stored.
"""

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wowengine.cli.app import AsJson, app, console, database, print_json, settings, show, stderr
from wowengine.errors import BadInput, Conflict

if TYPE_CHECKING:
    from wowengine.campaigns.lift import Lift, Trial
    from wowengine.campaigns.lift_intervals import Interval

POINTS = 100  # percentage points of a whole


@app.command("lift")
def tell_lift(
    file: Annotated[Path | None, typer.Argument(help="CSV, NDJSON or Parquet, one row a customer.")] = None,
    arm: Annotated[str, typer.Option(help="The column that says in which arm a customer was drawn.")] = "",
    control: Annotated[str, typer.Option(help="Its value for those without the treatment.")] = "",
    outcome: Annotated[str, typer.Option(help="The column of what they did: yes or no, 0 or 1, or a number.")] = "",
    share: Annotated[
        list[str] | None, typer.Option(help="A planned share, as ARM=0.5; once for every arm. Else: equal ones.")
    ] = None,
    planned: Annotated[
        int | None, typer.Option(min=1, help="Customers at the planned end: narrows the interval for any look.")
    ] = None,
    detect: Annotated[
        float | None, typer.Option(help="Tell how many customers it takes to see a difference of so many points.")
    ] = None,
    arms: Annotated[
        bool,
        typer.Option("--arms", help="No file: the standing arms. --control: holdout; --outcome: bought, welcomed."),
    ] = False,
    days: Annotated[int, typer.Option(min=1, help="With --arms: how long after they were assigned to look.")] = 30,
    as_json: AsJson = False,
) -> None:
    """Tell what a treatment did against a control, by intention to treat: give a row to everybody who was drawn."""
    if arms:
        if file or arm or share:
            raise BadInput("--arms reads the database, which knows arms and shares: leave FILE, --arm and --share out.")
        trial, left_out = _of_standing_arms(control or "holdout", outcome or "bought", days, planned)
    elif file and arm and control and outcome:
        trial, left_out = _of_file(file, arm, control, outcome, _shares(share or []), planned)
    else:
        raise BadInput("Give FILE, --arm, --control and --outcome, or --arms alone.")
    needed = _needed(trial, detect)
    if as_json:
        print_json(_as_json(trial) | {"needed": needed, "set_aside": left_out})
    else:
        _tell(trial, left_out)
        for name, customers in needed.items():
            _say(
                f"{name}: {detect:g} would be seen with a power of 80 % in {customers:,} customers with the control's."
            )


def _of_file(
    file: Path, arm: str, control: str, outcome: str, shares: dict[str, float] | None, planned: int | None
) -> "tuple[Trial, dict[str, int]]":
    from wowengine.campaigns.lift import measure
    from wowengine.campaigns.lift_table import read_arms
    from wowengine.profiles.sources.files import read_rows

    told = read_arms(read_rows(file), arm, outcome)
    return measure(told.samples, control, binary=told.binary, shares=shares, planned=planned), told.set_aside


def _of_standing_arms(control: str, outcome: str, days: int, planned: int | None) -> "tuple[Trial, dict[str, int]]":
    from wowengine.campaigns import policies
    from wowengine.campaigns.lift import measure
    from wowengine.campaigns.lift_arms import Did, drawn_shares, standing_arms
    from wowengine.decide.arms import Drawing

    if outcome not in list(Did):
        raise BadInput(f"Of the standing arms it is known who {' and who '.join(Did)}, not {outcome!r}.")
    given = settings()
    with database(given).reading() as session:
        arms = policies.load(session, given.policy).arms
        drawing = Drawing(given.holdout_salt.get_secret_value(), given.holdout_share, arms).experiment
        standing = standing_arms(session, drawing, Did(outcome), timedelta(days=days))
    if not standing.samples:
        waiting = f"{standing.waiting:,} are waited for" if standing.waiting else "wow round draws them"
        raise Conflict(f"Nobody has stood in an arm, as they are drawn today, for {days} days: {waiting}.")
    shares = drawn_shares(given.holdout_share, arms)
    left_out = {"waited_for": standing.waiting} if standing.waiting else {}
    return measure(standing.samples, control, binary=True, shares=shares, planned=planned), left_out


def _shares(given: list[str]) -> dict[str, float] | None:
    shares = {}
    for text in given:
        arm, _, share = text.rpartition("=")
        try:
            shares[arm] = float(share)
        except ValueError:
            raise BadInput(f"A share is given as ARM=0.5, not as {text!r}.") from None
    return shares or None


def _needed(trial: "Trial", points: float | None) -> dict[str, int]:
    from wowengine.campaigns.lift import customers_needed

    return {} if points is None else customers_needed(trial, points / _scale(trial))


def _scale(trial: "Trial") -> int:
    return POINTS if trial.binary else 1


def _as_json(trial: "Trial") -> dict[str, Any]:
    ratio = trial.ratio
    return {
        "arms": [{"arm": one.arm, "n": one.n, "mean": one.mean} for one in trial.arms],
        "control": trial.control,
        "unit": "percentage points" if trial.binary else "as the outcome",
        "lift": [_lift(one, _scale(trial)) for one in trial.lifts],
        "sample_ratio": {
            "planned": dict(ratio.planned),
            "given": ratio.told,
            "seen": dict(ratio.seen),
            "p": ratio.chance,
            "alarm": ratio.alarm,
        },
    }


def _lift(one: "Lift", scale: int) -> dict[str, Any]:
    return {
        "arm": one.arm,
        "points": one.difference * scale,
        **_ends(one.once, scale),
        "sequence": _ends(one.always, scale),
        "relative": one.relative and vars(one.relative),
        "verdict": str(one.verdict),
        "why": one.why,
    }


def _ends(interval: "Interval | None", scale: int) -> dict[str, float | None]:
    low, high = interval or (None, None)
    return {"low": None if low is None else low * scale, "high": None if high is None else high * scale}


def _tell(trial: "Trial", left_out: dict[str, int]) -> None:
    lifts = {one.arm: one for one in trial.lifts}
    rows = []
    for sample in trial.arms:
        mean = f"{sample.mean:.2%}" if trial.binary else f"{sample.mean:,.2f}"
        rows.append({"arm": sample.arm, "customers": sample.n, "mean": mean} | _cells(lifts.get(sample.arm), trial))
    unit = "percentage points" if trial.binary else "the outcome's own unit"
    show(rows, as_json=False, title=f"Lift over {trial.control}, in {unit}", empty="")
    for one in trial.lifts:
        _say(f"{one.arm}: {one.verdict}: {one.why}.")
    if left_out:
        _say(f"Left out: {', '.join(f'{rows:,} x {reason}' for reason, rows in left_out.items())}.")
    if "no_outcome" in left_out:
        _say("Where an empty outcome means that somebody did nothing, write 0: everybody who was drawn counts.")
    if trial.ratio.alarm:
        _warn(trial)


def _cells(lift: "Lift | None", trial: "Trial") -> dict[str, str]:
    if lift is None:
        return {"lift": "control", "95 %, one look": "", "95 %, any look": "", "relative": ""}
    return {
        "lift": f"{lift.difference * _scale(trial):+,.2f}",
        "95 %, one look": _between(lift.once, _scale(trial)),
        "95 %, any look": _between(lift.always, _scale(trial)),
        "relative": f"{lift.relative.ratio:+.1%}" if lift.relative else "",
    }


def _between(interval: "Interval | None", scale: int) -> str:
    return f"{interval.low * scale:+,.2f} to {interval.high * scale:+,.2f}" if interval else "too few"


def _warn(trial: "Trial") -> None:
    ratio = trial.ratio
    sizes = ", ".join(f"{arm} {ratio.seen[arm]:,} for {share:.1%}" for arm, share in ratio.planned.items())
    plan = "planned" if ratio.told else "equal ones (say with --share what was planned)"
    stderr.print(
        f"warning: the arms are not as large as {plan}: {sizes}. By chance that happens less than once in a thousand "
        "trials: see what chose, or lost, customers before believing a lift.",
        style="yellow",
        highlight=False,
        markup=False,
        soft_wrap=True,
    )


def _say(text: str) -> None:
    console.print(text, markup=False, highlight=False, soft_wrap=True)
