"""The policy in force: the manager's numbers that decisions are taken by."""

from datetime import datetime

from fastapi import APIRouter
from pydantic import ConfigDict, Field

from wowengine.api.description import problems
from wowengine.api.edge import Db, Values
from wowengine.api.shapes import Told
from wowengine.campaigns import policies

router = APIRouter(tags=["decisions"])


class PolicyView(Told):
    """The policy in force."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "version": "5f0c2b7a9d1e",
                    "toml": "base_rate = 0.20\n",
                    "activated_by": "bruno",
                    "since": "2026-11-03T09:00:00Z",
                }
            ]
        }
    )

    version: str = Field(description="Hash of its content: two that say the same are the same version.")
    toml: str = Field(description="Its text, comments and all.")
    activated_by: str | None = Field(description="Null where a file holds, since no policy was ever activated.")
    since: datetime | None = Field(description="When it was activated.")


@router.get("/policy", summary="Show the policy in force", responses=problems())
def policy(database: Db, config: Values) -> PolicyView:
    """Show the numbers that decisions are taken by now. `wow policy propose` and `activate` change them."""
    with database.reading() as session:
        return PolicyView(**vars(policies.in_force(session, config.policy)))
