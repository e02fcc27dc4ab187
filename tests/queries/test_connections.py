"""How the tracker speaks with its database."""

from sqlalchemy import text
from sqlalchemy.engine import make_url

from tests.support.databases import Fresh
from tracker.database import make_engine


def test_postgresql_is_told_not_to_compile_statements_beside_what_the_address_tells_it(postgres_fresh: Fresh) -> None:
    address = make_url(postgres_fresh()).update_query_dict({"options": "-c statement_timeout=12345"})
    engine = make_engine(address.render_as_string(hide_password=False))
    with engine.connect() as connection:
        shown = [connection.scalar(text(f"SHOW {name}")) for name in ("jit", "statement_timeout")]
    engine.dispose()
    assert shown == ["off", "12345ms"]
