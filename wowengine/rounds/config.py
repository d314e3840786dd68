"""The plain values a round needs; the edges read them from `Settings`."""

from dataclasses import dataclass, field
from pathlib import Path

from wowengine.campaigns.channels.outlets import Outlets


@dataclass(frozen=True)
class Config:
    """Where files lie, and who is held out."""

    home: Path  # folder of all that is kept in files
    models: Path  # folder of trained models
    policy: Path  # the manager's policy until one is activated; the packaged default where it is absent
    spool: Path  # folder where the spool channel lays its messages
    holdout_salt: str
    holdout_share: float  # 0 to 0.5
    company: str  # how the company names itself in drafts
    outlets: Outlets = field(default_factory=Outlets)  # the systems outside that messages are handed to

    @property
    def regimes(self) -> Path:
        """Folder of the company's own promises; it may be absent."""
        return self.home / "regimes"
