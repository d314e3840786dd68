"""Whom a campaign would be for: ``wow audience``."""

from typing import Annotated

import typer

from wowengine import clock
from wowengine.cli.app import AsJson, app, console, database, print_json, settings, show

SAMPLES = 10


@app.command()
def audience(
    text: Annotated[
        str, typer.Argument(help="Such as: tier = gold and not had(surprise, 90d). See docs/audiences.md.")
    ],
    as_json: AsJson = False,
) -> None:
    """Try an audience on everybody: how many it means, which clause narrows it most, and why some are of it."""
    from wowengine.campaigns.audience import members, parse

    meant = parse(text)
    with database(settings()).reading() as session:
        found = members(session, meant, clock.now())
    counts = {
        "everybody": found.everybody,
        "count": found.count,
        "members": len(found.customer_ids),
        "objecting": len(found.objecting),
        "silent": len(found.silent),
    }
    funnel = [vars(step) for step in found.funnel]
    samples = {who: found.reasons(who) for who in found.sample(SAMPLES)}
    if as_json:
        listed = [{"customer_id": who, "reasons": reasons} for who, reasons in samples.items()]
        print_json({"audience": str(meant), "at": found.at} | counts | {"funnel": funnel, "samples": listed})
        return
    console.print(
        f"{found.count} of {found.everybody} customers meet it; {len(found.customer_ids)} may be targeted, "
        f"{len(found.objecting)} say no to offers, {len(found.silent)} never said a word of them.",
        soft_wrap=True,
    )
    show(funnel, as_json=False, title="Clauses", empty="")
    told = [{"customer": who, "because": "; ".join(reasons)} for who, reasons in samples.items()]
    show(told, as_json=False, title="Some of them", empty="Nobody may be targeted.")
