"""WHO is this, and what do they care about: signals in, profiles out.

Facts come in as files or API batches, are checked row by row, linked to a customer by a proven handle, freed of what
must not be known, and kept with the purpose they may serve. From what is kept, profiles are built: mood and care
history from what may serve care, interests and stated preferences from what may serve interests. Nothing is learned
about anybody who has not said yes, and every interest can show the words it rests on.

Reading order:

- ``frames``      the contracts of what may come in, ``check()``, and the frames handed on to others
- ``sources``     platforms, mailboxes, help desks and files into raw rows, each account read only with a yes
- ``intake``      checked rows into the database: linked, gated, counted; the same twice changes nothing
- ``identity``    handles, normalised and owned by one customer each; ``handles`` links them, ``proof`` makes codes
- ``merging``     two records of one customer made one, and parted again; ``matching`` finds ``pairs`` for a person
- ``refusals``    what the rules of identity say to whoever is refused
- ``consent``     which signal may serve which purpose; silence means no
- ``reading``     what a text says, and what must be dropped
- ``interests``   mentions into affinities that fade
- ``care``        threads, waits, complaints
- ``build``       the chain of pure steps from signals to profiles; ``keys`` numbers the names they sort by
- ``material``    what may be read for it, by purpose; ``store`` writes what was built, hands it on, and purges
- ``unsocial``    profiles as they would be had nobody listened in public
- ``stale``       whose profile must be built anew
- ``evidence``    the words behind an interest, for a reviewer's eyes; ``moments`` of their life, those to come first
- ``listening``   what anybody says of the brand, in numbers alone; ``alarm`` tells when it is out of the ordinary

May import ``db``, ``terms``, ``errors`` and ``clock``. ``recommend`` takes ``frames`` from here and nothing else.
"""
