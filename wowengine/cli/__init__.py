"""``wow``: the command line. A thin edge: parse, open a transaction, make one call, present.

Reading order: ``app`` (what every command shares), ``files`` (import, set-aside), ``loop`` (profile, train, round),
``work`` (queue, approve, decline, claim, deliver, outcome), ``serve`` (serve, worker, demo), ``doctor``.

May import everything; nothing imports it.
"""

from wowengine.cli.app import main

__all__ = ["main"]
