"""Who is who: ``wow link``, ``wow unlink``, ``wow matches``, ``wow merge``, ``wow split``."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from wowengine.cli.app import AsJson, Who, app, console, database, print_json, settings, show
from wowengine.errors import BadInput, Conflict, Refused

if TYPE_CHECKING:
    from wowengine.profiles.identity import Address
    from wowengine.profiles.models import Merge

SHORTEST_WHY, LONGEST_WHY = 3, 300

Customer = Annotated[str, typer.Argument(help="The customer's id.")]
HandleText = Annotated[str, typer.Argument(help="The account or address, as channel:address.", metavar="HANDLE")]
Limit = Annotated[int, typer.Option(min=1, max=1000, help="How many at the most.")]


@app.command()
def link(
    customer_id: Customer,
    handle: HandleText,
    proof: Annotated[
        str,
        typer.Option(
            help="company_record, verified_contact, own_statement, sign_in, oauth, oidc, rel_me, domain; or code."
        ),
    ],
    code: Annotated[str, typer.Option(help="With --proof code: the code that came from that very account.")] = "",
    as_json: AsJson = False,
) -> None:
    """Link an account or address to a customer, by proof alone. What was typed or guessed proves nothing."""
    from wowengine.profiles import handles
    from wowengine.profiles import proof as proofs

    address, opened = _address(handle), database(settings())
    with opened.transaction() as session:  # committed also when refused: a wrong code counts
        if proof == handles.CODE:
            broken = proofs.confirm(session, customer_id, address, code)
        else:
            broken = handles.link(session, customer_id, address, proof)
    if broken:
        raise _no_handle(broken, address)
    told = {"customer_id": customer_id, "handle": ":".join(address), "proof": proof}
    _tell(told, f"{told['handle']} is {customer_id}'s.", as_json=as_json)


@app.command()
def unlink(
    customer_id: Customer,
    handle: HandleText,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Take a link back, with every signal that came by it."""
    from wowengine import forgetting

    address, opened = _address(handle), database(settings())
    name = ":".join(address)
    if not yes:
        asked = f"Take {name} from {customer_id}, and delete every signal that came by it? It cannot be undone."
        typer.confirm(asked, abort=True, err=True)
    with opened.transaction() as session:
        gone = forgetting.unlink(session, customer_id, address)
    told = {"customer_id": customer_id, "handle": name, "signals_deleted": gone}
    _tell(told, f"{name} is {customer_id}'s no more; signals deleted: {gone}", as_json=as_json)


@app.command()
def matches(
    look: Annotated[bool, typer.Option("--look", help="Look through all contacts for new ones first.")] = False,
    merged: Annotated[bool, typer.Option("--merged", help="List what was merged instead, for `wow split`.")] = False,
    limit: Limit = 50,
    as_json: AsJson = False,
) -> None:
    """List records that may be one customer. Nothing is joined before a person says so."""
    from wowengine.profiles import matching, merging, pairs

    opened = database(settings())
    if look:
        with opened.transaction() as session:
            matching.look(session)
    with opened.reading() as session:
        if merged:
            rows = [_merge_row(made) for made in merging.merges(session, limit)]
        else:
            rows = [
                {
                    "match": one.id,
                    "customer": one.customer_id,
                    "other": one.other_id,
                    "why": one.why,
                    "found": one.found_at.isoformat(timespec="minutes"),
                }
                for one in pairs.waiting(session, 0, limit)
            ]
    empty = "Nothing is merged." if merged else "No two records look like one. `wow matches --look` looks again."
    show(rows, as_json=as_json, title="Merged" if merged else "Perhaps one customer", empty=empty)


@app.command()
def merge(
    customer_id: Annotated[str, typer.Argument(help="The record that goes over; nothing is thrown away.")],
    into: Annotated[str, typer.Argument(help="The record that is kept.")],
    why: Annotated[str, typer.Option(help="How you know that they are one person.")],
    who: Who = "admin",
    as_json: AsJson = False,
) -> None:
    """Make two records of one customer one. The stricter word on consent holds; `wow split` parts them again."""
    from wowengine.profiles import merging

    reason = why.strip()
    if not SHORTEST_WHY <= len(reason) <= LONGEST_WHY:
        raise BadInput(f"Say how you know, in {SHORTEST_WHY} to {LONGEST_WHY} characters: --why 'showed both cards'.")
    with database(settings()).transaction() as session:
        made = _made(merging.merge(session, customer_id, into, by=_name(who), reason=reason))
    _tell(_merge_row(made), f"{customer_id} is {into} now. To part them again: wow split {made.id}", as_json=as_json)


@app.command()
def split(
    merge_id: Annotated[
        int, typer.Argument(min=1, max=2**31 - 1, metavar="MERGE", help="The merge, as `wow merge` printed it.")
    ],
    who: Who = "admin",
    as_json: AsJson = False,
) -> None:
    """Part what was merged: every row goes back, with what has since come by the handles that go back."""
    from wowengine.profiles import merging

    with database(settings()).transaction() as session:
        made = _made(merging.undo(session, merge_id, by=_name(who)))
    _tell(_merge_row(made), f"{made.customer_id} and {made.into_id} are two again.", as_json=as_json)


def _name(who: str) -> str:
    from wowengine.access.badge import tidy

    name = tidy(who)
    if not name:
        raise BadInput("--as names nobody.")
    return name


def _address(handle: str) -> "Address":
    from wowengine.profiles.identity import parse

    if ":" not in handle:
        raise BadInput(f"{handle!r} names no channel. Write channel:address, such as mastodon:anna@example.social.")
    return parse(handle)


def _no_handle(rule: str, address: "Address") -> Exception:
    from wowengine.profiles import handles, proof, refusals

    name = ":".join(address)
    if rule == "not_proven":
        known = ", ".join(sorted({*handles.CLAIMABLE, handles.CODE}))
        return Refused(f"That proves nothing, so {name} was not linked. Proofs are {known}.", rule=rule)
    if rule in proof.UNPROVEN:
        return Refused(f"{name} was not linked. {refusals.HANDLE[rule]}", rule=rule)
    kind = BadInput if rule == "nobody" else Conflict
    return kind(f"{name} was not linked. {refusals.HANDLE[rule]}", rule=rule)


def _made(told: "Merge | str") -> "Merge":
    from wowengine.profiles import refusals

    if isinstance(told, str):
        raise Conflict(refusals.MERGE[told], rule=told)
    return told


def _merge_row(made: "Merge") -> dict[str, Any]:
    return {
        "merge": made.id,
        "customer": made.customer_id,
        "into": made.into_id,
        "why": made.reason,
        "by": made.by,
        "at": made.at.isoformat(timespec="minutes"),
        "undone_by": made.undone_by,
    }


def _tell(told: dict[str, Any], said: str, *, as_json: bool) -> None:
    if as_json:
        print_json(told)
    else:
        console.print(said, markup=False, highlight=False, soft_wrap=True)
