"""Every setting of the tracker, once: read from the environment, typed, documented, refused where it is unsafe."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent
SHORTEST_SECRET = 32
WEB = ("https://", "http://")
YES, NO = ("yes", "true", "on", "1"), ("no", "false", "off", "0")
NOTIFY_URL = "https://api.notifications.service.gov.uk"
EXAMPLE_ALLOCATION = ROOT / "tracker" / "policies" / "allocation.toml"
EXAMPLE_RETENTION = ROOT / "tracker" / "policies" / "retention.toml"
EXAMPLE_PUBLICATION = ROOT / "tracker" / "policies" / "publication.toml"


class BadSettingError(ValueError):
    """A setting is missing or unsafe; the text names it and says what to do."""


@dataclass(frozen=True, slots=True)
class Config:
    """The settings. The README's table lists them in the same words."""

    # Where the records are: `sqlite:////path` or `postgresql+psycopg://…`.
    database_url: str
    # Signs the sessions' cookies; at least 32 characters, required for `tracker serve`.
    secret_key: str
    # Fixes the clock (ISO instant with a zone), for tests and demonstrations only.
    now: datetime | None = None
    # Where to listen.
    host: str = "127.0.0.1"
    port: int = 8000
    # How many processes serve; more than one only with PostgreSQL.
    workers: int = 1
    # Cookies travel over HTTPS only.
    secure_cookies: bool = True
    # Minutes without a request after which a session ends.
    session_minutes: int = 60
    # How many proxies in front say, each in X-Forwarded-For, whose request they pass on; 0 believes none.
    proxies: int = 0
    # How long words are kept: a TOML file; the example that the tracker is shipped with, if none is named.
    retention: Path = EXAMPLE_RETENTION
    # Who may lead, how much anybody takes, how often and how far: a TOML file; the shipped example, if none is named.
    allocation: Path = EXAMPLE_ALLOCATION
    # What of inspectors' interests is fit for publication: a TOML file; the shipped example, if none is named.
    publication: Path = EXAMPLE_PUBLICATION
    # Where people reach the tracker; notices lead there.
    base_url: str = ""
    # Sends notices: `smtp://user:password@host:port?starttls=1`, or `smtps://…`; and from which address.
    smtp_url: str = ""
    mail_from: str = ""
    # Sends them through GOV.UK Notify instead: its API key, and the template that has `subject` and `text`.
    notify_key: str = ""
    notify_template: str = ""
    notify_url: str = NOTIFY_URL
    # Signs checkpoints: the file that `tracker history key` made.
    signing_key: Path | None = None
    # Who countersigns them: each witness's address and its verifier, as in `https://witness.example NAME+HASH+KEY`.
    witnesses: tuple[tuple[str, str], ...] = ()
    # Where they go: files, `mailto:` addresses and `https://` addresses.
    checkpoint_to: tuple[str, ...] = ()
    # Shows the demonstration's sign-ins on the sign-in page; set by `tracker demo`, never from the environment.
    demonstration: bool = False
    # The work of a password hash, as argon2's time cost; lower only in tests.
    password_cost: int = 3

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> "Config":
        """Read the settings; raise BadSettingError that names the variable and the cure."""
        return cls(
            database_url=env.get("TRACKER_DATABASE_URL") or default_database_url(),
            secret_key=env.get("TRACKER_SECRET_KEY", ""),
            now=_instant(env.get("TRACKER_NOW")),
            host=env.get("TRACKER_HOST") or "127.0.0.1",
            port=_whole(env, "TRACKER_PORT", 8000, most=65_535),
            workers=_whole(env, "TRACKER_WORKERS", 1, most=64),
            secure_cookies=_yes(env, "TRACKER_SECURE_COOKIES"),
            session_minutes=_whole(env, "TRACKER_SESSION_MINUTES", 60, most=24 * 60),
            base_url=_address(env, "TRACKER_BASE_URL"),
            smtp_url=env.get("TRACKER_SMTP_URL", ""),
            mail_from=env.get("TRACKER_MAIL_FROM", ""),
            notify_key=env.get("TRACKER_NOTIFY_KEY", ""),
            notify_template=env.get("TRACKER_NOTIFY_TEMPLATE", ""),
            notify_url=env.get("TRACKER_NOTIFY_URL") or NOTIFY_URL,
            allocation=Path(env.get("TRACKER_ALLOCATION") or EXAMPLE_ALLOCATION),
            retention=Path(env.get("TRACKER_RETENTION") or EXAMPLE_RETENTION),
            publication=Path(env.get("TRACKER_PUBLICATION") or EXAMPLE_PUBLICATION),
            signing_key=Path(env["TRACKER_SIGNING_KEY"]) if env.get("TRACKER_SIGNING_KEY") else None,
            witnesses=_pairs(env, "TRACKER_WITNESSES"),
            checkpoint_to=_keepers(env, "TRACKER_CHECKPOINT_TO"),
            proxies=_whole(env, "TRACKER_PROXIES", 0, least=0, most=9),
        )

    def refuse_unsafe(self) -> None:
        """Raise BadSettingError where these settings must not serve real people."""
        if len(self.secret_key) < SHORTEST_SECRET:
            message = f"TRACKER_SECRET_KEY: set a secret of at least {SHORTEST_SECRET} random characters"
            raise BadSettingError(message)
        if self.now is not None:
            message = "TRACKER_NOW: fixes the clock, which is for tests and demonstrations only; unset it"
            raise BadSettingError(message)
        if self.workers > 1 and self.database_url.startswith("sqlite"):
            message = "TRACKER_WORKERS: more than one process needs PostgreSQL; set TRACKER_DATABASE_URL or unset this"
            raise BadSettingError(message)

    def refuse_set_back(self, last: datetime | None) -> None:
        """Raise BadSettingError where the clock is fixed at an instant before the last act: nobody may date back."""
        if self.now is not None and last is not None and self.now < last:
            message = "TRACKER_NOW: fixes the clock before the last act that the history tells of; unset it"
            raise BadSettingError(message)


