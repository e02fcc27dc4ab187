"""The real application on a loopback port, for a real browser."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread

from werkzeug.serving import make_server

from tests.support.web import Site, running_site


@dataclass
class Served:
    """A site and its address."""

    site: Site
    url: str


@contextmanager
def served(database_url: str, **changes: object) -> Iterator[Served]:
    """Serve the application on a free port of this machine until the test ends."""
    # A browser sends secure cookies over HTTPS only, and here is none.
    with running_site(database_url, **{"secure_cookies": False, **changes}) as site:
        # In a browser, a fault must be met as a person meets it.
        site.app.testing = False
        server = make_server("127.0.0.1", 0, site.app, threaded=True)
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield Served(site, f"http://127.0.0.1:{server.port}")
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
