"""Whom a campaign would be for: an audience tried on everybody, and the words it may be written in."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from wowengine import clock
from wowengine.api.description import problems
from wowengine.api.edge import Db
from wowengine.api.shapes import NO_NUL, Told
from wowengine.campaigns.audience import members, parse
from wowengine.campaigns.audience_tokens import LONGEST_TEXT
from wowengine.campaigns.audience_words import WORDS, Parameter, Word

router = APIRouter(tags=["audiences"])

SAMPLES = 10
STEP: JsonDict = {"clause": "tier = gold", "alone": 2140, "without": 530}
SAMPLE: JsonDict = {"customer_id": "c-1001", "reasons": ["tier is gold", "likes running (0.62)"]}
PARAMETER: JsonDict = {"name": "topic", "kind": "text", "many": True, "known": ["running", "cycling"]}
WORD: JsonDict = {
    "form": "interest(topic, ...)",
    "kind": "number",
    "means": "How strongly they like a topic, -1 to 1.",
    "example": "interest(running, cycling) >= 0.3",
    "parameters": [PARAMETER],
}


class StepView(Told):
    """What one clause does."""

    model_config = ConfigDict(json_schema_extra={"examples": [STEP]})

    clause: str
    alone: int = Field(description="How many meet this clause alone.")
    without: int = Field(description="How many would meet the audience were this clause left out.")


class SampleView(Told):
    """One member, and why."""

    model_config = ConfigDict(json_schema_extra={"examples": [SAMPLE]})

    customer_id: str
    reasons: list[str] = Field(description="A sentence a fact.")


class Preview(Told):
    """Who would be of an audience now."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "audience": "tier = gold and interest(running) >= 0.3",
                    "at": "2026-11-03T09:00:00Z",
                    "everybody": 10000,
                    "count": 118,
                    "members": 96,
                    "objecting": 4,
                    "silent": 18,
                    "funnel": [STEP],
                    "samples": [SAMPLE],
                }
            ]
        }
    )

    audience: str = Field(description="As it was understood.")
    at: datetime
    everybody: int = Field(description="How many customers there are.")
    count: int = Field(description="How many meet it: `members`, `objecting` and `silent` together.")
    members: int = Field(description="Who says yes to offers, and so may be targeted.")
    objecting: int = Field(description="Who says no to offers.")
    silent: int = Field(description="Who never said a word of offers: silence means no.")
    funnel: list[StepView] = Field(description="Its clauses in their order.")
    samples: list[SampleView] = Field(description=f"{SAMPLES} members at the most, spread over all of them.")


class ParameterView(Told):
    """One argument of a word."""

    model_config = ConfigDict(json_schema_extra={"examples": [PARAMETER]})

    name: str
    kind: str = Field(description="`text`, `number` or `time` (such as 90d).")
    many: bool = Field(description="It may be given several times: any of them.")
    known: list[str] | None = Field(description="The texts it may be; null: any.")


class WordView(Told):
    """One word."""

    model_config = ConfigDict(json_schema_extra={"examples": [WORD]})

    form: str
    kind: str = Field(description="`yes or no`, `text`, `number`, `text or number`, `time` or `day`.")
    means: str
    example: str
    parameters: list[ParameterView]


class Grammar(Told):
    """All that an audience may be written in, besides `and`, `or`, `not` and parentheses."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"words": [WORD]}]})

    words: list[WordView]


@router.get("/audiences/preview", summary="Try an audience", responses=problems())
def preview(
    database: Db,
    audience: Annotated[
        str,
        Query(
            max_length=LONGEST_TEXT,
            pattern=NO_NUL,
            description="Such as `tier = gold and interest(running) >= 0.3 and not had(surprise, 90d)`.",
        ),
    ],
) -> Preview:
    """Tell how many an audience means now, which clause narrows it most, and why some are of it. Nothing is stored.

    What cannot be read is told with its `column`, what was `found` and `expected`, and the `near` word.
    """
    with database.reading() as session:
        found = members(session, parse(audience), clock.now())
    return Preview(
        audience=str(found.audience),
        at=found.at,
        everybody=found.everybody,
        count=found.count,
        members=len(found.customer_ids),
        objecting=len(found.objecting),
        silent=len(found.silent),
        funnel=[StepView.model_validate(step) for step in found.funnel],
        samples=[SampleView(customer_id=who, reasons=found.reasons(who)) for who in found.sample(SAMPLES)],
    )


@router.get("/audiences/grammar", summary="List the words of audiences", responses=problems())
def grammar() -> Grammar:
    """List each word: what it takes, what it gives, and an example."""
    return Grammar(words=[_word(word) for word in WORDS.values()])


def _word(word: Word) -> WordView:
    parameters = [_parameter(one) for one in word.parameters]
    return WordView(form=word.form, kind=word.kind, means=word.means, example=word.example, parameters=parameters)


def _parameter(one: Parameter) -> ParameterView:
    return ParameterView(name=one.name, kind=one.kind, many=one.many, known=list(one.known()) if one.known else None)
