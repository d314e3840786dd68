"""What ``wow export`` writes into files: results and whole tables."""

from pathlib import Path

from wowengine.cli.app import bars, database, settings
from wowengine.cli.results import asked_of, by_word
from wowengine.errors import BadInput

RESULTS = "results"
RATES = ("", 3_000, 1_000, 30)


def write_table(what: str, file: Path, by: str) -> int:
    """Write results or a table into a CSV or Parquet file; return how many rows."""
    from wowengine.campaigns.tables import Exported, parts_of, write

    if what == RESULTS:
        return _write_results(file, by)
    if what not in list(Exported):
        raise BadInput(f"{RESULTS}, {', '.join(Exported)} can be written into a file, not {what!r}.")
    with database(settings()).reading() as session, bars() as progress:
        return write(parts_of(session, Exported(what), progress), file)


def _write_results(file: Path, by: str) -> int:
    from wowengine.campaigns.results import results
    from wowengine.campaigns.results_told import table
    from wowengine.campaigns.tables import write

    given, word = settings(), by_word(by)
    asked = asked_of(given, ("", ""), RATES)
    with database(given).reading() as session:
        found = results(session, asked, word)
    return write([table(found, asked.rates.currency)], file)
