"""How often one network may be refused at the door: an account's own lock stops nobody who guesses at many accounts."""

from collections import OrderedDict, deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from threading import Lock
from typing import Any

from flask import Flask, current_app, request
from werkzeug.middleware.proxy_fix import ProxyFix

from config import Config
from tracker.web.settings import config

KEY = "tracker.crowding"
# A whole office may share one address, and its people forget passwords; who guesses needs thousands.
MOST_REFUSALS, WITHIN = 30, timedelta(minutes=15)
# Of so many addresses the refusals are remembered, in this process alone; the oldest are forgotten first.
MOST_ADDRESSES = 10_000
# Whoever has an IPv6 address has at least this much of a network to choose others from.
OWN_PREFIX = 64


@dataclass
class Refusals:
    """When each network address was refused."""

    when: OrderedDict[str, deque[datetime]] = field(default_factory=OrderedDict)
    lock: Lock = field(default_factory=Lock)

    def add(self, address: str, at: datetime) -> None:
        """Remember a refusal."""
        with self.lock:
            self.when.setdefault(address, deque(maxlen=MOST_REFUSALS)).append(at)
            self.when.move_to_end(address)
            if len(self.when) > MOST_ADDRESSES:
                self.when.popitem(last=False)

    def are_too_many(self, address: str, at: datetime) -> bool:
        """Tell whether as many refusals as may be fall within the time."""
        with self.lock:
            found = self.when.get(address)
            return found is not None and len(found) == MOST_REFUSALS and at - found[0] < WITHIN


def init_app(app: Flask, settings: Config) -> None:
    """Remember refusals, and believe as many proxies about the caller's address as the settings say there are."""
    app.extensions[KEY] = Refusals()
    if settings.proxies:
        proxied: Any = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=0, x_host=0)
        app.wsgi_app = proxied  # type: ignore[method-assign]  # the framework's own way to wrap it


def is_crowded(at: datetime) -> bool:
    """Tell whether the caller's network was refused too often of late."""
    caller = _caller()
    return caller is not None and _refusals().are_too_many(caller, at)


def refused(at: datetime) -> None:
    """Remember that the caller was refused."""
    caller = _caller()
    if caller is not None:
        _refusals().add(caller, at)


def _refusals() -> Refusals:
    found: Refusals = current_app.extensions[KEY]
    return found


def _caller() -> str | None:
    """Return the caller's network; None where it is not known, for then all would share one limit."""
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        return None
    if address.is_loopback and not config().proxies:
        # A proxy on this machine of which the settings say nothing: behind it may be anybody.
        return None
    prefix = OWN_PREFIX if isinstance(address, IPv6Address) else address.max_prefixlen
    return str(ip_network((address, prefix), strict=False))
