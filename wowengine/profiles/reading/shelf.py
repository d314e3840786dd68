"""Where the readers of this process lie, and a company's own taxonomy: said once by its edges, as the database is."""

from dataclasses import dataclass
from pathlib import Path


@dataclass
class Shelf:
    """What a company reads with.

    Attributes
    ----------
    folder
        Where its own readers lie.
    encoded
        Whether texts are read with the multilingual encoder.
    taxonomy
        The file of its own interests and words, merged over ours.
    """

    folder: Path | None = None
    encoded: bool = False
    taxonomy: Path | None = None

    def use(self, folder: Path | None, *, encoded: bool, taxonomy: Path | None = None) -> None:
        """Read with what lies there from now on."""
        self.folder, self.encoded, self.taxonomy = folder, encoded, taxonomy


shelf = Shelf()
