"""What can be configured. Read by the edges only; inside, plain values are passed down."""

import base64
from email.utils import parseaddr
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

Address = TypeVar("Address", str, SecretStr)
SECRET_BYTES = range(24, 64 + 1)
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
    smtp_url: SecretStr = Field(
        SecretStr(""),
        description="Mail server of the channel `email`: `smtps://user:password@host:465`, or `smtp://` for STARTTLS.",
    )
    mail_from: str = Field("", description="Who writes those e-mails, such as `Volare <care@volare.example>`.")
    webhook_url: SecretStr = Field(SecretStr(""), description="Where the channel `webhook` posts to; https alone.")
    webhook_secret: SecretStr = Field(
        SecretStr(""), description="Signs webhooks (Standard Webhooks): `whsec_` and 24 to 64 bytes in base64."
    )
    chatwoot_url: str = Field("", description="Chatwoot, for the channel `desk_note`; https alone.")
    chatwoot_account: str = Field("", pattern=r"^\d*$", description="Number of the account in Chatwoot.")
    chatwoot_token: SecretStr = Field(
        SecretStr(""), description="Access token of the agent in whose name notes are written."
    )

    @field_validator("database_url")
    @classmethod
    def _name_the_driver(cls, url: str) -> str:
        """Take the plain ``postgresql://`` that everybody writes; psycopg 3 is the driver."""
        for plain in ("postgresql://", "postgres://"):
            if url.startswith(plain):
                return "postgresql+psycopg://" + url.removeprefix(plain)
        return url

    @field_validator("smtp_url", "webhook_url", "chatwoot_url")
    @classmethod
    def _goes_encrypted(cls, url: Address, info: ValidationInfo) -> Address:
        """Take no address that messages would not be sent to, and do not repeat it: it may hold a password."""
        spelt = url.get_secret_value() if isinstance(url, SecretStr) else url
        schemes = ("smtps", "smtp") if info.field_name == "smtp_url" else ("https",)
        if spelt and not _leads_to_a_host(spelt, schemes):
            raise ValueError(f"it must begin with {' or '.join(f'{scheme}://' for scheme in schemes)} and name a host")
        return url

    @field_validator("mail_from")
    @classmethod
    def _has_an_address(cls, sender: str) -> str:
        if sender and "@" not in parseaddr(sender)[1]:
            raise ValueError("it must hold an e-mail address")
        return sender

    @field_validator("webhook_secret")
    @classmethod
    def _signs(cls, secret: SecretStr) -> SecretStr:
        """Take a secret of Standard Webhooks 1.0.0 or none; it is not repeated where it is wrong."""
        prefix, _, key = secret.get_secret_value().partition("_")
        try:
            fits = prefix == "whsec" and len(base64.b64decode(key, validate=True)) in SECRET_BYTES
        except ValueError:
            fits = False
        if secret and not fits:
            raise ValueError("it must be whsec_ and 24 to 64 bytes in base64")
        return secret

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


def _leads_to_a_host(url: str, schemes: tuple[str, ...]) -> bool:
    try:
        told = urlsplit(url)
        return told.scheme in schemes and bool(told.hostname) and told.port != 0
    except ValueError:  # a port that is none; its message would repeat what may be a password
        return False
