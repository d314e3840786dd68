"""Everything we hold about one person, for that person: as JSON, and as a page they can read (GDPR Art. 15 and 20)."""

import html
import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from wowengine import clock
from wowengine.belongings import belongings
from wowengine.campaigns.models import Action
from wowengine.errors import NotFound
from wowengine.profiles.merging import records_of
from wowengine.profiles.models import Customer

Rows = list[dict[str, Any]]

TITLES = {
    "en": ("What we hold about you", "as of", "What it is", "Why we hold it", "How long", "Nothing."),
    "it": ("Che cosa conserviamo su di te", "al", "Che cos'è", "Perché", "Per quanto tempo", "Niente."),
}
STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;width:100%;display:block;overflow-x:auto}"
    "td,th{border:1px solid #ccc;padding:.25rem .5rem;text-align:left;vertical-align:top}"
)


def export(session: Session, customer_id: str) -> dict[str, Any]:
    """Return every row that belongs to a customer, table by table, with what it is and why it is held.

    Who was merged of several records is shown all of them, whichever is asked for.

    Raises
    ------
    NotFound
        When there is no such customer.
    """
    customer = session.get(Customer, customer_id)
    if customer is None:
        raise NotFound(f"There is no customer {customer_id!r}: nothing to export.", customer_id=customer_id)
    records = records_of(session, customer_id)
    action_ids = list(session.scalars(select(Action.id).where(Action.customer_id.in_(records))))
    tables = {
        table.name: {
            "what": tag.what,
            "why": tag.why,
            "kept": tag.kept,
            "rows": [dict(row) for row in session.execute(select(table).where(mine)).mappings()],
        }
        for table, tag, mine in belongings(records, action_ids)
    }
    return {"customer_id": customer_id, "language": customer.language, "at": clock.now(), "tables": tables}


def as_json(exported: Mapping[str, Any]) -> str:
    """Write an export as JSON, times in ISO 8601."""
    return json.dumps(exported, ensure_ascii=False, indent=1, default=lambda value: value.isoformat())


def as_html(exported: Mapping[str, Any]) -> str:
    """Write an export as one page without script, style or picture from elsewhere; every word is escaped."""
    language = "it" if str(exported["language"] or "").lower().startswith("it") else "en"
    title, as_of, *_ = TITLES[language]
    body = "".join(_section(name, told, language) for name, told in exported["tables"].items())
    said = f"{html.escape(exported['customer_id'])}, {as_of} {exported['at']:%Y-%m-%d %H:%M} UTC"
    return (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8"><title>{title}</title><style>{STYLE}</style>'
        f"<h1>{title}</h1><p>{said}</p>{body}</html>"
    )


def _section(name: str, told: Mapping[str, Any], language: str) -> str:
    _, _, what, why, kept, nothing = TITLES[language]
    said = ((what, told["what"]), (why, told["why"]), (kept, told["kept"]))
    facts = "<p>" + " ".join(f"{label}: {html.escape(fact)}." for label, fact in said) + "</p>"
    return f"<h2>{html.escape(name)}</h2>{facts}{_table(told['rows']) if told['rows'] else f'<p>{nothing}</p>'}"


def _table(rows: Rows) -> str:
    head = "".join(f"<th>{html.escape(column)}</th>" for column in rows[0])
    lines = ("".join(f"<td>{_cell(value)}</td>" for value in row.values()) for row in rows)
    return f"<table><tr>{head}</tr>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"


def _cell(value: object) -> str:
    if value is None:
        return ""
    return html.escape(json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value))
