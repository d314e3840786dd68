"""What a text says: its language, how it feels, why it complains, what it likes and states; and what must be dropped.

Everything is done over whole frames: texts become padded tokens (`` like this ``), cues are looked up in one pass
(Aho-Corasick), and guards decide who is meant. The words stand in TOML files beside the code, in English and Italian,
to be read and mended by people who do not program.

Two kinds of reading stand side by side. Word lists find what must be right and shown (interests, preferences); learned
readers judge the whole text (sentiment, reason), and are given what the lists found as hints.

Reading order: ``words`` (folding, sentences, clauses, cues), ``sensitive`` (lists of what must not be known),
``language``, ``sentiment`` (words that feel good or bad), ``topics`` (interests); ``rules`` (patterns behind a gate of
words), by which ``preferences``, ``moments`` with their ``dates`` and ``flags`` (what cannot wait) are found;
``places`` and ``entities`` (mentions, hashtags, links); ``grams`` and ``hints`` (texts into numbers), ``encoder``
(optional), ``reader`` and ``readers`` (what was learned, and which are in force), ``shelf``; ``gate`` (before storage;
by meaning too, where the encoder is on); ``states`` (what is stated in other words than the rules'); ``lesson``,
``learn``, ``examine``, ``teach`` (how readers are made); ``starter`` (those that are shipped); and ``read``, which
takes a text through them all.
"""
