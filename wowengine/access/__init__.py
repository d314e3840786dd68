"""Who may come in, and as whom? For the API and the console alike.

There is one admin key for now. Whoever shows it comes in and says who they are, for approvals are a person's and not
a key's. Without a key the doors stand open, but then only to this machine: a server without a key refuses to listen
anywhere else (`refuse_exposed`), answers only to this machine's own names, and takes no orders from another site's
page.

Reading order: ``door`` (the key, and which names we answer to), ``badge`` (a cookie that names a person and cannot be
forged), ``shield`` (what every request passes: names, foreign pages, headers that browsers obey), ``users`` (who
works here, in which role).

It knows no web framework: ``shield`` speaks plain ASGI, and the API and the console wire the rest in their own way.
May import ``db`` and what that leans on, and nothing else of the house.
"""

from wowengine.access.badge import Badge, issue, read
from wowengine.access.door import Door, refuse_exposed
from wowengine.access.shield import Shield

__all__ = ["Badge", "Door", "Shield", "issue", "read", "refuse_exposed"]
