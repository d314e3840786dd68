"""The pages that people work in all day: review, tasks, customers, and what was done.

Rendered on the server; every link is a link and every button a form, so all of it works without a script. With one,
htmx sends the same forms without reloading the page, and our own script adds keys. Nothing is loaded from elsewhere,
and the words of strangers are shown as text.

Reading order: ``review`` (the page that must be loved), ``card`` (what a reviewer sees of one action), ``visit``
(whoever looks at a page, and how it is shown to them), ``wording``; then ``tasks``, ``customers``, ``matches``,
``done``, ``sign_in``, and ``app``, which wires them. Words stand in ``words/*.toml``, pages in ``templates``.

May import the rooms below and ``access``; never ``api``.
"""

from wowengine.console.app import make_app

__all__ = ["make_app"]
