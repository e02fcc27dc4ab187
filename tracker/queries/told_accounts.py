"""What the entries leave of accounts: whose each is, which roles it was granted, and how and whether it lets in."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tracker.queries.told import Said

# What an account's name is kept as, beside the entry that adds or restates it.
NAME = "name"


@dataclass
class Grant:
    """A role that was granted, and when it was revoked, if it was."""

    role: str
    granted_at: datetime
    revoked_at: datetime | None = None


@dataclass
class Lock:
    """What refusals leave, with the number of the entry that says so; a later sign-in ends it.

    `may_be_over` where the account was opened again after it: earlier versions let it stand then.
    """

    seq: int
    attempts: int = 0
    until: datetime | None = None
    may_be_over: bool = False


@dataclass
class Account:
    """What the entries leave of an account; None where entries of earlier versions do not tell it.

    `named` is the entry that keeps the name, and `staff_no` is empty where no entry gave one.
    """

    added: Said | None = None
    staff_no: str = ""
    named: int | None = None
    signs_in: str | None = None
    closed_at: datetime | None = None
    epoch: int = 0
    grants: list[Grant] = field(default_factory=list)
    refused: Lock | None = None
    locked: Lock | None = None

    @property
    def roles(self) -> set[str]:
        """The roles that it holds."""
        return {each.role for each in self.grants if each.revoked_at is None}

    def add(self, said: Said) -> None:
        """Take in that it was added, and for whom."""
        self.added, self.staff_no = said, said.subject("inspector")
        self.sign(said)

    def identify(self, said: Said) -> None:
        """Take in whose it is."""
        self.staff_no = said.subject("inspector")

    def restate(self, said: Said) -> None:
        """Take in what an upgrade found, and nothing that was told before."""
        self.signs_in = said.data.get("sign_in", self.signs_in)

    def sign(self, said: Said) -> None:
        """Take in how it signs in from now on."""
        self.signs_in = said.data.get("sign_in")

    def set_password(self, said: Said) -> None:
        """Take in a new password, by which the lock is lifted and every session ends."""
        self.refused = self.locked = None
        self.sign(said)
        self.end(said)

    def end(self, _said: Said) -> None:
        """Take in that every session that was open ended."""
        self.epoch += 1

    def grant(self, said: Said) -> None:
        """Take in that a role was granted."""
        self.grants.append(Grant(said.data["role"], said.at))

    def revoke(self, said: Said) -> None:
        """Take in that a role was revoked."""
        for each in self.grants:
            if each.role == said.data["role"] and each.revoked_at is None:
                each.revoked_at = said.at

    def close(self, said: Said) -> None:
        """Take in that it was closed, by which every session ends."""
        self.closed_at = said.at
        self.end(said)

    def open_again(self, _said: Said) -> None:
        """Take in that it was opened again."""
        self.closed_at = None
        for each in filter(None, (self.refused, self.locked)):
            each.may_be_over = True

    def refuse(self, said: Said) -> None:
        """Take in that a sign-in was refused."""
        self.refused = Lock(said.seq, attempts=said.data["attempt"])

    def lock(self, said: Said) -> None:
        """Take in that it was locked: the refusals begin anew."""
        self.refused = Lock(said.seq)
        self.locked = Lock(said.seq, until=said.at + timedelta(minutes=said.data["minutes"]))


_TAKEN: dict[str, Callable[[Account, Said], None]] = {
    "person:added": Account.add,
    "person:identified": Account.identify,
    "person:restated": Account.restate,
    "role:granted": Account.grant,
    "role:revoked": Account.revoke,
    "password:set": Account.set_password,
    "password:renewed": Account.sign,
    "person:closed": Account.close,
    "person:reopened": Account.open_again,
    "sessions:ended": Account.end,
    "person:signed-out": Account.end,
    "sign-in:refused": Account.refuse,
    "person:locked-out": Account.lock,
}


class Accounts:
    """Follows what the entries tell of accounts; `told` is what they leave, by reference."""

    events = tuple(_TAKEN)

    def __init__(self) -> None:
        self.told: dict[str, Account] = {}

    def follow(self, said: Said) -> None:
        """Go on to what stands after an entry."""
        account = self.told.setdefault(said.subjects[0].partition(":")[2], Account())
        _TAKEN[said.event](account, said)
        if NAME in said.private:
            account.named = said.seq
