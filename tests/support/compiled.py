"""What an earlier application or engine of this run compiled already: templates, addresses and statements.

Nearly every test makes both anew, and without this a third of the run went into compiling the same again. Each text is
compiled by its own library all the same, once in each process.
"""

from collections.abc import Callable
from typing import Any

from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Engine
from sqlalchemy.engine import Dialect
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from tracker import database

# More statements than the whole run sends, so that none is compiled a second time.
MOST_STATEMENTS = 10_000


class Templates(BytecodeCache):
    """Templates by what they say: to compile them is half of what a page costs."""

    def __init__(self) -> None:
        self.codes: dict[tuple[str, str], Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self.codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.codes[bucket.key, bucket.checksum] = bucket.code


class Address(Rule):
    """An address whose builder is compiled once for all applications: each has two hundred."""

    builders: dict[object, Callable[..., tuple[str, str]]] = {}  # noqa: RUF012 (shared on purpose)

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:  # noqa: FBT001, FBT002 (werkzeug's)
        if self.defaults:  # Their converters have a say.
            return super()._compile_builder(append_unknown)
        what = (self.rule, *self._trace, append_unknown)
        if what not in self.builders:
            self.builders[what] = super()._compile_builder(append_unknown)
        return self.builders[what]


_STATEMENTS: LRUCache[Any, Any] = LRUCache(MOST_STATEMENTS)
_DIALECTS: dict[type[Dialect], Dialect] = {}
_made_by_sqlalchemy = database.create_engine


def _engine(*args: Any, **settings: Any) -> Engine:
    """Make an engine that shares what others of its kind compiled; its connections, events and settings are its own."""
    engine = _made_by_sqlalchemy(*args, **settings)
    # Statements are kept by the dialect that compiled them, which knows its server once it has been connected to one.
    kept = _DIALECTS.get(type(engine.dialect))
    if kept is None or getattr(kept, "server_version_info", None) is None:
        _DIALECTS[type(engine.dialect)] = engine.dialect
    else:
        engine.dialect = engine.pool._dialect = kept
    engine._compiled_cache = _STATEMENTS
    return engine


def remember() -> None:
    """Let each application and engine that is made from now on use what was compiled before."""
    Flask.url_rule_class = Address
    database.create_engine = _engine
