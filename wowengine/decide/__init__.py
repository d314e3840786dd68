"""WHETHER, and WHICH? Plain Python and numbers: no SQL, no frames, no model, no clock.

Between a score and a gesture stand the questions that a manager, a customer and a court will ask: may they have it,
what is owed, is it fair, would we say it to their face, and why this one. Each is answered here by arithmetic that a
person can redo with the policy in one hand and the law in the other.

Reading order:

- ``candidate``    what is decided about: a person, a moment, an incident, candidates; and ``Verdict``, a rule's word
- ``decide``       the one function, from those to a ``Decision`` (``decision``); ``judge`` has every rule's word
- ``policy``       the manager's numbers, in ``policy.toml``
- ``offer``        a candidate worked out for this person and moment: the one thing that rules look at
- ``eligibility``, ``contact``, ``face``   the rules: may they have it, may we reach them, would we say so to them
- ``distance``, ``private``               how far words stand from what they told us, and what is nobody's business
- ``regime``, ``law``                      what the law owes: the files in force, and what each of them says
- ``owed``, ``hearing``, ``facts``         which of them speaks, how one is asked, and what one would have to know
- ``air``, ``late``, ``refund``, ``fixed``, ``review``   the five kinds of arithmetic that a file may name
- ``reported``                             an incident as it is reported from outside, and its answer
- ``floor``, ``goodwill``                  owed and added, in files of their own since they are never mixed
- ``arbitration``, ``order``               the best of what passed; and who comes first where chance has a say
- ``arms``                               in which treatment a customer stands, so that we can tell what helps
- ``why``, ``draft``, ``texts``, ``words``  what is said to customers, in English and Italian
- ``allocation``, ``scarce``               what is scarce, shared out among many, and the word on it; the
  ``allocation_*`` files beside it are the only ones with numpy
- ``receipt``, ``replay``, ``canonical``   everything a decision rested on, sealed; and the same decision again
- ``fairness``, ``otherwise``, ``sufferers``   whether the same harm is made good alike, and who suffered in silence
- ``policy_check``, ``ladder_check``, ``policy_schema``   what is idle in a policy, and its form for editors
- ``spending``                             whether one policy lets more be spent than another
- ``trace``, ``counterfactual``            which way the candidates went, and what would have put another first

A "no" is a `Verdict` with its reason, and all rules always speak, so that a reviewer sees every reason. What is owed
needs no consent and knows no cap. Amounts of money are never an affair of the model: it ranks forms, and no more.

May import the standard library, pydantic, ``terms`` and ``errors``; nothing else of the house.
"""
