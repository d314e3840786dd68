"""Does it pay? ``wow results``."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wowengine.cli.app import AsJson, app, console, database, money, print_json, settings, show
from wowengine.errors import BadInput

if TYPE_CHECKING:
    from wowengine.campaigns.care_weeks import Week
    from wowengine.campaigns.results import Asked, By, Result, Results
    from wowengine.settings import Settings

POINTS = 100
WORDS = ("campaign", "kind", "gesture")
RATES = "An hour of staff at {hour}, one more buyer worth {worth} where no purchase tells its price, {days} days."

ByWord = Annotated[str, typer.Option("--by", help="One row a campaign, kind or gesture.", metavar="|".join(WORDS))]
Since = Annotated[str, typer.Option(help="Proposed, and drawn, from this day or time on.")]
Until = Annotated[str, typer.Option(help="Proposed, and drawn, before this day or time.")]
Currency = Annotated[str, typer.Option(help="Of the return; the policy's for goodwill if left out.")]
Hourly = Annotated[int, typer.Option(min=0, help="What an hour of staff costs, in cents.")]
Worth = Annotated[int, typer.Option(min=0, help="What one more buyer is worth, in cents, where no purchase says.")]
Days = Annotated[int, typer.Option(min=1, max=365, help="How long after they were drawn customers are followed.")]


@app.command("results")
def tell_results(
    by: ByWord = "campaign",
    since: Since = "",
    until: Until = "",
    currency: Currency = "",
    hourly_cents: Hourly = 3_000,
    outcome_cents: Worth = 1_000,
    days: Days = 30,
    as_json: AsJson = False,
) -> None:
    """Tell what was done, what it took, what it did against a holdout, and whether it pays."""
    asked, found, weeks = _found(by, since, until, (currency, hourly_cents, outcome_cents, days))
    if as_json:
        print_json(_plain(asked, found, weeks))
        return
    rates = asked.rates
    show(
        [_row(one, rates.currency) for one in (*found.rows, found.total)],
        as_json=False,
        title=f"Results by {by}",
        empty="Nothing was done.",
    )
    for one in (*found.rows, found.total):
        _say(_sentence(one, rates.currency))
    hour, worth = money(rates.hourly_cents, rates.currency), money(rates.outcome_cents, rates.currency)
    _say(RATES.format(hour=hour, worth=worth, days=rates.within_days))
    if weeks:
        show([_week(one) for one in weeks], as_json=False, title="What care cost, week by week", empty="")


def asked_of(given: "Settings", period: tuple[str, str], rates: tuple[str, int, int, int]) -> "Asked":
    """Put together what is asked, from settings, policy and options."""
    from wowengine.campaigns import policies
    from wowengine.campaigns.results import Asked
    from wowengine.campaigns.worked import Period
    from wowengine.campaigns.worth import Rates
    from wowengine.decide.arms import Drawing

    with database(given).reading() as session:
        policy = policies.load(session, given.policy)
    currency, *others = rates
    drawing = Drawing(given.holdout_salt.get_secret_value(), given.holdout_share, policy.arms)
    return Asked(drawing, Period(*map(_time, period)), Rates(currency or policy.goodwill.currency, *others))


def by_word(word: str) -> "By":
    """Return what results are told by."""
    from wowengine.campaigns.results import By

    if word not in WORDS:
        raise BadInput(f"Results are told by {', '.join(WORDS)}, not by {word!r}.")
    return By(word)


def _found(by: str, since: str, until: str, rates: tuple[str, int, int, int]) -> "tuple[Asked, Results, list[Week]]":
    from wowengine.campaigns.care_weeks import care_weeks
    from wowengine.campaigns.results import results

    given, word = settings(), by_word(by)
    asked = asked_of(given, (since, until), rates)
    with database(given).reading() as session:
        return asked, results(session, asked, word), care_weeks(session, asked.period)


def _plain(asked: "Asked", found: "Results", weeks: "list[Week]") -> dict[str, Any]:
    from wowengine.campaigns.results_told import plain

    currency = asked.rates.currency
    return {
        "by": str(found.by),
        "rates": vars(asked.rates),
        "items": [plain(one, currency) for one in found.rows],
        "total": plain(found.total, currency),
        "care": [vars(one) for one in weeks],
    }


def _row(result: "Result", currency: str) -> dict[str, Any]:
    counted, chief = result.tally, result.chief(currency)
    return {
        "what": result.key or result.name,
        "proposed": counted.proposed,
        "approved": counted.approved,
        "declined": sum(counted.declined.values()),
        "delivered": counted.delivered,
        "on time": counted.on_time,
        "cost": _amounts(counted.cost_cents),
        "minutes": counted.staff_minutes,
        "thanked": counted.reactions["thanked"],
        "complained": counted.reactions["complained"],
        "resolved": f"{counted.issues['resolved']} of {counted.issues['answered']}",
        "verdict": str(chief.verdict) if chief else "cannot tell yet",
    }


def _sentence(result: "Result", currency: str) -> str:
    from wowengine.campaigns.results_told import PAYS

    name, chief = result.name or result.key, result.chief(currency)
    if chief is None:
        return f"{name}: cannot tell yet: {result.why}."
    told = [f"{name}: {chief.verdict}: {chief.why}"]
    if chief.lift is not None:
        by_money = (1 / POINTS, f" {chief.currency} a customer")
        scale, unit = by_money if chief.currency else (POINTS, " points more buyers")
        interval = chief.lift.once
        between = f" ({interval.low * scale:+.2f} to {interval.high * scale:+.2f})" if interval else ""
        told.append(f"{chief.lift.difference * scale:+.2f}{between}{unit}")
    if chief.more and (result.pays is None or result.pays.pays is None):
        told.append(f"it takes {chief.more:,} customers more to see what would just pay")
    if result.pays is not None:
        net, low, high = (
            money(cents, currency) for cents in (result.pays.net_cents, result.pays.low_cents, result.pays.high_cents)
        )
        told.append(f"net {net} ({low} to {high}): {PAYS[result.pays.pays]}")
    if chief.skewed:
        told.append("the arms are not as large as planned: see what chose, or lost, customers")
    return f"{'; '.join(told)}."


def _week(week: "Week") -> dict[str, Any]:
    return {
        "week of": week.monday.isoformat(),
        "contacts": week.contacts,
        "customers": week.customers,
        "owed": _amounts(week.floor_cents),
        "goodwill": _amounts(week.goodwill_cents),
        "minutes": week.staff_minutes,
    }


def _amounts(cents: "dict[str, int] | Any") -> str:
    return ", ".join(money(amount, currency) for currency, amount in cents.items())


def _time(text: str) -> datetime | None:
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise BadInput(f"{text!r} is no day or time in ISO 8601, such as 2026-11-22.") from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _say(text: str) -> None:
    console.print(text, markup=False, highlight=False, soft_wrap=True)
