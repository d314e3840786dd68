"""Where the readers of this process lie: said once by its edges, as the database is."""

from dataclasses import dataclass
from pathlib import Path


@dataclass
class Shelf:
    """Where a company's own readers lie, and whether texts are read with the multilingual encoder."""

    folder: Path | None = None
    encoded: bool = False

    def use(self, folder: Path | None, *, encoded: bool) -> None:
        """Read with what lies there from now on."""
        self.folder, self.encoded = folder, encoded


shelf = Shelf()
