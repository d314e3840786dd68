"""From a gesture's file to the receiver: a channel is named in a column, opened by settings, and used by a worker."""

from dataclasses import replace
from pathlib import Path

from tests.campaigns.channels import servers
from tests.campaigns.channels.servers import Hooks
from tests.campaigns.making import LATER, approved, now_is, world
from tests.tasks.errands import config_in
from wowengine.campaigns.channels import KINDS
from wowengine.campaigns.channels.outlets import Outlets
from wowengine.campaigns.lifecycle import ActionState
from wowengine.clock import frozen
from wowengine.db.session import Database
from wowengine.profiles.frames import GESTURES, check
from wowengine.profiles.sources.rows import from_mappings
from wowengine.recommend.catalog import load_gestures, store_gestures
from wowengine.tasks import jobs


def test_the_catalogue_takes_every_channel(sqlite: Database) -> None:
    row = {"gesture_id": "espresso", "kind": "surprise", "title": "Espresso", "channels": ";".join(KINDS)}
    with sqlite.transaction() as session:
        store_gestures(session, check(from_mappings([row]), GESTURES).good)
        assert load_gestures(session)["channels"].to_list() == [list(KINDS)]


def test_a_workers_job_brings_it_out_by_the_channel_that_settings_opened(
    sqlite: Database, hooks: Hooks, tmp_path: Path
) -> None:
    action_id = world(sqlite, channel="webhook")
    approved(sqlite, action_id)
    config = replace(config_in(tmp_path), outlets=Outlets(webhook_url=hooks.url, webhook_secret=servers.SECRET))
    with frozen(LATER):
        jobs.deliver(sqlite, config, action_id=action_id)
    action = now_is(sqlite, action_id)
    assert action.state == ActionState.DELIVERED
    assert action.proof == {"webhook_id": f"{action_id}-1", "payload_sha256": action.payload_hash}
    assert hooks.bodies[f"{action_id}-1"]["data"]["draft"] == action.draft
