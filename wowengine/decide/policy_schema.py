"""The form of a policy as a JSON Schema, so that an editor knows each word, its type and bounds, and what it is for.

Write it beside the policy (`wow policy schema > policy.schema.json`) and let the policy's first line be
`#:schema ./policy.schema.json`: Taplo, and the editors that have it inside (Even Better TOML, Helix, Zed), then
complete, explain and check while one types. Validators of JSON Schema take it as it is.

What is said of a word is the comment that stands by it in the packaged file: it is written once.
"""

import re
from collections.abc import Iterator
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from wowengine.decide.policy import Policy, policy_text

Schema = dict[str, Any]
Path = tuple[str, ...]

# TOML's times have no zone, which JSON Schema's format `time` asks for.
LOCAL_TIME = r"^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?$"
_TABLE = re.compile(r"\[\[?([\w.]+)\]\]?(?:\s+#\s*(.*))?")
_WORD = re.compile(r"(\w+) = (?:.*?\s#\s*(.*))?")


def schema() -> Schema:
    """Return the JSON Schema of a policy."""
    made = Policy.model_json_schema()
    for path, said in comments(policy_text()):
        _explain(made, path, said)
    for table in made["$defs"].values():
        for one in table.get("properties", {}).values():
            if one.get("format") == "time":
                del one["format"]
                one["pattern"] = LOCAL_TIME
    return {"$schema": GenerateJsonSchema.schema_dialect, **made}


def comments(text: str) -> Iterator[tuple[Path, str]]:
    """Yield what is said of each table and word: behind it on its line, or on whole lines right above it."""
    table: Path = ()
    above: list[str] = []
    for line in text.splitlines():
        if line.startswith("#"):
            above.append(line.removeprefix("#").strip())
            continue
        if header := _TABLE.match(line):
            path = table = tuple(header[1].split("."))
        elif word := _WORD.match(line):
            path = (*table, word[1])
        else:
            above.clear()
            continue
        said = (header or word)[2] or " ".join(above)  # type: ignore[index]  # one of them has matched
        above.clear()
        if said:
            yield path, said.strip(". ")


def _explain(made: Schema, path: Path, said: str) -> None:
    """Put what is said of a word where the schema tells of it; a word of the company's own is told of nowhere."""
    table = made
    for name in path[:-1]:
        table = _resolved(made, table.get("properties", {}).get(name, {}))
    if path[-1] in table.get("properties", {}):
        table["properties"][path[-1]]["description"] = said


def _resolved(made: Schema, told: Schema) -> Schema:
    name = told.get("$ref", "").rpartition("/")[2]
    return made["$defs"][name] if name else told
