"""What is known of the systems outside that messages are handed to. The edges read it from `Settings`."""

from dataclasses import dataclass, field

# What each channel wants to know before it is open; the rest want nothing.
NEEDS = {
    "email": ("smtp_url", "mail_from"),
    "webhook": ("webhook_url", "webhook_secret"),
    "desk_note": ("chatwoot_url", "chatwoot_account", "chatwoot_token"),
}


@dataclass(frozen=True)
class Outlets:
    """Addresses and keys, empty where not configured; what is secret is never shown."""

    smtp_url: str = field(default="", repr=False)
    mail_from: str = ""
    webhook_url: str = field(default="", repr=False)
    webhook_secret: str = field(default="", repr=False)
    chatwoot_url: str = ""
    chatwoot_account: str = ""
    chatwoot_token: str = field(default="", repr=False)

    def missing(self, channel: str) -> list[str]:
        """Return what a channel wants to know and is not told, by the names above."""
        return [name for name in NEEDS.get(channel, ()) if not getattr(self, name)]

    def begun(self, channel: str) -> bool:
        """Whether a channel is told of some of what it wants to know."""
        return len(self.missing(channel)) < len(NEEDS.get(channel, ()))
