"""What the law, or the company's own promises, owe for an incident. Nothing is stored."""

from typing import Annotated, cast

from fastapi import APIRouter
from pydantic import ConfigDict, Discriminator, Field, JsonValue, RootModel, Tag

from wowengine.api.description import problems
from wowengine.api.edge import Values
from wowengine.decide.canonical import plain
from wowengine.decide.regime import Owed, load_regimes
from wowengine.decide.reported import EXAMPLE, ReportedIncident

router = APIRouter(tags=["decisions"])

MOST = 2_500  # incidents at once

_TOLD = cast("dict[str, JsonValue]", plain(ReportedIncident.model_validate(EXAMPLE).answer(load_regimes())))


def _how_many(body: object) -> str:
    return "list" if isinstance(body, list) else "one"


class OwedAsked(
    RootModel[
        Annotated[
            Annotated[ReportedIncident, Tag("one")]
            | Annotated[list[ReportedIncident], Field(max_length=MOST), Tag("list")],
            Discriminator(_how_many),
        ]
    ]
):
    """One incident, or a list of them."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE, [EXAMPLE]]})


class OwedTold(RootModel[Owed | list[Owed]]):
    """The answer to the one incident, or to each of the list in its order."""

    model_config = ConfigDict(json_schema_extra={"examples": [_TOLD]})


@router.post("/owed", summary="Tell what is owed for incidents", responses=problems())
def owed(body: OwedAsked, config: Values) -> OwedTold:
    """Tell what is owed by the regime in force on the day, with its citations, or which facts are missing.

    Where several regimes fit, that of the country of departure answers and the others stand under `also`. A company's
    own promises (`wow regimes`) are asked after the law. Nothing is stored.
    """
    regimes, asked = load_regimes(config.regimes), body.root
    if isinstance(asked, list):
        return OwedTold([one.answer(regimes) for one in asked])
    return OwedTold(asked.answer(regimes))
