"""``wow``: the command line. A thin edge: parse, open a transaction, make one call, present.

Reading order: ``app`` (what every command shares), ``files`` (import, set-aside, migrate), ``policy`` and
``policy_try`` (policy), ``sources`` (sources, collect), ``listen``, ``readers`` (read, readers), ``loop`` (profile,
train, score, round), ``models``, ``judge`` (evaluate), ``owed`` (owed, regimes), ``decisions`` (why, replay),
``audit`` (audit fairness, verify, anchor), ``reconcile``, ``lift``, ``hear``, ``results``, ``work`` (queue, approve,
decline, undo, tasks, claim, tick, hand-over, release, fail, deliver, outcome), ``review`` (amend, defer, note, ask,
answer), ``never``, ``identity`` (link, unlink, matches, merge, split), ``people`` (export, object, forget), ``users``,
``audience`` (whom a campaign is for), ``campaigns``, ``serve`` (serve, worker, demo), ``doctor`` (with
``sound_models``). Each registers its commands when it is imported; what is slow to import waits until a command needs
it, so that ``wow --help`` is there at once.

May import everything; nothing imports it.
"""

from wowengine.cli import (
    audience,
    audit,
    campaigns,
    decisions,
    doctor,
    files,
    hear,
    identity,
    judge,
    lift,
    listen,
    loop,
    models,
    never,
    owed,
    people,
    policy,
    policy_try,
    readers,
    reconcile,
    results,
    review,
    serve,
    sources,
    users,
    work,
)
from wowengine.cli.app import run as main

__all__ = [
    "audience",
    "audit",
    "campaigns",
    "decisions",
    "doctor",
    "files",
    "hear",
    "identity",
    "judge",
    "lift",
    "listen",
    "loop",
    "main",
    "models",
    "never",
    "owed",
    "people",
    "policy",
    "policy_try",
    "readers",
    "reconcile",
    "results",
    "review",
    "serve",
    "sources",
    "users",
    "work",
]
