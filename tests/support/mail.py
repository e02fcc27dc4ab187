"""A real mail server on loopback, which keeps what it takes, and may be told to refuse or to be slow."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller

FROM = "tracker@example.org"


@dataclass
class Post:
    """What a server took, and how it behaves: `refuses` and `refuses_data` answer with these codes."""

    port: int = 0
    taken: list[EmailMessage] = field(default_factory=list)
    refuses: dict[str, str] = field(default_factory=dict)
    refuses_data: str = ""
    seconds: float = 0.0

    @property
    def settings(self) -> dict[str, str]:
        """The settings of a tracker that sends through this server."""
        return {
            "TRACKER_SMTP_URL": f"smtp://127.0.0.1:{self.port}",
            "TRACKER_MAIL_FROM": f"Tracker <{FROM}>",
            "TRACKER_BASE_URL": "https://interests.example.org",
        }

    @property
    def ids(self) -> list[str]:
        """The Message-IDs of what was taken, in order."""
        return [str(each["Message-ID"]) for each in self.taken]

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802 (aiosmtpd's name)
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 (aiosmtpd's name)
        if self.refuses_data:
            return self.refuses_data
        self.taken.append(message_from_bytes(envelope.content, policy=default))
        if self.seconds:
            await asyncio.sleep(self.seconds)
        return "250 taken"


@contextmanager
def running_post() -> Iterator[Post]:
    """Start a mail server on a port of its own."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        post = Post(free.getsockname()[1])
    controller = Controller(post, hostname="127.0.0.1", port=post.port)
    controller.start()
    try:
        yield post
    finally:
        controller.stop()
