"""What a fresh installation reads with: readers of sentiment and complaint reason, and the texts they learned from.

``corpus.en.ndjson`` and ``corpus.it.ndjson`` are our own: written for this, about nobody, difficult on purpose.
``sentiment`` and ``reason`` (arrays and card each) were learned from them, and sentiment also from the tweets that were
rated for VADER (Hutto and Gilbert 2014, MIT). What made them: ``python -m wowengine.profiles.reading.starter``.
"""
