"""What a text says: its language, how it feels, why it complains, what it likes and states; and what must be dropped.

Everything is done over whole frames: texts become padded tokens (`` like this ``), cues are looked up in one pass
(Aho-Corasick), and guards decide who is meant. The words stand in TOML files beside the code, in English and Italian,
to be read and mended by people who do not program.

Reading order: ``words`` (folding, sentences, clauses, cues), ``sensitive`` (the gate before storage), ``language``,
``sentiment``, ``reasons``, ``topics`` (interests), ``preferences``, and ``read``, which takes a text through them all.
"""
