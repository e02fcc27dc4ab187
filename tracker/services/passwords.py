"""Passwords: hashed with argon2, compared with constant work, and judged by their length alone."""

from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from tracker.domain.errors import RefusedError

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 1000
LOWEST_COST = 1
USUAL_COST = 3
# Memory in KiB at the usual costs (RFC 9106, second recommendation), and at the lowest, which only tests ask for.
_MEMORY, _LOW_MEMORY = 65_536, 64


@lru_cache
def _hasher(cost: int) -> PasswordHasher:
    memory = _LOW_MEMORY if cost <= LOWEST_COST else _MEMORY
    return PasswordHasher(time_cost=cost, memory_cost=memory, parallelism=4 if cost > LOWEST_COST else 1)


@lru_cache
def _of_nobody(cost: int) -> str:
    return _hasher(cost).hash("no account has this password")


def hash_password(password: str, *, cost: int = USUAL_COST) -> str:
    """Return the hash of a new password; raise RefusedError where it is too short or too long."""
    if len(password) < SHORTEST_PASSWORD:
        raise RefusedError(f"The password must have {SHORTEST_PASSWORD} characters or more", field="password")
    if len(password) > LONGEST_PASSWORD:
        raise RefusedError(f"The password must have {LONGEST_PASSWORD} characters or fewer", field="password")
    return _hasher(cost).hash(password)


def matches(password_hash: str | None, password: str, *, cost: int = USUAL_COST) -> bool:
    """Tell whether the password is right. Where there is no hash, as much work is done all the same."""
    try:
        _hasher(cost).verify(password_hash or _of_nobody(cost), password[:LONGEST_PASSWORD])
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def is_dated(password_hash: str, *, cost: int = USUAL_COST) -> bool:
    """Tell whether the hash was made with other parameters than today's, and should be made again."""
    return _hasher(cost).check_needs_rehash(password_hash)
