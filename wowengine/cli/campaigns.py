"""What marketing means to do: ``wow campaigns``, from a draft to the report of what came of everybody."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wowengine import clock
from wowengine.cli.app import AsJson, Who, app, config, console, database, money, print_json, settings, show
from wowengine.errors import BadInput

if TYPE_CHECKING:
    from wowengine.campaigns.campaign import Campaign
    from wowengine.campaigns.plan import Plan
    from wowengine.rounds.campaign import LookReport

Id = Annotated[str, typer.Argument(help="A campaign's id, as `wow campaigns list` shows it.")]
File = Annotated[Path, typer.Argument(help="What it means to do, in TOML.", exists=True, dir_okay=False)]
Note = Annotated[str, typer.Option(help="A word on it; it stands in the campaign's life.")]
Version = Annotated[int | None, typer.Option(help="The version you saw; left out, any.")]

campaigns = typer.Typer(help="What marketing means to do: for whom, what, with which budget, when.")
app.add_typer(campaigns, name="campaigns")


@campaigns.command("list")
def listed(as_json: AsJson = False) -> None:
    """List all campaigns, newest first."""
    from wowengine.campaigns import launch

    with database(settings()).reading() as session:
        rows = [_row(one) for one in launch.everyone(session)]
    show(rows, as_json=as_json, title="Campaigns", empty="There is none yet: wow campaigns create FILE.toml")


@campaigns.command()
def create(file: File, who: Who = "admin", as_json: AsJson = False) -> None:
    """Write down a draft. Nothing happens until a second person has approved it."""
    from wowengine.campaigns import launch
    from wowengine.rounds.campaign import refuse_unknown

    plan = _plan(file)
    with database(settings()).transaction() as session:
        refuse_unknown(session, plan.gestures)
        row = _row(launch.create(session, plan, who))
    _tell(row, as_json=as_json)


@campaigns.command()
def edit(campaign_id: Id, file: File, who: Who = "admin", version: Version = None, as_json: AsJson = False) -> None:
    """Put another plan in the place of what it said; it is a draft again."""
    from wowengine.campaigns import launch
    from wowengine.rounds.campaign import refuse_unknown

    plan = _plan(file)
    with database(settings()).transaction() as session:
        refuse_unknown(session, plan.gestures)
        row = _row(launch.edit(session, campaign_id, plan, who, version=version))
    _tell(row, as_json=as_json)


@campaigns.command("show")
def show_one(campaign_id: Id, as_json: AsJson = False) -> None:
    """Show one campaign, its life, and what can be done to it now."""
    from wowengine.campaigns import launch

    with database(settings()).reading() as session:
        campaign = launch.get(session, campaign_id)
        row, may = _row(campaign), [str(step) for step in launch.allowed(campaign)]
        told = {"audience": campaign.audience, "gestures": list(campaign.gestures), "allowed": may}
        life = [
            {"version": one.version, "step": one.step, "by": one.actor, "at": one.at, "note": one.note}
            for one in launch.events(session, campaign_id)
        ]
    if as_json:
        print_json(row | told | {"life": life})
        return
    _tell(row, as_json=False)
    console.print(f"For: {told['audience'] or 'people named at a trigger'}", markup=False)
    show(life, as_json=False, title="Its life", empty="")
    console.print(f"Now: {', '.join(may) or 'nothing more'}")


@campaigns.command("dry-run")
def dry_run(
    campaign_id: Id,
    at: Annotated[datetime | None, typer.Option(help="When it would look, in UTC; left out: now.")] = None,
    as_json: AsJson = False,
) -> None:
    """Tell what it would come to, of a draft too, and write nothing."""
    from wowengine.rounds import campaign as rounds

    given = settings()
    when = at.replace(tzinfo=UTC) if at else None
    with database(given).reading() as session:
        report = rounds.dry_run(session, config(given), campaign_id, when)
    _report(report, as_json=as_json)


@campaigns.command()
def report(
    campaign_id: Id,
    look: Annotated[int | None, typer.Option(min=1, help="One look; left out, all of them.")] = None,
    as_json: AsJson = False,
) -> None:
    """Count what came of everybody it was for."""
    from wowengine.rounds import campaign as rounds

    with database(settings()).reading() as session:
        told = rounds.report(session, campaign_id, look)
    _report(told, as_json=as_json)


@campaigns.command()
def trigger(
    campaign_id: Id,
    customer: Annotated[list[str] | None, typer.Option(help="Somebody by name; may be said again, up to 50.")] = None,
    audience: Annotated[str, typer.Option(help="In place of its own; only with --broadcast.")] = "",
    broadcast: Annotated[bool, typer.Option("--broadcast", help="Look at the whole audience, and mean it.")] = False,
    as_json: AsJson = False,
) -> None:
    """Look at some people at once; or, said outright, ask for a look at a whole audience."""
    from wowengine.decide.candidate import Moment
    from wowengine.rounds import campaign as rounds

    if bool(customer) == broadcast or (audience and not broadcast):
        raise BadInput("Name people with --customer, or say --broadcast (and an --audience): one of the two.")
    given = settings()
    with database(given).transaction() as session:
        if broadcast:
            rounds.broadcast(session, campaign_id, audience)
        now = clock.now()
        named = {who: Moment(now) for who in customer or ()}
        came = rounds.trigger(session, config(given), campaign_id, named) if named else []
        rows = [{"customer": one.customer_id, "state": one.state, "reason": one.reason} for one in came]
    show(rows, as_json=as_json, title="What came of them", empty="A worker looks for its audience at once.")


def _verb(name: str, step: str, words: str) -> None:
    """Register the command of one step, which all go the same way."""

    def command(
        campaign_id: Id, who: Who = "admin", note: Note = "", version: Version = None, as_json: AsJson = False
    ) -> None:
        from wowengine.campaigns import launch
        from wowengine.campaigns.campaign import CampaignStep

        verb = launch.VERBS[CampaignStep(step)]
        with database(settings()).transaction() as session:
            row = _row(verb(session, campaign_id, who, version=version, note=note))
        _tell(row, as_json=as_json)

    campaigns.command(name, help=words)(command)


_verb("submit", "submit", "Put it forward, for a second person to look at.")
_verb("return", "return", "Give it back to its author.")
_verb("approve", "approve", "Say yes to it, and grant its budget; not by whoever wrote it.")
_verb("pause", "pause", "Let nothing of it be proposed, claimed or sent.")
_verb("resume", "resume", "Take it up again where it was.")
_verb("finish", "finish", "End it before its time; what was proposed goes its way.")
_verb("cancel", "cancel", "Call it off: what waits is withdrawn, and its money is free again.")


def _plan(file: Path) -> "Plan":
    from wowengine.api.campaign_views import PlanAsked
    from wowengine.decide.rulebook import parse

    return parse(PlanAsked, file.read_text("utf-8"), file.name).as_plan()


def _row(campaign: "Campaign") -> dict[str, Any]:
    names = ("id", "name", "state", "version", "budget_cents", "currency", "starts_at", "ends_at", "approved_by")
    return {name: getattr(campaign, name) for name in names}


def _tell(row: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(row)
    else:
        console.print(f"{row['id']} ({row['name']}) is {row['state']}, at version {row['version']}.", markup=False)


def _report(report: "LookReport", *, as_json: bool) -> None:
    if as_json:
        print_json(report.as_json())
        return
    rows = [{"state": state, "customers": number} for state, number in report.states.most_common()]
    show(rows, as_json=False, title=f"What came of {report.considered}", empty="It is for nobody.")
    gifts = [{"gesture": gesture_id, "times": number} for gesture_id, number in report.gestures.most_common()]
    show(gifts, as_json=False, title=f"Gestures, {money(report.cost_cents, report.currency)} in all", empty="")
    for account, price in report.shadow_prices.items():
        console.print(f"One more of {account} would be worth {price} cents.", markup=False)
