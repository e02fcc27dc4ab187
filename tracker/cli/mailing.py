"""Handing notices to a mail server, or to GOV.UK Notify, one at a time; telling “not taken” from “nobody can tell”."""

import smtplib
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol, Self
from urllib.parse import parse_qs, unquote, urlsplit

from config import BadSettingError, Config
from tracker.domain.notices import Letter

if TYPE_CHECKING:
    from notifications_python_client.errors import APIError

SECONDS = 30
MAIL_PORTS = {"smtp": 25, "smtps": 465}
OWN_MACHINE = ("localhost", "127.0.0.1", "::1")
PERMANENT = 500
BAD_REQUEST = 400
# A wrong key, or too many at once: none of the next would be taken either.
STOPPED = (401, 403, 429)
# What is named in the error of a request that no server ever saw.
NEVER_REACHED = ("NewConnectionError", "NameResolutionError", "ConnectTimeout", "SSLError", "ProxyError")


class NotTakenError(Exception):
    """The server did not take a letter, for sure. `is_address` where it refuses the address itself for good."""

    def __init__(self, why: str, *, is_address: bool = False, is_down: bool = False) -> None:
        super().__init__(why)
        self.is_address = is_address
        self.is_down = is_down


class InDoubtError(Exception):
    """Nobody can tell whether the server took a letter: the line broke before it answered. No more is sent then."""


class Sender(Protocol):
    """Sends letters while it is open."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def send(self, letter: Letter, ref: str, at: datetime) -> None:
        """Hand one letter over; raise NotTakenError or InDoubtError."""


def sender_of(config: Config) -> Sender:
    """Return how this installation sends; raise BadSettingError that names the setting and the cure."""
    if not config.base_url.startswith(("https://", "http://")):
        raise BadSettingError("TRACKER_BASE_URL: set the address of the tracker, as in https://interests.example.org")
    if config.notify_key:
        if not config.notify_template:
            raise BadSettingError("TRACKER_NOTIFY_TEMPLATE: set the template's number, beside TRACKER_NOTIFY_KEY")
        return Notify(config)
    if not config.smtp_url:
        raise BadSettingError("TRACKER_SMTP_URL: set the mail server, as in smtp://mail.example.org:25")
    if "@" not in parseaddr(config.mail_from)[1]:
        raise BadSettingError("TRACKER_MAIL_FROM: set the address that notices come from")
    return Smtp(config)


class Smtp:
    """A mail server; the line is opened with the first letter, and anew after a fault."""

    def __init__(self, config: Config) -> None:
        parts = urlsplit(config.smtp_url)
        if parts.scheme not in MAIL_PORTS or not parts.hostname:
            raise BadSettingError("TRACKER_SMTP_URL: write smtp://host:port or smtps://host:port")
        self.host, self.port = parts.hostname, parts.port or MAIL_PORTS[parts.scheme]
        self.is_tls = parts.scheme == "smtps"
        self.starts_tls = parse_qs(parts.query).get("starttls", ["0"])[0] == "1"
        self.user, self.password = unquote(parts.username or ""), unquote(parts.password or "")
        if self.user and not (self.is_tls or self.starts_tls or self.host in OWN_MACHINE):
            raise BadSettingError("TRACKER_SMTP_URL: a password would go in the clear; write smtps:// or ?starttls=1")
        self.sender = config.mail_from
        self.domain = parseaddr(config.mail_from)[1].rpartition("@")[2]
        self.line: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def _close(self) -> None:
        line, self.line = self.line, None
        if line is not None:
            line.close()

    def _open(self) -> smtplib.SMTP:
        if self.line is not None:
            return self.line
        try:
            kind = smtplib.SMTP_SSL if self.is_tls else smtplib.SMTP
            line = kind(self.host, self.port, timeout=SECONDS)
            self.line = line
            if self.starts_tls:
                line.starttls()
            line.ehlo_or_helo_if_needed()
            if self.user:
                line.login(self.user, self.password)
        except (OSError, smtplib.SMTPException) as error:
            self._close()
            raise NotTakenError(f"the mail server cannot be reached: {_short(error)}", is_down=True) from error
        return line

    def send(self, letter: Letter, ref: str, at: datetime) -> None:
        """Hand one letter over; its Message-ID is made of the notice's reference, the same at each attempt."""
        line = self._open()
        try:
            raw = self._written(letter, ref, at)
            line.rset()
            self._expect(line.mail(parseaddr(self.sender)[1]), is_address=False)
            self._expect(line.rcpt(letter.to), is_address=True)
        except ValueError as error:
            raise NotTakenError("the address cannot be written in a letter", is_address=True) from error
        except (OSError, smtplib.SMTPException) as error:
            self._close()
            raise NotTakenError(f"the mail server broke off: {_short(error)}") from error
        try:
            answer = line.data(raw)
        except smtplib.SMTPDataError as error:
            raise NotTakenError(f"the mail server refused it: {error.smtp_code}") from error
        except (OSError, smtplib.SMTPException) as error:
            self._close()
            raise InDoubtError("the line broke before the mail server answered") from error
        self._expect(answer, is_address=False)

    def _written(self, letter: Letter, ref: str, at: datetime) -> bytes:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self.sender, letter.to, letter.subject
        message["Date"], message["Message-ID"] = format_datetime(at), f"<{ref}@{self.domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.text)
        letter.to.encode("ascii")
        return message.as_bytes()

    @staticmethod
    def _expect(answer: tuple[int, bytes], *, is_address: bool) -> None:
        code = answer[0]
        if code // 100 != 2:  # noqa: PLR2004 (2xx: taken)
            what = "the address" if is_address else "it"
            raise NotTakenError(f"the mail server refused {what}: {code}", is_address=is_address and code >= PERMANENT)


class Notify:
    """GOV.UK Notify, with a template of two fields, `subject` and `text`."""

    def __init__(self, config: Config) -> None:
        try:
            from notifications_python_client.notifications import NotificationsAPIClient
        except ImportError as error:
            raise BadSettingError("TRACKER_NOTIFY_KEY: install the extra “notify” first") from error
        made: Any = NotificationsAPIClient
        self.client = made(config.notify_key, base_url=config.notify_url, timeout=SECONDS)
        self.template = config.notify_template

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing stays open."""

    def send(self, letter: Letter, ref: str, at: datetime) -> None:  # noqa: ARG002 (Notify dates it itself)
        """Hand one letter over."""
        from notifications_python_client.errors import APIError

        words = {"subject": letter.subject, "text": letter.text}
        try:
            self.client.send_email_notification(letter.to, self.template, personalisation=words, reference=ref)
        except APIError as error:
            raise _judged(error) from error


def _judged(error: "APIError") -> Exception:
    """Return what an error of Notify's client means; one without an answer tells by its cause how far it came."""
    if error.response is None:
        never_reached = any(name in repr(error.__cause__) for name in NEVER_REACHED)
        why = "GOV.UK Notify cannot be reached" if never_reached else "the line broke before GOV.UK Notify answered"
        return NotTakenError(why, is_down=True) if never_reached else InDoubtError(why)
    code = int(error.status_code)
    if code >= PERMANENT or code < BAD_REQUEST:
        return InDoubtError(f"GOV.UK Notify answered {code}")
    why = f"GOV.UK Notify refused it: {code}"
    return NotTakenError(why, is_address=code == BAD_REQUEST, is_down=code in STOPPED)


def _short(error: Exception) -> str:
    """Return an error in a few words; never what was to be sent."""
    return f"{type(error).__name__}{f' {error.errno}' if isinstance(error, OSError) and error.errno else ''}"
