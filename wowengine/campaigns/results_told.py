"""Results as plain values: nested for programs, flat for a table."""

import json
from dataclasses import asdict
from typing import Any

import polars as pl

from wowengine.campaigns.drawn import Side
from wowengine.campaigns.lift import Verdict
from wowengine.campaigns.lift_intervals import Interval
from wowengine.campaigns.lift_plan import SampleRatio
from wowengine.campaigns.results import Result, Results
from wowengine.campaigns.worth import BOUGHT, Effect, Return
from wowengine.profiles.bulk import Schema

Plain = dict[str, Any]

# Of a flat row, the types of what may be empty.
EMPTY: Schema = {
    **{f"{side}_customers": pl.Int64 for side in Side},
    **dict.fromkeys(("outcome", "return_pays"), pl.String),
    **dict.fromkeys(("difference", "low", "high", "return_ratio"), pl.Float64),
    **dict.fromkeys(("needed", "more"), pl.Int64),
    **{f"return_{name}_cents": pl.Int64 for name in ("gain", "staff", "net", "low", "high")},
}
PAYS = {True: "pays", False: "does not pay", None: str(Verdict.CANNOT_TELL)}


def plain(result: Result, currency: str) -> Plain:
    """Return everything that is told of a result; differences are shares of 1, or cents a customer."""
    told = result.chief(currency)
    return {
        "key": result.key,
        "name": result.name,
        **asdict(result.tally),
        "verdict": str(told.verdict if told else Verdict.CANNOT_TELL),
        "why": told.why if told else result.why,
        "lift": [_effect(one) for one in result.effects],
        "return": result.pays and _return(result.pays),
    }


def flat(result: Result, currency: str) -> Plain:
    """Return one row of single values: of the outcome that matters most, and of money in one currency."""
    told = plain(result, currency)
    chief = result.chief(currency)
    effect = _effect(chief) if chief else {}
    cost = told["cost_cents"]
    others = {name: cents for name, cents in cost.items() if name != currency}
    counts = {name: told[name] for name in ("key", "name", "proposed", "approved")}
    arms = {f"{side}_customers": (effect.get(side) or {}).get("n") for side in Side}
    named = ("outcome", "difference", "low", "high", "needed", "more")
    money = ("gain_cents", "staff_cents", "net_cents", "low_cents", "high_cents", "ratio", "pays")
    return {
        **counts,
        "declined": sum(told["declined"].values()),
        "delivered": told["delivered"],
        "on_time": told["on_time"],
        "currency": currency,
        "cost_cents": cost.get(currency, 0),
        "other_cost_cents": json.dumps(others) if others else "",
        "staff_minutes": told["staff_minutes"],
        **told["reactions"],
        **{f"issues_{word}": count for word, count in told["issues"].items()},
        **arms,
        **{name: effect.get(name) for name in named},
        "verdict": told["verdict"],
        "why": told["why"],
        **{f"return_{name}": (told["return"] or {}).get(name) for name in money},
    }


def table(results: Results, currency: str) -> pl.DataFrame:
    """Return flat rows as a frame, all together last."""
    rows = [flat(one, currency) for one in (*results.rows, results.total)]
    return pl.DataFrame(rows, schema_overrides=EMPTY)


def _effect(one: Effect) -> Plain:
    arms = {sample.arm: {"n": sample.n, "mean": sample.mean} for sample in one.arms}
    return {
        "outcome": one.outcome,
        "unit": "share" if one.outcome == BOUGHT else "cents",
        "currency": one.currency,
        **{str(side): arms.get(side) for side in Side},
        "waiting": one.waiting,
        "difference": one.lift and one.lift.difference,
        **_ends(one.lift.once if one.lift else None),
        "sequence": _ends(one.lift.always if one.lift else None),
        "verdict": str(one.verdict),
        "why": one.why,
        "needed": one.needed,
        "more": one.more,
        "sample_ratio": one.ratio and _ratio(one.ratio),
    }


def _ends(interval: Interval | None) -> Plain:
    low, high = interval or (None, None)
    return {"low": low, "high": high}


def _ratio(ratio: SampleRatio) -> Plain:
    return {
        "planned": dict(ratio.planned),
        "given": ratio.told,
        "seen": dict(ratio.seen),
        "p": ratio.chance,
        "alarm": ratio.alarm,
    }


def _return(money: Return) -> Plain:
    return vars(money) | {"pays": PAYS[money.pays]}
