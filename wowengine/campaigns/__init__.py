"""THEN what happens, and who said so? From a decision to a delivered gesture, once, on time and on budget.

A decision becomes an **action**: a piece of work with a life. A person approves it, and its money is held; staff or
a worker deliver it, and its money is spent; or it ends in another way, and its money is free again. What the
customer then did is an **outcome**, from which the model learns.

Three promises, each kept in one place and repeated by the database:

- an action moves only along `lifecycle.TRANSITIONS`, and only through `store.step`, which also writes the event,
  moves the money and rings for a worker, all in the caller's transaction: no verb can forget one of them;
- no account is overspent: `ledger` changes counters by one conditional UPDATE under a CHECK, never check-then-write;
- nothing is delivered twice: a worker commits SENDING before it calls outside, and what is in doubt is looked up
  or shown to a person, never sent again blindly.

Reading order: ``lifecycle`` (the table), ``models``, ``store`` (the one writer), ``holdings`` and ``ledger`` (the
money); then as an action lives: ``assignments``, ``payload``, ``handling``, ``propose``, ``review`` (and ``ladder``:
who may, ``heir``: what an amendment makes, ``lookalikes``: many at a look, ``remarks``: what colleagues say, ``never``:
never again), ``ground``, ``ownership`` (whose a task is, and which first), ``notices`` and ``telling`` (who is told),
``checklist``, ``proof``, ``deliver``, ``courier`` with ``channels``, ``sweep``, ``outcomes`` with ``reactions`` and
``heard``; ``invariants`` says whether all of it held. Beside them ``receipts`` (decisions read again), ``policies``
(which one is in force, and how another takes its place), ``rehearsal`` (one tried on the past).

Campaigns: ``campaign`` (tables and steps), ``audience`` (whom one is for: ``audience_words`` first, then
``audience_grammar``), ``plan`` (what a marketer writes), ``launch`` (its life, and the one writer of it), ``purse``
(its money), ``look`` (what came of everybody), ``called_off``, ``hours``, ``answers``. And whether it pays: ``lift``
(what a treatment did, by ``lift_intervals`` and ``lift_plan``, of a ``lift_table`` or ``lift_arms``) and ``results``
(``worked`` and ``resolved`` say what was done, ``drawn`` who was held out, ``worth`` what is left; ``care_weeks`` what
care costs; ``results_told`` presents).

May import ``decide`` (decisions come from it) and ``profiles`` (consent, the files' contract), and what they lean
on; never ``recommend``. Functions take the caller's session and never commit; ``courier`` alone, which must commit
before and after a call outside, is handed the edge's way to open a transaction.
"""
