"""The manager's numbers where chance has a say: how many stand in which arm, and how often something else is tried."""

from typing import Annotated

from pydantic import Field, model_validator

from wowengine.decide.rulebook import Numbers

ArmShare = Annotated[float, Field(ge=0, le=0.25)]


class Arms(Numbers):
    """Shares of customers to whom it is done otherwise, beside those held out; none where nothing is said."""

    random: ArmShare = 0.0
    generic: ArmShare = 0.0
    unsocial: ArmShare = 0.0
    gestures: frozenset[str] = frozenset()
    within: Annotated[float, Field(ge=0, le=1)] = 0.25

    @model_validator(mode="after")
    def _something_generic(self) -> "Arms":
        if self.generic and not self.gestures:
            raise ValueError("the arm `generic` needs gestures that anybody might like")
        if self.random + self.generic + self.unsocial > 0.5:  # noqa: PLR2004 - as many may be held out
            raise ValueError("more than half of all customers stand in arms")
        return self


class Exploration(Numbers):
    """How often not the best comes first but one of the next best; never where nothing is said."""

    share: Annotated[float, Field(ge=0, le=0.2)] = 0.0
    among: Annotated[int, Field(ge=2, le=100)] = 5
    least: Annotated[float, Field(ge=0, le=1)] = 0.5