def default_database_url() -> str:
    """Return the embedded database's address: a file under `instance/` beside the code."""
    return f"sqlite:///{ROOT / 'instance' / 'tracker.sqlite'}"


def _whole(env: Mapping[str, str], name: str, default: int, *, least: int = 1, most: int) -> int:
    text = env.get(name) or str(default)
    if not text.isdecimal() or not least <= int(text) <= most:
        message = f"{name}: give a whole number from {least} to {most}, not “{text}”"
        raise BadSettingError(message)
    return int(text)


def _yes(env: Mapping[str, str], name: str) -> bool:
    text = (env.get(name) or "yes").strip().lower()
    if text not in (*YES, *NO):
        raise BadSettingError(f"{name}: give yes or no, not “{text}”")
    return text in YES


def _instant(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        instant = None
    if instant is None:
        message = f"TRACKER_NOW: “{text}” is no instant; write one as 2026-03-02T09:00:00+00:00"
        raise BadSettingError(message)
    if instant.tzinfo is None:
        message = f"TRACKER_NOW: “{text}” has no time zone: add one, as in {instant.isoformat()}+00:00"
        raise BadSettingError(message)
    return instant.astimezone(UTC)


def _address(env: Mapping[str, str], name: str) -> str:
    text = env.get(name, "").rstrip("/")
    if text and not text.startswith(WEB):
        raise BadSettingError(f"{name}: write it as a browser has it, such as https://{text.rpartition('://')[2]}")
    return text


def _keepers(env: Mapping[str, str], name: str) -> tuple[str, ...]:
    words = tuple(env.get(name, "").split())
    for each in words:
        if "://" in each and not each.startswith(WEB):
            raise BadSettingError(f"{name}: “{each}” is no file, no mailto: address and no https:// address")
    return words


def _pairs(env: Mapping[str, str], name: str) -> tuple[tuple[str, str], ...]:
    words = env.get(name, "").split()
    if len(words) % 2:
        raise BadSettingError(f"{name}: give each witness's address and its verifier, with spaces between all of them")
    return tuple(zip(words[::2], words[1::2], strict=True))
