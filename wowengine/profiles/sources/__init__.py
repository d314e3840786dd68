"""Where raw rows come from: one file a format, all behind one protocol. Each gives the frame ``frames.check`` takes.

Reading order:

- ``base``            the protocol: a source has a terms card, parses documents, and is asked for one account's news
- ``collect``         asks a source on behalf of those who are linked and agreed, and stores page by page
- ``turns``           whose turn it is to read a source, and when it is due again; ``run`` takes one, by hand or clock
- ``registry``        every source by its name, and what the company says of it in ``sources.toml``
- ``mastodon``        a platform's API
- ``http``            how a platform is asked: back-off, rates, giving up; ``plain`` HTML into text; ``shape`` of JSON
- ``rows``            mappings, such as a request's items, into a raw frame
- ``files``           CSV, NDJSON, Parquet, TOML of the company's own making, for ``wow import``

A source stores nothing. ``models`` holds how far each was read.
"""
