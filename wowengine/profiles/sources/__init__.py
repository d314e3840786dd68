"""Where raw rows come from. One file a source; each gives the frame that ``frames.check`` takes.

Reading order: ``rows`` (mappings, such as a request's items, into a raw frame), ``files`` (CSV, NDJSON, Parquet, TOML).
"""
