"""What can be configured. Read by the edges only; inside, plain values are passed down."""

from pathlib import Path

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

MODELS = "models"  # folder of trained models, under home


class Settings(BaseSettings):
    """Every setting, read from ``WOW_*`` environment variables."""

    model_config = SettingsConfigDict(env_prefix="WOW_", frozen=True)

    home: Path = Field(Path(".wow"), description="Where files live: the SQLite database, models, policy.")
    database_url: str = Field("", description="SQLAlchemy address of the database. Empty: SQLite in `WOW_HOME`.")
    broker_url: str = Field(
        "", description="Redis, Valkey or RabbitMQ for Celery. Empty: an in-process worker does the work."
    )
    host: str = Field(
        "127.0.0.1", description="Address to listen on. Any but this machine's own wants `WOW_ADMIN_KEY`."
    )
    port: int = Field(8600, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    admin_key: SecretStr = Field(
        SecretStr(""),
        description="The one key that opens API and console. Empty: open, but on this machine alone.",
    )
    holdout_salt: SecretStr = Field(
        SecretStr("wowengine"), description="Salt of the holdout's hash. Change it and the groups change."
    )
    holdout_share: float = Field(
        0.1, ge=0, le=0.5, description="Share of customers who get no surprises, so that we can tell."
    )
    encoder: bool = Field(
        default=False, description="Read texts with the multilingual encoder too: 16 languages, twenty times as slow."
    )
    company: str = Field("Our company", description="How the company names itself in drafts.")

    @field_validator("database_url")
    @classmethod
    def _name_the_driver(cls, url: str) -> str:
        """Take the plain ``postgresql://`` that everybody writes; psycopg 3 is the driver."""
        for plain in ("postgresql://", "postgres://"):
            if url.startswith(plain):
                return "postgresql+psycopg://" + url.removeprefix(plain)
        return url

    @property
    def database(self) -> str:
        """Address of the database that is used."""
        return self.database_url or f"sqlite:///{self.home.absolute() / 'wow.db'}"

    @property
    def models(self) -> Path:
        """Folder of trained models."""
        return self.home / MODELS

    @property
    def taxonomy(self) -> Path | None:
        """File of a company's own interests and words, where there is one."""
        file = self.home / "taxonomy.toml"
        return file if file.exists() else None

    @property
    def readers(self) -> Path:
        """Folder of the readers that a company trained."""
        return self.home / "readers"

    @property
    def spool(self) -> Path:
        """Folder where messages of the spool channel are laid for other systems."""
        return self.home / "spool"

    @property
    def policy(self) -> Path:
        """The manager's policy file. It holds until a policy is activated; where it is absent the packaged one does."""
        return self.home / "policy.toml"
